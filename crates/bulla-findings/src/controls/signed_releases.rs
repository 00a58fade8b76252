//! Signed releases: without a signature, whoever can put a file where releases lie can put any file there.

use super::pipeline::{Sign, of_goreleaser, or_looked_for, shown};
use super::{Control, Evidence};
use crate::repository::{Command, Repository};
use crate::severity::Severity;

/// See the module.
pub(super) static SIGNED_RELEASES: Control = Control {
    id: "signed-releases",
    title: "Signed releases",
    question: "Are releases signed, or do they come with provenance?",
    reason: "A download is as trustworthy as everyone who can write to the place it comes from: a stolen token is enough to replace \
             it. A signature or a provenance statement lets a user check who built it, from which commit.",
    fix: "In the release workflow, attest what was built with `actions/attest-build-provenance` (`id-token: write` and \
          `attestations: write` on that job only), or sign it with `cosign sign-blob`; write down how users check it.",
    severity: Severity::High,
    check,
};

const DOES: &str = "signs what is released, or says where it comes from";

/// `sigstore/cosign-installer` and `crazy-max/ghaction-import-gpg` only prepare it.
const USES: [&str; 4] = [
    "actions/attest",
    "actions/attest-build-provenance",
    "sigstore/gh-action-sigstore-python",
    "slsa-framework/slsa-github-generator",
];

fn check(repository: &Repository) -> Vec<Evidence> {
    let mut found = shown(repository, &Sign { does: DOES, uses: &USES, step: |_| false, command });
    found.extend(of_goreleaser(repository, &["signs", "docker_signs", "binary_signs"], DOES));
    let looked_for = "releases being signed, such as by cosign, sigstore, an attestation, SLSA's generator, gpg or GoReleaser";
    or_looked_for(found, looked_for)
}

fn command(command: &Command) -> bool {
    let cosign = ["sign", "sign-blob", "attest", "attest-blob"];
    cosign.iter().any(|action| command.is("cosign", &[action]))
        || command.is("sigstore", &["sign"])
        || matches!(command.program(), "gpg" | "gpg2") && command.has(is_gpg_signing)
        || matches!(command.program(), "minisign" | "signify") && command.has(|word| word.starts_with("-S"))
        || command.is("npm", &["publish"])
            && command.has(|word| matches!(word, "--provenance" | "--provenance=true"))
}

fn is_gpg_signing(word: &str) -> bool {
    let short = word.strip_prefix('-').filter(|rest| rest.bytes().all(|byte| byte.is_ascii_alphabetic()));
    matches!(word, "--sign" | "--detach-sign" | "--detach-sig" | "--clear-sign" | "--clearsign")
        || short.is_some_and(|letters| letters.contains(['s', 'b']))
}
