//! A server that says what is not so, or more than it was asked.

use std::io::Write as _;
use std::net::TcpStream;

use bulla_core::{MAX_HEADER_LEN, Refusal, examine};

use crate::servers::faulty::{Request, part, reply};
use crate::support::{name, opened, payload, peak_memory, ring, sealed};
use crate::{MIB, entry, said, with_server};

#[test]
fn an_object_that_claims_a_terabyte_is_refused_and_costs_no_memory() {
    let answer = |_, request: &Request, to: &mut TcpStream| {
        let (from, end) = request.range().unwrap();
        let size = 1_u64 << 40;
        let headers = format!("content-range: bytes {from}-{}/{size}\r\netag: \"1\"\r\n", end - 1);
        reply(to, "206 Partial Content", &headers, &vec![0; end - from])
    };
    with_server(
        "lying::an_object_that_claims_a_terabyte_is_refused_and_costs_no_memory",
        answer,
        |store, _| {
            let found = store.get(&name(1)).unwrap().unwrap();
            let refusal = examine(&found.bytes, &ring()).unwrap_err();
            assert_eq!(refusal, Refusal::Malformed("it is larger than any entry"));
            assert!(peak_memory() < 32 << 20, "{} bytes", peak_memory());
        },
    );
}

#[test]
fn an_entry_inside_an_object_that_claims_more_is_refused_at_its_header() {
    let object = entry(2 * MIB);
    let answer = move |_, request: &Request, to: &mut TcpStream| {
        let (from, end) = request.range().unwrap();
        assert_eq!((from, end), (0, MAX_HEADER_LEN), "no payload is asked for");
        let headers = format!("content-range: bytes {from}-{}/{}\r\n", end - 1, 200_u64 << 30);
        reply(to, "206 Partial Content", &headers, &object[from..end])
    };
    with_server(
        "lying::an_entry_inside_an_object_that_claims_more_is_refused_at_its_header",
        answer,
        |store, server| {
            let found = store.get_header(&name(1)).unwrap().unwrap();
            assert!(opened(found, 1).is_err());
            assert_eq!(server.asked(), 1);
            assert!(peak_memory() < 32 << 20, "{} bytes", peak_memory());
        },
    );
}

#[test]
fn more_or_fewer_bytes_than_were_asked_for_are_an_error() {
    for more in [1, -1] {
        let object = entry(2 * MIB);
        let answer = move |number, request: &Request, to: &mut TcpStream| {
            let (headers, bytes) = part(request, &object);
            let length = if number == 0 { bytes.len() } else { bytes.len().saturating_add_signed(more) };
            reply(to, "206 Partial Content", &headers, &object[..length])
        };
        with_server("lying::more_or_fewer_bytes_than_were_asked_for_are_an_error", answer, |store, _| {
            let found = store.get(&name(1)).unwrap().unwrap();
            let said = said(payload(found, 1));
            assert!(
                said.contains(if more == 1 { "more than it was asked for" } else { "too little" }),
                "{said}"
            );
        });
    }
}

#[test]
fn an_answer_without_an_end_is_an_error_and_costs_no_memory() {
    let answer = |_, request: &Request, to: &mut TcpStream| {
        let status = if request.method == "GET" { "206 Partial Content" } else { "200 OK" };
        write!(
            to,
            "HTTP/1.1 {status}\r\ncontent-range: bytes 0-9/99999999\r\ntransfer-encoding: chunked\r\n\r\n"
        )?;
        let (small, large) = ("1\r\nx\r\n".repeat(1000), format!("10000\r\n{}\r\n", "x".repeat(1 << 16)));
        loop {
            to.write_all(small.as_bytes())?;
            to.write_all(large.as_bytes())?;
        }
    };
    with_server("lying::an_answer_without_an_end_is_an_error_and_costs_no_memory", answer, |store, _| {
        for said in [
            said(store.get(&name(1))),
            said(store.names()),
            said(store.put(&name(1), sealed(store, 1, b"payload"))),
        ] {
            assert!(
                said.contains("longer than 8388608 bytes") || said.contains("more than it was asked"),
                "{said}"
            );
        }
        assert!(peak_memory() < 64 << 20, "{} bytes", peak_memory());
    });
}

#[test]
fn a_list_that_never_ends_is_an_error() {
    let time = "<LastModified>2026-01-01T00:00:00.000Z</LastModified>";
    let keys = (0..20_000).map(|at| format!("<Contents><Key>p/{at}</Key><Size>1</Size>{time}</Contents>"));
    let more = "<IsTruncated>true</IsTruncated><NextContinuationToken>1</NextContinuationToken>";
    let page = format!("<ListBucketResult>{more}{}</ListBucketResult>", keys.collect::<String>());
    let answer = move |_, _: &Request, to: &mut TcpStream| reply(to, "200 OK", "", page.as_bytes());
    with_server("lying::a_list_that_never_ends_is_an_error", answer, |store, server| {
        let said = said(store.names());
        assert!(said.ends_with(": the list has more than a million names"), "{said}");
        assert_eq!(server.asked(), 51);
    });
}

#[test]
fn keys_that_were_not_asked_for_are_passed_over() {
    let answer = |_, _: &Request, to: &mut TcpStream| {
        let mut page = String::from("<ListBucketResult><IsTruncated>false</IsTruncated>");
        let (entry, time) = (name(1), "<LastModified>2026-01-01T00:00:00.000Z</LastModified>");
        for key in [
            "",
            "é",
            "p",
            "q",
            "../x",
            &format!("q/{entry}.bulla"),
            &format!("{entry}.bulla"),
            &format!("p/{entry}.bulla"),
        ] {
            page.push_str(&format!("<Contents><Key>{key}</Key><Size>1</Size>{time}</Contents>"));
        }
        page.push_str("</ListBucketResult>");
        reply(to, "200 OK", "content-type: application/xml\r\n", page.as_bytes())
    };
    with_server("lying::keys_that_were_not_asked_for_are_passed_over", answer, |store, _| {
        assert_eq!(store.names().unwrap(), [name(1)]);
    });
}

#[test]
fn a_redirection_is_not_followed() {
    let answer = |_, _: &Request, to: &mut TcpStream| {
        reply(to, "307 Temporary Redirect", "location: http://127.0.0.1:1/elsewhere\r\n", b"")
    };
    with_server("lying::a_redirection_is_not_followed", answer, |store, server| {
        let said = said(store.get(&name(1)));
        assert!(said.contains("answered 307 Temporary Redirect"), "{said}");
        assert_eq!(server.asked(), 1);
    });
}

#[test]
fn nothing_that_a_server_says_is_shown_as_it_may_say_what_was_signed() {
    let answer = |_, request: &Request, to: &mut TcpStream| {
        let signed = &request.headers["authorization"];
        let body = format!("\x1b[2J{signed}");
        reply(to, "400 Bad Request", &format!("x-echo: {signed}\r\n"), body.as_bytes())
    };
    let test = "lying::nothing_that_a_server_says_is_shown_as_it_may_say_what_was_signed";
    with_server(test, answer, |store, _| {
        let said = said(store.get(&name(1)));
        assert!(said.ends_with(": the server does not do what it was asked"), "{said}");
    });
}
