//! Matrix: a projection or stimulus whose numbers differ from pair to pair, written as one.
//!
//! Where `to` and `from` are lists, any value may be a matrix: a row for each receiver, a column for each sender. The section
//! then stands for one section for each pair, with that pair's numbers; pairs that `connect` gives zero are left out. A
//! stimulus has no senders, so its rows hold one value each.

use std::ops::Range;

use crate::diagnostic::{Diagnostics, Problem, Span};
use crate::tree::{Key, Node, Tree};

/// Sections that may hold matrices, and whether they have senders.
const SECTIONS: [(&str, bool); 2] = [("projection", true), ("stimulus", false)];

/// More pairs than this are data, not a scenario.
const MOST_PAIRS: usize = 10_000;

type Rows = Vec<(Key, Node)>;

/// Replaces sections that hold matrices by one for each pair.
pub(crate) fn expand(root: &mut Rows, diagnostics: &mut Diagnostics) {
    for (key, node) in root {
        let Some((name, senders)) = SECTIONS.iter().find(|(name, _)| *name == key.name) else { continue };
        let Tree::List(items) = &mut node.tree else { continue };
        let old = std::mem::take(items);
        for (at, item) in old.into_iter().enumerate() {
            let Tree::Table(rows) = &item.tree else {
                items.push(item);
                continue;
            };
            let Some(matrix) = rows.iter().find_map(|(_, node)| find(node)) else {
                items.push(item);
                continue;
            };
            match pairs(rows, item.span, matrix, *senders) {
                Ok(pairs) => items.extend(pairs),
                Err(problem) => {
                    diagnostics.error(matrix, Problem { place: format!("{name}[{at}]"), ..problem });
                }
            }
        }
    }
}

/// The place of the first matrix.
fn find(node: &Node) -> Option<Span> {
    match &node.tree {
        Tree::Table(rows) => rows.iter().find_map(|(_, node)| find(node)),
        Tree::List(items) if is_matrix(items) => Some(node.span),
        _ => None,
    }
}

fn is_matrix(items: &[Node]) -> bool {
    !items.is_empty() && items.iter().all(|item| matches!(item.tree, Tree::List(_)))
}

/// One section for each pair that is joined.
fn pairs(rows: &Rows, span: Span, matrix: Span, senders: bool) -> Result<Vec<Node>, Problem> {
    let list = |name: &str| {
        let node = rows.iter().find(|(key, _)| key.name == name).map(|(_, node)| node);
        match node.map(|node| &node.tree) {
            Some(Tree::List(items)) => Ok(items.clone()),
            _ => Err(Problem::new("", format!("a matrix, but `{name}` is no list"))
                .allowed("lists of populations, which rows and columns then belong to")
                .advice(format!("write `{name} = [\"A\", \"B\"]`"))),
        }
    };
    let to = list("to")?;
    let from = if senders { list("from")? } else { vec![Node { span: matrix, tree: Tree::Bool(true) }] };
    if to.len() * from.len() > MOST_PAIRS {
        let problem = Problem::new("", format!("{} pairs", to.len() * from.len()));
        return Err(problem.allowed(format!("up to {MOST_PAIRS}")).advice("keep data in a file of its own"));
    }
    let mut all = Vec::new();
    for (column, sender) in from.iter().enumerate() {
        for (row, receiver) in to.iter().enumerate() {
            let pair = Pair { row: row..to.len(), column: column..from.len() };
            let mut own = Rows::new();
            let mut joined = true;
            for (key, node) in rows {
                let picked = match key.name.as_str() {
                    "to" => receiver.clone(),
                    "from" => sender.clone(),
                    _ => pair.pick(node)?,
                };
                joined &= key.name != "connect" || !is_zero(node, &picked);
                own.push((key.clone(), picked));
            }
            if let Some((_, name)) = own.iter_mut().find(|(key, _)| key.name == "name")
                && let Tree::Text(text) = &mut name.tree
            {
                let ends = [sender, receiver].map(|end| end.text().unwrap_or("?"));
                *text = format!("{text}: {} to {}", ends[0], ends[1]);
            }
            if joined {
                all.push(Node { span, tree: Tree::Table(own) });
            }
        }
    }
    Ok(all)
}

/// Whether a matrix of `whole` gave `picked` a zero.
fn is_zero(whole: &Node, picked: &Node) -> bool {
    match (&whole.tree, &picked.tree) {
        (Tree::Table(whole), Tree::Table(picked)) => {
            whole.iter().zip(picked).any(|((_, whole), (_, picked))| is_zero(whole, picked))
        }
        (Tree::List(rows), _) => is_matrix(rows) && picked.number() == Some(0.0),
        _ => false,
    }
}

/// A place in a matrix, each range beginning there and ending where the matrix has to.
struct Pair {
    row: Range<usize>,
    column: Range<usize>,
}

impl Pair {
    /// The value with every matrix replaced by what it holds for this pair.
    fn pick(&self, node: &Node) -> Result<Node, Problem> {
        match &node.tree {
            Tree::Table(rows) => {
                let rows = rows.iter().map(|(key, node)| Ok((key.clone(), self.pick(node)?)));
                Ok(Node { span: node.span, tree: Tree::Table(rows.collect::<Result<_, _>>()?) })
            }
            Tree::List(rows) if is_matrix(rows) => {
                let columns = |row: &Node| if let Tree::List(row) = &row.tree { row.len() } else { 0 };
                let wrong = rows.iter().find(|row| columns(row) != self.column.end);
                if rows.len() != self.row.end || wrong.is_some() {
                    let found = match wrong {
                        Some(row) => format!("a matrix with a row of {} numbers", columns(row)),
                        None => format!("a matrix of {} rows", rows.len()),
                    };
                    return Err(Problem::new("", found)
                        .allowed(format!("{} rows of {}", self.row.end, self.column.end))
                        .advice("give a row for each receiver, with a number for each sender"));
                }
                match &rows[self.row.start].tree {
                    Tree::List(row) => Ok(row[self.column.start].clone()),
                    _ => Ok(node.clone()),
                }
            }
            _ => Ok(node.clone()),
        }
    }
}
