use super::{Action, Job, Permissions, Step, Trigger, Workflow};
use crate::repository::shell::commands;
use crate::repository::yaml::{Node, Problem, Value};

pub(super) fn workflow(path: &str, text: &str) -> Result<Workflow, Problem> {
    one_kind_of_lines(text)?;
    let node = Node::parse(text)?;
    unique(&node)?;
    let jobs = node.required("jobs")?;
    Ok(Workflow {
        path: path.to_owned(),
        lines: lines(text),
        text: text.to_owned(),
        on: triggers(node.required("on")?)?,
        permissions: node.get("permissions").map(permissions).transpose()?,
        jobs: jobs.entries().map(|(id, job)| self::job(id, job)).collect::<Result<_, _>>()?,
        node,
    })
}

/// One that runs neither steps nor an image, or is no action at all, has neither.
pub(super) fn action(path: &str, text: &str) -> Result<Action, Problem> {
    one_kind_of_lines(text)?;
    let node = Node::parse(text)?;
    let runs = node.get("runs");
    if runs.is_some() {
        unique(&node)?;
    }
    let part = |name: &str| runs.and_then(|runs| runs.get(name));
    Ok(Action {
        path: path.to_owned(),
        lines: lines(text),
        text: text.to_owned(),
        steps: part("steps").map(steps).transpose()?.unwrap_or_default(),
        image: part("image").map(Node::required_text).transpose()?,
        node,
    })
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

/// A step could hide in a comment: readers of YAML do not agree on where these end a line.
fn one_kind_of_lines(text: &str) -> Result<(), Problem> {
    let is_odd = |line: &&str| {
        let line = line.strip_suffix('\r').unwrap_or(line);
        line.contains(['\r', '\u{85}', '\u{2028}', '\u{2029}'])
    };
    match text.split('\n').zip(1..).find(|(line, _)| is_odd(line)) {
        Some((_, line)) => {
            Err((Some(line), "a character there ends the line for some readers only".to_owned()))
        }
        None => Ok(()),
    }
}

/// GitHub takes names that differ in case only for the same.
fn unique(node: &Node) -> Result<(), Problem> {
    let mut names: Vec<_> =
        node.entries().filter_map(|(key, _)| Some((key.as_text()?.to_ascii_lowercase(), key.line))).collect();
    names.sort_unstable();
    if let Some(pair) = names.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        return Err((Some(pair[1].1), "a name is there twice".to_owned()));
    }
    let items: &[Node] = if let Value::List(items) = &node.value { items } else { &[] };
    node.entries().map(|(_, value)| value).chain(items).try_for_each(unique)
}

/// `on: push`, `on: [push]`, or `on: {push: ...}`.
fn triggers(on: &Node) -> Result<Vec<Trigger>, Problem> {
    let nothing = |node: &Node| Node { value: Value::Text(String::new()), ..node.clone() };
    let pairs: Vec<(&Node, Node)> = match &on.value {
        Value::Map(pairs) => pairs.iter().map(|(event, filters)| (event, filters.clone())).collect(),
        Value::Text(_) | Value::List(_) => on.items().iter().map(|event| (event, nothing(event))).collect(),
    };
    let trigger = |(event, filters): (&Node, Node)| Ok(Trigger { event: event.required_text()?, filters });
    pairs.into_iter().map(trigger).collect()
}

fn permissions(node: &Node) -> Result<Permissions, Problem> {
    match &node.value {
        Value::Text(all) if matches!(all.as_str(), "read-all" | "write-all") => {
            Ok(Permissions::All(node.required_text()?))
        }
        Value::Map(pairs) => {
            let scope = |(scope, level): &(Node, Node)| Ok((scope.required_text()?, level.required_text()?));
            let scopes = pairs.iter().map(scope).collect::<Result<_, _>>()?;
            Ok(Permissions::Scopes { line: node.line, scopes })
        }
        Value::Text(_) | Value::List(_) => Err((
            Some(node.line),
            "`permissions` is no mapping, and neither read-all nor write-all".to_owned(),
        )),
    }
}

fn job(id: &Node, node: &Node) -> Result<Job, Problem> {
    let (uses, steps) = (node.get("uses"), node.get("steps"));
    if uses.is_some() == steps.is_some() {
        return Err((Some(id.line), "a job has either `steps` or `uses`".to_owned()));
    }
    Ok(Job {
        id: id.required_text()?,
        permissions: node.get("permissions").map(permissions).transpose()?,
        uses: uses.map(Node::required_text).transpose()?,
        steps: steps.map(self::steps).transpose()?.unwrap_or_default(),
        node: node.clone(),
    })
}

fn steps(node: &Node) -> Result<Vec<Step>, Problem> {
    let mut steps = Vec::new();
    add_steps(node, &mut steps)?;
    Ok(steps)
}

/// Steps that run beside each other count one by one.
fn add_steps(node: &Node, steps: &mut Vec<Step>) -> Result<(), Problem> {
    let Value::List(items) = &node.value else {
        return Err((Some(node.line), "`steps` is no list".to_owned()));
    };
    for item in items.iter() {
        match item.get("parallel") {
            Some(parallel) => add_steps(parallel, steps)?,
            None => steps.push(step(item)?),
        }
    }
    Ok(())
}

fn step(node: &Node) -> Result<Step, Problem> {
    let does = ["uses", "run", "wait", "wait-all", "cancel"].iter().filter(|name| node.get(name).is_some());
    if does.count() != 1 {
        return Err((Some(node.line), "a step has either `uses` or `run`".to_owned()));
    }
    let with = node.get("with").into_iter().flat_map(Node::entries);
    let run = node.get("run").map(Node::required_text).transpose()?;
    Ok(Step {
        uses: node.get("uses").map(Node::required_text).transpose()?,
        commands: run.as_ref().map(|run| commands(&run.text)).unwrap_or_default(),
        run,
        with: with
            .map(|(name, value)| Ok((name.required_text()?, value.clone())))
            .collect::<Result<_, Problem>>()?,
        node: node.clone(),
    })
}
