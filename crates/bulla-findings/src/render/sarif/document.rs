//! The parts of SARIF 2.1.0 that are written. Section numbers are those of the standard.

use std::collections::BTreeMap;

use serde::Serialize;

pub(crate) const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// `sarifLog`, 3.13.
#[derive(Serialize)]
pub(crate) struct Log {
    #[serde(rename = "$schema")]
    pub schema: &'static str,
    pub version: &'static str,
    pub runs: [Run; 1],
}

/// `run`, 3.14.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Run {
    pub tool: Tool,
    pub automation_details: AutomationDetails,
    pub invocations: [Invocation; 1],
    pub results: Vec<Outcome>,
}

/// `tool`, 3.18.
#[derive(Serialize)]
pub(crate) struct Tool {
    pub driver: Driver,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<Extension>,
}

/// `toolComponent`, 3.19: bulla itself.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Driver {
    pub name: &'static str,
    pub semantic_version: &'static str,
    pub rules: Vec<Rule>,
}

/// `toolComponent`, 3.19: a scanner.
#[derive(Serialize, PartialEq)]
pub(crate) struct Extension {
    pub name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub properties: BTreeMap<&'static str, String>,
}

/// `runAutomationDetails`, 3.17.
#[derive(Serialize)]
pub(crate) struct AutomationDetails {
    pub id: &'static str,
}

/// `invocation`, 3.20.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Invocation {
    pub execution_successful: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tool_execution_notifications: Vec<Notification>,
}

/// `notification`, 3.58.
#[derive(Serialize)]
pub(crate) struct Notification {
    pub descriptor: Descriptor,
    pub level: &'static str,
    pub message: Text,
}

/// `reportingDescriptorReference`, 3.52.
#[derive(Serialize)]
pub(crate) struct Descriptor {
    pub id: &'static str,
}

/// `message`, 3.11, and `multiformatMessageString`, 3.12.
#[derive(Serialize)]
pub(crate) struct Text {
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub markdown: Option<String>,
}

/// `reportingDescriptor`, 3.49.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Rule {
    pub id: String,
    pub name: String,
    pub short_description: Text,
    pub full_description: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help_uri: Option<String>,
    pub help: Text,
    pub default_configuration: Configuration,
    pub properties: RuleProperties,
}

/// `reportingConfiguration`, 3.50.
#[derive(Serialize)]
pub(crate) struct Configuration {
    pub level: &'static str,
}

/// What GitHub reads of a rule's property bag.
#[derive(Serialize)]
pub(crate) struct RuleProperties {
    pub tags: [&'static str; 2],
    #[serde(rename = "security-severity", skip_serializing_if = "Option::is_none")]
    pub security_severity: Option<String>,
}

/// `result`, 3.27.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Outcome {
    pub rule_id: String,
    pub rule_index: usize,
    pub kind: &'static str,
    pub level: &'static str,
    pub message: Text,
    pub locations: [Location; 1],
    pub partial_fingerprints: BTreeMap<&'static str, String>,
    /// 3.27.23: either every result of a run has it, or none has.
    pub suppressions: Vec<Suppression>,
    pub properties: ResultProperties,
}

/// What is bulla's own in a result.
#[derive(Serialize)]
pub(crate) struct ResultProperties {
    pub severity: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scanners: Vec<&'static str>,
}

/// `suppression`, 3.35.
#[derive(Serialize)]
pub(crate) struct Suppression {
    pub kind: &'static str,
    pub status: &'static str,
    pub justification: String,
}

/// `location`, 3.28.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Location {
    pub physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub logical_locations: Vec<LogicalLocation>,
}

/// `physicalLocation`, 3.29.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PhysicalLocation {
    pub artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
}

/// `artifactLocation`, 3.4.
#[derive(Serialize)]
pub(crate) struct ArtifactLocation {
    pub uri: String,
}

/// `region`, 3.30.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Region {
    pub start_line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_column: Option<u64>,
}

/// `logicalLocation`, 3.33.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogicalLocation {
    pub name: String,
    pub fully_qualified_name: String,
    pub kind: &'static str,
}
