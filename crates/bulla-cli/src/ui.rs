//! The only place that prints.

use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use bulla::{InvalidKey, Service};
use bulla_findings::Style;
use clap::CommandFactory as _;
use clap::error::ErrorKind;
use serde_json::{Map, Value};

use crate::args::{Color, Global};
use crate::exit::{Exit, Failure};

/// Standard output for results, standard error for everything else.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ui {
    pub(crate) json: bool,
    color: bool,
    quiet: bool,
    verbose: bool,
}

/// What a word in a table means, for those who see colour.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Tone {
    Good,
    Dubious,
    Bad,
}

impl Ui {
    pub(crate) fn new(global: &Global) -> Self {
        let color = match global.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => io::stderr().is_terminal() && io::stdout().is_terminal() && !no_color(),
        };
        Self { json: global.json, color, quiet: global.quiet, verbose: global.verbose }
    }

    /// Bytes of a result, as they are.
    pub(crate) fn bytes(&self, bytes: &[u8]) -> io::Result<()> {
        let mut out = io::stdout().lock();
        // What is left in the buffer at the end is lost without a word if it cannot be written.
        let written = out.write_all(bytes).and_then(|()| out.flush());
        written.map_err(|e| io::Error::new(e.kind(), format!("cannot write to standard output: {e}")))
    }

    /// A line of a result.
    pub(crate) fn line(&self, line: &str) -> io::Result<()> {
        self.bytes(format!("{line}\n").as_bytes())
    }

    /// The one JSON document of a result.
    pub(crate) fn document(&self, fields: Value) -> io::Result<()> {
        self.line(&format!("{:#}", with_version(fields)))
    }

    /// A JSON document beside a result that standard output belongs to.
    pub(crate) fn side_document(&self, fields: Value) {
        self.say(&with_version(fields).to_string());
    }

    /// Columns, as wide as they need to be. The first row is the heading.
    pub(crate) fn table(&self, rows: &[Vec<String>]) -> io::Result<()> {
        let columns = rows.first().map_or(0, Vec::len);
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<_> = (0..columns).map(width).collect();
        let mut out = io::BufWriter::new(io::stdout().lock());
        for row in rows {
            let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
            writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
        }
        out.flush()
    }

    /// Something went wrong that does not change the result.
    pub(crate) fn warn(&self, message: impl Display) {
        if !self.quiet {
            self.say(&format!("{} {}", self.paint("warning:", Tone::Dubious), plain(&message.to_string())));
        }
    }

    /// What happens, for those who asked.
    pub(crate) fn note(&self, message: impl Display) {
        if self.verbose {
            self.note_always(message);
        }
    }

    /// What happens, because it was asked for by an option of its own.
    pub(crate) fn note_always(&self, message: impl Display) {
        self.say(&format!("bulla: {}", plain(&message.to_string())));
    }

    /// Nobody can be told that standard error is gone.
    fn say(&self, line: &str) {
        let _ = writeln!(io::stderr(), "{line}");
    }

    pub(crate) fn paint(&self, text: &str, tone: Tone) -> String {
        let code = match tone {
            Tone::Good => 32,
            Tone::Dubious => 33,
            Tone::Bad => 31,
        };
        if self.color { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// How a report for people is to look: as wide as the terminal that it goes to, or 100 columns.
    pub(crate) fn style(&self) -> Style {
        let columns =
            terminal_size::terminal_size_of(io::stdout()).map(|(columns, _)| usize::from(columns.0));
        Style { width: columns.unwrap_or(100), color: self.color, verbose: self.verbose }
    }

    /// Whether there is somebody to show progress to.
    pub(crate) fn shows_progress(&self) -> bool {
        !self.quiet && !self.json && io::stderr().is_terminal()
    }

    /// Asks a question that only `y` or `yes` answers. `None` if there is nobody to ask.
    pub(crate) fn confirm(&self, question: &str) -> io::Result<Option<bool>> {
        if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
            return Ok(None);
        }
        write!(io::stderr(), "{} [y/N] ", plain(question))?;
        let mut answer = String::new();
        io::stdin().read_line(&mut answer)?;
        Ok(Some(["y", "yes"].contains(&answer.trim().to_lowercase().as_str())))
    }

    /// The exit code; an error is printed here and nowhere else.
    pub(crate) fn finish(&self, outcome: Result<Exit, Failure>, is_run: bool) -> ExitCode {
        let exit = match outcome {
            Ok(exit) => exit,
            // Whoever read our output wants no more of it.
            Err(failure) if is_broken_pipe(&failure.error) => Exit::Done,
            Err(failure) => {
                let is_usage = failure.exit == Exit::Usage || failure.error.is::<InvalidKey>();
                self.say(&format!("{} {}", self.paint("error:", Tone::Bad), plain(&failure.to_string())));
                if is_usage { Exit::Usage } else { failure.exit }
            }
        };
        ExitCode::from(exit.code(is_run))
    }
}

/// Help and version are results; everything else that clap says is a usage error.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        // A reader of the help who has seen enough is no error.
        let _ = error.print();
        if error.kind() == ErrorKind::DisplayVersion && is_verbose() {
            let _ = writeln!(io::stdout(), "shared stores: {}", built_in_stores());
        }
        return ExitCode::SUCCESS;
    }
    // The message repeats what was typed, which may be a branch's name or a file's, or an address with a password.
    let message = without_addresses(&plain_lines(&error.render().to_string()));
    let _ = write!(io::stderr(), "{message}");
    ExitCode::from(Exit::Usage.code(means_run()))
}

/// Whether a command line that is wrong somewhere is one of `run`.
fn means_run() -> bool {
    let lenient = crate::args::Args::command().ignore_errors(true);
    let matches = lenient.try_get_matches_from(std::env::args_os());
    matches.is_ok_and(|matches| matches.subcommand_name() == Some("run"))
}

/// Whether `--verbose` stands beside `--version`, at which clap stops reading.
fn is_verbose() -> bool {
    let is_verbose = |arg: &str| match arg.strip_prefix('-') {
        Some("-verbose") => true,
        Some(short) => !short.starts_with('-') && short.contains('v'),
        None => false,
    };
    std::env::args_os().skip(1).any(|arg| arg.to_str().is_some_and(is_verbose))
}

/// The kinds of shared stores that this program was built with.
fn built_in_stores() -> String {
    let built_in = Service::ALL.into_iter().filter(|service| service.is_built_in());
    built_in.map(Service::scheme).collect::<Vec<_>>().join(", ")
}

/// A text without the addresses of stores in it, and without any other that has something before an `@`: what stands in a
/// line behind the `://`, up to the last quotation mark.
fn without_addresses(text: &str) -> String {
    text.split_inclusive('\n').map(without_address).collect()
}

fn without_address(line: &str) -> String {
    let Some((before, address)) = line.split_once("://") else { return line.to_owned() };
    let is_store = Service::ALL.into_iter().any(|service| before.ends_with(service.scheme()));
    if !is_store && !address.contains('@') {
        return format!("{before}://{}", without_address(address));
    }
    let end = address.rfind('\'').or(address.rfind('\n')).unwrap_or(address.len());
    format!("{before}://...{}", &address[end..])
}

fn with_version(fields: Value) -> Value {
    let mut document = Map::from_iter([("schema_version".to_owned(), Value::from(1))]);
    if let Value::Object(fields) = fields {
        document.extend(fields);
    }
    document.into()
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io = error.chain().find_map(|cause| cause.downcast_ref::<io::Error>());
    io.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

#[expect(clippy::disallowed_methods, reason = "the one variable that is about printing")]
fn no_color() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}

/// Text that somebody else may have written, without what could move a terminal's cursor, change its colours, turn
/// the order of the letters or be a command to a runner of GitHub Actions.
pub(crate) fn plain(text: &str) -> String {
    plain_lines(text).replace(['\n', '\t'], "\u{fffd}")
}

/// As [`plain`], for a text that is meant to have several lines.
fn plain_lines(text: &str) -> String {
    let harmless = |c: char| match c {
        '\n' | '\t' => true,
        '\u{61c}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => false,
        c => !c.is_control(),
    };
    let text: String = text.chars().map(|c| if harmless(c) { c } else { '\u{fffd}' }).collect();
    let lines: Vec<_> = text.split('\n').map(no_command).collect();
    lines.join("\n")
}

/// A runner obeys a line that begins with `::`, behind spaces too, and `##[` wherever it stands.
fn no_command(line: &str) -> String {
    let line = line.replace("##[", "\u{fffd}#[");
    match line.trim_start().strip_prefix("::") {
        Some(rest) => format!("\u{fffd}:{rest}"),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_control_character_reaches_the_terminal() {
        assert_eq!(
            plain("a\x1b[2Jb\u{202e}c\r\u{9b}d\ne"),
            "a\u{fffd}[2Jb\u{fffd}c\u{fffd}\u{fffd}d\u{fffd}e"
        );
    }

    #[test]
    fn no_password_of_an_address_is_repeated() {
        for (typed, shown) in [
            ("no 'redis://me:a' b/c@host/0' here\n", "no 'redis://...' here\n"),
            ("s3://bucket/?endpoint=http://me:pw@host\nnext", "s3://...\nnext"),
            ("s3://bucket", "s3://..."),
            ("name@sha256", "name@sha256"),
            ("'http://a' is no https://b", "'http://a' is no https://b"),
            ("http://a, redis://b", "http://a, redis://..."),
        ] {
            assert_eq!(without_addresses(typed), shown);
        }
    }

    #[test]
    fn no_line_is_a_command_to_a_runner() {
        assert_eq!(plain(" ::error::a ::b"), "\u{fffd}:error::a ::b");
        assert_eq!(plain("a ###[add-mask]b"), "a #\u{fffd}#[add-mask]b");
        assert_eq!(plain_lines("a\n\t::add-mask::b\n"), "a\n\u{fffd}:add-mask::b\n");
    }
}
