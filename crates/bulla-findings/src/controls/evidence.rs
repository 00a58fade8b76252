use std::sync::Arc;

use crate::finding::Location;
use crate::one_line::one_line;
use crate::repository::{Exception, Place, Source, Unreadable, Workflows};

/// What a control, or one piece of evidence, comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ControlVerdict {
    /// A file can't tell, or there is nothing to ask about. Never a pass.
    NotAssessed,
    /// It is so.
    Pass,
    /// It is so, but less well than it could be.
    Warn,
    /// It is not so.
    Fail,
}

impl ControlVerdict {
    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotAssessed => "not-assessed",
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }

    /// The verdict with that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::NotAssessed, Self::Pass, Self::Warn, Self::Fail].into_iter().find(|it| it.name() == name)
    }
}

/// One thing that speaks for or against a control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// What it comes to by itself.
    pub verdict: ControlVerdict,
    /// What is the case; one line, which may hold anybody's text.
    pub message: String,
    /// Where.
    pub location: Option<Location>,
    /// The line that shows it, as it stands there.
    pub text: Option<String>,
    /// The exception that covers it: then it does not count.
    pub excepted: Option<Arc<Exception>>,
}

/// The longest message, in characters: it can quote a text of any length.
const LONGEST_MESSAGE: usize = 400;

/// The longest line that is shown, in characters.
const LONGEST_LINE: usize = 200;

impl Evidence {
    pub(super) fn pass(message: impl Into<String>) -> Self {
        Self::new(ControlVerdict::Pass, message)
    }

    pub(super) fn warn(message: impl Into<String>) -> Self {
        Self::new(ControlVerdict::Warn, message)
    }

    pub(super) fn fail(message: impl Into<String>) -> Self {
        Self::new(ControlVerdict::Fail, message)
    }

    pub(super) fn not_assessed(message: impl Into<String>) -> Self {
        Self::new(ControlVerdict::NotAssessed, message)
    }

    /// Against it: what can't be read may hold anything.
    pub(super) fn unreadable(file: &Unreadable) -> Self {
        let Unreadable { path, line, problem } = file;
        let location = line.map_or_else(|| Location::file(path), |line| Location::line(path, line));
        Self { location: Some(location), ..Self::fail(format!("cannot be read: {problem}")) }
    }

    fn new(verdict: ControlVerdict, message: impl Into<String>) -> Self {
        let message = one_line(&message.into(), LONGEST_MESSAGE);
        Self { verdict, message, location: None, text: None, excepted: None }
    }

    /// Somewhere in that file.
    pub(super) fn in_file(self, path: &str) -> Self {
        Self { location: Some(Location::file(path)), ..self }
    }

    /// At that line of a file, from 1, whose lines these are.
    pub(super) fn at_line(self, path: &str, lines: &[impl AsRef<str>], line: u64) -> Self {
        // YAML has ends of lines that no editor counts.
        let line = line.min(lines.len() as u64);
        let text = usize::try_from(line).ok().and_then(|line| lines.get(line.checked_sub(1)?));
        let text = text.map(|text| beginning(text.as_ref()));
        Self { location: Some(Location::line(path, line)), text, ..self }
    }

    /// At that place in a file whose lines these are.
    pub(super) fn at(self, path: &str, lines: &[impl AsRef<str>], place: impl Into<Place>) -> Self {
        let Place { line, column } = place.into();
        let mut evidence = self.at_line(path, lines, line);
        if let Some(location) = &mut evidence.location {
            location.column = Some(column);
        }
        evidence
    }

    /// At that place in a workflow or an action.
    pub(super) fn at_source(self, source: Source<'_>, place: impl Into<Place>) -> Self {
        self.at(source.path, source.lines, place)
    }
}

/// The beginning of a line. Many pieces of evidence can be of one that is long: it is never read as a whole.
fn beginning(line: &str) -> String {
    let near = line.char_indices().nth(2 * LONGEST_LINE).map_or(line, |(end, _)| &line[..end]);
    near.trim().chars().take(LONGEST_LINE).collect()
}

/// Evidence about workflows, with what can't be read, by its place. What an alias repeats stands there once.
pub(super) fn by_place(workflows: &Workflows, evidence: impl IntoIterator<Item = Evidence>) -> Vec<Evidence> {
    let mut evidence: Vec<Evidence> = unreadable(workflows).chain(evidence).collect();
    evidence.sort_by(|one, other| (&one.location, &one.message).cmp(&(&other.location, &other.message)));
    evidence.dedup();
    evidence
}

/// Evidence against every control that asks about workflows: one that can't be read may hold anything.
pub(super) fn unreadable(workflows: &Workflows) -> impl Iterator<Item = Evidence> {
    workflows.unreadable.iter().map(Evidence::unreadable)
}

/// By path, line and column: a tree has no other order.
pub(super) fn sorted(mut evidence: Vec<Evidence>) -> Vec<Evidence> {
    evidence.sort_by(|one, other| one.location.cmp(&other.location));
    evidence
}

/// The first so many of each verdict, and how many more there are that no exception covers.
pub(super) fn bounded(mut evidence: Vec<Evidence>, shown: usize) -> Vec<Evidence> {
    use ControlVerdict::{Fail, NotAssessed, Pass, Warn};
    let (mut seen, mut more) = ([0_usize; 4], [0_usize; 4]);
    evidence.retain(|evidence| {
        let verdict = evidence.verdict as usize;
        seen[verdict] += 1;
        let is_shown = seen[verdict] <= shown;
        more[verdict] += usize::from(!is_shown && evidence.excepted.is_none());
        is_shown
    });
    for verdict in [Fail, Warn, Pass, NotAssessed].into_iter().filter(|verdict| more[*verdict as usize] > 0) {
        let more = more[verdict as usize];
        evidence.push(Evidence::new(verdict, format!("{shown} are shown, and {more} more come to the same")));
    }
    evidence
}
