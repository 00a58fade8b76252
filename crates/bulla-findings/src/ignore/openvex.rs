//! OpenVEX documents. <https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md>
//!
//! A statement is about a finding if it names its vulnerability and its package: as its product, or as a subcomponent of
//! a product that can be what was scanned (an image by another digest can't). A statement about the scanned image itself,
//! by its digest, is about all packages in it. Of all that are about it, in all documents, the newest holds: it ignores
//! if it says `not_affected` or `fixed`.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::Problem;
use super::rule::Facts;
use super::vex_document::{Document, Product, Status};
use crate::package::loosen;
use crate::purl::Purl;
use crate::weakness::normal;

/// The most combinations of an id and a package that all documents together may have.
const MOST_ENTRIES: usize = 1_000_000;

/// The statements of all documents.
#[derive(Debug, Clone, Default)]
pub(super) struct Statements {
    all: Vec<Statement>,
    claims: Vec<Claim>,
    /// The claims by id and package; see [`key`].
    index: HashMap<(String, String), Vec<usize>>,
    entries: usize,
    documents: Vec<(usize, usize)>,
}

#[derive(Debug, Clone)]
pub(super) struct Statement {
    /// Which file it is from.
    pub(super) file: usize,
    pub(super) reason: String,
    status: Status,
    /// When it was made; one without a time is older than all that have one.
    when: Option<Timestamp>,
}

/// What a statement is about.
#[derive(Debug, Clone)]
struct Claim {
    statement: usize,
    /// The package; `None`: every package of the image with one of these digests.
    package: Option<Purl>,
    /// If there are any, one of them must be the digest of what was scanned.
    digests: Arc<[String]>,
}

impl Statement {
    pub(super) fn ignores(&self) -> bool {
        matches!(self.status, Status::NotAffected | Status::Fixed)
    }
}

/// What a package is looked up by: its name, with a version if it is known.
fn key(name: &str, version: &str) -> String {
    format!("{name}@{version}")
}

impl Statements {
    pub(super) fn read(&mut self, file: usize, text: &str) -> Result<(), Problem> {
        let document = Document::read(text)?;
        self.documents.push((file, document.statements.len()));
        for statement in document.statements {
            let number = self.all.len();
            let first = self.claims.len();
            for product in &statement.products {
                self.claims.extend(claims(number, product));
            }
            let ids = statement.vulnerability.ids().map(normal).filter(|id| !id.is_empty());
            let mut ids: Vec<String> = ids.collect();
            ids.sort_unstable();
            ids.dedup();
            self.entries = self.entries.saturating_add(ids.len().saturating_mul(self.claims.len() - first));
            if self.entries > MOST_ENTRIES {
                return Err((None, format!("it speaks of more than {MOST_ENTRIES} packages; split it")));
            }
            for id in ids {
                for (index, claim) in self.claims.iter().enumerate().skip(first) {
                    let package = claim.package.as_ref();
                    let about = package
                        .map_or_else(String::new, |purl| key(&loosen(&purl.full_name()), &purl.version));
                    self.index.entry((id.clone(), about)).or_default().push(index);
                }
            }
            self.all.push(Statement {
                file,
                reason: statement.reason(),
                status: statement.status,
                when: statement.timestamp.or(document.timestamp),
            });
        }
        Ok(())
    }

    /// The newest statement about a finding; of several of one time, the last.
    pub(super) fn about(&self, ids: &[String], facts: &Facts, digests: &[&str]) -> Option<&Statement> {
        if self.index.is_empty() {
            return None;
        }
        let mut keys = vec![String::new()];
        if let Some((name, version)) = facts.name_and_version() {
            keys.push(key(&name, ""));
            keys.push(key(&name, version));
        }
        keys.dedup();
        let lookups = ids.iter().flat_map(|id| keys.iter().map(move |key| (id.clone(), key.clone())));
        let claims =
            lookups.filter_map(|lookup| self.index.get(&lookup)).flatten().map(|index| &self.claims[*index]);
        let scanned = |digest: &String| digests.iter().any(|one| one == digest);
        let holding = claims.filter(|claim| {
            let of_target = claim.digests.is_empty() || claim.digests.iter().any(scanned);
            of_target && claim.package.as_ref().is_none_or(|purl| facts.is(purl))
        });
        let newest = holding
            .map(|claim| claim.statement)
            .max_by_key(|statement| (self.all[*statement].when, *statement));
        newest.map(|statement| &self.all[statement])
    }

    /// Each document's file, and how many statements it has.
    pub(super) fn documents(&self) -> impl Iterator<Item = (usize, usize)> {
        self.documents.iter().copied()
    }
}

fn claims(statement: usize, product: &Product) -> Vec<Claim> {
    let purls = product.component.purls();
    let digests: Arc<[String]> = purls.iter().filter_map(Purl::image_digest).map(str::to_owned).collect();
    let claim = |package, digests: &Arc<[String]>| Claim { statement, package, digests: digests.clone() };
    let any = Arc::from([]);
    match &product.subcomponents {
        parts if parts.is_empty() => {
            let image = (!digests.is_empty()).then(|| claim(None, &digests));
            purls.into_iter().map(|purl| claim(Some(purl), &any)).chain(image).collect()
        }
        // What nobody named is nobody's product.
        _ if !product.component.is_named() => Vec::new(),
        parts => parts.iter().flat_map(|part| part.purls()).map(|purl| claim(Some(purl), &digests)).collect(),
    }
}
