//! The workflow in which OpenSSF Scorecard looks at the repository every week, and publishes what it sees.
//!
//! Its results are taken only from a workflow that keeps to <https://github.com/ossf/scorecard-action#workflow-restrictions>:
//! no `env` and no `defaults`, write scopes on the one job alone, and in that job none but a handful of actions, on one of
//! GitHub's Ubuntu runners.

use super::pins::{CHECKOUT, CODEQL_UPLOAD_SARIF, SCORECARD as SCORECARD_ACTION, UPLOAD_ARTIFACT};
use super::{ScaffoldOptions, Template, default_branches, workflow_with};
use crate::repository::Repository;

/// See the module.
pub(super) static SCORECARD: Template = Template {
    path: ".github/workflows/scorecard.yml",
    remark: |_| "it publishes what it sees, and where the repository is private it only reports to code scanning",
    found: |repository| workflow_with(repository, |step| step.is("ossf/scorecard-action")),
    content,
};

fn content(repository: &Repository, options: &ScaffoldOptions) -> Result<String, &'static str> {
    let branches = default_branches(repository, options);
    Ok(format!(
        "\
name: Scorecard

on:
  branch_protection_rule:
  push:
    branches: {branches}
  schedule:
    - cron: \"41 3 * * 3\"

permissions: {{}}

concurrency:
  group: scorecard
  cancel-in-progress: false

jobs:
  analysis:
    name: Scorecard
    runs-on: ubuntu-latest
    timeout-minutes: 20
    permissions:
      actions: read # to see the workflows, where the repository is private
      contents: read # to check out
      id-token: write # to prove which workflow publishes
      security-events: write # to upload what is found
    steps:
      - uses: {CHECKOUT}
        with:
          persist-credentials: false

      - uses: {SCORECARD_ACTION}
        with:
          results_file: results.sarif
          results_format: sarif
          publish_results: true

      - uses: {UPLOAD_ARTIFACT}
        with:
          name: scorecard
          path: results.sarif
          retention-days: 5

      - uses: {CODEQL_UPLOAD_SARIF}
        with:
          sarif_file: results.sarif
"
    ))
}
