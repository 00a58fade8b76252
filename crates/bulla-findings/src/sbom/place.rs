/// A place in an SBOM that is looked at; everything else is skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Document,
    // CycloneDX
    BomFormat,
    SpecVersion,
    Metadata,
    Tools,
    Components,
    Component,
    Group,
    Licences,
    LicenceChoice,
    Licence,
    LicenceText,
    // SPDX
    SpdxVersion,
    CreationInfo,
    Creators,
    Creator,
    DocumentDescribes,
    Described,
    Relationships,
    Relationship,
    RelationFrom,
    RelationType,
    RelationTo,
    Packages,
    Package,
    PackageId,
    LicenceConcluded,
    LicenceDeclared,
    ExternalRefs,
    ExternalRef,
    ReferenceType,
    ReferenceLocator,
    // syft
    Schema,
    SchemaVersion,
    Descriptor,
    Artifacts,
    Artifact,
    LicenceExpression,
    // A component in any format
    Id,
    Name,
    Version,
    Kind,
    Purl,
    // A tool in any format
    Tool,
    ToolName,
    ToolVersion,
}

/// What must stand at a place. Nothing but `Item` may be null, which is how some programs write what is absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Item,
    List,
    Text,
    /// Whatever it is, the count does not depend on it.
    Any,
}

impl Place {
    /// Where the field of an object leads.
    pub(super) fn field(self, name: &str) -> Option<Self> {
        Some(match (self, name) {
            (Self::Document, "bomFormat") => Self::BomFormat,
            (Self::Document, "specVersion") => Self::SpecVersion,
            (Self::Document, "metadata") => Self::Metadata,
            (Self::Document, "components") => Self::Components,
            (Self::Document, "spdxVersion") => Self::SpdxVersion,
            (Self::Document, "creationInfo") => Self::CreationInfo,
            (Self::Document, "documentDescribes") => Self::DocumentDescribes,
            (Self::Document, "relationships") => Self::Relationships,
            (Self::Document, "packages") => Self::Packages,
            (Self::Document, "schema") => Self::Schema,
            (Self::Document, "descriptor") => Self::Descriptor,
            (Self::Document, "artifacts") => Self::Artifacts,

            // A list of tools until CycloneDX 1.4, an object with components from 1.5 on.
            (Self::Metadata, "tools") | (Self::Tools, "components") => Self::Tools,
            (Self::Component, "components") => Self::Components,
            (Self::Component, "bom-ref") | (Self::Artifact, "id") => Self::Id,
            (Self::Component, "group") => Self::Group,
            (Self::Component | Self::Package | Self::Artifact, "name") => Self::Name,
            (Self::Component | Self::Artifact, "version") => Self::Version,
            (Self::Component | Self::Artifact, "type") => Self::Kind,
            (Self::Component | Self::Artifact, "purl") => Self::Purl,
            (Self::Component | Self::Artifact, "licenses") => Self::Licences,
            (Self::LicenceChoice, "license") => Self::Licence,
            (Self::LicenceChoice, "expression" | "value") | (Self::Licence, "id" | "name") => {
                Self::LicenceText
            }
            (Self::LicenceChoice, "spdxExpression") => Self::LicenceExpression,

            (Self::CreationInfo, "creators") => Self::Creators,
            (Self::Relationship, "spdxElementId") => Self::RelationFrom,
            (Self::Relationship, "relationshipType") => Self::RelationType,
            (Self::Relationship, "relatedSpdxElement") => Self::RelationTo,
            (Self::Package, "SPDXID") => Self::PackageId,
            (Self::Package, "versionInfo") => Self::Version,
            (Self::Package, "primaryPackagePurpose") => Self::Kind,
            (Self::Package, "licenseConcluded") => Self::LicenceConcluded,
            (Self::Package, "licenseDeclared") => Self::LicenceDeclared,
            (Self::Package, "externalRefs") => Self::ExternalRefs,
            (Self::ExternalRef, "referenceType") => Self::ReferenceType,
            (Self::ExternalRef, "referenceLocator") => Self::ReferenceLocator,

            (Self::Schema, "version") => Self::SchemaVersion,
            (Self::Tool | Self::Descriptor, "name") => Self::ToolName,
            (Self::Tool | Self::Descriptor, "version") => Self::ToolVersion,
            _ => return None,
        })
    }

    /// Where the items of a list lead.
    pub(super) fn item(self) -> Option<Self> {
        Some(match self {
            Self::Tools => Self::Tool,
            Self::Components => Self::Component,
            Self::Licences => Self::LicenceChoice,
            Self::Creators => Self::Creator,
            Self::DocumentDescribes => Self::Described,
            Self::Relationships => Self::Relationship,
            Self::Packages => Self::Package,
            Self::ExternalRefs => Self::ExternalRef,
            Self::Artifacts => Self::Artifact,
            _ => return None,
        })
    }

    pub(super) fn shape(self) -> Shape {
        match self {
            Self::Document | Self::Component | Self::Package | Self::Artifact => Shape::Item,
            Self::Components | Self::Packages | Self::Artifacts => Shape::List,
            Self::BomFormat
            | Self::SpecVersion
            | Self::SpdxVersion
            | Self::PackageId
            | Self::SchemaVersion => Shape::Text,
            _ => Shape::Any,
        }
    }

    /// Whether it says something about a component that only a listing shows.
    pub(super) fn is_detail(self) -> bool {
        matches!(
            self,
            Self::Id
                | Self::Group
                | Self::Name
                | Self::Version
                | Self::Kind
                | Self::Purl
                | Self::Licences
                | Self::LicenceConcluded
                | Self::LicenceDeclared
                | Self::ExternalRefs
        )
    }
}

impl Shape {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Item => "an object",
            Self::List => "a list",
            Self::Text => "a text",
            Self::Any => "anything",
        }
    }
}
