//! The commands of a `run:` script, as far as telling what it runs from what it merely mentions.
//!
//! No shell: quotes, comments, here-documents and what separates commands are read, nothing is expanded. What runs only
//! inside a quoted text is not seen.

/// One simple command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Command {
    /// Its words without quotes, from the program on: what goes before it (`sudo`, `X=1`, `npx`, ...) is left out.
    pub(crate) words: Vec<String>,
    /// How many lines of the script lie before it.
    pub(crate) line: usize,
}

/// What stands before a program and runs it. Where there are two words, both must be there.
const BEFORE: [&[&str]; 30] = [
    &["sudo"],
    &["doas"],
    &["env"],
    &["time"],
    &["exec"],
    &["command"],
    &["nohup"],
    &["if"],
    &["then"],
    &["elif"],
    &["else"],
    &["while"],
    &["until"],
    &["do"],
    &["!"],
    &["{"],
    &["npx"],
    &["bunx"],
    &["uvx"],
    &["pipx", "run"],
    &["uv", "run"],
    &["poetry", "run"],
    &["pdm", "run"],
    &["pipenv", "run"],
    &["pnpm", "dlx"],
    &["pnpm", "exec"],
    &["yarn", "dlx"],
    &["npm", "exec"],
    &["go", "run"],
    &["bundle", "exec"],
];

impl Command {
    /// The program's own name, without its directory, its ending and the version behind an `@`.
    pub(crate) fn program(&self) -> &str {
        let word = self.words[0].as_str();
        let word = word.rfind('@').filter(|at| *at > 0).map_or(word, |at| &word[..at]);
        // `github.com/owner/tool/v8` is `tool`.
        let mut parts = word.rsplit(['/', '\\']).filter(|part| !is_major(part));
        let name = parts.next().unwrap_or(word);
        name.strip_suffix(".exe").unwrap_or(name)
    }

    /// Whether it is that program, or a container of that name.
    pub(crate) fn runs(&self, name: &str) -> bool {
        let image = |word: &String| {
            word.rsplit_once('/').is_some_and(|(_, image)| image.split([':', '@']).next() == Some(name))
        };
        self.program() == name
            || (self.is("docker", &["run"]) || self.is("podman", &["run"])) && self.words.iter().any(image)
    }

    /// Whether it is that program with these words first, whatever options stand between.
    pub(crate) fn is(&self, program: &str, arguments: &[&str]) -> bool {
        let mut words = self.words[1..].iter().filter(|word| !word.starts_with(['-', '+']));
        self.program() == program
            && arguments.iter().all(|wanted| words.next().is_some_and(|word| word == wanted))
    }

    pub(crate) fn has(&self, wanted: impl Fn(&str) -> bool) -> bool {
        self.words[1..].iter().any(|word| wanted(word))
    }

    /// The values of an option, each behind it or behind its `=`.
    pub(crate) fn values(&self, option: &str) -> impl Iterator<Item = &str> {
        let behind = self.words.windows(2).filter(move |pair| pair[0] == option).map(|pair| pair[1].as_str());
        let within = self.words.iter().filter_map(move |word| word.strip_prefix(option)?.strip_prefix('='));
        behind.chain(within)
    }

    /// Whether it only says something about itself.
    fn asks_about_itself(&self) -> bool {
        self.words.get(1).is_some_and(|word| matches!(word.as_str(), "version" | "help"))
            || self.has(|word| matches!(word, "--version" | "--help"))
    }
}

fn is_major(part: &str) -> bool {
    part.strip_prefix('v').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
}

/// Every command of a script that does something.
pub(crate) fn commands(script: &str) -> Vec<Command> {
    let mut reader = Reader { rest: script, ..Reader::default() };
    while let Some(c) = reader.next() {
        reader.step(c);
    }
    reader.end_command();
    reader.commands.retain(|command| !command.asks_about_itself());
    reader.commands
}

#[derive(Default)]
struct Reader<'a> {
    rest: &'a str,
    line: usize,
    word: String,
    /// Whether there is a word, which may be empty between quotes.
    in_word: bool,
    words: Vec<String>,
    first_line: usize,
    /// What ends the here-documents that begin after this line.
    documents: Vec<String>,
    commands: Vec<Command>,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = &self.rest[c.len_utf8()..];
        self.line += usize::from(c == '\n');
        Some(c)
    }

    fn push(&mut self, c: char) {
        if !self.in_word && self.words.is_empty() {
            self.first_line = self.line;
        }
        self.in_word = true;
        self.word.push(c);
    }

    fn step(&mut self, c: char) {
        match c {
            '\n' => {
                self.end_command();
                self.skip_documents();
            }
            ';' | '&' | '|' | '(' | ')' | '`' => self.end_command(),
            '#' if !self.in_word => self.rest = &self.rest[self.rest.find('\n').unwrap_or(self.rest.len())..],
            '<' if self.rest.starts_with('<') => self.here(),
            '\\' => match self.next() {
                Some('\n') | None => {}
                Some(escaped) => self.push(escaped),
            },
            '\'' | '"' => self.quoted(c),
            // An expression of the workflow is one piece, whatever is in it.
            '$' if self.rest.starts_with("{{") => {
                let end = self.rest.find("}}").map_or(self.rest.len(), |at| at + 2);
                self.push('$');
                for _ in self.rest[..end].chars() {
                    let c = self.next().expect("the expression lies within the rest");
                    self.word.push(c);
                }
            }
            c if c.is_whitespace() => self.end_word(),
            c => self.push(c),
        }
    }

    fn quoted(&mut self, quote: char) {
        if !self.in_word && self.words.is_empty() {
            self.first_line = self.line;
        }
        self.in_word = true;
        while let Some(c) = self.next() {
            match c {
                c if c == quote => return,
                '\\' if quote == '"' => {
                    let escaped = self.next();
                    self.word.extend(escaped);
                }
                c => self.word.push(c),
            }
        }
    }

    /// `<<EOF`, `<<-'EOF'`; `<<<` is a word.
    fn here(&mut self) {
        self.end_word();
        self.rest = &self.rest[1..];
        if let Some(rest) = self.rest.strip_prefix('<') {
            self.rest = rest;
            return;
        }
        let rest = self.rest.trim_start_matches('-').trim_start_matches([' ', '\t']);
        let end = rest.find(|c: char| c.is_whitespace() || ";&|()<>".contains(c)).unwrap_or(rest.len());
        self.documents.push(rest[..end].replace(['\'', '"', '\\'], ""));
        self.rest = &rest[end..];
    }

    fn skip_documents(&mut self) {
        for end in std::mem::take(&mut self.documents) {
            while !self.rest.is_empty() {
                let (line, rest) = self.rest.split_once('\n').unwrap_or((self.rest, ""));
                self.line += 1;
                self.rest = rest;
                if line.trim() == end {
                    break;
                }
            }
        }
    }

    fn end_word(&mut self) {
        if self.in_word {
            self.words.push(std::mem::take(&mut self.word));
            self.in_word = false;
        }
    }

    fn end_command(&mut self) {
        self.end_word();
        let words = without_what_stands_before(std::mem::take(&mut self.words));
        if !words.is_empty() {
            self.commands.push(Command { words, line: self.first_line });
        }
    }
}

fn without_what_stands_before(words: Vec<String>) -> Vec<String> {
    let mut rest = words.as_slice();
    loop {
        let before = BEFORE.iter().find(|before| {
            rest.len() >= before.len() && rest.iter().zip(before.iter()).all(|(word, it)| word == it)
        });
        match (before, rest.first()) {
            (Some(before), _) => {
                rest = &rest[before.len()..];
                let options = rest.iter().take_while(|word| word.starts_with('-')).count();
                rest = &rest[options..];
            }
            (None, Some(word)) if is_assignment(word) => rest = &rest[1..],
            _ => return rest.to_vec(),
        }
    }
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn programs(script: &str) -> Vec<(String, usize)> {
        commands(script).iter().map(|command| (command.program().to_owned(), command.line)).collect()
    }

    #[test]
    fn a_program_is_found_wherever_a_command_begins() {
        for script in [
            "sudo -E X=1 ./bin/syft .",
            "true && syft . | tee x",
            "if ! syft .; then echo; fi",
            "x=$(syft .)",
            "npx --yes @a/syft@1.2 .",
            "go run github.com/a/syft/v8@latest",
            "\\\nsyft \\\n  .",
        ] {
            assert!(programs(script).iter().any(|(program, _)| program == "syft"), "{script}");
        }
        assert!(commands("docker run --rm ghcr.io/a/syft:v1 .")[0].runs("syft"));
    }

    #[test]
    fn what_is_mentioned_does_not_run() {
        for script in [
            "# syft .",
            "echo syft . # syft",
            "echo 'a\nsyft .\n'",
            "cat > x <<'EOF'\nsyft .\nEOF",
            "pip install syft",
            "which syft",
            "syft --version",
            "docker run -v syft:/x other/image",
            "if ${{ a == 'b' || syft }}; then :; fi",
        ] {
            assert!(!commands(script).iter().any(|command| command.runs("syft")), "{script}");
        }
    }

    #[test]
    fn a_command_knows_its_line() {
        let script = "a \\\n  b\ncat <<EOF\nx\nEOF\n\nc; d\n\"e\nf\"\ng\n";
        let expected = [("a", 0), ("cat", 2), ("c", 6), ("d", 6), ("e\nf", 7), ("g", 9)];
        assert_eq!(programs(script), expected.map(|(program, line)| (program.to_owned(), line)));
    }

    #[test]
    fn options_may_stand_between_a_program_and_its_first_word() {
        assert!(commands("cargo +nightly fuzz run x")[0].is("cargo", &["fuzz"]));
        assert!(!commands("cargo install fuzz")[0].is("cargo", &["fuzz"]));
    }

    proptest::proptest! {
        #[test]
        fn any_script_is_read_to_its_end(script in "[a<>$\\{\\}'\"\\\\#;&|()` \n\u{e4}-]{0,60}") {
            let lines = script.lines().count();
            for command in commands(&script) {
                assert!(command.line <= lines);
                assert!(command.program().len() <= command.words[0].len());
            }
        }
    }
}
