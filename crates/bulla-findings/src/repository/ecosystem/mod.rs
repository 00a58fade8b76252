//! The kinds of package that a repository can hold: which files declare them, which hold them, and what robots call them.

mod table;

use super::manifest::{Declared, Pyproject};
pub(crate) use table::{ECOSYSTEMS, GITHUB_ACTIONS};

/// One kind of package.
#[derive(Debug)]
pub(crate) struct Ecosystem {
    /// What people call it.
    pub(crate) name: &'static str,
    /// The names of the files that declare what is needed, with those of the directories that they are always in. A `*` is
    /// any text.
    manifests: &'static [&'static str],
    /// The files that hold it.
    pub(crate) lock: Lock,
    /// What Dependabot calls it: any of them covers it.
    pub(crate) dependabot: &'static [&'static str],
    /// What Renovate calls it: any of them covers it.
    pub(crate) renovate: &'static [&'static str],
    /// How a manifest is read.
    pub(super) read: Read,
}

/// Whether there is a lock file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lock {
    /// There is none, or most do without.
    Never,
    /// The tool writes one; any of these names.
    Always(&'static [&'static str]),
    /// The manifest does not say which tool reads it; one of these would do.
    Perhaps(&'static [&'static str]),
}

/// How a manifest is read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Read {
    /// Its name says that there are dependencies, and each directory is for itself.
    Name,
    /// Likewise, and the outermost manifest builds those below it.
    Outermost,
    /// A program in a language of its own: a line that begins like one of these is taken for a dependency.
    Lines(&'static [&'static str]),
    /// Likewise wherever one of these stands.
    Mentions(&'static [&'static str]),
    /// Its content says; `None`: it belongs to another ecosystem.
    Content(fn(&str) -> Result<Option<Declared>, String>),
    /// Likewise, for the one file that several tools share.
    Pyproject(fn(&Pyproject) -> Option<Declared>),
}

impl Lock {
    /// The names of the files, any of which will do.
    pub(crate) const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Never => &[],
            Self::Always(names) | Self::Perhaps(names) => names,
        }
    }
}

impl Ecosystem {
    /// Those whose manifest a file with that path is, each with the directory that it is for: none for what is brought in
    /// from elsewhere.
    pub(super) fn of(path: &str) -> impl Iterator<Item = (&'static Self, &str)> {
        let ecosystems = if is_brought_in(path) { &[] } else { ECOSYSTEMS.as_slice() };
        ecosystems.iter().filter_map(move |ecosystem| Some((ecosystem, ecosystem.place(path)?)))
    }

    /// Whether a file is a manifest, whoever's.
    pub(super) fn declares(path: &str) -> bool {
        ECOSYSTEMS.iter().any(|ecosystem| ecosystem.place(path).is_some())
    }

    /// Whether a file is a lock file, whoever's.
    pub(super) fn locks(path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        ECOSYSTEMS.iter().any(|ecosystem| ecosystem.lock.names().contains(&name))
    }

    /// Whether a file is a manifest whose content says something.
    pub(super) fn reads(path: &str) -> bool {
        Self::of(path).any(|(ecosystem, _)| !matches!(ecosystem.read, Read::Name | Read::Outermost))
    }

    /// The directory that a file is for, if it is a manifest.
    fn place<'a>(&self, path: &'a str) -> Option<&'a str> {
        self.manifests.iter().find_map(|manifest| place(path, manifest))
    }
}

/// What is above those parts of a path that a manifest names.
fn place<'a>(path: &'a str, manifest: &str) -> Option<&'a str> {
    manifest.rsplit('/').try_fold(path, |path, wanted| {
        let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
        is_named(name, wanted).then_some(above)
    })
}

fn is_named(name: &str, wanted: &str) -> bool {
    match wanted.split_once('*') {
        Some((begin, end)) => name.strip_prefix(begin).is_some_and(|rest| rest.ends_with(end)),
        None => name == wanted,
    }
}

/// Copies of other people's packages are updated with whatever brought them in.
fn is_brought_in(path: &str) -> bool {
    path.split('/').any(|part| matches!(part, "node_modules" | "bower_components" | "vendor"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str) -> Vec<(&'static str, &str)> {
        Ecosystem::of(path).map(|(ecosystem, place)| (ecosystem.name, place)).collect()
    }

    #[test]
    fn a_manifest_is_known_by_its_name_in_any_directory_but_those_of_other_peoples_packages() {
        assert_eq!(found("a/b/Cargo.toml"), [("Cargo", "a/b")]);
        assert_eq!(found("src/App.csproj"), [("NuGet", "src")]);
        assert_eq!(found("build/api.Dockerfile"), [("Docker", "build")]);
        let names: Vec<_> = found("pyproject.toml").into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["Poetry", "uv", "PDM", "Python"]);
        for path in ["web/node_modules/left-pad/package.json", "cargo.toml", "Dockerfile2", "requirements.md"]
        {
            assert!(found(path).is_empty(), "{path}");
        }
    }

    #[test]
    fn a_manifest_in_a_directory_of_its_own_is_for_what_lies_above() {
        assert_eq!(found(".devcontainer/devcontainer.json"), [("Dev containers", "")]);
        assert_eq!(found("a/.devcontainer/go/devcontainer.json"), [("Dev containers", "a")]);
        assert_eq!(found("a/requirements/dev.txt"), [("pip", "a")]);
        assert_eq!(found("a/requirements-dev.txt"), [("pip", "a")]);
        assert!(found("dev.txt").is_empty() && found("requirements").is_empty());
    }
}
