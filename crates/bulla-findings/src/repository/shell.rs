//! The commands of a `run:` script, as far as telling what it runs from what it merely mentions.
//!
//! No shell: quotes, comments, here-documents and what separates commands are read, nothing is expanded. What runs only
//! inside a quoted text is not seen.

use std::ops::Range;

/// One simple command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Command {
    /// Its words without quotes, from the program on: what goes before it (`sudo`, `X=1`, `npx`, ...) is left out.
    pub(crate) words: Box<[String]>,
    /// How many lines of the script lie before it.
    pub(crate) line: usize,
    /// The program's own name in the first word: every control asks for it, many times.
    name: Range<usize>,
}

/// What stands before a program and runs it.
struct Before {
    /// Its own words, all of which must be there.
    words: &'static [&'static str],
    /// Its options whose value is the next word.
    valued: &'static [&'static str],
    /// How many words of its own follow the options.
    operands: usize,
}

const fn before(words: &'static [&'static str], valued: &'static [&'static str]) -> Before {
    Before { words, valued, operands: 0 }
}

static BEFORE: [Before; 36] = [
    before(&["sudo"], &["-u", "-g", "-h", "-p", "-C", "-D", "-R", "-T", "-U", "--user", "--group"]),
    before(&["doas"], &["-u", "-C"]),
    before(&["env"], &["-u", "-C", "--unset", "--chdir"]),
    before(&["time"], &["-f", "-o"]),
    before(&["exec"], &["-a"]),
    before(&["command"], &[]),
    before(&["nohup"], &[]),
    before(&["nice"], &["-n", "--adjustment"]),
    before(&["xargs"], &["-a", "-d", "-E", "-I", "-L", "-n", "-P", "-s"]),
    Before { words: &["timeout"], valued: &["-k", "-s", "--kill-after", "--signal"], operands: 1 },
    before(&["python", "-m"], &[]),
    before(&["python3", "-m"], &[]),
    before(&["if"], &[]),
    before(&["then"], &[]),
    before(&["elif"], &[]),
    before(&["else"], &[]),
    before(&["while"], &[]),
    before(&["until"], &[]),
    before(&["do"], &[]),
    before(&["!"], &[]),
    before(&["{"], &[]),
    before(&["npx"], &["-p", "--package"]),
    before(&["bunx"], &["-p", "--package"]),
    before(&["uvx"], &["--from", "--with", "-p", "--python"]),
    before(&["pipx", "run"], &["--spec", "--python"]),
    before(&["uv", "run"], &["--with", "--group", "--extra", "-p", "--python"]),
    before(&["uv", "tool", "run"], &["--from", "--with", "-p", "--python"]),
    before(&["poetry", "run"], &[]),
    before(&["pdm", "run"], &[]),
    before(&["pipenv", "run"], &[]),
    before(&["pnpm", "dlx"], &["--package"]),
    before(&["pnpm", "exec"], &[]),
    before(&["yarn", "dlx"], &["-p", "--package"]),
    before(&["npm", "exec"], &["--package"]),
    before(&["go", "run"], &["-C", "-mod", "-tags"]),
    before(&["bundle", "exec"], &[]),
];

/// Options before a program's first word whose value is the next word.
const VALUED: [(&str, &[&str]); 2] =
    [("git", &["-C", "-c", "--git-dir", "--work-tree", "--namespace"]), ("gh", &["-R", "--repo"])];

impl Command {
    /// The program's own name, without its directory, its ending and the version behind an `@`.
    pub(crate) fn program(&self) -> &str {
        &self.words[0][self.name.clone()]
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
        let mut operands = self.operands();
        self.program() == program && arguments.iter().all(|wanted| operands.next() == Some(wanted))
    }

    /// The words behind the program, without options and the values that are known to be theirs.
    pub(crate) fn operands(&self) -> impl Iterator<Item = &str> {
        let valued = VALUED.iter().find(|(program, _)| *program == self.program());
        let valued = valued.map_or([].as_slice(), |(_, options)| options);
        let mut is_value = false;
        self.words[1..].iter().map(String::as_str).filter(move |word| {
            let is_option = is_value || word.starts_with(['-', '+']);
            is_value = !is_value && valued.contains(word);
            !is_option
        })
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

/// Where the name of a program is in the word that calls it.
fn name(word: &str) -> Range<usize> {
    let word = word.rfind('@').filter(|at| *at > 0).map_or(word, |at| &word[..at]);
    let mut end = word.len();
    loop {
        let start = word[..end].rfind(['/', '\\']).map_or(0, |at| at + 1);
        // `github.com/owner/tool/v8` is `tool`.
        if start > 0 && is_major(&word[start..end]) {
            end = start - 1;
        } else {
            let part = &word[start..end];
            return start..start + part.strip_suffix(".exe").unwrap_or(part).len();
        }
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
    /// How many parentheses are open, and at how many of them arithmetic (`((1 << 4))`) began, if it did.
    open: usize,
    arithmetic: Option<usize>,
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
            '(' | ')' => self.parenthesis(c),
            ';' | '&' | '|' | '`' => self.end_command(),
            '#' if !self.in_word => self.rest = &self.rest[self.rest.find('\n').unwrap_or(self.rest.len())..],
            '<' if self.arithmetic.is_none() && self.rest.starts_with('<') => self.here(),
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

    /// What is calculated may be the result of commands: only what looks like a here-document is none there.
    fn parenthesis(&mut self, c: char) {
        self.end_command();
        if c == '(' {
            if self.rest.starts_with('(') && self.arithmetic.is_none() {
                self.arithmetic = Some(self.open);
            }
            self.open += 1;
        } else {
            self.open = self.open.saturating_sub(1);
            self.arithmetic = self.arithmetic.filter(|began| *began < self.open);
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
        let mut words = std::mem::take(&mut self.words);
        words.drain(..what_stands_before(&words));
        if !words.is_empty() {
            let name = name(&words[0]);
            self.commands.push(Command { words: words.into(), line: self.first_line, name });
        }
    }
}

/// How many words there are before the program's own name.
fn what_stands_before(words: &[String]) -> usize {
    let mut rest = words;
    while let Some(word) = rest.first() {
        let before = BEFORE.iter().find(|before| {
            rest.len() >= before.words.len() && rest.iter().zip(before.words).all(|(word, it)| word == it)
        });
        rest = match before {
            // It is asked where the program lies.
            Some(_) if word == "command" && matches!(rest.get(1).map(String::as_str), Some("-v" | "-V")) => {
                break;
            }
            Some(before) => before.behind(rest),
            None if is_assignment(word) => &rest[1..],
            None => break,
        };
    }
    words.len() - rest.len()
}

impl Before {
    /// What is behind it, its options and its operands.
    fn behind<'a>(&self, words: &'a [String]) -> &'a [String] {
        let mut rest = &words[self.words.len()..];
        while let Some(option) = rest.first().filter(|word| word.starts_with('-')) {
            let taken = 1 + usize::from(self.valued.contains(&option.as_str()));
            rest = rest.get(taken..).unwrap_or_default();
        }
        rest.get(self.operands..).unwrap_or_default()
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
            "timeout -k 5 60 syft .",
            "find . | xargs -n 1 -I{} syft {}",
            "nice -n 5 syft .",
            "python3 -m syft .",
            "exec syft .",
            "sudo -u root command syft .",
            "uvx --from syft==1 syft .",
            "pip install syft && syft .",
            "(syft .)",
            "x=1;syft .",
            "echo $((1 << 4))\nsyft .",
            "((x = 1<<4)); syft .",
            "((syft .); true)\ncat <<EOF\nEOF\n",
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
            "command -v syft",
            "timeout syft",
            "echo \"then run syft .\"",
            "((a)); cat <<EOF\nsyft .\nEOF",
            "(cd x) && cat <<EOF\nsyft .\nEOF",
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
        assert!(commands("git -C x -c a=b --no-pager push")[0].is("git", &["push"]));
        assert!(!commands("git -C push commit")[0].is("git", &["push"]));
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
