//! Many machines that have the same question at the same time: normally one of them does the work.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use bulla::{
    Answer, Awaited, Cache, Captured, Claimed, DigestAlgorithm, FileStore, Lease, Outputs, Recipe,
    RunOptions, Shared, SharedWrite, Subject, Timestamp,
};

use crate::adversaries::*;
use crate::bucket::{Bucket, Conduct, Honest};
use crate::fleet::*;
use crate::support::*;

/// Longer than any machine takes to get there.
const PATIENCE: Duration = Duration::from_secs(60);

/// A command that takes a moment, and a file with a line for each time it ran.
struct Job {
    recipe: Recipe,
    tally: PathBuf,
}

impl Job {
    fn new(home: &Home, script: &str) -> Self {
        let tally = home.beside("tally");
        let script = format!("echo ran >> '{}'; {script}", tally.display());
        let recipe = Recipe {
            operation: "signature".parse().unwrap(),
            subject: Subject::Digest(DigestAlgorithm::Sha256.digest(b"an image")),
            command: vec!["sh".into(), "-c".into(), script.into()],
            inputs: Vec::new(),
            env: Vec::new(),
            salt_command: None,
        };
        Self { recipe, tally }
    }

    fn capture(&self) -> Captured {
        self.recipe.capture(&|name: &std::ffi::OsStr| std::env::var_os(name), None).unwrap()
    }

    /// How it was answered, and who was waited for meanwhile.
    fn run(&self, cache: &Cache<FileStore>, wait: Duration) -> (String, Vec<String>) {
        let (mut stdout, mut awaited) = (Vec::new(), Vec::new());
        let mut waiting = |whom: Awaited<'_>| {
            awaited.push(match whom {
                Awaited::Process => "a process".to_owned(),
                Awaited::Lease(lease) => lease.owner.clone(),
            });
        };
        let mut outputs = Outputs { stdout: &mut stdout, stderr: &mut Vec::new(), waiting: &mut waiting };
        let options = RunOptions { wait, ..RunOptions::default() };
        let report =
            bulla::run(Some(cache), &self.capture(), &self.recipe.command, &options, &mut outputs).unwrap();
        assert_eq!((report.code, &stdout[..]), (0, &b"done\n"[..]));
        let answer = match report.answer {
            Answer::Hit(..) => "hit".to_owned(),
            Answer::Ran(miss, _) => miss.map_or("refreshed", |miss| miss.name()).to_owned(),
        };
        (answer, awaited)
    }

    fn times(&self) -> usize {
        std::fs::read_to_string(&self.tally).map_or(0, |text| text.lines().count())
    }
}

/// So many machines, each with a directory and a name of its own, that run the job at once.
fn at_once<C: Conduct + 'static>(
    count: usize,
    bucket: &Arc<Bucket>,
    job: &Job,
    how: impl Fn(usize) -> (C, SharedWrite) + Sync,
) -> Vec<(String, Vec<String>)> {
    let machine = |number: usize| {
        let machine = Machine::new();
        let (conduct, write) = how(number);
        let shared = Shared { write, owner: format!("runner {number}"), ..shared(bucket, conduct) };
        let cache = machine.cache_with(shared);
        job.run(&cache, PATIENCE)
    };
    thread::scope(|scope| {
        let running: Vec<_> = (0..count).map(|number| scope.spawn(move || machine(number))).collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

fn lease(owner: &str, since: Timestamp, lasting: Duration) -> Lease {
    Lease { owner: owner.to_owned(), since, until: since.saturating_add(lasting) }
}

#[test]
fn of_eight_machines_with_one_cold_key_one_runs_the_command_and_all_have_its_output() {
    for write in [SharedWrite::Sync, SharedWrite::Background] {
        let (bucket, home) = (Arc::new(Bucket::default()), Home::new());
        let job = Job::new(&home, "sleep 0.5; echo done");
        let answers = at_once(8, &bucket, &job, |_| (Honest, write));
        assert_eq!(job.times(), 1, "{answers:?}");
        assert_eq!(answers.iter().filter(|(answer, _)| answer == "hit").count(), 7, "{answers:?}");
        let name = job.capture().key.entry_name();
        assert_eq!(bucket.lease_of(&name), None, "it was released");
        assert!(answers.iter().all(|(_, awaited)| awaited.len() <= 1), "each is told once: {answers:?}");
    }
}

#[test]
fn a_server_that_gives_the_lease_to_everybody_costs_work_and_no_wrong_answer() {
    let (bucket, home) = (Arc::new(Bucket::default()), Home::new());
    let job = Job::new(&home, "sleep 0.2; echo done");
    let answers = at_once(3, &bucket, &job, |_| (Generous, SharedWrite::Sync));
    assert!((1..=3).contains(&job.times()), "{answers:?}");
    assert!(answers.iter().all(|(_, awaited)| awaited.is_empty()), "{answers:?}");
}

#[test]
fn a_lease_whose_owner_died_is_waited_for_as_long_as_was_said_and_then_the_command_runs() {
    let (bucket, machine) = (Arc::new(Bucket::default()), Machine::new());
    let job = Job::new(&machine.home, "echo done");
    let name = job.capture().key.entry_name();
    bucket.set_lease(name, lease("a dead runner", machine.clock.now(), HOUR));
    let begun = Instant::now();
    let ran = job.run(&machine.cache(&bucket), Duration::from_millis(300));
    assert_eq!(ran, ("absent".to_owned(), vec!["a dead runner".to_owned()]));
    assert!(begun.elapsed() >= Duration::from_millis(300), "{:?}", begun.elapsed());
    assert!(begun.elapsed() < PATIENCE / 4, "{:?}", begun.elapsed());
    assert_eq!(bucket.lease_of(&name).unwrap().owner, "a dead runner", "nobody ends another one's lease");
    assert_eq!(job.run(&Machine::new().cache(&bucket), Duration::ZERO).0, "hit", "it was published");
}

#[test]
fn a_lease_of_others_is_waited_for_no_longer_than_one_of_ours_lasts() {
    let (bucket, machine) = (Arc::new(Bucket::default()), Machine::new());
    let job = Job::new(&machine.home, "echo done");
    let shared = Shared { lease: Duration::from_millis(300), ..shared(&bucket, Stalling) };
    let begun = Instant::now();
    assert_eq!(job.run(&machine.cache_with(shared), PATIENCE).0, "absent");
    assert!(begun.elapsed() < PATIENCE / 4, "{:?}", begun.elapsed());
}

#[test]
fn a_lease_that_is_over_holds_nobody_up() {
    let (bucket, machine) = (Arc::new(Bucket::default()), Machine::new());
    let job = Job::new(&machine.home, "echo done");
    bucket.set_lease(job.capture().key.entry_name(), lease("a dead runner", machine.clock.now(), HOUR));
    machine.clock.forward(HOUR);
    assert_eq!(job.run(&machine.cache(&bucket), PATIENCE), ("absent".to_owned(), Vec::new()));
}

#[test]
fn leases_that_make_no_sense_hold_nobody_up() {
    let machine = Machine::new();
    for until in [machine.clock.now(), machine.clock.now().saturating_add(1000 * HOUR)] {
        let (bucket, machine) = (Arc::new(Bucket::default()), Machine::new());
        let job = Job::new(&machine.home, "echo done");
        let ran = job.run(&machine.cache_over(&bucket, Raving(until)), PATIENCE);
        assert_eq!(ran, ("absent".to_owned(), Vec::new()));
    }
}

#[test]
fn a_store_that_gives_no_leases_holds_nobody_up() {
    let (bucket, machine) = (Arc::new(Bucket::default()), Machine::new());
    let job = Job::new(&machine.home, "echo done");
    let cache = machine.cache_over(&bucket, Refusing);
    assert_eq!(job.run(&cache, PATIENCE), ("absent".to_owned(), Vec::new()));
    assert_eq!(job.run(&cache, PATIENCE), ("hit".to_owned(), Vec::new()));
    assert_eq!(machine.warnings.told().len(), 1);
}

#[test]
fn the_waiting_ends_when_the_entry_is_there_though_its_lease_goes_on() {
    let (bucket, waiter, maker) = (Arc::new(Bucket::default()), Machine::new(), Machine::new());
    let job = Job::new(&waiter.home, "echo done");
    let name = job.capture().key.entry_name();
    bucket.set_lease(name, lease("a slow runner", waiter.clock.now(), HOUR));
    let cache = waiter.cache(&bucket);
    let ran = thread::scope(|scope| {
        let waiting = scope.spawn(|| job.run(&cache, PATIENCE));
        while bucket.times("lease") == 0 {
            thread::sleep(Duration::from_millis(5));
        }
        // Another one runs it all the same, as whoever refreshes does.
        let mut outputs = Outputs { stdout: &mut Vec::new(), stderr: &mut Vec::new(), waiting: &mut |_| () };
        let options = RunOptions { reuse: bulla::Reuse::Refresh, ..RunOptions::default() };
        let command = &job.recipe.command;
        bulla::run(Some(&maker.cache(&bucket)), &job.capture(), command, &options, &mut outputs).unwrap();
        waiting.join().unwrap()
    });
    assert_eq!(ran, ("hit".to_owned(), vec!["a slow runner".to_owned()]));
    assert_eq!(job.times(), 1);
}

#[test]
fn after_one_who_ended_without_an_answer_nobody_waits_for_the_next() {
    let (bucket, machine) = (Arc::new(Bucket::default()), Machine::new());
    let (cache, name, now) = (machine.cache(&bucket), any_key().entry_name(), machine.clock.now());
    bucket.set_lease(name, lease("the first", now, HOUR));
    let mut awaited = Vec::new();
    thread::scope(|scope| {
        scope.spawn(|| {
            while bucket.times("get") == 0 {
                thread::sleep(Duration::from_millis(10));
            }
            bucket.set_lease(name, lease("the second", now, HOUR));
        });
        let claimed =
            cache.claim(&any_key(), PATIENCE, &mut |lease| awaited.push(lease.owner.clone()), &|| false);
        assert!(matches!(claimed, Claimed::None));
    });
    assert_eq!(awaited, ["the first"]);
}

#[test]
fn an_entry_that_was_refused_is_not_what_is_waited_for() {
    let (bucket, payload) = filled();
    let machine = Machine::new();
    let name = any_key().entry_name();
    bucket.set_lease(name, lease("a slow runner", machine.clock.now(), HOUR));
    let good = bucket.objects()[&name].to_vec();
    let mut damaged = good.clone();
    *damaged.last_mut().unwrap() ^= 1;
    bucket.plant(name, &damaged);
    let cache = machine.cache(&bucket);
    assert_eq!(outcome(&cache, &any_key()), "payload-damaged");
    let claim = |patience| cache.claim(&any_key(), patience, &mut |_| (), &|| false);
    assert!(
        matches!(claim(Duration::from_millis(500)), Claimed::None),
        "its header is good, and it is no answer"
    );
    let looked = bucket.times("get");
    thread::scope(|scope| {
        let waiting = scope.spawn(|| matches!(claim(PATIENCE), Claimed::Made));
        while bucket.times("get") == looked {
            thread::sleep(Duration::from_millis(10));
        }
        bucket.plant(name, &good);
        assert!(waiting.join().unwrap());
    });
    assert!(get(&cache, &any_key()).unwrap() == payload);
}

#[test]
fn whoever_waits_goes_on_when_the_lease_is_released_and_nothing_was_made() {
    let (bucket, owner, waiter) = (Arc::new(Bucket::default()), Machine::new(), Machine::new());
    let job = Job::new(&waiter.home, "echo done");
    let cache = owner.cache(&bucket);
    let Claimed::Ours(claim) = cache.claim(&job.capture().key, PATIENCE, &mut |_| (), &|| false) else {
        panic!("nobody else has it")
    };
    let cache = waiter.cache_with(Shared { owner: "the waiter".to_owned(), ..shared(&bucket, Honest) });
    let begun = Instant::now();
    let ran = thread::scope(|scope| {
        let waiting = scope.spawn(|| job.run(&cache, PATIENCE));
        while bucket.times("lease") < 2 {
            thread::sleep(Duration::from_millis(5));
        }
        drop(claim);
        waiting.join().unwrap()
    });
    assert_eq!((ran.0.as_str(), ran.1.len(), job.times()), ("absent", 1, 1));
    assert!(begun.elapsed() < PATIENCE / 4, "{:?}", begun.elapsed());
}

#[test]
fn whoever_waits_can_be_stopped() {
    let (bucket, machine) = (Arc::new(Bucket::default()), Machine::new());
    bucket.set_lease(any_key().entry_name(), lease("a slow runner", machine.clock.now(), HOUR));
    let (cache, begun) = (machine.cache(&bucket), Instant::now());
    let stopped = || begun.elapsed() > Duration::from_millis(100);
    assert!(matches!(cache.claim(&any_key(), PATIENCE, &mut |_| (), &stopped), Claimed::None));
    assert!(begun.elapsed() < PATIENCE / 4, "{:?}", begun.elapsed());
}

#[test]
fn who_does_not_write_there_asks_for_no_lease() {
    for write in [SharedWrite::Sync, SharedWrite::Off] {
        let (bucket, machine) = (Arc::new(Bucket::default()), Machine::new());
        let mode = if write == SharedWrite::Off { bulla::Mode::ReadWrite } else { bulla::Mode::ReadOnly };
        let job = Job::new(&machine.home, "echo done");
        let cache = machine.cache_with(Shared { mode, write, ..shared(&bucket, Honest) });
        assert_eq!(job.run(&cache, PATIENCE).0, "absent");
        assert_eq!(bucket.asked(), ["get"]);
    }
}

#[test]
fn one_question_of_a_run_is_one_miss_however_often_the_stores_were_asked() {
    let (bucket, machine) = (Arc::new(Bucket::default()), Machine::new());
    let job = Job::new(&machine.home, "echo done");
    let cache = machine.cache(&bucket);
    assert_eq!(job.run(&cache, PATIENCE).0, "absent");
    assert_eq!(bucket.asked(), ["get", "lease", "get", "put", "release"]);
    assert_eq!(["absent", "put", "shared-put"].map(|name| count(&cache, name)), [1, 1, 1]);
}

#[test]
fn a_miss_that_somebody_else_made_up_for_is_none_in_the_counts() {
    let (bucket, machine) = (Arc::new(Bucket::default()), Machine::new());
    let cache = machine.cache(&bucket);
    let miss = cache.get(&any_key()).err().unwrap();
    put(&Machine::new().cache(&bucket), &any_key(), b"evidence");
    assert!(cache.get_again(&any_key(), &miss).is_ok());
    assert_eq!(["absent", "hit"].map(|name| count(&cache, name)), [0, 1]);
}
