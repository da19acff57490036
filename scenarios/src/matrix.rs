//! Matrix: projections, stimuli and expectations whose numbers differ from population to population, written as one.
//!
//! Where `to` and `from` are lists, any value may be a matrix: a row for each receiver, a column for each sender. The section
//! then stands for one section for each pair, with that pair's numbers; pairs that `connect` gives zero are left out. Stimuli and
//! expectations have no senders: a row holds the value for one population of `to` or `of`.

use std::ops::Range;

use crate::diagnostic::{Diagnostics, Problem, Span};
use crate::tree::{Key, Node, Tree};

/// Sections that may hold matrices, the key whose members rows belong to, and whether there are senders.
const SECTIONS: [(&str, &str, bool); 3] =
    [("projection", "to", true), ("stimulus", "to", false), ("expect", "of", false)];

/// More pairs than this are data, not a scenario.
const MOST_PAIRS: usize = 10_000;

type Rows = Vec<(Key, Node)>;

/// Replaces sections that hold matrices by one for each pair.
pub(crate) fn expand(root: &mut Rows, diagnostics: &mut Diagnostics) {
    for (key, node) in root {
        let Some((name, receivers, senders)) = SECTIONS.iter().find(|(name, ..)| *name == key.name) else {
            continue;
        };
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
            match pairs(rows, item.span, receivers, *senders) {
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
fn pairs(rows: &Rows, span: Span, receivers: &str, senders: bool) -> Result<Vec<Node>, Problem> {
    let list = |name: &str| {
        let node = rows.iter().find(|(key, _)| key.name == name).map(|(_, node)| node);
        match node.map(|node| &node.tree) {
            Some(Tree::List(items)) => Ok(items.clone()),
            _ => Err(Problem::new("", format!("a matrix, but `{name}` is no list"))
                .allowed("lists of populations, which rows and columns then belong to")
                .advice(format!("write `{name} = [\"A\", \"B\"]`"))),
        }
    };
    let to = list(receivers)?;
    let from: Vec<Option<Node>> =
        if senders { list("from")?.into_iter().map(Some).collect() } else { vec![None] };
    if to.len().saturating_mul(from.len()) > MOST_PAIRS {
        let problem = Problem::new("", format!("{} times {} pairs", to.len(), from.len()));
        return Err(problem.allowed(format!("up to {MOST_PAIRS}")).advice("keep data in a file of its own"));
    }
    let mut all = Vec::new();
    for (column, sender) in from.iter().enumerate() {
        for (row, receiver) in to.iter().enumerate() {
            let pair = Pair { row: row..to.len(), column: sender.as_ref().map(|_| column..from.len()) };
            let mut own = Rows::new();
            let mut joined = true;
            for (key, node) in rows {
                let picked = match (key.name.as_str(), sender) {
                    (name, _) if name == receivers => receiver.clone(),
                    ("from", Some(sender)) => sender.clone(),
                    _ => pair.pick(node)?,
                };
                joined &= key.name != "connect" || !is_zero(node, &picked);
                own.push((key.clone(), picked));
            }
            if let Some((_, name)) = own.iter_mut().find(|(key, _)| key.name == "name")
                && let Tree::Text(text) = &mut name.tree
            {
                let ends =
                    [sender.as_ref(), Some(receiver)].map(|end| end.and_then(Node::text).unwrap_or("?"));
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
    /// None without senders.
    column: Option<Range<usize>>,
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
                let wanted = self.column.as_ref().map(|column| column.end);
                let wrong = rows.iter().find(|row| wanted.is_some_and(|wanted| columns(row) != wanted));
                if rows.len() != self.row.end || wrong.is_some() {
                    let found = match wrong {
                        Some(row) => format!("a matrix with a row of {} numbers", columns(row)),
                        None => format!("a matrix of {} rows", rows.len()),
                    };
                    let each = wanted.map_or(String::new(), |wanted| format!(" of {wanted}"));
                    return Err(Problem::new("", found)
                        .allowed(format!("{} rows{each}", self.row.end))
                        .advice("give a row for each receiver, with a number for each sender"));
                }
                let row = &rows[self.row.start];
                match (&row.tree, &self.column) {
                    (Tree::List(cells), Some(column)) => Ok(cells[column.start].clone()),
                    (Tree::List(cells), None) if cells.len() == 1 => Ok(cells[0].clone()),
                    _ => Ok(row.clone()),
                }
            }
            _ => Ok(node.clone()),
        }
    }
}
