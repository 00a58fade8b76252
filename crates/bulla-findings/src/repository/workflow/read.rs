use super::{Action, Job, Permissions, Step, Trigger, Workflow};
use crate::repository::yaml::{Node, Problem, Text, Value};

pub(super) fn workflow(path: &str, text: &str) -> Result<Workflow, Problem> {
    let node = Node::parse(text)?;
    let jobs = required(&node, "jobs")?;
    Ok(Workflow {
        path: path.to_owned(),
        lines: lines(text),
        on: triggers(required(&node, "on")?)?,
        permissions: node.get("permissions").map(permissions).transpose()?,
        jobs: jobs.entries().map(|(id, job)| self::job(id, job)).collect::<Result<_, _>>()?,
    })
}

/// `None` if it is an action, but no composite one: it has no steps.
pub(super) fn action(path: &str, text: &str) -> Result<Option<Action>, Problem> {
    let node = Node::parse(text)?;
    let Some(steps) = required(&node, "runs")?.get("steps") else { return Ok(None) };
    Ok(Some(Action { path: path.to_owned(), lines: lines(text), steps: self::steps(steps)? }))
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

fn required<'a>(node: &'a Node, name: &str) -> Result<&'a Node, Problem> {
    node.get(name).ok_or_else(|| (Some(node.line), format!("it has no `{name}`")))
}

/// `on: push`, `on: [push]`, or `on: {push: ...}`.
fn triggers(on: &Node) -> Result<Vec<Trigger>, Problem> {
    let nothing = |node: &Node| Node { value: Value::Text(String::new()), ..node.clone() };
    let pairs: Vec<(&Node, Node)> = match &on.value {
        Value::Map(pairs) => pairs.iter().map(|(event, filters)| (event, filters.clone())).collect(),
        Value::Text(_) | Value::List(_) => on.items().iter().map(|event| (event, nothing(event))).collect(),
    };
    let trigger = |(event, filters): (&Node, Node)| Ok(Trigger { event: text(event)?, filters });
    pairs.into_iter().map(trigger).collect()
}

fn permissions(node: &Node) -> Result<Permissions, Problem> {
    match &node.value {
        Value::Text(all) if matches!(all.as_str(), "read-all" | "write-all") => {
            Ok(Permissions::All(text(node)?))
        }
        Value::Map(pairs) => {
            let scope = |(scope, level): &(Node, Node)| Ok((text(scope)?, text(level)?));
            Ok(Permissions::Scopes {
                line: node.line,
                scopes: pairs.iter().map(scope).collect::<Result<_, _>>()?,
            })
        }
        Value::Text(_) | Value::List(_) => Err((
            Some(node.line),
            "`permissions` is no mapping, and neither read-all nor write-all".to_owned(),
        )),
    }
}

fn job(id: &Node, node: &Node) -> Result<Job, Problem> {
    Ok(Job {
        id: text(id)?,
        permissions: node.get("permissions").map(permissions).transpose()?,
        uses: node.get("uses").map(text).transpose()?,
        steps: node.get("steps").map(steps).transpose()?.unwrap_or_default(),
        node: node.clone(),
    })
}

fn steps(node: &Node) -> Result<Vec<Step>, Problem> {
    let Value::List(steps) = &node.value else {
        return Err((Some(node.line), "`steps` is no list".to_owned()));
    };
    steps.iter().map(step).collect()
}

fn step(node: &Node) -> Result<Step, Problem> {
    let with = node.get("with").into_iter().flat_map(Node::entries);
    Ok(Step {
        uses: node.get("uses").map(text).transpose()?,
        run: node.get("run").map(text).transpose()?,
        with: with.map(|(name, value)| Ok((text(name)?, value.clone()))).collect::<Result<_, Problem>>()?,
        node: node.clone(),
    })
}

fn text(node: &Node) -> Result<Text, Problem> {
    node.text().ok_or_else(|| (Some(node.line), "a text is expected here".to_owned()))
}
