//! One part of a pattern of paths: what stands between two `/`.

use super::wildcard::{Budget, Item, canonical, covers, matches};

/// What one part of a path must be, where it can't be just anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Name(String),
    Glob(Vec<Item<char>>),
}

impl Item<Part> {
    /// What a part with these characters stands for: `**` is any number of parts.
    pub(super) fn of(glyphs: &[Item<char>]) -> Self {
        if glyphs == [Item::Many, Item::Many] {
            return Self::Many;
        }
        let name = glyphs.iter().map(|glyph| match glyph {
            Item::One(c) => Some(*c),
            Item::Any | Item::Many => None,
        });
        match (name.collect::<Option<String>>(), canonical(glyphs.to_vec()).as_slice()) {
            (Some(name), _) => Self::One(Part::Name(name)),
            // No part is empty.
            (None, [Item::Many] | [Item::Any, Item::Many]) => Self::Any,
            (None, glob) => Self::One(Part::Glob(glob.to_vec())),
        }
    }
}

impl Part {
    pub(super) fn matches(&self, name: &str, budget: &Budget) -> bool {
        match self {
            Self::Name(wanted) => wanted == name,
            Self::Glob(glob) => matches(glob, name.chars(), budget, |wanted, found| *wanted == found),
        }
    }

    pub(super) fn covers(&self, other: &Self, budget: &Budget) -> bool {
        match (self, other) {
            (_, Self::Name(name)) => self.matches(name, budget),
            (Self::Glob(wide), Self::Glob(narrow)) => covers(wide, narrow, budget, |one, other| one == other),
            (Self::Name(_), Self::Glob(_)) => false,
        }
    }
}
