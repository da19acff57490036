//! Read: what a library's tables point to, checked once before anything is used.

#![expect(unsafe_code, reason = "tables of a library are pointers and lengths")]

use std::collections::BTreeSet;

use abi::{Text, op};
use ecs_core::model::Row;
use ecs_core::number::{Graph, Node, Op};
use ecs_core::registry::{Bound, Field, Form};

use crate::error::Reason;

/// The most rows of any list; a larger number is a wrong pointer.
const MOST: usize = 1 << 20;

/// Something wrong in a table: where, and what was found, is allowed and can be done.
pub(crate) fn wrong(place: &str, problem: impl Into<String>) -> Reason {
    Reason::Content { place: place.to_owned(), problem: problem.into() }
}

/// A pointer that must not be null.
pub(crate) fn missing(place: &str, what: &str) -> Reason {
    wrong(place, format!("`{what}` is null; a pointer is needed; fill that row"))
}

/// A list of the library, which stays.
pub(crate) fn list<T: 'static>(
    place: &str,
    what: &str,
    data: *const T,
    count: usize,
) -> Result<&'static [T], Reason> {
    match count {
        0 => Ok(&[]),
        _ if data.is_null() => Err(wrong(
            place,
            format!("`{what}` is null and has {count} rows; a pointer is needed; fill that row"),
        )),
        _ if count > MOST || !data.is_aligned() => Err(wrong(
            place,
            format!(
                "`{what}` has {count} rows; up to {MOST}, at an aligned address, are allowed; correct it"
            ),
        )),
        // SAFETY: it is not null, aligned, and by the interface it has so many rows, which stay and are never written.
        _ => Ok(unsafe { std::slice::from_raw_parts(data, count) }),
    }
}

/// A string of the library, which stays.
pub(crate) fn text(place: &str, what: &str, text: Text) -> Result<&'static str, Reason> {
    let bytes = list(place, what, text.data, text.length)?;
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        wrong(place, format!("`{what}` is no UTF-8 at byte {at}; UTF-8 is needed; write it so"))
    })
}

/// A name that a scenario can use.
pub(crate) fn name(place: &str, name: Text) -> Result<&'static str, Reason> {
    let name = text(place, "name", name)?;
    let usable = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(usable) {
        return Ok(name);
    }
    Err(wrong(
        place,
        format!("is named {name:?}; a letter, then letters, digits and `_` are allowed; rename it"),
    ))
}

/// Refuses two of one name.
pub(crate) fn distinct<'a>(
    place: &str,
    what: &str,
    names: impl Iterator<Item = &'a str>,
) -> Result<(), Reason> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(wrong(
                place,
                format!("two {what} are named `{name}`; different names are needed; rename one"),
            ));
        }
    }
    Ok(())
}

/// A table of parameters or state, and which rows are held. `open` says that NaN, for "must be given", may be a default.
pub(crate) fn fields(
    place: &str,
    what: &str,
    (data, count): (*const abi::Field, usize),
    open: bool,
) -> Result<(&'static [Field], Vec<bool>), Reason> {
    let rows = list(place, what, data, count)?;
    let fields = rows.iter().enumerate().map(|(k, row)| field(&format!("{place}, {what} {k}"), row, open));
    let fields: Vec<Field> = fields.collect::<Result<_, _>>()?;
    distinct(place, &format!("{what}s"), fields.iter().map(|field| field.name))?;
    Ok((fields.leak(), rows.iter().map(|row| row.held != 0).collect()))
}

fn field(place: &str, row: &abi::Field, open: bool) -> Result<Field, Reason> {
    let name = name(place, row.name)?;
    let default = row.default_value;
    let given = default.is_finite() || (open && default.is_nan());
    if !given {
        return Err(wrong(
            place,
            format!("`{name}` has the default {default}; a finite number is needed; give one"),
        ));
    }
    let bound = match row.bound {
        abi::bound::ANY => Bound::Any,
        abi::bound::POSITIVE => Bound::Positive,
        abi::bound::NON_NEGATIVE => Bound::NonNegative,
        abi::bound::FRACTION => Bound::Fraction,
        other => {
            return Err(wrong(
                place,
                format!("`{name}` has bound {other}; 0 to 3 are allowed; use a code of `bound`"),
            ));
        }
    };
    let (unit, doc) = (text(place, "unit", row.unit)?, text(place, "doc", row.doc)?);
    Ok(Field { name, default, unit, doc, bound, form: Form::Number })
}

/// A table as rows of equations.
pub(crate) fn rows(fields: &[Field]) -> Vec<Row> {
    fields.iter().map(Row::from).collect()
}

/// What a graph may and must be.
pub(crate) struct Shape<'a> {
    /// The names its variables may have.
    pub variables: &'a [&'a str],
    /// How many results it has.
    pub outputs: usize,
}

/// A graph; `None` where the pointer is null.
pub(crate) fn graph(
    place: &str,
    graph: *const abi::Graph,
    shape: &Shape<'_>,
) -> Result<Option<Graph>, Reason> {
    match list(place, "graph", graph, usize::from(!graph.is_null()))? {
        [] => Ok(None),
        [graph, ..] => whole(place, graph, shape).map(Some),
    }
}

/// Several graphs.
pub(crate) fn graphs(place: &str, graphs: &[abi::Graph], shape: &Shape<'_>) -> Result<Vec<Graph>, Reason> {
    graphs.iter().enumerate().map(|(k, graph)| whole(&format!("{place} {k}"), graph, shape)).collect()
}

fn whole(place: &str, graph: &abi::Graph, shape: &Shape<'_>) -> Result<Graph, Reason> {
    let variables = list(place, "variables", graph.variables, graph.variable_count)?;
    let variables =
        variables.iter().map(|name| variable(place, *name, shape)).collect::<Result<Vec<_>, _>>()?;
    let nodes = list(place, "nodes", graph.nodes, graph.node_count)?;
    let checked = nodes
        .iter()
        .enumerate()
        .map(|(k, row)| node(&format!("{place}, node {k}"), row, (k, variables.len())));
    let checked = checked.collect::<Result<Vec<_>, _>>()?;
    let outputs = list(place, "outputs", graph.outputs, graph.output_count)?;
    if outputs.len() != shape.outputs {
        let (found, needed) = (outputs.len(), shape.outputs);
        return Err(wrong(
            place,
            format!("has {found} results; {needed} are needed; give one for each row, in table order"),
        ));
    }
    let output = |(k, row): (usize, &abi::Output)| {
        let place = format!("{place}, result {k}");
        below(&place, "node", row.node, nodes.len())?;
        Ok((text(&place, "name", row.name)?.to_owned(), row.node))
    };
    let outputs = outputs.iter().enumerate().map(output).collect::<Result<_, _>>()?;
    Ok(Graph { variables, nodes: checked, outputs })
}

fn variable(place: &str, name: Text, shape: &Shape<'_>) -> Result<String, Reason> {
    let name = text(place, "variable", name)?;
    if shape.variables.contains(&name) {
        return Ok(name.to_owned());
    }
    let known = shape.variables.join("`, `");
    Err(wrong(place, format!("has the variable `{name}`; `{known}` are allowed; use one of them")))
}

fn below(place: &str, what: &str, index: u32, count: usize) -> Result<(), Reason> {
    if (index as usize) < count {
        return Ok(());
    }
    Err(wrong(place, format!("refers to {what} {index}; there are {count} before it; refer to one of these")))
}

fn node(place: &str, row: &abi::Node, (index, variables): (usize, usize)) -> Result<Node, Reason> {
    match row.op {
        op::LITERAL => Ok(Node::Literal(row.literal.to_bits())),
        op::VARIABLE => below(place, "variable", row.a, variables).map(|()| Node::Variable(row.a)),
        code => {
            let op = operation(code).ok_or_else(|| {
                wrong(
                    place,
                    format!("has operation {code}; 0 to {} are allowed; use a code of `op`", op::EXPRELR),
                )
            })?;
            let operands = [row.a, row.b, row.c];
            operands[..op.arity()].iter().try_for_each(|operand| below(place, "node", *operand, index))?;
            // Those it does not need are 0, so that equal nodes are equal.
            Ok(Node::Apply(op, std::array::from_fn(|k| if k < op.arity() { operands[k] } else { 0 })))
        }
    }
}

fn operation(code: u32) -> Option<Op> {
    Some(match code {
        op::NEG => Op::Neg,
        op::ADD => Op::Add,
        op::SUB => Op::Sub,
        op::MUL => Op::Mul,
        op::DIV => Op::Div,
        op::EXP => Op::Exp,
        op::EXPM1 => Op::Expm1,
        op::LN => Op::Ln,
        op::SQRT => Op::Sqrt,
        op::TANH => Op::Tanh,
        op::ABS => Op::Abs,
        op::MIN => Op::Min,
        op::MAX => Op::Max,
        op::SPIKE => Op::Spike,
        op::SELECT => Op::Select,
        op::EXPREL => Op::Exprel,
        op::EXPRELR => Op::Exprelr,
        _ => return None,
    })
}
