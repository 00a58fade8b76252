//! A live line for each scanner.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use bulla::Lease;
use bulla_findings::{SCANNERS, Scanner};
use bulla_scan::{Answered, Event, Origin};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::ui::{Ui, plain};
use crate::units::show_time;

/// Shows what happens to each scanner: on a terminal as a line that changes, elsewhere, for those who asked, as notes.
pub(super) struct Watch {
    ui: Ui,
    lines: MultiProgress,
    by_scanner: Mutex<HashMap<&'static str, ProgressBar>>,
}

impl Watch {
    pub(super) fn new(ui: Ui) -> Self {
        Self { ui, lines: MultiProgress::new(), by_scanner: Mutex::default() }
    }

    pub(super) fn tell(&self, scanner: &'static Scanner, event: Event<'_>) {
        if self.ui.shows_progress() {
            self.show(scanner, event);
            return;
        }
        let holds_up = matches!(event, Event::Waiting | Event::WaitingFor(_));
        if let Some(note) = note(event) {
            let note = format_args!("{}: {note}", scanner.name);
            if holds_up { self.ui.warn(note) } else { self.ui.note(note) }
        }
    }

    fn show(&self, scanner: &'static Scanner, event: Event<'_>) {
        let mut by_scanner = self.by_scanner.lock().expect("no holder panics");
        let line = by_scanner.entry(scanner.name).or_insert_with(|| self.lines.add(line(scanner)));
        match event {
            Event::Looking => line.set_message("looking"),
            Event::Waiting => line.set_message("waiting for another process that runs the same"),
            Event::WaitingFor(lease) => line.set_message(plain(&waiting_for(lease))),
            Event::Running { why } => line.set_message(format!("running ({})", plain(why))),
            Event::Done(answered) => {
                line.set_style(style("  {prefix} {msg} {elapsed}"));
                line.finish_with_message(plain(&ending(answered)));
            }
        }
    }

    /// The lines make room for the report.
    pub(super) fn end(&self) {
        // It fails only where nothing was shown.
        let _ = self.lines.clear();
    }
}

fn line(scanner: &Scanner) -> ProgressBar {
    let width = SCANNERS.iter().map(|scanner| scanner.name.len()).max().unwrap_or(0);
    let line = ProgressBar::new_spinner().with_style(style("{spinner} {prefix} {msg} {elapsed}"));
    line.set_prefix(format!("{:width$}", scanner.name));
    line.enable_steady_tick(Duration::from_millis(120));
    line
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the template is valid")
}

fn note(event: Event<'_>) -> Option<String> {
    match event {
        Event::Looking => None,
        Event::Waiting => Some("waiting for another process that runs the same".to_owned()),
        Event::WaitingFor(lease) => Some(waiting_for(lease)),
        Event::Running { why } => Some(format!("running ({why})")),
        Event::Done(answered) => Some(ending(answered)),
    }
}

fn waiting_for(lease: &Lease) -> String {
    format!("waiting for {}, who runs the same since {}", lease.owner, show_time(lease.since))
}

fn ending(answered: &Answered) -> String {
    let from = match &answered.origin {
        Origin::Hit { .. } => "hit".to_owned(),
        Origin::Miss { detail, .. } => format!("miss: {detail}"),
        Origin::NotRun => "not run".to_owned(),
    };
    let outcome = match &answered.report {
        Ok(report) => report.outcome(),
        Err(outcome) => outcome.clone(),
    };
    format!("{} ({from})", outcome.name())
}
