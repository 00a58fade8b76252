use bulla::{Listed, Operation, system_clock};
use clap::Args;
use serde_json::{Value, json};

use crate::exit::{Exit, Failure};
use crate::json;
use crate::settings::Settled;
use crate::ui::{Ui, plain};
use crate::units::{show_duration, show_size};

#[derive(Debug, Args)]
pub(crate) struct Ls {
    /// Only entries of this operation
    #[arg(long, value_name = "OP")]
    op: Option<Operation>,
    /// List the shared store instead
    #[arg(long)]
    shared: bool,
}

impl Ls {
    pub(crate) fn execute(self, settled: &Settled, ui: &Ui) -> Result<Exit, Failure> {
        let mut listed = if self.shared {
            settled.need_shared()?;
            settled.open_tiers_to_look()?.list_shared()?
        } else {
            settled.open_to_look()?.list()?
        };
        listed.retain(|entry| self.op.as_ref().is_none_or(|asked| operation(entry) == Some(asked)));
        listed.sort_by_cached_key(|entry| {
            let claims = entry.header.as_ref().map(|header| &header.claims);
            let order = claims.map(|claims| (claims.key.clone(), claims.validity.issued()));
            (order.is_none(), order, entry.name)
        });
        if ui.json {
            ui.document(json!({ "entries": listed.iter().map(as_json).collect::<Vec<_>>() }))?;
        } else {
            let heading = ["OPERATION", "SUBJECT", "CONFIG", "AGE", "STATE", "SIZE", "LANE", "TOOL"];
            let rows = std::iter::once(heading.map(str::to_owned).to_vec()).chain(listed.iter().map(row));
            if !listed.is_empty() {
                ui.table(&rows.collect::<Vec<_>>())?;
            }
        }
        Ok(Exit::Done)
    }
}

fn operation(entry: &Listed) -> Option<&Operation> {
    entry.header.as_ref().map(|header| header.claims.key.operation())
}

fn state(entry: &Listed) -> &'static str {
    entry.miss.as_ref().map_or("good", |miss| miss.name())
}

fn row(entry: &Listed) -> Vec<String> {
    let size = show_size(entry.size);
    let Some(header) = &entry.header else {
        let unknown = || "-".to_owned();
        let name = short(&entry.name.to_string());
        return vec![
            unknown(),
            name,
            unknown(),
            unknown(),
            state(entry).to_owned(),
            size,
            unknown(),
            unknown(),
        ];
    };
    let claims = &header.claims;
    let age = show_duration(system_clock().saturating_since(claims.validity.issued()));
    let tool = [&claims.producer.tool, &claims.producer.version];
    let tool = tool.into_iter().flatten().map(|text| plain(text.as_str())).collect::<Vec<_>>().join(" ");
    vec![
        claims.key.operation().to_string(),
        short(&claims.key.subject().to_string()),
        claims.key.config().map_or("-".to_owned(), |config| short(&config.to_string())),
        age,
        state(entry).to_owned(),
        size,
        claims.lane.name().to_owned(),
        if tool.is_empty() { "-".to_owned() } else { tool },
    ]
}

/// As much of a digest as people compare.
fn short(digest: &str) -> String {
    digest.trim_start_matches("sha256:").chars().take(12).collect()
}

fn as_json(entry: &Listed) -> Value {
    json!({
        "name": entry.name.to_string(),
        "bytes": entry.size,
        "state": state(entry),
        "header": entry.header.as_ref().map(json::header),
        "miss": entry.miss.as_ref().map(json::miss),
    })
}
