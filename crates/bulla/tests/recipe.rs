//! What enters a run's key, and what deliberately does not.

#![expect(clippy::disallowed_methods, reason = "tests build programs and inputs")]
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

mod support;

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;

use bulla::{CacheKey, CaptureError, Captured, DigestAlgorithm, Recipe, Subject};
use support::Home;
use support::plant::fifo;

/// A recipe and the environment that it is captured in.
#[derive(Clone)]
struct Scene {
    recipe: Recipe,
    env: BTreeMap<OsString, OsString>,
}

impl Scene {
    /// `tool` on nothing in particular; `home` has it and two inputs.
    fn new(home: &Home) -> Self {
        fs::create_dir_all(home.beside("bin")).unwrap();
        let tool = home.beside("bin/tool");
        fs::write(&tool, "#!/bin/sh\n").unwrap();
        fs::set_permissions(&tool, Permissions::from_mode(0o755)).unwrap();
        fs::write(home.beside("one"), "1").unwrap();
        fs::write(home.beside("two"), "2").unwrap();
        let recipe = Recipe {
            operation: "scan-x".parse().unwrap(),
            subject: Subject::Digest(DigestAlgorithm::Sha256.digest(b"an image")),
            command: vec!["tool".into()],
            inputs: Vec::new(),
            env: Vec::new(),
            salt_command: None,
        };
        Self { recipe, env: BTreeMap::new() }.with_env("PATH", home.beside("bin"))
    }

    fn with_env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.env.insert(name.into(), value.into());
        self
    }

    fn with(mut self, change: impl FnOnce(&mut Recipe)) -> Self {
        change(&mut self.recipe);
        self
    }

    fn with_command(self, command: &[&str]) -> Self {
        self.with(|recipe| recipe.command = command.iter().map(OsString::from).collect())
    }

    fn capture(&self) -> Result<Captured, CaptureError> {
        self.recipe.capture(&|name: &OsStr| self.env.get(name).cloned(), None)
    }

    fn key(&self) -> CacheKey {
        self.capture().unwrap().key
    }
}

#[test]
fn no_two_different_questions_have_one_key() {
    let home = Home::new();
    let base = || Scene::new(&home);
    let named =
        |names: &[&str]| base().with(|recipe| recipe.env = names.iter().map(OsString::from).collect());
    let inputs = |names: &[&str]| {
        base().with(|recipe| recipe.inputs = names.iter().map(|name| home.beside(name)).collect())
    };
    let salt = |command: &str| base().with(|recipe| recipe.salt_command = Some(command.into()));
    let subject = |subject| base().with(|recipe| recipe.subject = subject);
    let questions = [
        ("nothing more", base()),
        ("another operation", base().with(|recipe| recipe.operation = "sbom".parse().unwrap())),
        ("another subject", subject(Subject::Digest(DigestAlgorithm::Sha256.digest(b"another")))),
        ("a file as subject", subject(Subject::Path(home.beside("one")))),
        ("another file as subject", subject(Subject::Path(home.beside("two")))),
        ("a b, c", base().with_command(&["tool", "a b", "c"])),
        ("a, b c", base().with_command(&["tool", "a", "b c"])),
        ("a b c", base().with_command(&["tool", "a b c"])),
        ("a, b, c", base().with_command(&["tool", "a", "b", "c"])),
        ("c, b, a", base().with_command(&["tool", "c", "b", "a"])),
        ("x, y", base().with_command(&["tool", "x", "y"])),
        ("x and y around the name of their kind", base().with_command(&["tool", "xargumenty"])),
        ("an empty argument", base().with_command(&["tool", ""])),
        ("two empty arguments", base().with_command(&["tool", "", ""])),
        ("A unset", named(&["A"])),
        ("B unset", named(&["B"])),
        ("A empty", named(&["A"]).with_env("A", "")),
        ("A set", named(&["A"]).with_env("A", "1")),
        ("A set otherwise", named(&["A"]).with_env("A", "2")),
        ("B set", named(&["B"]).with_env("B", "1")),
        ("A and B unset", named(&["A", "B"])),
        ("A set and B unset", named(&["A", "B"]).with_env("A", "1")),
        ("A unset and B set", named(&["A", "B"]).with_env("B", "1")),
        ("A=1 unset", named(&["A=1"])),
        ("A with what looks like B", named(&["A"]).with_env("A", "1B=1")),
        ("A and B set", named(&["A", "B"]).with_env("A", "1").with_env("B", "1")),
        ("A with B behind the name of its kind", named(&["A"]).with_env("A", "1envB=1")),
        ("one", inputs(&["one"])),
        ("two", inputs(&["two"])),
        ("one, two", inputs(&["one", "two"])),
        ("one, one", inputs(&["one", "one"])),
        ("a directory", inputs(&["bin"])),
        ("a salt", salt("echo 1")),
        ("another salt", salt("echo 2")),
        ("an empty salt", salt("true")),
        ("a salt like an argument", base().with_command(&["tool", "1\n"])),
        ("the program by its path", base().with_command(&[home.beside("bin/tool").to_str().unwrap()])),
    ];
    let mut seen: BTreeMap<CacheKey, &str> = BTreeMap::new();
    for (what, scene) in &questions {
        assert_eq!(scene.key(), scene.key(), "{what}: asked twice");
        if let Some(other) = seen.insert(scene.key(), what) {
            panic!("`{what}` and `{other}` have one key");
        }
    }
}

#[test]
fn the_content_of_the_program_of_inputs_and_of_the_subject_counts() {
    for file in ["bin/tool", "one"] {
        let home = Home::new();
        let scene = Scene::new(&home).with(|recipe| {
            recipe.inputs = vec![home.beside("one")];
            recipe.subject = Subject::Path(home.beside("one"));
        });
        let before = scene.key();
        fs::write(home.beside(file), "#!/bin/sh\nanother").unwrap();
        assert_ne!(scene.key(), before, "{file}");
    }
}

#[test]
fn what_nobody_named_does_not_count() {
    let home = Home::new();
    let scene = Scene::new(&home).with(|recipe| recipe.env = vec!["A".into()]).with_env("A", "1");
    let before = scene.key();
    fs::write(home.beside("two"), "changed").unwrap();
    fs::write(home.beside("bin/other"), "new").unwrap();
    let touched = fs::File::options().write(true).open(home.beside("bin/tool")).unwrap();
    touched.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    let elsewhere = format!("/nowhere:{}", home.beside("bin").display());
    let busy = scene.clone().with_env("B", "1").with_env("HOME", "/root").with_env("PATH", elsewhere);
    assert_eq!(busy.key(), before);
    let repeated = scene.with(|recipe| recipe.env = vec!["A".into(), "A".into()]);
    assert_eq!(repeated.key(), before, "named twice is named once");
}

#[test]
fn the_order_in_which_variables_are_named_does_not_count() {
    let home = Home::new();
    let named =
        |names: [&str; 2]| Scene::new(&home).with(|recipe| recipe.env = names.map(OsString::from).to_vec());
    assert_eq!(named(["A", "B"]).key(), named(["B", "A"]).key());
}

#[test]
fn where_an_input_lies_does_not_count() {
    let home = Home::new();
    fs::create_dir(home.beside("elsewhere")).unwrap();
    let with = |input: PathBuf| Scene::new(&home).with(|recipe| recipe.inputs = vec![input]);
    let before = with(home.beside("one")).key();
    fs::copy(home.beside("one"), home.beside("elsewhere/uno")).unwrap();
    assert_eq!(with(home.beside("elsewhere/uno")).key(), before);
}

#[test]
fn the_cache_inside_an_input_or_the_subject_does_not_count() {
    let home = Home::new();
    fs::create_dir_all(home.beside("tree/cache")).unwrap();
    let scene = Scene::new(&home).with(|recipe| {
        recipe.inputs = vec![home.beside("tree")];
        recipe.subject = Subject::Path(home.beside("tree"));
    });
    let capture = || {
        let env = |name: &OsStr| scene.env.get(name).cloned();
        scene.recipe.capture(&env, Some(&home.beside("tree/cache"))).unwrap().key
    };
    let before = capture();
    fs::write(home.beside("tree/cache/.stats"), "hit 1").unwrap();
    assert_eq!(capture(), before);
}

#[test]
fn each_part_is_recorded_as_a_digest_and_no_value_is() {
    let home = Home::new();
    let scene = Scene::new(&home).with_command(&["tool", "--password=hunter2"]).with(|recipe| {
        recipe.inputs = vec![home.beside("one")];
        recipe.env = vec!["TOKEN".into()];
        recipe.salt_command = Some("echo hunter2".into());
    });
    let captured = scene.with_env("TOKEN", "hunter2").capture().unwrap();
    let names: Vec<_> = captured.inputs.keys().map(String::as_str).collect();
    let input = format!("input 0 {}", home.beside("one").display());
    assert_eq!(names, ["argument 0", "argument 1", "env TOKEN", &input, "program", "salt"]);
    for (name, value) in &captured.inputs {
        assert!(value.starts_with("blake3:") && value.len() == 71, "{name}: {value}");
    }
}

#[test]
fn the_program_is_the_first_in_the_path_that_can_be_run() {
    let home = Home::new();
    for dir in ["a", "b", "c"] {
        fs::create_dir(home.beside(dir)).unwrap();
    }
    let scene = Scene::new(&home);
    fs::write(home.beside("a/tool"), "not executable").unwrap();
    fs::create_dir(home.beside("b/tool")).unwrap();
    symlink(home.beside("bin/tool"), home.beside("c/tool")).unwrap();
    let path = ["a", "b", "c", "bin"].map(|dir| home.beside(dir).display().to_string()).join(":");
    let captured = scene.with_env("PATH", path).capture().unwrap();
    assert_eq!(captured.program, home.beside("c/tool"));
    let content = fs::read(home.beside("bin/tool")).unwrap();
    assert_eq!(captured.program_digest, DigestAlgorithm::Blake3.digest(&content));
}

#[test]
fn a_program_that_is_not_there_is_not_found() {
    let home = Home::new();
    for command in ["no-such-tool", "./no/such/tool", "", home.beside("bin/none").to_str().unwrap()] {
        let error = Scene::new(&home).with_command(&[command]).capture().unwrap_err();
        assert!(matches!(&error, CaptureError::NotFound(name) if name == command), "{error}");
    }
    let mut without_path = Scene::new(&home);
    without_path.env.clear();
    assert!(matches!(without_path.capture(), Err(CaptureError::NotFound(_))));
    let nothing = Scene::new(&home).with_command(&[]);
    assert!(matches!(nothing.capture(), Err(CaptureError::NoCommand)));
}

#[test]
fn a_program_that_cannot_be_run_is_not_executable() {
    let home = Home::new();
    let file = home.beside("one");
    for path in [file.clone(), home.beside("bin")] {
        let error = Scene::new(&home).with_command(&[path.to_str().unwrap()]).capture().unwrap_err();
        assert!(matches!(&error, CaptureError::NotExecutable(found) if *found == path), "{error}");
    }
}

#[test]
fn a_program_in_the_path_that_cannot_be_run_is_not_executable_unless_a_later_one_can() {
    let home = Home::new();
    let first = home.beside("first");
    fs::create_dir(&first).unwrap();
    fs::write(first.join("tool"), "not executable").unwrap();
    let scene = Scene::new(&home);
    let error = scene.clone().with_env("PATH", &first).capture().unwrap_err();
    assert!(matches!(&error, CaptureError::NotExecutable(found) if *found == first.join("tool")), "{error}");
    let both = std::env::join_paths([first, home.beside("bin")]).unwrap();
    assert_eq!(scene.with_env("PATH", both).capture().unwrap().program, home.beside("bin/tool"));
}

#[test]
fn the_working_directory_is_no_place_for_programs() {
    let home = Home::new();
    // Cargo runs tests in the package's directory, where this lies.
    assert!(std::path::Path::new("Cargo.toml").exists());
    let in_path = |path| Scene::new(&home).with_command(&["Cargo.toml"]).with_env("PATH", path).capture();
    assert!(
        matches!(in_path(":").unwrap_err(), CaptureError::NotFound(_)),
        "an empty element was looked into"
    );
    assert!(
        matches!(in_path(".").unwrap_err(), CaptureError::NotFound(_)),
        "a relative element was looked into"
    );
}

#[test]
fn what_counts_and_cannot_be_read_is_an_error() {
    let home = Home::new();
    fifo(&home.beside("fifo"));
    for missing in ["none", "fifo"] {
        let path = home.beside(missing);
        let input = Scene::new(&home).with(|recipe| recipe.inputs = vec![path.clone()]);
        let subject = Scene::new(&home).with(|recipe| recipe.subject = Subject::Path(path.clone()));
        for scene in [input, subject] {
            let error = scene.capture().unwrap_err();
            let CaptureError::Read(read) = &error else { panic!("{error}") };
            assert!(read.to_string().contains(path.to_str().unwrap()), "{error}");
        }
    }
}

#[test]
fn a_salt_command_that_fails_is_an_error_that_names_it() {
    let home = Home::new();
    let scene = Scene::new(&home).with(|recipe| recipe.salt_command = Some("echo 1; exit 3".into()));
    let error = scene.capture().unwrap_err();
    assert_eq!(error.to_string(), "the salt command failed (exit status: 3): echo 1; exit 3");
}

#[test]
fn a_subject_whose_digest_no_key_takes_is_an_error() {
    let home = Home::new();
    let subject = Subject::Digest(DigestAlgorithm::Blake3.digest(b"an image"));
    let error = Scene::new(&home).with(|recipe| recipe.subject = subject).capture().unwrap_err();
    assert!(matches!(error, CaptureError::Key(bulla::InvalidKey::Subject)), "{error}");
}
