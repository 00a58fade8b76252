use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use bulla_core::{EntryName, Sealed};
use bulla_store::{Lease, StoreError};

use super::link::Link;

/// So many tasks wait; whoever brings one more waits with them. Each entry among them is an open file.
const MOST: usize = 64;

/// What is done in a shared store beside what the process does, one after another and in order: a lease is released after
/// its entry was published.
pub(super) struct Background {
    link: Arc<Link>,
    queue: Arc<Queue>,
    patience: Duration,
}

/// Why an entry is not where it should be.
pub(super) enum Unfinished {
    /// It was not waited for any longer, which nobody has been told.
    GivenUp(StoreError),
    /// It could not be written, which was told when it happened.
    Failed(StoreError),
}

impl Unfinished {
    pub(super) fn into_error(self) -> StoreError {
        match self {
            Self::GivenUp(error) | Self::Failed(error) => error,
        }
    }
}

/// One thing to be done.
pub(super) enum Task {
    Put(EntryName, Sealed<File>),
    Release(EntryName, Lease),
}

#[derive(Default)]
struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Task>,
    /// Whether a thread is at work. It ends when nothing waits.
    working: bool,
    /// Whether it is at work on an entry.
    putting: bool,
    /// Whether nobody waits for it any more, until it is given more to do.
    given_up: bool,
    /// Why an entry was not written, since that was last asked.
    failed: Option<StoreError>,
}

impl Queue {
    /// A panic elsewhere cannot leave the state half changed: each change is one call on one field.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until it is so, or for that long. Whether it is.
    fn until(
        &self,
        patience: Duration,
        holds: impl Fn(&State) -> bool,
    ) -> Result<MutexGuard<'_, State>, MutexGuard<'_, State>> {
        let waited = self.changed.wait_timeout_while(self.state(), patience, |state| !holds(state));
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if holds(&state) { Ok(state) } else { Err(state) }
    }
}

impl Background {
    pub(super) fn new(link: Arc<Link>, patience: Duration) -> Self {
        Self { link, queue: Arc::default(), patience }
    }

    /// Leaves a task to be done. Waits only while too many wait already, and not for ever.
    pub(super) fn push(&self, task: Task) -> Result<(), StoreError> {
        let mut state = match self.queue.until(self.patience, |state| state.waiting.len() < MOST) {
            Ok(state) => state,
            Err(state) => {
                drop(state);
                let entries = usize::from(matches!(task, Task::Put(..)));
                let error = self.given_up(entries, self.patience);
                self.link.tell(&error);
                return Err(error);
            }
        };
        state.waiting.push_back(task);
        state.given_up = false;
        if !std::mem::replace(&mut state.working, true) {
            drop(state);
            let (link, queue) = (Arc::clone(&self.link), Arc::clone(&self.queue));
            if thread::Builder::new().spawn(move || work(&link, &queue)).is_err() {
                work(&self.link, &self.queue);
            }
        }
        Ok(())
    }

    /// Waits until all is done, or gives the rest up.
    ///
    /// # Errors
    ///
    /// If an entry was not written since this was last called. A lease that was not given back is over in its time.
    pub(super) fn finish(&self, patience: Duration) -> Result<(), Unfinished> {
        let mut state = match self.queue.until(patience, |state| !state.working || state.given_up) {
            Ok(state) => state,
            Err(mut state) => {
                state.given_up = true;
                // And the one that is on its way: nobody waits to see whether it arrives.
                let on_its_way = usize::from(state.putting);
                let entries = state.waiting.drain(..).filter(|task| matches!(task, Task::Put(..))).count();
                if entries + on_its_way > 0 {
                    drop(state);
                    return Err(Unfinished::GivenUp(self.given_up(entries + on_its_way, patience)));
                }
                state
            }
        };
        state.failed.take().map_or(Ok(()), |error| Err(Unfinished::Failed(error)))
    }

    fn given_up(&self, entries: usize, patience: Duration) -> StoreError {
        (0..entries).for_each(|_| self.link.count("shared-given-up"));
        let why = format!("{entries} given up after {patience:?}");
        StoreError::new("finish writing to", self.link.place(), io::Error::new(io::ErrorKind::TimedOut, why))
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        if let Err(Unfinished::GivenUp(error)) = self.finish(self.patience) {
            self.link.warn(&error.to_string());
        }
    }
}

/// Does what waits, until nothing does.
fn work(link: &Link, queue: &Queue) {
    loop {
        let mut state = queue.state();
        let task = state.waiting.pop_front();
        state.putting = matches!(task, Some(Task::Put(..)));
        let Some(task) = task else {
            state.working = false;
            queue.changed.notify_all();
            return;
        };
        drop(state);
        queue.changed.notify_all();
        let done = match task {
            Task::Put(name, entry) => link.put(&name, entry),
            // That it stays until its time is over is told and counted, and makes no entry less stored.
            Task::Release(name, lease) => link.agree(|store| store.release(&name, &lease)).or(Ok(())),
        };
        if let Err(error) = done {
            queue.state().failed.get_or_insert(error);
        }
    }
}
