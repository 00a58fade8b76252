//! Order of code owners: the last pattern that matches decides, however little it says about the path.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::code_owners::{first, list};
use super::{Control, ControlVerdict, Evidence};
use crate::repository::{CodeOwners, Repository, Rule, Sensitive, Steps};
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
    let order = Order { place, owners: &owners, steps: Steps::default() };
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
    steps: Steps,
}

/// By their lines: the earlier rule and the later one, and the paths that the later one takes.
type Weakened<'a> = BTreeMap<(u64, u64), (&'a Rule, &'a Rule, Vec<&'a str>)>;

impl<'a> Order<'a> {
    fn at(&self, evidence: Evidence, rule: &Rule) -> Evidence {
        evidence.at(self.place, self.owners.lines(), &rule.text)
    }

    /// The rules that can never decide, each with a later one that matches all they match.
    fn dead(&self) -> Vec<(&'a Rule, &'a Rule)> {
        let rules = self.owners.rules();
        let later = |at: usize| {
            let mut later = rules[at + 1..].iter().take_while(|_| !self.steps.are_spent());
            later.find(|later| later.pattern.covers(&rules[at].pattern, &self.steps))
        };
        rules.iter().enumerate().filter_map(|(at, rule)| Some((rule, later(at)?))).collect()
    }

    /// The sensitive paths whose owners are others than the rule says that says most about them.
    fn weakened(&self, repository: &'a Repository, dead: &[(&Rule, &Rule)]) -> Weakened<'a> {
        let dead: BTreeSet<u64> = dead.iter().map(|(rule, _)| rule.text.line).collect();
        let mut weakened = Weakened::new();
        for path in Sensitive::of(repository, &self.steps).paths {
            if self.steps.are_spent() {
                break;
            }
            let rules = self.owners.rules().iter().filter(|rule| rule.pattern.matches(path, &self.steps));
            let rules: Vec<&Rule> = rules.collect();
            let Some((decisive, earlier)) = rules.split_last() else { continue };
            let says = decisive.pattern.precision(path);
            let precise = earlier
                .iter()
                .filter(|rule| rule.pattern.precision(path) > says && !dead.contains(&rule.text.line))
                .filter(|rule| !self.steps.are_spent() && self.loses(rule, decisive))
                .max_by_key(|rule| rule.pattern.precision(path));
            if let Some(precise) = precise {
                let lines = (precise.text.line, decisive.text.line);
                weakened.entry(lines).or_insert((precise, decisive, Vec::new())).2.push(path);
            }
        }
        weakened
    }

    /// Whether the owners of one rule may be passed over for those of another: someone else is enough, or nobody is
    /// needed.
    fn loses(&self, precise: &Rule, decisive: &Rule) -> bool {
        self.steps.add(precise.owners.len() + decisive.owners.len());
        let asked: HashSet<String> = precise.owners.iter().map(|owner| owner.to_ascii_lowercase()).collect();
        let is_asked = |owner: &String| asked.contains(&owner.to_ascii_lowercase());
        !asked.is_empty() && (decisive.owners.is_empty() || !decisive.owners.iter().all(is_asked))
    }

    fn never_decide(&self, dead: &[(&Rule, &Rule)]) -> Vec<Evidence> {
        let one = |(rule, later): &(&Rule, &Rule)| {
            let message = format!(
                "`{}` never decides: `{}` on line {} matches all that it matches",
                rule.text.text, later.text.text, later.text.line
            );
            self.at(Evidence::fail(message), rule)
        };
        first(dead, one, |more| {
            Evidence::fail(format!("{more} more patterns never decide")).in_file(self.place)
        })
    }

    fn take_away(&self, weakened: &Weakened<'_>) -> Vec<Evidence> {
        let weakened: Vec<_> = weakened.values().collect();
        let one = |(precise, decisive, paths): &&(&Rule, &Rule, Vec<&str>)| {
            let now = match decisive.owners.as_slice() {
                [] => "without owners".to_owned(),
                owners => format!("with {}", list(owners, "or")),
            };
            let message = format!(
                "`{}` says less than `{}` on line {} and takes {} from it: {now}, no longer with {}",
                decisive.text.text,
                precise.text.text,
                precise.text.line,
                list(paths, "and"),
                list(&precise.owners, "or"),
            );
            self.at(Evidence::fail(message), decisive)
        };
        first(&weakened, one, |more| {
            let message = format!("{more} more patterns lose sensitive paths to later ones that say less");
            Evidence::fail(message).in_file(self.place)
        })
    }

    /// What each rule does to the files that are there.
    fn in_this_tree(&self, repository: &Repository, dead: &[(&Rule, &Rule)]) -> Vec<Evidence> {
        let rules = self.owners.rules();
        let (mut matches, mut decides) = (vec![false; rules.len()], vec![false; rules.len()]);
        for path in repository.paths() {
            if self.steps.are_spent() {
                return Vec::new();
            }
            let mut decisive = None;
            for (at, rule) in rules.iter().enumerate() {
                if rule.pattern.matches(path, &self.steps) {
                    matches[at] = true;
                    decisive = Some(at);
                }
            }
            if let Some(at) = decisive {
                decides[at] = true;
            }
        }
        let dead: BTreeSet<u64> = dead.iter().map(|(rule, _)| rule.text.line).collect();
        let idle = |at: &usize| !decides[*at] && !dead.contains(&rules[*at].text.line);
        let (overruled, unused): (Vec<_>, Vec<_>) =
            (0..rules.len()).filter(idle).partition(|at| matches[*at]);
        let mut evidence = first(
            &overruled,
            |at| {
                let pattern = &rules[*at].text.text;
                let message =
                    format!("`{pattern}` has no effect in this tree: later patterns match all its files");
                self.at(Evidence::warn(message), &rules[*at])
            },
            |more| {
                Evidence::warn(format!("{more} more patterns have no effect in this tree"))
                    .in_file(self.place)
            },
        );
        evidence.extend(first(
            &unused,
            |at| {
                let message = format!("`{}` matches nothing in this tree", rules[*at].text.text);
                self.at(Evidence::not_assessed(message), &rules[*at])
            },
            |more| {
                Evidence::not_assessed(format!("{more} more patterns match nothing in this tree"))
                    .in_file(self.place)
            },
        ));
        evidence
    }

    fn unfinished(&self) -> Option<Evidence> {
        let message = "there are too many patterns and paths to compare each with all others";
        self.steps.are_spent().then(|| Evidence::warn(message).in_file(self.place))
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
