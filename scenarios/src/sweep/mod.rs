//! Sweep: the section `[sweep]`, and what is wrong with the values that it puts in the place of others.

mod run;

pub use run::{Row, names, run, table};

use ecs_core::units::{self, Unit};

use crate::diagnostic::{Diagnostics, Problem};
use crate::keys::MOST_POINTS;
use crate::overrides;
use crate::reader::Fields;
use crate::schema::{Axis, Sweep};
use crate::tree::{Key, Node, Tree, shorten};

/// Sections of which no value can be varied: they say what the run is, not what happens in it.
const FIXED: [&str; 4] = ["scenario", "sweep", "output", "plugins"];

/// `[sweep]`
pub(crate) fn sweep(fields: &Fields<'_>) -> Option<Sweep> {
    fields.check(&[]);
    let zip = fields.choice("order").map(|at| at == 1);
    let seeds = fields.count("seeds");
    let axes: Vec<Option<Axis>> = fields.tables("axis")?.iter().map(axis).collect();
    let axes: Vec<Axis> = axes.into_iter().collect::<Option<_>>()?;
    let sweep = Sweep { axes, zip: zip?, seeds: seeds?, span: fields.span };
    let lengths: Vec<usize> = sweep.axes.iter().map(|axis| axis.values.len()).collect();
    if sweep.zip && lengths.iter().any(|n| *n != lengths[0]) {
        let problem =
            Problem::new(fields.place_of("order"), format!("axes of {lengths:?} values go together"))
                .allowed("axes of equally many values")
                .advice("make them equally long, or write `order = \"grid\"`");
        fields.reader.error(fields.get("order").map_or(fields.span, |node| node.span), problem);
        return None;
    }
    let all = match sweep.zip {
        true => lengths.first().copied().unwrap_or(1) as u128,
        false => lengths.iter().map(|n| *n as u128).product(),
    };
    let runs = all * u128::from(sweep.seeds);
    if runs > u128::from(MOST_POINTS) {
        let problem = Problem::new(&fields.place, format!("these are {runs} runs"))
            .allowed(format!("up to {MOST_POINTS}"))
            .advice("take fewer values or seeds");
        fields.reader.error(fields.span, problem);
        return None;
    }
    Some(sweep)
}

fn axis(fields: &Fields<'_>) -> Option<Axis> {
    let of = fields.text("of");
    let span = fields.get("of").map(|node| node.span);
    let range = ["from", "to", "count"].iter().filter(|key| fields.get(key).is_some()).count();
    let values = match (fields.get("values"), range) {
        (Some(node), 0) => listed(fields, node),
        (None, 3) => spread(fields),
        _ => {
            let problem = Problem::new(&fields.place, "it is not said which values this axis has")
                .allowed("`values`, or else `from`, `to` and `count`")
                .advice("add a line `values = [...]`, or give all three of the others and no `values`");
            fields.reader.error(fields.span, problem);
            None
        }
    };
    let of = of?;
    let first = of.split('.').next().unwrap_or_default();
    if FIXED.contains(&first) {
        let problem = Problem::new(fields.place_of("of"), format!("`{}` is not varied", shorten(&of)))
            .allowed("paths into other sections than scenario, output, plugins and sweep")
            .advice("name a value of the network or of the run");
        fields.reader.error(span?, problem);
        return None;
    }
    let (values, unit) = values?;
    let numbers: Option<Vec<f64>> = values.iter().map(|node| number(node, &unit)).collect();
    let written = values.iter().map(|node| fields.reader.shown(node)).collect();
    Some(Axis { of, unit, numbers: numbers.unwrap_or_default(), written, span: span?, values })
}

/// The values of a list, and the unit of the first.
fn listed(fields: &Fields<'_>, node: &Node) -> Option<(Vec<Node>, String)> {
    match &node.tree {
        Tree::List(items) if !items.is_empty() => Some((items.clone(), unit_of(&items[0]))),
        _ => {
            let allowed = "a list of one value or more";
            fields.reader.wrong_form(node, &fields.place_of("values"), allowed, "write `values = [...]`");
            None
        }
    }
}

fn unit_of(node: &Node) -> String {
    node.text().map_or(String::new(), |text| units::parts(text).1.to_owned())
}

/// A number in a unit; `None` where it is none.
fn number(node: &Node, unit: &str) -> Option<f64> {
    match &node.tree {
        Tree::Text(text) if !unit.is_empty() => units::to_unit(text, Unit::parse(unit).ok()?).ok(),
        _ => node.number(),
    }
    .filter(|x| x.is_finite())
}

/// Values in even distances: numbers with the unit of the first, or bare ones, whole where all are.
fn spread(fields: &Fields<'_>) -> Option<(Vec<Node>, String)> {
    let count = fields.count("count")?;
    let log = fields.choice("scale")? == 1;
    let (first, last) = (fields.get("from")?, fields.get("to")?);
    let unit = unit_of(first);
    let of = |name: &str, node: &Node| {
        let found = number(node, &unit).filter(|x| !log || *x > 0.0);
        if found.is_none() {
            let allowed = match (&unit[..], log) {
                ("", false) => "a number".to_owned(),
                ("", true) => "a number above zero".to_owned(),
                (unit, false) => format!("a number with a unit such as `{unit}`"),
                (unit, true) => format!("a number above zero with a unit such as `{unit}`"),
            };
            fields.reader.wrong_form(node, &fields.place_of(name), &allowed, "give the ends of one range");
        }
        found
    };
    let (low, high) = (of("from", first), of("to", last));
    let (low, high) = (low?, high?);
    let at = |k: u64| {
        let part = k as f64 / (count - 1) as f64;
        match k {
            0 => low,
            _ if k == count - 1 => high,
            _ if log => low * (high / low).powf(part),
            _ => low + (high - low) * part,
        }
    };
    let whole = [first, last].iter().all(|node| matches!(node.tree, Tree::Integer(_)));
    let all: Vec<f64> = (0..count).map(at).collect();
    let whole = whole && all.iter().all(|x| x.fract() == 0.0);
    let node = |x: f64| Node {
        span: first.span,
        tree: match (&unit[..], whole) {
            ("", true) => Tree::Integer(x as i128),
            ("", false) => Tree::Float(x),
            (unit, _) => Tree::Text(format!("{x} {unit}")),
        },
    };
    Some((all.into_iter().map(node).collect(), unit))
}

/// Puts the values of a point into the tree of the file: those of its axes and its seed, counted from that of the run.
pub(crate) fn put(root: &mut Vec<(Key, Node)>, sweep: &Sweep, point: &Point, found: &mut Diagnostics) {
    for (axis, (k, value)) in point.values.iter().enumerate().map(|(k, v)| (&sweep.axes[k], (k, *v))) {
        let place = format!("sweep.axis[{k}].of");
        if let Err(problem) =
            overrides::put_at(root, (&axis.of, axis.span), axis.values[value].clone(), &place)
        {
            found.error(axis.span, problem);
        }
    }
    let run = root.iter_mut().find(|(key, _)| key.name == "run");
    if let (Some((_, Node { tree: Tree::Table(rows), .. })), true) = (run, point.seed > 0) {
        for (_, node) in rows.iter_mut().filter(|(key, _)| key.name == "seed") {
            if let Tree::Integer(seed) = &mut node.tree {
                *seed += i128::from(point.seed);
            }
        }
    }
}

/// A point of a sweep.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Point {
    /// The value of each axis, by its number; empty of the scenario as it is.
    pub values: Vec<usize>,
    /// The seed, counted from that of the run.
    pub seed: u64,
}

impl Sweep {
    /// All that is run, in the order of the table: points, and of each its seeds.
    pub fn runs(&self) -> Vec<Point> {
        let seeds =
            |values: Vec<usize>| (0..self.seeds).map(move |seed| Point { values: values.clone(), seed });
        self.points().into_iter().flat_map(seeds).collect()
    }

    /// Points that have each value of each axis once, beside the first values of the others: what is wrong with a value shows in them.
    pub(crate) fn each_value(&self) -> Vec<Point> {
        let of = |axis: usize| {
            (0..self.axes[axis].values.len()).map(move |value| {
                let values = (0..self.axes.len()).map(|k| match k == axis || self.zip {
                    true => value,
                    false => 0,
                });
                Point { values: values.collect(), seed: 0 }
            })
        };
        (0..self.axes.len()).flat_map(of).collect()
    }
}
