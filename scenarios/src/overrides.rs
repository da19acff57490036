//! Overrides: values from the command line that replace those of the file, such as `--set run.seed=2`.

use crate::diagnostic::{Diagnostics, Problem, Span};
use crate::nearest::advice;
use crate::tree::{self, Key, Node, Tree, shorten};

/// One `--set PATH=VALUE`: the path is dotted, lists count from 0, the value is TOML or else a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// Everything behind `--set`.
    pub text: String,
}

impl Override {
    /// From the text behind `--set`.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into() }
    }
}

/// Puts the override into the tree. Its text has the number `index` among the texts of the scenario.
pub(crate) fn apply(
    root: &mut Vec<(Key, Node)>,
    change: &Override,
    index: usize,
    diagnostics: &mut Diagnostics,
) {
    let Some((path, value)) = change.text.split_once('=') else {
        let span = Span { text: index, start: 0, end: change.text.len() };
        let problem = Problem::new("--set", format!("`{}` has no `=`", shorten(&change.text)))
            .allowed("a dotted path, `=`, and a value")
            .advice("write `--set run.seed=2`");
        return diagnostics.error(span, problem);
    };
    let start = path.len() + 1 + value.len() - value.trim_start().len();
    let value = value.trim();
    let node = tree::read_value(value, index, start).unwrap_or_else(|| Node {
        span: Span { text: index, start, end: start + value.len() },
        tree: Tree::Text(value.to_owned()),
    });
    let steps = steps(path, index);
    if let Err((span, problem)) = put(root, &steps, node) {
        diagnostics.error(span, problem);
    }
}

/// Puts a value in the place that a path in the file names, for `place`.
pub(crate) fn put_at(
    root: &mut Vec<(Key, Node)>,
    (path, span): (&str, Span),
    node: Node,
    place: &str,
) -> Result<(), Problem> {
    let mut steps = steps(path, 0);
    steps.iter_mut().for_each(|step| step.span = span);
    put(root, &steps, node).map_err(|(_, problem)| Problem { place: place.to_owned(), ..problem })
}

/// The parts of a dotted path and their places.
fn steps(path: &str, text: usize) -> Vec<Key> {
    let mut start = 0;
    path.split('.')
        .map(|name| {
            let span = Span { text, start, end: start + name.len() };
            start += name.len() + 1;
            Key { name: name.trim().to_owned(), span }
        })
        .collect()
}

/// Tables that a path may name although the file leaves them out.
const OPTIONAL_TABLES: [&str; 5] = ["run", "output", "params", "state", "training"];

/// Walks down and replaces. The last key may be new: whether it exists is for the section to say, as for keys of the file.
fn put(table: &mut Vec<(Key, Node)>, steps: &[Key], node: Node) -> Result<(), (Span, Problem)> {
    let [step, rest @ ..] = steps else { return Ok(()) };
    let known = table.iter().position(|(key, _)| key.name == step.name);
    let Some(next) = rest.first() else {
        match known {
            Some(at) => table[at].1 = node,
            None => table.push((step.clone(), node)),
        }
        return Ok(());
    };
    let at = match known {
        Some(at) => at,
        None if OPTIONAL_TABLES.contains(&step.name.as_str()) => {
            table.push((step.clone(), Node { span: step.span, tree: Tree::Table(Vec::new()) }));
            table.len() - 1
        }
        None => return Err(missing(step, table.iter().map(|(key, _)| key.name.as_str()))),
    };
    match &mut table[at].1.tree {
        Tree::Table(inner) => put(inner, rest, node),
        Tree::List(list) => put_in_list(list, next, &rest[1..], node),
        _ => {
            let found = format!("`{}` is a value, there is nothing inside it", step.name);
            let problem = Problem::new("--set", found)
                .allowed("paths that lead through tables and lists")
                .advice("end the path here");
            Err((next.span, problem))
        }
    }
}

fn put_in_list(list: &mut [Node], step: &Key, rest: &[Key], node: Node) -> Result<(), (Span, Problem)> {
    let count = list.len();
    let item = step.name.parse().ok().and_then(|at: usize| list.get_mut(at));
    let Some(item) = item else {
        let problem = Problem::new("--set", format!("there is no number `{}` in this list", step.name))
            .allowed(if count == 0 {
                "nothing, it is empty".to_owned()
            } else {
                format!("0 to {}", count - 1)
            })
            .advice("lists count from 0, in the order of the file");
        return Err((step.span, problem));
    };
    match (&mut item.tree, rest) {
        (_, []) => *item = node,
        (Tree::Table(inner), _) => return put(inner, rest, node),
        _ => {
            let problem = Problem::new("--set", "this is a value, there is nothing inside it")
                .advice("end the path here");
            return Err((rest[0].span, problem));
        }
    }
    Ok(())
}

fn missing<'a>(step: &Key, there: impl Iterator<Item = &'a str>) -> (Span, Problem) {
    let there: Vec<&str> = there.collect();
    let problem = Problem::new("--set", format!("the scenario has no `{}` here", shorten(&step.name)))
        .allowed(there.join(", "))
        .advice(advice(&step.name, &there));
    (step.span, problem)
}
