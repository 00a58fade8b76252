//! One pattern: which paths it matches, and which other patterns it leaves nothing to.

use crate::repository::part::Part;
use crate::repository::wildcard::{Budget, Item, canonical, covers, matches};

/// No path is longer, and none of GitHub's patterns needs to be.
const LONGEST: usize = 4096;

/// A pattern, as what each part of a path between `/` must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern(Vec<Item<Part>>);

/// Why a text is no pattern, and at which of its characters, from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Flaw {
    pub(crate) at: usize,
    pub(crate) problem: String,
}

impl Flaw {
    fn new(at: usize, problem: &str) -> Self {
        Self { at, problem: problem.to_owned() }
    }
}

impl Pattern {
    pub(crate) fn parse(text: &str) -> Result<Self, Flaw> {
        let parts = split(text)?;
        let is_rooted = text.starts_with('/');
        let is_dir = text.len() > 1 && parts.last().is_some_and(|part| part.glyphs.is_empty());
        let parts = &parts[usize::from(is_rooted)..parts.len() - usize::from(is_dir)];
        if let Some(part) = parts.iter().find(|part| part.glyphs.is_empty()) {
            return Err(match text {
                "" => Flaw::new(0, "it is empty"),
                "/" => Flaw::new(0, "`/` matches nothing; `*` matches everything"),
                _ => Flaw::new(part.at, "`//` is in no path"),
            });
        }
        let mut items = parts.iter().map(RawPart::item).collect::<Result<Vec<_>, _>>()?;
        let last = items.last().cloned();
        // Without a `/` but at its end, it is a name anywhere.
        if parts.len() == 1 && !is_rooted {
            items.insert(0, Item::Many);
        }
        match last {
            // A directory, or `**`: what is in it, not itself.
            _ if is_dir => items.extend([Item::Any, Item::Many]),
            Some(Item::Many) => items.push(Item::Any),
            // Unlike git, GitHub does not go below what `*` alone has matched.
            Some(Item::Any) => {}
            // A file, or a directory with everything in it.
            _ => items.push(Item::Many),
        }
        Ok(Self(canonical(items)))
    }

    /// Whether it matches the path with these parts.
    pub(crate) fn matches(&self, path: &[&str], budget: &Budget) -> bool {
        matches(&self.0, path.iter(), budget, |part, name| part.matches(name, budget))
    }

    /// Whether it matches every path that `other` matches. `true` is certain; `false` may only mean that this was not
    /// seen.
    pub(crate) fn covers(&self, other: &Self, budget: &Budget) -> bool {
        covers(&self.0, &other.0, budget, |wide, narrow| wide.covers(narrow, budget))
    }

    /// The name that every path begins with which it matches, if there is one.
    pub(crate) fn first_name(&self) -> Option<&str> {
        match self.0.first() {
            Some(Item::One(Part::Name(name))) => Some(name),
            _ => None,
        }
    }

    pub(crate) fn matches_everything(&self) -> bool {
        self.0 == [Item::Any, Item::Many]
    }

    /// How much it says about a path that it matches: whether it names the file, then how many of the directories above
    /// it, then how many parts it knows something about.
    pub(crate) fn precision(&self, path: &str) -> (bool, usize, usize) {
        let name = path.rsplit('/').next().unwrap_or(path);
        let said = self.0.iter().filter(|item| matches!(item, Item::One(_)));
        let names = self.0.iter().filter(|item| matches!(item, Item::One(Part::Name(_))));
        let names_file = match self.0.as_slice() {
            [.., Item::One(Part::Name(last))] | [.., Item::One(Part::Name(last)), Item::Many] => last == name,
            _ => false,
        };
        (names_file, names.count(), said.count())
    }
}

/// What stands between two `/`.
struct RawPart {
    /// Where it begins.
    at: usize,
    glyphs: Vec<Item<char>>,
}

impl RawPart {
    fn item(&self) -> Result<Item<Part>, Flaw> {
        match Item::of(&self.glyphs) {
            Item::One(Part::Name(name)) if name == "." || name == ".." => {
                let problem = format!("`{name}` is in no path: paths begin at the repository's root");
                Err(Flaw { at: self.at, problem })
            }
            item => Ok(item),
        }
    }
}

/// The parts between each `/`, with what escapes stand for; at least one.
fn split(text: &str) -> Result<Vec<RawPart>, Flaw> {
    if text.len() > LONGEST {
        return Err(Flaw { at: 0, problem: format!("the pattern has more than {LONGEST} bytes") });
    }
    if let Some((at, c)) = text.chars().enumerate().find(|(_, c)| is_invisible(*c)) {
        return Err(Flaw { at, problem: format!("there is an invisible character, U+{:04X}", u32::from(c)) });
    }
    let mut parts = vec![RawPart { at: 0, glyphs: Vec::new() }];
    let mut chars = text.chars().enumerate();
    while let Some((at, c)) = chars.next() {
        if let Some(problem) = unusable(at, c) {
            return Err(Flaw { at, problem });
        }
        let last = parts.last_mut().expect("there is always one");
        match c {
            '/' => parts.push(RawPart { at: at + 1, glyphs: Vec::new() }),
            '*' if last.glyphs.ends_with(&[Item::Many, Item::Many]) => {
                return Err(Flaw::new(at - 2, "three `*` in a row are no pattern"));
            }
            '*' => last.glyphs.push(Item::Many),
            '?' => last.glyphs.push(Item::Any),
            '\\' => match chars.next() {
                Some((_, '#')) => {
                    return Err(Flaw::new(at, "`\\#` is a comment too; write `?` where a name has a `#`"));
                }
                Some((_, '/')) | None => return Err(Flaw::new(at, "`\\` stands before nothing")),
                Some((_, escaped)) => last.glyphs.push(Item::One(escaped)),
            },
            _ => last.glyphs.push(Item::One(c)),
        }
    }
    Ok(parts)
}

/// Why a character that is not escaped makes the pattern mean something else than it seems to.
fn unusable(at: usize, c: char) -> Option<String> {
    match c {
        '!' if at == 0 => Some("`!` does not exclude anything; a pattern without owners does".to_owned()),
        '#' => {
            Some("`#` begins a comment, within a pattern too; write `?` where a name has a `#`".to_owned())
        }
        '[' | ']' => {
            Some(format!("`[` and `]` make no set of characters; a name's `{c}` is written `\\{c}`"))
        }
        _ => None,
    }
}

/// What a reader does not see, and nobody means: it is no space that ends the pattern.
fn is_invisible(c: char) -> bool {
    let is_space = c.is_whitespace() && c != ' ' && c != '\t';
    let is_format =
        matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}');
    is_space || is_format || c == '\u{feff}' || (c.is_control() && c != '\t')
}
