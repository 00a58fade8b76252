//! The lines of a Markdown text that a reader sees as prose, headings or tables.

/// Lines of which a reader sees nothing, or not as prose, and what ends them.
enum Block<'a> {
    /// Code, up to such a fence.
    Fence(&'a str),
    /// HTML, up to a line with this, in lower case.
    Html(&'static str),
    /// An element that is hidden or has attributes on several lines, up to a blank line.
    Element,
    /// Definitions of links, whose titles may have several lines, up to a blank line.
    Definitions,
}

/// How HTML begins and ends that shows nothing, in lower case; comments are looked for within lines, too.
const UNSEEN: [(&str, &str); 6] = [
    ("<![cdata[", "]]>"),
    ("<!", ">"),
    ("<?", "?>"),
    ("<script", "</script>"),
    ("<style", "</style>"),
    ("<template", "</template>"),
];

/// Each line that is neither in a fenced block of code nor in HTML that shows nothing, with its number from 1; what is
/// left of a line beside comments, and the target alone of a link's definition.
pub(crate) fn prose(text: &str) -> Vec<(u64, String)> {
    let mut lines = Vec::new();
    let mut block: Option<Block<'_>> = None;
    let mut in_comment = false;
    for (number, line) in (1..).zip(text.lines()) {
        let start = block_start(line).filter(|_| !in_comment);
        if matches!(block, None | Some(Block::Definitions))
            && let Some(target) = start.and_then(target)
        {
            lines.push((number, target.to_owned()));
            block = Some(Block::Definitions);
        } else if let Some(open) = &block {
            if open.ends_with(line) {
                block = None;
            }
        } else if let Some(start) = start
            && let Some(open) = Block::beginning(start)
        {
            let is_one_line =
                matches!(open, Block::Html(end) if start[2..].to_ascii_lowercase().contains(end));
            block = Some(open).filter(|_| !is_one_line);
        } else {
            lines.push((number, without_comments(line, &mut in_comment)));
        }
    }
    lines
}

impl<'a> Block<'a> {
    fn beginning(start: &'a str) -> Option<Self> {
        if let Some(fence) = fence_of(start) {
            return Some(Self::Fence(fence));
        }
        let tag = start.strip_prefix('<').filter(|tag| !tag.starts_with("!--"))?;
        let lower = start.to_ascii_lowercase();
        if let Some((_, end)) = UNSEEN.into_iter().find(|(begin, _)| lower.starts_with(begin)) {
            return Some(Self::Html(end));
        }
        let is_hidden = lower.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == "hidden");
        let is_element =
            tag.starts_with(|c: char| c.is_ascii_alphabetic()) && (is_hidden || !tag.contains('>'));
        is_element.then_some(Self::Element)
    }

    fn ends_with(&self, line: &str) -> bool {
        match self {
            // By one at least as long, with nothing behind it.
            Self::Fence(open) => block_start(line).is_some_and(|start| {
                start.starts_with(open) && start.trim_end().trim_start_matches(&open[..1]).is_empty()
            }),
            Self::Html(end) => line.to_ascii_lowercase().contains(end),
            Self::Element | Self::Definitions => line.trim().is_empty(),
        }
    }
}

/// The line without its indent, if it is not so far indented that nothing but code or more of a paragraph begins there.
fn block_start(line: &str) -> Option<&str> {
    let start = line.trim_start_matches(' ');
    (line.len() - start.len() < 4 && !start.starts_with('\t')).then_some(start)
}

/// Where the link leads that a line defines. Its label and its title are not seen.
fn target(start: &str) -> Option<&str> {
    let (_, definition) = start.strip_prefix('[')?.split_once("]:")?;
    let definition = definition.trim();
    let (target, title) = definition.split_once(char::is_whitespace).unwrap_or((definition, ""));
    let title = title.trim_start();
    (title.is_empty() || title.starts_with(['"', '\'', '('])).then(|| target.trim_start_matches('#'))
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

    fn seen(text: &str) -> String {
        let lines: Vec<_> = prose(text).into_iter().map(|(_, line)| line).collect();
        lines.join("|")
    }

    #[test]
    fn four_spaces_make_no_fence() {
        assert_eq!(seen("    ```\n<!--\nhidden\n-->"), "    ```|||");
        assert_eq!(seen("\t```\na"), "\t```|a");
        assert_eq!(seen("```\nhidden\n    ```\nhidden\n   ```\na"), "a");
    }

    #[test]
    fn of_a_links_definition_only_the_target_is_seen() {
        assert_eq!(seen("[//]: # (hidden)\n\na"), "|a");
        assert_eq!(seen("[//]: # (hidden\nhidden\n)\n[b]: https://c \"hidden\"\n\na"), "|https://c|a");
        assert_eq!(seen("[high]: 7 days"), "[high]: 7 days");
    }

    #[test]
    fn blocks_of_html_that_show_nothing_are_not_seen() {
        for block in [
            "<script>\n\nhidden\n</SCRIPT>",
            "<STYLE>hidden</style>",
            "<template>\nhidden\n</template>",
            "<?x\n\nhidden ?>",
            "<!X hidden\n\nhidden>",
            "<![CDATA[\nhidden>\n]]>",
            "<p hidden title='hidden'>\nhidden\n[b]: hidden\n",
            "<p\ntitle='hidden'>\n",
        ] {
            assert_eq!(seen(&format!("a\n{block}\nb")), "a|b", "{block}");
        }
        assert_eq!(seen("<a href='x'>b</a>\n<c@d.dev>"), "<a href='x'>b</a>|<c@d.dev>");
    }

    proptest::proptest! {
        #[test]
        fn any_text_gives_lines_that_are_in_it(text in "[a`~<>!?()\\[\\]:#\n\u{e4} -]{0,60}") {
            for (number, _) in prose(&text) {
                assert!(number <= text.lines().count() as u64);
            }
        }
    }
}
