//! Order of code owners: the last pattern that matches decides, however little it says about the path.

use std::collections::{BTreeMap, HashSet};

use super::code_owners::list;
use super::{Control, ControlVerdict, Evidence};
use crate::repository::{Budget, CodeOwners, Repository, Rule, Sensitive};
use crate::severity::Severity;

/// See the module.
pub(super) static CODE_OWNERS_ORDER: Control = Control {
    id: "code-owners-order",
    title: "Order of code owners",
    question: "Do the rules for owners do what they seem to say?",
    reason: "The last pattern that matches a path decides, and all others count for nothing. A broad pattern below a \
             narrow one takes its paths away: the file still names the security team for the workflows, and someone \
             else approves them.",
    fix: "Put broad patterns first and narrow ones last, and remove the patterns that never decide. Where two teams \
          must both agree, require that in the branch's rules: owners on one line are alternatives.",
    severity: Severity::Medium,
    check,
};

fn check(repository: &Repository) -> Vec<Evidence> {
    let Some(place) = CodeOwners::place(repository) else {
        return vec![Evidence::not_assessed("there is no CODEOWNERS file")];
    };
    let owners = match CodeOwners::read(repository, place) {
        Ok(owners) => owners,
        Err(why) => return vec![Evidence::not_assessed(format!("cannot be read: {why}")).in_file(place)],
    };
    let order = Order { place, owners: &owners, budget: Budget::bounded() };
    let dead = order.dead();
    let weakened = order.weakened(repository, &dead);
    let mut evidence = [order.never_decide(&dead), order.take_away(&weakened)].concat();
    evidence.extend(order.in_this_tree(repository, &dead));
    evidence.extend(order.unfinished());
    if evidence.iter().all(|evidence| evidence.verdict < ControlVerdict::Warn) {
        let pass =
            "no later pattern takes all paths of an earlier one, or a sensitive path from one that says more";
        evidence.insert(0, Evidence::pass(pass).in_file(place));
    }
    evidence.extend(order.outside_the_file());
    evidence
}

/// A file, and how much has been spent on looking at it.
struct Order<'a> {
    place: &'static str,
    owners: &'a CodeOwners<'a>,
    budget: Budget,
}

/// By its line: a rule that can never decide, and a later one that matches all it matches.
type Dead<'a> = BTreeMap<u64, (&'a Rule, &'a Rule)>;

/// By their lines: the earlier rule and the later one, and the paths that the later one takes.
type Weakened<'a> = BTreeMap<(u64, u64), (&'a Rule, &'a Rule, Vec<&'a str>)>;

/// The most that a rule does for any file that it matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Effect {
    /// There is no such file.
    Unused,
    /// A narrower rule decides: this one is there for files to come.
    Refined,
    /// Some other rule decides.
    Overruled,
    /// It decides.
    Decides,
}

impl<'a> Order<'a> {
    fn at(&self, evidence: Evidence, rule: &Rule) -> Evidence {
        evidence.at(self.place, self.owners.lines(), rule.place)
    }

    fn dead(&self) -> Dead<'a> {
        let rules = self.owners.rules().iter().enumerate();
        let dead = |(at, rule): (usize, &'a Rule)| {
            Some((rule.place.line, (rule, self.owners.covering(at, &self.budget)?)))
        };
        rules.filter_map(dead).collect()
    }

    /// The sensitive paths whose owners are others than the rule says that says most about them.
    fn weakened(&self, repository: &'a Repository, dead: &Dead<'_>) -> Weakened<'a> {
        let mut weakened = Weakened::new();
        for path in Sensitive::of(repository, &self.budget).paths {
            let matching = self.owners.matching(path, &self.budget);
            if self.budget.is_spent() {
                break;
            }
            let Some((decisive, earlier)) = matching.split_last() else { continue };
            let decisive = &self.owners.rules()[*decisive];
            let says = decisive.pattern.precision(path);
            let precise = earlier
                .iter()
                .map(|at| &self.owners.rules()[*at])
                .filter(|rule| rule.pattern.precision(path) > says && !dead.contains_key(&rule.place.line))
                .filter(|rule| !self.budget.is_spent() && self.loses(rule, decisive))
                .max_by_key(|rule| rule.pattern.precision(path));
            if let Some(precise) = precise {
                let lines = (precise.place.line, decisive.place.line);
                weakened.entry(lines).or_insert((precise, decisive, Vec::new())).2.push(path);
            }
        }
        weakened
    }

    /// Whether the owners of one rule may be passed over for those of another: someone else is enough, or nobody is
    /// needed.
    fn loses(&self, precise: &Rule, decisive: &Rule) -> bool {
        self.budget.spend(precise.owners.len() + decisive.owners.len());
        let asked: HashSet<String> = precise.owners.iter().map(|owner| owner.to_ascii_lowercase()).collect();
        let is_asked = |owner: &String| asked.contains(&owner.to_ascii_lowercase());
        !asked.is_empty() && (decisive.owners.is_empty() || !decisive.owners.iter().all(is_asked))
    }

    fn never_decide(&self, dead: &Dead<'_>) -> Vec<Evidence> {
        let one = |(rule, later): &(&Rule, &Rule)| {
            let message = format!(
                "`{}` never decides: `{}` on line {} matches all that it matches",
                rule.written, later.written, later.place.line
            );
            self.at(Evidence::fail(message), rule)
        };
        dead.values().map(one).collect()
    }

    fn take_away(&self, weakened: &Weakened<'_>) -> Vec<Evidence> {
        let one = |(precise, decisive, paths): &(&Rule, &Rule, Vec<&str>)| {
            let now = match decisive.owners.as_slice() {
                [] => "nobody".to_owned(),
                owners => list(owners, "or"),
            };
            let message = format!(
                "`{}` says less than `{}` on line {} and takes {} from it: now owned by {now} instead of {}",
                decisive.written,
                precise.written,
                precise.place.line,
                list(paths, "and"),
                list(&precise.owners, "or"),
            );
            self.at(Evidence::fail(message), decisive)
        };
        weakened.values().map(one).collect()
    }

    /// What each rule does to the files that are there; nothing if the budget does not reach.
    fn effects(&self, repository: &Repository) -> Vec<Effect> {
        let rules = self.owners.rules();
        let mut effects = vec![Effect::Unused; rules.len()];
        for path in repository.paths() {
            let matching = self.owners.matching(path, &self.budget);
            if self.budget.is_spent() {
                return Vec::new();
            }
            let Some((&decisive, earlier)) = matching.split_last() else { continue };
            effects[decisive] = Effect::Decides;
            for &at in earlier {
                if effects[at] >= Effect::Overruled {
                    continue;
                }
                let is_narrower = rules[at].pattern.covers(&rules[decisive].pattern, &self.budget);
                effects[at] = if is_narrower { Effect::Refined } else { Effect::Overruled };
            }
        }
        effects
    }

    fn in_this_tree(&self, repository: &Repository, dead: &Dead<'_>) -> Vec<Evidence> {
        let effects = self.effects(repository);
        let with = |effect: Effect| {
            let rules = self.owners.rules().iter().zip(&effects);
            let rules =
                rules.filter(move |(rule, it)| **it == effect && !dead.contains_key(&rule.place.line));
            rules.map(|(rule, _)| rule)
        };
        let overruled = |rule: &Rule| {
            let written = &rule.written;
            let message =
                format!("`{written}` has no effect in this tree: later patterns match all its files");
            self.at(Evidence::warn(message), rule)
        };
        let unused = |rule: &Rule| {
            let message = format!("`{}` matches nothing in this tree", rule.written);
            self.at(Evidence::not_assessed(message), rule)
        };
        with(Effect::Overruled).map(overruled).chain(with(Effect::Unused).map(unused)).collect()
    }

    fn unfinished(&self) -> Option<Evidence> {
        let message = "there are too many patterns and paths to compare each with all others";
        self.budget.is_spent().then(|| Evidence::warn(message).in_file(self.place))
    }

    fn outside_the_file(&self) -> [Evidence; 2] {
        let alternatives = "several owners on a line are alternatives: one of them is enough";
        let setting = "that an owner's review is required, or two reviews, is a setting outside the file";
        let several = self.owners.rules().iter().find(|rule| rule.owners.len() > 1);
        let alternatives = Evidence::not_assessed(alternatives);
        [
            match several {
                Some(rule) => self.at(alternatives, rule),
                None => alternatives.in_file(self.place),
            },
            Evidence::not_assessed(setting).in_file(self.place),
        ]
    }
}
