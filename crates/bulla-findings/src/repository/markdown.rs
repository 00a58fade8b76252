//! The lines of a Markdown text that a reader sees as prose, headings or tables.

/// Each line that is neither in a fenced block of code nor in an HTML comment, with its number from 1; what is left of a
/// line beside comments.
pub(crate) fn prose(text: &str) -> Vec<(u64, String)> {
    let mut lines = Vec::new();
    let mut fence: Option<&str> = None;
    let mut in_comment = false;
    for (number, line) in (1..).zip(text.lines()) {
        let start = line.trim_start();
        if let Some(open) = fence {
            // A fence is closed by one at least as long, with nothing behind it.
            if start.starts_with(open) && start.trim_end().trim_start_matches(&open[..1]).is_empty() {
                fence = None;
            }
            continue;
        }
        if !in_comment && let Some(open) = fence_of(start) {
            fence = Some(open);
            continue;
        }
        let visible = without_comments(line, &mut in_comment);
        lines.push((number, visible));
    }
    lines
}

/// The run of three or more backticks or tildes that a line begins with.
fn fence_of(line: &str) -> Option<&str> {
    let mark = line.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let length = line.len() - line.trim_start_matches(mark).len();
    let info = &line[length..];
    (length >= 3 && !(mark == '`' && info.contains('`'))).then(|| &line[..length])
}

fn without_comments(line: &str, in_comment: &mut bool) -> String {
    let mut visible = String::new();
    let mut rest = line;
    while !rest.is_empty() {
        let mark = if *in_comment { "-->" } else { "<!--" };
        let (before, after) =
            rest.split_once(mark).map_or((rest, None), |(before, after)| (before, Some(after)));
        if !*in_comment {
            visible.push_str(before);
        }
        let Some(after) = after else { break };
        *in_comment = !*in_comment;
        rest = after;
    }
    visible
}

#[cfg(test)]
mod tests {
    use super::prose;

    #[test]
    fn code_in_fences_and_comments_is_not_seen() {
        let text = "a\n```sh\nhidden\n```\nb <!-- hidden --> c\n<!--\nhidden\n```\n--> d\n~~~~\n~~~\nhidden\n~~~~\n`e`\n";
        let seen: Vec<_> = prose(text).into_iter().filter(|(_, line)| !line.is_empty()).collect();
        let expected = [(1, "a"), (5, "b  c"), (9, " d"), (14, "`e`")];
        assert_eq!(seen, expected.map(|(number, line)| (number, line.to_owned())));
    }

    proptest::proptest! {
        #[test]
        fn any_text_gives_lines_that_are_in_it(text in "[a`~<>!\n\u{e4} -]{0,60}") {
            for (number, _) in prose(&text) {
                assert!(number <= text.lines().count() as u64);
            }
        }
    }
}
