//! The kinds of package that a repository can hold: which files declare them, which hold them, and what robots call them.
//!
//! Only files that are known by their name are here. Dependabot's names:
//! <https://docs.github.com/en/code-security/reference/supply-chain-security/dependabot-options-reference#package-ecosystem->;
//! Renovate's: <https://docs.renovatebot.com/modules/manager/>.

use super::manifest::{Declared, read as manifest};

/// One kind of package.
#[derive(Debug)]
pub(crate) struct Ecosystem {
    /// What people call it.
    pub(crate) name: &'static str,
    /// The names of the files that declare what is needed; `*.x` is any name with that ending.
    pub(crate) manifests: &'static [&'static str],
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
    /// Its content says; `None`: it belongs to another ecosystem.
    Content(fn(&str) -> Result<Option<Declared>, String>),
}

use Lock::{Always, Never, Perhaps};
use Read::{Content, Name, Outermost};

/// Where two have the same manifest, the first that knows its content has it.
pub(crate) static ECOSYSTEMS: [Ecosystem; 21] = [
    row("Cargo", &["Cargo.toml"], Always(&["Cargo.lock"]), &["cargo"], &["cargo"], Content(manifest::cargo)),
    row(
        "npm",
        &["package.json"],
        Always(&NPM_LOCKS),
        &["npm", "bun"],
        &["npm", "bun"],
        Content(manifest::npm),
    ),
    row("Go", &["go.mod"], Always(&["go.sum"]), &["gomod"], &["gomod"], Content(manifest::go)),
    row("Poetry", PYPROJECT, Always(&["poetry.lock"]), &["pip"], &["poetry"], Content(manifest::poetry)),
    row("uv", PYPROJECT, Always(&["uv.lock"]), &["uv"], &["pep621"], Content(manifest::uv)),
    row("PDM", PYPROJECT, Always(&["pdm.lock"]), &["pip"], &["pep621"], Content(manifest::pdm)),
    row("Python", PYPROJECT, Perhaps(&PYTHON_LOCKS), &["pip", "uv"], &["pep621"], Content(manifest::pep621)),
    row("Pipenv", &["Pipfile"], Always(&["Pipfile.lock"]), &["pip"], &["pipenv"], Content(manifest::pipenv)),
    row("pip", &["requirements.txt"], Never, &["pip"], &["pip_requirements"], Name),
    row(
        "Bundler",
        &["Gemfile"],
        Always(&["Gemfile.lock"]),
        &["bundler"],
        &["bundler"],
        Content(manifest::ruby),
    ),
    row(
        "Composer",
        &["composer.json"],
        Always(&["composer.lock"]),
        &["composer"],
        &["composer"],
        Content(manifest::composer),
    ),
    row("Hex", &["mix.exs"], Always(&["mix.lock"]), &["mix"], &["mix"], Content(manifest::mix)),
    row("Pub", &["pubspec.yaml"], Always(&["pubspec.lock"]), &["pub"], &["pub"], Content(manifest::dart)),
    row(
        "Swift",
        &["Package.swift"],
        Always(&["Package.resolved"]),
        &["swift"],
        &["swift"],
        Content(manifest::swift),
    ),
    row("Nix", &["flake.nix"], Always(&["flake.lock"]), &["nix"], &["nix"], Content(manifest::nix)),
    // Lock files of NuGet and Gradle are switched on by whoever wants them; Maven has none, and modules of Terraform
    // that others call have none either.
    row("NuGet", &["*.csproj", "*.fsproj", "*.vbproj"], Never, &["nuget"], &["nuget"], Outermost),
    row("Gradle", &["build.gradle", "build.gradle.kts"], Never, &["gradle"], &["gradle"], Outermost),
    row("Maven", &["pom.xml"], Never, &["maven"], &["maven"], Outermost),
    row("Terraform", &["*.tf"], Never, &["terraform", "opentofu"], &["terraform"], Name),
    row("Docker", &["Dockerfile", "Containerfile"], Never, &["docker"], &["dockerfile"], Name),
    row("Git submodules", &[".gitmodules"], Never, &["gitsubmodule"], &["git-submodules"], Name),
];

/// What workflows and composite actions use; see [`super::Workflows`].
pub(crate) static GITHUB_ACTIONS: Ecosystem =
    row("GitHub Actions", &[], Never, &["github-actions"], &["github-actions"], Name);

const NPM_LOCKS: [&str; 6] =
    ["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb"];
const PYPROJECT: &[&str] = &["pyproject.toml"];
const PYTHON_LOCKS: [&str; 4] = ["pylock.toml", "uv.lock", "poetry.lock", "pdm.lock"];

const fn row(
    name: &'static str,
    manifests: &'static [&'static str],
    lock: Lock,
    dependabot: &'static [&'static str],
    renovate: &'static [&'static str],
    read: Read,
) -> Ecosystem {
    Ecosystem { name, manifests, lock, dependabot, renovate, read }
}

impl Ecosystem {
    /// Those whose manifest a file with that path is: none for what is brought in from elsewhere.
    pub(super) fn of(path: &str) -> impl Iterator<Item = &'static Self> + '_ {
        let name = path.rsplit('/').next().unwrap_or(path);
        let named =
            move |ecosystem: &&Self| ecosystem.manifests.iter().any(|manifest| is_named(name, manifest));
        ECOSYSTEMS.iter().filter(named).filter(move |_| !is_brought_in(path))
    }

    /// Whether a file is a manifest whose content says something.
    pub(super) fn reads(path: &str) -> bool {
        Self::of(path).any(|ecosystem| matches!(ecosystem.read, Content(_)))
    }
}

fn is_named(name: &str, manifest: &str) -> bool {
    match manifest.strip_prefix('*') {
        Some(ending) => name.ends_with(ending),
        None => name == manifest,
    }
}

/// Copies of other people's packages are updated with whatever brought them in.
fn is_brought_in(path: &str) -> bool {
    path.split('/').any(|part| matches!(part, "node_modules" | "bower_components" | "vendor"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_is_known_by_its_name_in_any_directory_but_those_of_other_peoples_packages() {
        let names = |path| Ecosystem::of(path).map(|ecosystem| ecosystem.name).collect::<Vec<_>>();
        assert_eq!(names("a/b/Cargo.toml"), ["Cargo"]);
        assert_eq!(names("src/App.csproj"), ["NuGet"]);
        assert_eq!(names("pyproject.toml"), ["Poetry", "uv", "PDM", "Python"]);
        assert!(names("web/node_modules/left-pad/package.json").is_empty());
        assert!(names("cargo.toml").is_empty());
    }
}
