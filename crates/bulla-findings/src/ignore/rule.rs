use crate::assessment::Merged;
use crate::day::Day;
use crate::finding::Package;
use crate::merge::plain_path;
use crate::package::{Identity, loosen, plain_version};
use crate::purl::Purl;

/// One rule of `.bulla-ignore.yaml` or `.trivyignore`.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    /// Which file it is from.
    pub(super) file: usize,
    /// Its line, from 1.
    pub(super) line: u64,
    /// The id, as [`crate::weakness::normal`] has it.
    pub(super) id: String,
    /// What it is about, as it was written.
    pub(super) about: String,
    pub(super) package: Option<Wanted>,
    /// A file, or a directory with everything below it.
    pub(super) path: Option<String>,
    pub(super) reason: String,
    pub(super) expiry: Option<Expiry>,
}

/// When a rule ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expiry {
    /// The last day on which it holds; `None`: there is none.
    pub(super) last: Option<Day>,
    /// The day as it was written.
    pub(super) written: Day,
}

/// A package as a rule names it.
#[derive(Debug, Clone)]
pub(super) enum Wanted {
    Purl(Purl),
    Name { name: String, version: Option<String> },
}

impl Wanted {
    /// A package URL, a name, or `name@version`; `None` for a URL that is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("pkg:")) {
            return Purl::parse(text).map(Self::Purl);
        }
        // An `@` in front is a scope of npm.
        let (name, version) = match text.rfind('@') {
            Some(at) if at > 0 => (&text[..at], Some(plain_version(&text[at + 1..]).to_owned())),
            _ => (text, None),
        };
        Some(Self::Name { name: loosen(name), version })
    }
}

/// What rules ask of a finding, worked out once.
pub(super) struct Facts {
    /// Its package's URL, and the name that its scanner has for it.
    pub(super) purl: Option<Purl>,
    identity: Option<Identity>,
    names: Vec<String>,
    paths: Vec<String>,
}

impl Facts {
    pub(super) fn of(merged: &Merged) -> Self {
        let package = merged.finding.package.as_ref();
        let identity = package.map(Identity::of);
        let mut names: Vec<String> =
            package.map(|package: &Package| loosen(&package.name)).into_iter().collect();
        names.extend(identity.as_ref().map(|identity| loosen(&identity.name)));
        let paths = merged.finding.location.iter().chain(&merged.elsewhere);
        Self {
            purl: package.and_then(|package| package.purl.as_deref()).and_then(Purl::parse),
            names,
            paths: paths.map(|location| plain_path(&location.path).to_owned()).collect(),
            identity,
        }
    }

    /// The name and the version that a package URL of the same package has.
    pub(super) fn name_and_version(&self) -> Option<(String, &str)> {
        let identity = self.identity.as_ref()?;
        Some((loosen(&identity.name), &identity.version))
    }

    /// Whether the package is the one that a package URL names. One without a URL of its own goes by name and version.
    pub(super) fn is(&self, wanted: &Purl) -> bool {
        match (&self.purl, self.name_and_version()) {
            (Some(purl), _) => wanted.covers(purl),
            (None, Some((name, version))) => {
                let same_version = wanted.version.is_empty() || wanted.version == version;
                !wanted.is_narrow() && same_version && loosen(&wanted.full_name()) == name
            }
            (None, None) => false,
        }
    }

    fn is_wanted(&self, wanted: &Wanted) -> bool {
        match wanted {
            Wanted::Purl(purl) => self.is(purl),
            Wanted::Name { name, version } => {
                let installed = self.identity.as_ref().map(|identity| identity.version.as_str());
                self.names.contains(name) && (version.is_none() || version.as_deref() == installed)
            }
        }
    }

    /// Whether every place of the finding is that file or below that directory; a finding without a place is nowhere.
    fn lies_in(&self, path: &str) -> bool {
        let below = |place: &String| {
            place
                .strip_prefix(path)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || path.is_empty())
        };
        !self.paths.is_empty() && self.paths.iter().all(below)
    }
}

impl Rule {
    /// Whether the rule, whose id is the finding's, names it by package and path too.
    pub(super) fn names(&self, facts: &Facts) -> bool {
        self.package.as_ref().is_none_or(|wanted| facts.is_wanted(wanted))
            && self.path.as_deref().is_none_or(|path| facts.lies_in(path))
    }

    /// The day on which it expired, if it has.
    pub(super) fn expired(&self, today: Day) -> Option<Day> {
        let expiry = self.expiry.filter(|expiry| expiry.last.is_none_or(|last| last < today))?;
        Some(expiry.written)
    }
}
