//! Wildcards over anything: a pattern's parts and a part's characters follow the same two rules.

use std::cell::Cell;

/// One place of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Item<T> {
    /// What is exactly this.
    One(T),
    /// Anything, once.
    Any,
    /// Anything, any number of times, or nothing.
    Many,
}

/// How many steps matching may still take. Patterns and paths are both written by whoever proposes a change, so whoever
/// matches many of them asks [`Budget::is_spent`] in between; what was found until then is not all.
#[derive(Debug)]
pub(crate) struct Budget(Cell<u64>);

impl Budget {
    /// Some fifty times what five thousand files with two hundred patterns take; gone within a second or two.
    pub(crate) fn bounded() -> Self {
        Self(Cell::new(100_000_000))
    }

    pub(super) fn unbounded() -> Self {
        Self(Cell::new(u64::MAX))
    }

    pub(crate) fn spend(&self, steps: usize) {
        self.0.set(self.0.get().saturating_sub(steps as u64));
    }

    pub(crate) fn is_spent(&self) -> bool {
        self.0.get() == 0
    }
}

/// The same pattern, so written that two that differ in nothing but the order of their wildcards are equal: `**/*` is
/// `*/**`.
pub(super) fn canonical<T>(items: Vec<Item<T>>) -> Vec<Item<T>> {
    let mut ordered = Vec::with_capacity(items.len());
    let mut has_many = false;
    for item in items {
        match item {
            Item::Many => has_many = true,
            Item::Any => ordered.push(Item::Any),
            Item::One(one) => {
                if std::mem::take(&mut has_many) {
                    ordered.push(Item::Many);
                }
                ordered.push(Item::One(one));
            }
        }
    }
    if has_many {
        ordered.push(Item::Many);
    }
    ordered
}

/// Whether the whole text is one that the pattern describes, in at most as many steps as their lengths' product: only
/// the last `Many` ever has to take more, since what came before it has already found its place.
pub(super) fn matches<T, U>(
    pattern: &[Item<T>],
    mut text: impl DoubleEndedIterator<Item = U> + Clone,
    budget: &Budget,
    one: impl Fn(&T, U) -> bool,
) -> bool {
    let mut pattern = pattern;
    // The end first: in `*.rs` it settles the matter.
    while let [before @ .., Item::One(wanted)] = pattern {
        budget.spend(1);
        if !text.next_back().is_some_and(|found| one(wanted, found)) {
            return false;
        }
        pattern = before;
    }
    let mut last_many = None;
    loop {
        budget.spend(1);
        if let [Item::Many, behind @ ..] = pattern {
            if behind.is_empty() {
                return true;
            }
            last_many = Some((behind, text.clone()));
            pattern = behind;
            continue;
        }
        let fits = match (pattern.first(), text.next()) {
            (None, None) => return true,
            (Some(_), None) => return false,
            (Some(Item::One(wanted)), Some(found)) => one(wanted, found),
            (Some(_), Some(_)) => true,
            (None, Some(_)) => false,
        };
        if fits {
            pattern = &pattern[1..];
            continue;
        }
        let Some((behind, taken)) = &mut last_many else { return false };
        taken.next();
        (pattern, text) = (behind, taken.clone());
    }
}

/// Whether every text that `narrow` describes is one that `wide` describes too. `true` is certain; `false` may only mean
/// that this was not seen.
///
/// From the ends to the beginnings: `row[n]` is whether what is left of `wide` covers what is left of `narrow` from its
/// item `n` on. A `Many` in `narrow` is nothing, or anything and then the same `Many`: both must be covered.
pub(super) fn covers<T>(
    wide: &[Item<T>],
    narrow: &[Item<T>],
    budget: &Budget,
    one: impl Fn(&T, &T) -> bool,
) -> bool {
    // To reach another pattern takes longer than to compare what is near.
    budget.spend(8);
    let (mut wide, mut narrow) = (wide, narrow);
    while let ([Item::One(a), wide_rest @ ..], [Item::One(b), narrow_rest @ ..]) = (wide, narrow) {
        budget.spend(1);
        if !one(a, b) {
            return false;
        }
        (wide, narrow) = (wide_rest, narrow_rest);
    }
    let end = narrow.len();
    let mut below: Vec<bool> = (0..=end).map(|at| at == end).collect();
    for item in wide.iter().rev() {
        budget.spend(end + 1);
        let mut row = vec![false; end + 1];
        for at in (0..=end).rev() {
            row[at] = match (item, narrow.get(at)) {
                (Item::Many, None) => below[at],
                (Item::Many, Some(_)) => below[at] || row[at + 1],
                (Item::Any, Some(Item::Many)) => row[at + 1] && below[at],
                (Item::Any, Some(_)) => below[at + 1],
                (Item::One(a), Some(Item::One(b))) => below[at + 1] && one(a, b),
                (Item::One(_), Some(_)) | (_, None) => false,
            };
        }
        below = row;
    }
    below[0]
}
