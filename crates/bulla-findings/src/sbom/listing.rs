use super::SbomFormat;
use super::place::Place;

/// A component as an SBOM lists it. All of it is the document's own text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Component {
    /// How the document itself refers to it: `bom-ref`, `SPDXID` or `id`.
    pub id: Option<String>,
    /// What the name is part of, where a format keeps it apart: `org.apache.logging.log4j`, `@babel`.
    pub group: Option<String>,
    /// The name; empty if it has none.
    pub name: String,
    /// The version; empty if it has none.
    pub version: String,
    /// The type, in the format's own words: `library`, `LIBRARY`, `npm`.
    pub kind: String,
    /// The package URL.
    pub purl: Option<String>,
    /// The licences: SPDX ids, expressions or names. Of SPDX, the concluded one, or else the declared one.
    pub licences: Vec<String>,
}

/// The first components of a document, by format, because that may only be known at its end.
#[derive(Default)]
pub(super) struct Listing {
    limit: usize,
    found: [Vec<Component>; 3],
    /// The components that are being read, one inside the other; `None` for one that is beyond the limit.
    open: Vec<Option<(SbomFormat, usize)>>,
    licence: String,
    is_purl: bool,
    locator: String,
}

impl Listing {
    pub(super) fn of(limit: usize) -> Self {
        Self { limit, ..Self::default() }
    }

    pub(super) fn into_components(self, format: SbomFormat) -> Vec<Component> {
        let [cyclonedx, spdx, syft] = self.found;
        match format {
            SbomFormat::CycloneDx => cyclonedx,
            SbomFormat::Spdx => spdx,
            SbomFormat::Syft => syft,
        }
    }

    pub(super) fn enter(&mut self, place: Place) {
        match place {
            Place::Component | Place::Package | Place::Artifact => {
                let format = format_of(place);
                let found = &mut self.found[format as usize];
                let opened = (found.len() < self.limit).then(|| {
                    found.push(Component::default());
                    (format, found.len() - 1)
                });
                self.open.push(opened);
            }
            Place::LicenceChoice => self.licence.clear(),
            Place::ExternalRef => {
                self.is_purl = false;
                self.locator.clear();
            }
            _ => {}
        }
    }

    pub(super) fn leave(&mut self, place: Place) {
        match place {
            Place::Component | Place::Package | Place::Artifact => drop(self.open.pop()),
            Place::LicenceChoice => {
                let licence = std::mem::take(&mut self.licence);
                self.add_licence(&licence);
            }
            Place::ExternalRef if self.is_purl => {
                let locator = std::mem::take(&mut self.locator);
                if let Some(component) = self.current() {
                    component.purl.get_or_insert(locator);
                }
            }
            _ => {}
        }
    }

    pub(super) fn text(&mut self, place: Place, text: &str) {
        match place {
            Place::LicenceText if self.licence.is_empty() => text.clone_into(&mut self.licence),
            Place::LicenceExpression if !text.is_empty() => text.clone_into(&mut self.licence),
            // Older releases of syft list bare texts.
            Place::LicenceChoice => self.add_licence(text),
            Place::ReferenceType => self.is_purl = text == "purl",
            Place::ReferenceLocator => text.clone_into(&mut self.locator),
            _ => self.set(place, text),
        }
    }

    fn set(&mut self, place: Place, text: &str) {
        let Some(component) = self.current() else { return };
        let some = || Some(text.to_owned()).filter(|text| !text.is_empty());
        // SPDX 2.3, sections 7.13 and 7.15: both mean that there is nothing to tell.
        let says_nothing = ["NONE", "NOASSERTION", ""].contains(&text);
        match place {
            Place::Id | Place::PackageId => component.id = some(),
            Place::Group => component.group = some(),
            Place::Name => text.clone_into(&mut component.name),
            Place::Version => text.clone_into(&mut component.version),
            Place::Kind => text.clone_into(&mut component.kind),
            Place::Purl => component.purl = some(),
            Place::LicenceConcluded if !says_nothing => component.licences = vec![text.to_owned()],
            Place::LicenceDeclared if !says_nothing && component.licences.is_empty() => {
                component.licences.push(text.to_owned());
            }
            _ => {}
        }
    }

    fn add_licence(&mut self, text: &str) {
        let component = self.current().filter(|_| !text.is_empty());
        if let Some(component) = component {
            component.licences.push(text.to_owned());
        }
    }

    /// The innermost component that is being read.
    fn current(&mut self) -> Option<&mut Component> {
        let (format, index) = (*self.open.last()?)?;
        self.found[format as usize].get_mut(index)
    }
}

fn format_of(place: Place) -> SbomFormat {
    match place {
        Place::Package => SbomFormat::Spdx,
        Place::Artifact => SbomFormat::Syft,
        _ => SbomFormat::CycloneDx,
    }
}
