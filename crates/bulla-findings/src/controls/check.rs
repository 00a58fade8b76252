use std::sync::Arc;

use super::evidence::bounded;
use super::{Control, ControlVerdict, Evidence};
use crate::day::Day;
use crate::repository::{Exception, Repository};

/// What the controls of a repository come to.
#[derive(Debug, Clone, PartialEq)]
pub struct ControlReport {
    /// The repository, as it was named.
    pub target: String,
    /// The day on which it was asked.
    pub day: Day,
    /// Each control that was asked, in their order.
    pub controls: Vec<Checked>,
    /// Each exception for a control that was asked, in the file's order.
    pub exceptions: Vec<ExceptionUse>,
}

/// One control, and what it comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// The control.
    pub control: &'static Control,
    /// The worst of its evidence that no exception covers; a warning where one covers the rest.
    pub verdict: ControlVerdict,
    /// What speaks for and against it.
    pub evidence: Vec<Evidence>,
}

/// An exception, and what it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExceptionUse {
    /// The exception.
    pub exception: Arc<Exception>,
    /// Whether its last day is over; then it covers nothing, and its control fails.
    pub expired: bool,
    /// How many pieces of evidence it covers, or would cover.
    pub covers: u64,
}

/// The most pieces of evidence of one verdict that a report has of a control: a hostile tree makes no report without end.
const MOST: usize = 200;

/// Asks these controls about a repository, on that day.
pub fn check_controls(
    target: &str,
    repository: &Repository,
    controls: &[&'static Control],
    today: Day,
) -> ControlReport {
    let exceptions = &repository.settings().exceptions;
    let mut uses: Vec<ExceptionUse> = exceptions
        .iter()
        .filter(|exception| controls.iter().any(|control| control.id == exception.id))
        .map(|exception| ExceptionUse {
            exception: Arc::new(exception.clone()),
            expired: exception.expires < today,
            covers: 0,
        })
        .collect();
    let controls = controls.iter().map(|control| check(repository, control, &mut uses)).collect();
    ControlReport { target: target.to_owned(), day: today, controls, exceptions: uses }
}

fn check(repository: &Repository, control: &'static Control, uses: &mut [ExceptionUse]) -> Checked {
    let mut evidence = (control.check)(repository);
    for evidence in &mut evidence {
        evidence.excepted = cover(control, evidence, uses);
    }
    let evidence = bounded(evidence, MOST);
    let weight = |evidence: &Evidence| match evidence.excepted {
        // What is accepted for a while is no pass.
        Some(_) => ControlVerdict::Warn,
        None => evidence.verdict,
    };
    let expired = uses.iter().filter(|used| used.expired && used.exception.id == control.id);
    let verdicts = evidence.iter().map(weight).chain(expired.map(|_| ControlVerdict::Fail));
    Checked { control, verdict: verdicts.max().unwrap_or(ControlVerdict::NotAssessed), evidence }
}

/// The first exception that holds for it; all that would hold are counted.
fn cover(control: &Control, evidence: &Evidence, uses: &mut [ExceptionUse]) -> Option<Arc<Exception>> {
    if evidence.verdict < ControlVerdict::Warn {
        return None;
    }
    let mut excepted = None;
    for used in
        uses.iter_mut().filter(|used| used.exception.id == control.id && names(&used.exception, evidence))
    {
        used.covers += 1;
        if !used.expired {
            excepted.get_or_insert_with(|| Arc::clone(&used.exception));
        }
    }
    excepted
}

fn names(exception: &Exception, evidence: &Evidence) -> bool {
    let Some(path) = &exception.path else { return true };
    let place = evidence.location.as_ref().map(|location| location.path.as_str());
    place
        .and_then(|place| place.strip_prefix(path.as_str()))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl ControlReport {
    /// How many controls came to that.
    pub fn count(&self, verdict: ControlVerdict) -> u64 {
        self.controls.iter().filter(|checked| checked.verdict == verdict).count() as u64
    }

    /// Whether anything comes to that or to something worse that no exception covers; an expired exception is a failure.
    pub fn reaches(&self, verdict: ControlVerdict) -> bool {
        let counts = |evidence: &Evidence| evidence.excepted.is_none() && evidence.verdict >= verdict;
        self.exceptions.iter().any(|used| used.expired)
            || self.controls.iter().flat_map(|checked| &checked.evidence).any(counts)
    }
}
