//! Code owners: a change reaches the default branch past the people who know what it does.

use std::collections::BTreeMap;

use super::{Control, Evidence};
use crate::repository::{
    Budget, CodeOwners, CodeOwnersProblem, NamedSensitive, Place, Repository, Rule, Sensitive, Settings,
};
use crate::severity::Severity;

/// See the module.
pub(super) static CODE_OWNERS: Control = Control {
    id: "code-owners",
    title: "Code owners",
    question: "Does every sensitive path have owners who are asked before it changes?",
    reason: "Workflows run with the repository's token and secrets, build and lock files decide what is built and from \
             what, and CODEOWNERS decides who is asked. Where such a path has no owner, anyone's approval will do: one \
             account that has been taken over, or one tired reviewer, is enough to change them. GitHub skips a line \
             that it can't read without a word in the pull request.",
    fix: "Write `.github/CODEOWNERS`: first `* @owner`, then a line for each path that others own, such as \
          `/.github/ @organisation/security`. Mend the lines that are skipped, and give owners to the paths that are \
          named. Owners need write access; then require their review in the branch's rules.",
    severity: Severity::High,
    check,
};

fn check(repository: &Repository) -> Vec<Evidence> {
    let place = CodeOwners::place(repository);
    let mut evidence = match place.map(|place| (place, CodeOwners::read(repository, place))) {
        None => vec![Evidence::fail("there is no CODEOWNERS file in `.github/`, in the root or in `docs/`")],
        Some((place, Err(why))) => vec![Evidence::fail(format!("cannot be read: {why}")).in_file(place)],
        Some((place, Ok(owners))) => {
            [lines(place, &owners), vec![default(place, &owners)], sensitive(repository, place, &owners)]
                .concat()
        }
    };
    evidence.extend(without_effect(repository, place));
    evidence
}

/// `one`, `two` and 7 more, or the same with another word than "and".
pub(super) fn list(texts: &[impl AsRef<str>], word: &str) -> String {
    let shown = if texts.len() <= 4 { texts.len() } else { 3 };
    let mut names: Vec<String> = texts[..shown].iter().map(|text| format!("`{}`", text.as_ref())).collect();
    if texts.len() > shown {
        names.push(format!("{} more", texts.len() - shown));
    }
    match names.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} {word} {last}", before.join(", ")),
        _ => names.concat(),
    }
}

fn lines(place: &str, owners: &CodeOwners<'_>) -> Vec<Evidence> {
    if owners.problems().is_empty() {
        let read = "it is where GitHub looks, and GitHub skips none of its lines";
        return vec![Evidence::pass(read).in_file(place)];
    }
    let skipped = |at: &CodeOwnersProblem| {
        let here = Place { line: at.line, column: at.column };
        Evidence::fail(format!("GitHub skips this line: {}", at.problem)).at(place, owners.lines(), here)
    };
    owners.problems().iter().map(skipped).collect()
}

fn default(place: &str, owners: &CodeOwners<'_>) -> Evidence {
    let Some(rule) = owners.rules().iter().rfind(|rule| rule.pattern.matches_everything()) else {
        let nothing = "no pattern matches every path, so that a new file may have no owners";
        return Evidence::fail(nothing).in_file(place);
    };
    let evidence = if rule.owners.is_empty() {
        Evidence::fail(format!("`{}` has no owners, so that a new file may have none", rule.written))
    } else {
        let owners = list(&rule.owners, "or");
        Evidence::pass(format!("what no later pattern matches is owned by {owners}"))
    };
    evidence.at(place, owners.lines(), rule.place)
}

fn sensitive(repository: &Repository, place: &str, owners: &CodeOwners<'_>) -> Vec<Evidence> {
    let budget = Budget::bounded();
    let sensitive = Sensitive::of(repository, &budget);
    let mut owned: BTreeMap<u64, (&Rule, Vec<&str>)> = BTreeMap::new();
    let mut unowned = Vec::new();
    for path in &sensitive.paths {
        let decisive = owners.decisive(path, &budget);
        if budget.is_spent() {
            break;
        }
        match decisive {
            Some(rule) if !rule.owners.is_empty() => {
                owned.entry(rule.place.line).or_insert((rule, Vec::new())).1.push(path);
            }
            _ => unowned.push((*path, decisive)),
        }
    }
    let of_owned = |(rule, paths): &(&Rule, Vec<&str>)| {
        let (paths, by) = (list(paths, "and"), list(&rule.owners, "or"));
        Evidence::pass(format!("owned by {by}: {paths}")).at(place, owners.lines(), rule.place)
    };
    let of_unowned = |(path, decisive): &(&str, Option<&Rule>)| without_owners(place, path, *decisive);
    let mut evidence: Vec<Evidence> =
        owned.values().map(of_owned).chain(unowned.iter().map(of_unowned)).collect();
    evidence.extend(named(&sensitive.named));
    if budget.is_spent() {
        let spent = "there are too many patterns and paths to tell who owns every sensitive path";
        evidence.push(Evidence::fail(spent).in_file(place));
    }
    evidence
}

fn without_owners(place: &str, path: &str, decisive: Option<&Rule>) -> Evidence {
    let why = match decisive {
        None => "no pattern matches it".to_owned(),
        Some(rule) => format!("`{}` on line {} has none", rule.written, rule.place.line),
    };
    if Sensitive::NEW_WORKFLOWS.contains(&path) {
        Evidence::fail(format!("a new `{path}` would have no owners: {why}")).in_file(place)
    } else {
        Evidence::fail(format!("`{path}` has no owners: {why}")).in_file(path)
    }
}

/// What is wrong with the paths that the repository's own settings name.
fn named(named: &[NamedSensitive<'_>]) -> Vec<Evidence> {
    named
        .iter()
        .filter_map(|NamedSensitive { written, matches_any }| match matches_any {
            Ok(true) => None,
            Ok(false) => Some(Evidence::warn(format!("`{written}` in `sensitive` matches no file"))),
            Err(flaw) => {
                let problem = &flaw.problem;
                Some(Evidence::fail(format!("`{written}` in `sensitive` is no pattern: {problem}")))
            }
        })
        .map(|remark| remark.in_file(Settings::FILE))
        .collect()
}

/// Files of that name which nobody reads.
fn without_effect(repository: &Repository, place: Option<&str>) -> Vec<Evidence> {
    let others = repository
        .paths()
        .filter(|path| path.rsplit('/').next() == Some("CODEOWNERS") && Some(*path) != place);
    let why = match place {
        Some(place) => format!("GitHub takes `{place}` alone"),
        None => "GitHub does not look here".to_owned(),
    };
    others.map(|path| Evidence::warn(format!("it has no effect: {why}")).in_file(path)).collect()
}
