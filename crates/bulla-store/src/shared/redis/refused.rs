//! What a server says no with.

use std::io;
use std::io::ErrorKind::{
    self, Other, PermissionDenied, ReadOnlyFilesystem, ResourceBusy, StorageFull, Unsupported,
};

/// How an error begins, or what stands in it, and what that means.
const CODES: [(&str, ErrorKind, &str); 14] = [
    ("NOAUTH", PermissionDenied, "the server wants a password"),
    ("WRONGPASS", PermissionDenied, "the server does not know this user with this password"),
    ("NOPERM", PermissionDenied, "this user may not do that"),
    ("OOM", StorageFull, "the server's memory is full"),
    ("READONLY", ReadOnlyFilesystem, "the server is a replica, which takes no writes"),
    ("MISCONF", Other, "the server takes no writes because it cannot save them"),
    ("NOREPLICAS", Other, "the server takes no writes because it has too few replicas"),
    ("MASTERDOWN", ResourceBusy, "the server is a replica that has lost its master"),
    ("LOADING", ResourceBusy, "the server is still loading its data"),
    ("BUSY", ResourceBusy, "the server is busy with a script"),
    ("MOVED", Unsupported, "the server is one of a cluster, which bulla does not speak to"),
    ("CLUSTERDOWN", Unsupported, "the server is one of a cluster, which bulla does not speak to"),
    ("CROSSSLOT", Unsupported, "the server is one of a cluster, which bulla does not speak to"),
    ("WRONGTYPE", ErrorKind::InvalidData, "another type of value lies there"),
];

/// Errors whose code, `ERR`, says nothing.
const SENTENCES: [(&str, ErrorKind, &str); 7] = [
    ("max number of clients", ResourceBusy, "the server has too many clients"),
    ("DB index is out of range", ErrorKind::InvalidInput, "the server has no database of that number"),
    ("invalid bulk length", ErrorKind::FileTooLarge, "the server takes no values of that length"),
    ("invalid password", PermissionDenied, "the server does not know this user with this password"),
    ("without any password configured", PermissionDenied, "the server has no password, and was given one"),
    ("no password is set", PermissionDenied, "the server has no password, and was given one"),
    ("unknown command", Unsupported, "the server does not know one of the commands"),
];

/// A server's error in words of this program's. Its own are not repeated: they come from anybody, and an honest server that does not
/// know a command repeats what it was sent, a password for instance.
pub(super) fn in_words(text: &str) -> io::Error {
    let code = text.split(' ').next().unwrap_or_default();
    let known = CODES.iter().find(|(known, ..)| *known == code);
    if let Some((_, kind, words)) = known {
        return io::Error::new(*kind, format!("{words} ({code})"));
    }
    let known = SENTENCES.iter().find(|(known, ..)| text.contains(known));
    known.map_or_else(
        || io::Error::other("the server says no, for a reason that is not known here"),
        |(_, kind, words)| io::Error::new(*kind, *words),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_error_is_told_in_other_words_and_an_unknown_one_is_not_repeated() {
        let full = in_words("OOM command not allowed when used memory > 'maxmemory'.");
        assert_eq!(
            (full.kind(), full.to_string()),
            (StorageFull, "the server's memory is full (OOM)".into())
        );
        let echo = "ERR unknown command 'AUTH', with args beginning with: 's3cr3t'";
        assert_eq!(in_words(echo).to_string(), "the server does not know one of the commands");
        for hostile in ["S3CR3T", "ERR \x1b[2J", ""] {
            let told = in_words(hostile).to_string();
            assert_eq!(told, "the server says no, for a reason that is not known here");
        }
    }
}
