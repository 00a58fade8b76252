use std::collections::{BTreeMap, BTreeSet};

use super::place;
use super::toolchain::{Language, Toolchains};
use crate::controls::Evidence;
use crate::repository::{Node, Repository, Sequence, Step, Text, contexts, is_codeql_configuration};

/// The query sets that find more than the default one does.
const EXTENDED: [&str; 2] = ["security-extended", "security-and-quality"];

/// The configurations of CodeQL that jobs name.
pub(super) struct Configurations<'a> {
    repository: &'a Repository,
    /// Whether each turns an extended query set on; `None` if it is not read.
    found: BTreeMap<String, Option<bool>>,
}

impl<'a> Configurations<'a> {
    pub(super) fn of(repository: &'a Repository) -> Self {
        Self { repository, found: BTreeMap::new() }
    }

    fn is_extended(&mut self, path: &str) -> Option<bool> {
        let path = path.strip_prefix("./").unwrap_or(path);
        if let Some(found) = self.found.get(path) {
            return *found;
        }
        let text = self.repository.text(path).filter(|_| is_codeql_configuration(path));
        let found = text.and_then(Result::ok).map(configures_extended);
        self.found.insert(path.to_owned(), found);
        found
    }

    /// Whether an extended query set is on, by the inputs of `github/codeql-action/init`.
    pub(super) fn queries(&mut self, sequence: &Sequence<'_>, init: &Step) -> Evidence {
        let input = |name: &str| init.input(name).and_then(Node::text);
        let (queries, config, file) = (input("queries"), input("config"), input("config-file"));
        let read = file.as_ref().map(|file| self.is_extended(&file.text));
        let is_on = [
            queries.as_ref().filter(|queries| names_extended(&queries.text)),
            config.as_ref().filter(|config| configures_extended(&config.text)),
            file.as_ref().filter(|_| read == Some(Some(true))),
        ];
        if let Some(place) = is_on.into_iter().flatten().next() {
            return Evidence::pass("CodeQL's extended query set is on").at_source(sequence.source, place);
        }
        let is_open = [queries.as_ref(), config.as_ref()].map(|it| it.filter(|it| it.text.contains("${{")));
        let unread = file.as_ref().filter(|_| read == Some(None));
        if let Some(place) = is_open.into_iter().flatten().chain(unread).next() {
            let message = format!(
                "whether CodeQL's extended query set is on can't be seen: `{}` is not read, or only known when it runs",
                place.text
            );
            return Evidence::not_assessed(message).at_source(sequence.source, place);
        }
        let message = "CodeQL's extended query set is not on: neither `queries` nor a configuration in `.github/codeql/` \
                       names `security-extended` or `security-and-quality`";
        Evidence::warn(message).at_source(sequence.source, place(init))
    }
}

/// `a, b`, or `+a, b` to add to what a file configures.
fn names_extended(queries: &str) -> bool {
    queries.split(',').any(|name| EXTENDED.contains(&name.trim().trim_start_matches('+').trim()))
}

/// A configuration's `queries: [{uses: security-extended}]`.
fn configures_extended(config: &str) -> bool {
    let Ok(config) = Node::parse(config) else { return false };
    let queries = config.get("queries").map(Node::items).unwrap_or_default();
    queries.iter().filter_map(|query| query.get("uses")?.as_text()).any(|name| EXTENDED.contains(&name))
}

/// Whether each compiled language is analysed with a toolchain that stays the same.
pub(super) fn toolchains(toolchains: &Toolchains, sequence: &Sequence<'_>, init: &Step) -> Vec<Evidence> {
    let Some(languages) = languages(sequence, init) else {
        let message =
            "which languages CodeQL analyses is only known when it runs, and so is what builds them";
        return vec![Evidence::not_assessed(message).at_source(sequence.source, place(init))];
    };
    let mut seen = BTreeSet::new();
    let evidence = languages.into_iter().filter_map(|(name, build_mode)| {
        let language = Language::named(&name.text)?;
        let needs_none = language.needs_no_toolchain(build_mode.as_deref());
        if !seen.insert((language.name, needs_none)) {
            return None;
        }
        let evidence = if needs_none {
            Evidence::pass(format!("`{}` is analysed without being built", language.name))
        } else if let Some(pinned) = toolchains.pinned(language, sequence) {
            return Some(pinned);
        } else {
            Evidence::warn(format!(
                "`{}` is analysed with whatever toolchain the runner has: no toolchain file and no step holds it to a version",
                language.name
            ))
        };
        Some(evidence.at_source(sequence.source, &name))
    });
    evidence.collect()
}

/// The languages, each with its build mode; `None` if no file says.
fn languages(sequence: &Sequence<'_>, init: &Step) -> Option<Vec<(Text, Option<String>)>> {
    let named = init.input("languages").or_else(|| init.input("language"))?.text()?;
    let build_mode = init.input("build-mode").and_then(Node::as_text);
    let Some(key) = matrix_key(&named.text) else {
        let Text { text, line, column, span } = named;
        let one = |name: &str| Text { text: name.trim().to_owned(), line, column, span: span.clone() };
        let names = (!text.contains("${{")).then(|| text.split(','))?;
        return Some(names.map(|name| (one(name), build_mode.map(str::to_owned))).collect());
    };
    let matrix = sequence.job?.1.node.get("strategy")?.get("matrix")?;
    let listed = entry(matrix, &key).map(Node::items).unwrap_or_default().iter();
    let listed = listed.filter_map(|name| Some((name.text()?, build_mode.map(str::to_owned))));
    let mode_key = build_mode.and_then(matrix_key);
    let included =
        matrix.get("include").map(Node::items).unwrap_or_default().iter().filter_map(|combination| {
            let mode = match &mode_key {
                Some(key) => entry(combination, key).and_then(Node::as_text),
                None => build_mode,
            };
            Some((entry(combination, &key)?.text()?, mode.map(str::to_owned)))
        });
    let found: Vec<_> = listed.chain(included).collect();
    (!found.is_empty()).then_some(found)
}

/// The `language` of `${{ matrix.language }}`.
fn matrix_key(text: &str) -> Option<String> {
    contexts(text)
        .into_iter()
        .find(|path| path.len() > 1 && path[0] == "matrix")
        .map(|mut path| path.swap_remove(1))
}

fn entry<'a>(node: &'a Node, name: &str) -> Option<&'a Node> {
    node.entries()
        .find(|(key, _)| key.as_text().is_some_and(|key| key.eq_ignore_ascii_case(name)))
        .map(|(_, value)| value)
}
