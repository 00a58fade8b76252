//! syft: the SBOM, which other scanners scan. <https://github.com/anchore/syft>

use super::{Arguments, Database, Gives, NotApplicable, Program, Reads, Request, Scanner, Target, os};
use crate::sbom::SbomFormat;

/// See the module.
pub(super) static SYFT: Scanner = Scanner {
    name: "syft",
    operation: "sbom",
    title: "SBOM",
    gives: Gives::Sbom,
    redact: None,
    program: Program {
        name: "syft",
        remedy: "https://github.com/anchore/syft#installation",
        version: &["version", "-o", "json"],
        version_of: |output| super::json_field(output, &["version"]),
        reads: Reads::Target,
        database: Database::None,
        wants: &[],
        staged: &[],
        arguments,
        takes_sbom: false,
        good_exits: &[0],
        nothing_exits: &[],
        settings: &[],
        environment: &["DOCKER_CONFIG"],
        set: &[("SYFT_CHECK_FOR_APP_UPDATE", "false")],
    },
};

fn arguments(request: &Request<'_>) -> Arguments {
    let target = match request.target {
        Target::Directory => "dir:.".into(),
        Target::File(file) => os("file:", file),
        Target::OciLayout(path) => os("oci-dir:", path),
        Target::OciArchive(path) => os("oci-archive:", path),
        Target::DockerArchive(path) => os("docker-archive:", path),
        Target::Reference(_) if request.offline => {
            return Err(NotApplicable(
                "an image in a registry is out of reach without the network".to_owned(),
            ));
        }
        Target::Reference(name) => os("registry:", name),
    };
    let format = match request.choices.format.unwrap_or_default() {
        SbomFormat::CycloneDx => "cyclonedx-json",
        SbomFormat::Spdx => "spdx-json",
        SbomFormat::Syft => "syft-json",
    };
    // A `.syft.yaml` in the tree under test, in the user's home or in /etc could leave packages out.
    Ok(vec![
        "scan".into(),
        target,
        "-q".into(),
        "-o".into(),
        format.into(),
        "-c".into(),
        request.empty.into(),
    ])
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::scanners::Choices;

    fn asked(target: Target<'_>, format: Option<SbomFormat>, offline: bool) -> Result<String, String> {
        let choices = Choices { format, ..Choices::default() };
        let request = Request { target, sbom: None, offline, empty: Path::new("empty"), choices: &choices };
        let arguments = arguments(&request).map_err(|why| why.to_string())?;
        Ok(arguments.iter().map(|argument| argument.to_str().unwrap()).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn each_target_is_named_by_its_scheme_so_that_no_path_is_taken_for_a_flag_or_another_scheme() {
        let asked = |target| asked(target, None, false).unwrap();
        assert_eq!(asked(Target::Directory), "scan dir:. -q -o cyclonedx-json -c empty");
        assert_eq!(asked(Target::File(Path::new("-o"))), "scan file:-o -q -o cyclonedx-json -c empty");
        assert_eq!(asked(Target::OciLayout(Path::new("l"))), "scan oci-dir:l -q -o cyclonedx-json -c empty");
        assert_eq!(
            asked(Target::DockerArchive(Path::new("a"))),
            "scan docker-archive:a -q -o cyclonedx-json -c empty"
        );
        assert_eq!(asked(Target::Reference("a@b")), "scan registry:a@b -q -o cyclonedx-json -c empty");
    }

    #[test]
    fn the_format_is_the_users_and_a_registry_is_out_of_reach_offline() {
        let directory = |format| asked(Target::Directory, Some(format), true).unwrap();
        assert!(directory(SbomFormat::Spdx).ends_with("-o spdx-json -c empty"));
        assert!(directory(SbomFormat::Syft).ends_with("-o syft-json -c empty"));
        assert!(asked(Target::Reference("a@b"), None, true).unwrap_err().contains("network"));
    }

    #[test]
    fn the_version_is_in_its_own_document() {
        let printed = br#"{"application":"syft","version":"1.18.1","goVersion":"go1.23.4"}"#;
        assert_eq!((SYFT.program.version_of)(printed).as_deref(), Some("1.18.1"));
        assert_eq!((SYFT.program.version_of)(b"syft 1.18.1"), None);
    }
}
