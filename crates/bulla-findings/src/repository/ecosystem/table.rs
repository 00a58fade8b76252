//! The kinds that Dependabot knows, and those that have a lock file.
//!
//! Dependabot's names: <https://docs.github.com/en/code-security/reference/supply-chain-security/supported-ecosystems-and-repositories>;
//! Renovate's: <https://docs.renovatebot.com/modules/manager/>.

use super::Lock::{Always, Never, Perhaps};
use super::Read::{Content, Lines, Mentions, Name, Outermost, Pyproject};
use super::{Ecosystem, Lock, Read};
use crate::repository::manifest::read as manifest;

const NPM_LOCKS: Lock = Always(&[
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "bun.lockb",
]);
const PYPROJECT: &[&str] = &["pyproject.toml"];
const PYTHON_LOCKS: Lock = Perhaps(&["pylock.toml", "uv.lock", "poetry.lock", "pdm.lock"]);
const REQUIREMENTS: &[&str] = &[
    "requirements/*.txt",
    "requirements/*.in",
    "requirements*.txt",
    "requirements*.in",
    "*requirements.txt",
];
const SETUP: &[&str] = &["install_requires", "setup_requires", "tests_require", "extras_require"];
const DENO: &[&str] = &["\"jsr:", "\"npm:"];
const DEV_CONTAINERS: &[&str] =
    &[".devcontainer.json", ".devcontainer/devcontainer.json", ".devcontainer/*/devcontainer.json"];
const DOCKERFILES: &[&str] = &[
    "Dockerfile",
    "Dockerfile.*",
    "*.Dockerfile",
    "*.dockerfile",
    "Containerfile",
    "Containerfile.*",
    "*.Containerfile",
];
const COMPOSE: &[&str] = &[
    "docker-compose*.yml",
    "docker-compose*.yaml",
    "compose.yml",
    "compose.yaml",
    "compose.*.yml",
    "compose.*.yaml",
];

/// Where two have the same manifest, the first that knows its content has it.
pub(crate) static ECOSYSTEMS: [Ecosystem; 39] = [
    // Rust
    row("Cargo", &["Cargo.toml"], Always(&["Cargo.lock"]), &["cargo"], &["cargo"], Content(manifest::cargo)),
    row(
        "Rust toolchain",
        &["rust-toolchain.toml", "rust-toolchain"],
        Never,
        &["rust-toolchain"],
        &["rust-toolchain"],
        Content(manifest::rust_toolchain),
    ),
    // JavaScript
    row("npm", &["package.json"], NPM_LOCKS, &["npm", "bun"], &["npm", "bun"], Content(manifest::npm)),
    row("Deno", &["deno.json", "deno.jsonc"], Always(&["deno.lock"]), &["deno"], &["deno"], Mentions(DENO)),
    row("Elm", &["elm.json"], Never, &["elm"], &[], Name),
    // Go
    row("Go", &["go.mod"], Always(&["go.sum"]), &["gomod"], &["gomod"], Lines(&["require ", "require("])),
    // Python
    row("Poetry", PYPROJECT, Always(&["poetry.lock"]), &["pip"], &["poetry"], Pyproject(manifest::poetry)),
    row("uv", PYPROJECT, Always(&["uv.lock"]), &["uv"], &["pep621"], Pyproject(manifest::uv)),
    row("PDM", PYPROJECT, Always(&["pdm.lock"]), &["pip"], &["pep621"], Pyproject(manifest::pdm)),
    row("Python", PYPROJECT, PYTHON_LOCKS, &["pip", "uv"], &["pep621"], Pyproject(manifest::pep621)),
    row("Pipenv", &["Pipfile"], Always(&["Pipfile.lock"]), &["pip"], &["pipenv"], Content(manifest::pipenv)),
    row("pip", REQUIREMENTS, Never, &["pip"], &["pip_requirements", "pip-compile"], Name),
    row("setup.py", &["setup.py"], Never, &["pip"], &["pip_setup"], Mentions(SETUP)),
    row("setup.cfg", &["setup.cfg"], Never, &["pip"], &["setup-cfg"], Lines(&["install_requires"])),
    row("Conda", &["environment.yml", "environment.yaml"], Never, &["conda"], &[], Lines(&["dependencies:"])),
    // Ruby, PHP, Elixir, Dart, Swift, Julia
    row(
        "Bundler",
        &["Gemfile"],
        Always(&["Gemfile.lock"]),
        &["bundler"],
        &["bundler"],
        Lines(&["gem ", "gem(", "gemspec"]),
    ),
    row("gemspec", &["*.gemspec"], Never, &["bundler"], &[], Mentions(&["_dependency"])),
    row(
        "Composer",
        &["composer.json"],
        Always(&["composer.lock"]),
        &["composer"],
        &["composer"],
        Content(manifest::composer),
    ),
    row("Hex", &["mix.exs"], Always(&["mix.lock"]), &["mix"], &["mix"], Lines(&["{:", "[{:"])),
    row("Pub", &["pubspec.yaml"], Always(&["pubspec.lock"]), &["pub"], &["pub"], Content(manifest::dart)),
    row(
        "Swift",
        &["Package.swift"],
        Always(&["Package.resolved"]),
        &["swift"],
        &["swift"],
        Lines(&[".package("]),
    ),
    row("CocoaPods", &["Podfile"], Always(&["Podfile.lock"]), &[], &["cocoapods"], Lines(&["pod "])),
    row("Julia", &["Project.toml"], Never, &["julia"], &[], Lines(&["[deps]"])),
    // .NET, Java and its relatives: lock files of NuGet and Gradle are switched on by whoever wants them, and Maven has
    // none.
    row("NuGet", &["*.csproj", "*.fsproj", "*.vbproj"], Never, &["nuget"], &["nuget"], Outermost),
    row(".NET SDK", &["global.json"], Never, &["dotnet-sdk"], &["nuget"], Mentions(&["\"sdk\""])),
    row("Gradle", &["build.gradle", "build.gradle.kts"], Never, &["gradle"], &["gradle"], Outermost),
    row("Maven", &["pom.xml"], Never, &["maven"], &["maven"], Outermost),
    row("sbt", &["build.sbt"], Never, &["sbt"], &["sbt"], Outermost),
    // What builds
    row(
        "Bazel",
        &["MODULE.bazel"],
        Always(&["MODULE.bazel.lock"]),
        &["bazel"],
        &["bazel-module"],
        Lines(&["bazel_dep("]),
    ),
    row(
        "Nix",
        &["flake.nix"],
        Always(&["flake.lock"]),
        &["nix"],
        &["nix"],
        Lines(&["inputs.", "inputs ", "inputs="]),
    ),
    row("vcpkg", &["vcpkg.json"], Never, &["vcpkg"], &[], Mentions(&["\"builtin-baseline\""])),
    row(
        "pre-commit",
        &[".pre-commit-config.yaml", ".pre-commit-config.yml"],
        Never,
        &["pre-commit"],
        &["pre-commit"],
        Lines(&["rev:", "- rev:"]),
    ),
    row("Git submodules", &[".gitmodules"], Never, &["gitsubmodule"], &["git-submodules"], Name),
    // What runs. Modules of Terraform that others call have no lock file, and no providers of their own.
    row("Docker", DOCKERFILES, Never, &["docker"], &["dockerfile"], Name),
    row("Docker Compose", COMPOSE, Never, &["docker-compose"], &["docker-compose"], Mentions(&["image:"])),
    row(
        "Dev containers",
        DEV_CONTAINERS,
        Never,
        &["devcontainers"],
        &["devcontainer"],
        Mentions(&["\"features\""]),
    ),
    row("Helm", &["Chart.yaml"], Always(&["Chart.lock"]), &["helm"], &["helmv3"], Content(manifest::helm)),
    row(
        "Terraform",
        &["main.tf", "backend.tf", "provider.tf", "providers.tf", "terraform.tf", "versions.tf"],
        Always(&[".terraform.lock.hcl"]),
        &["terraform", "opentofu"],
        &["terraform"],
        Content(manifest::terraform),
    ),
    row("Terraform", &["*.tf", "*.tofu"], Never, &["terraform", "opentofu"], &["terraform"], Name),
];

/// What workflows and composite actions use; see [`super::super::Workflows`].
pub(crate) static GITHUB_ACTIONS: Ecosystem =
    row("GitHub Actions", &[], Never, &["github-actions"], &["github-actions"], Name);

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
