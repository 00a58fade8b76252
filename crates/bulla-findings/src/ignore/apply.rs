use super::rule::Facts;
use super::{IgnoreFormat, IgnoreProblem, IgnoreRemark, Ignored, Ignores};
use crate::assessment::Merged;
use crate::day::Day;
use crate::weakness::ignorable_ids;

/// What is left, what is not, and what is to be said about the rules.
pub(crate) struct Applied {
    pub(crate) findings: Vec<Merged>,
    pub(crate) ignored: Vec<Ignored>,
    pub(crate) remarks: Vec<IgnoreRemark>,
}

impl Ignores {
    /// Takes out what is to be ignored; both parts keep their order. `digests` are those of what was scanned.
    pub(crate) fn apply(&self, merged: Vec<Merged>, today: Day, digests: &[&str]) -> Applied {
        let mut used = vec![false; self.rules.len()];
        let mut again = vec![0_u64; self.rules.len()];
        let mut spoken = vec![false; self.files.len()];
        let (mut findings, mut ignored) = (Vec::new(), Vec::new());
        for merged in merged {
            let ids = ignorable_ids(&merged.finding);
            let facts = Facts::of(&merged);
            let mut naming: Vec<usize> =
                ids.iter().filter_map(|id| self.by_id.get(id)).flatten().copied().collect();
            naming.sort_unstable();
            naming.dedup();
            naming.retain(|index| self.rules[*index].names(&facts));
            naming.iter().for_each(|index| used[*index] = true);
            let (expired, holding): (Vec<usize>, Vec<usize>) =
                naming.into_iter().partition(|index| self.rules[*index].expired(today).is_some());
            let statement = self.vex.about(&ids, &facts, digests);
            statement.iter().for_each(|statement| spoken[statement.file] = true);
            let by_rule = holding.first().map(|index| &self.rules[*index]);
            let by_rule = by_rule.map(|rule| (rule.file, rule.reason.clone()));
            let by_statement = statement.filter(|statement| statement.ignores());
            match by_rule.or_else(|| by_statement.map(|statement| (statement.file, statement.reason.clone())))
            {
                Some((file, reason)) => {
                    ignored.push(Ignored { merged, file: self.files[file].0.clone(), reason });
                }
                None => {
                    expired.into_iter().for_each(|index| again[index] += 1);
                    findings.push(merged);
                }
            }
        }
        Applied { findings, ignored, remarks: self.remarks(today, &used, &again, &spoken) }
    }

    /// By file, then by line. An OpenVEX document, which may speak of many products, is unused only as a whole.
    fn remarks(&self, today: Day, used: &[bool], again: &[u64], spoken: &[bool]) -> Vec<IgnoreRemark> {
        let of_rules = self.rules.iter().enumerate().filter_map(|(index, rule)| {
            let problem = match rule.expired(today) {
                Some(day) => IgnoreProblem::Expired { on: day.to_string(), findings: again[index] },
                // `bulla controls check` says it of exceptions; who does not ask the controls needs none of them.
                None if !used[index] && self.files[rule.file].1 != IgnoreFormat::Exceptions => {
                    IgnoreProblem::Unused
                }
                None => return None,
            };
            Some((rule.file, rule.about.clone(), problem))
        });
        let documents = self.vex.documents().filter(|(file, _)| !spoken[*file]);
        let of_documents =
            documents.map(|(file, count)| (file, format!("all {count} statements"), IgnoreProblem::Unused));
        let mut remarks: Vec<(usize, String, IgnoreProblem)> = of_rules.chain(of_documents).collect();
        remarks.sort_by_key(|(file, ..)| *file);
        let named = |(file, rule, problem): (usize, String, IgnoreProblem)| IgnoreRemark {
            file: self.files[file].0.clone(),
            rule,
            problem,
        };
        remarks.into_iter().map(named).collect()
    }
}
