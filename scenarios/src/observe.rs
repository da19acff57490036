//! Observe: the sections `[[record]]`, `[[silence]]`, `[[clamp]]` and `[[expect]]`.

use ecs_core::registry::{Bound, Entry};

use crate::diagnostic::Problem;
use crate::head::{Grid, scale_of};
use crate::quantity::{self, Wanted};
use crate::reader::Fields;
use crate::schema::{
    Clamp, Expect, Interval, Measure, Observable, Pick, Record, Selection, Silence, WeightRecord,
};
use crate::selection::{Known, selection};
use crate::tree::{Node, Tree};

fn of(fields: &Fields<'_>, known: &[Known], neurons_only: bool) -> Option<Selection> {
    selection(fields.reader, fields.get("of")?, known, &fields.place_of("of"), neurons_only)
}

/// What a `[[record]]` is of.
pub(crate) enum Recorded {
    Neurons(Record),
    Weights(WeightRecord),
}

/// `[[record]]`
pub(crate) fn record(fields: &Fields<'_>, known: &[Known], grid: Option<Grid>) -> Option<Recorded> {
    match fields.get("what").and_then(Node::text) {
        Some("weights") => weights(fields, grid).map(Recorded::Weights),
        _ => neurons(fields, known, grid).map(Recorded::Neurons),
    }
}

/// Weights, whose projection [`validate`](crate::validate) looks for.
fn weights(fields: &Fields<'_>, grid: Option<Grid>) -> Option<WeightRecord> {
    fields.check(&[]);
    let node = fields.get("of")?;
    let of = node.text().map(str::to_owned);
    if of.is_none() {
        let advice = "write the name of one projection between quotation marks";
        fields.reader.wrong_form(node, &fields.place_of("of"), "the name of a projection", advice);
    }
    let every = every(fields, grid);
    if fields.get("every").is_none() {
        let problem =
            Problem::new(&fields.place, "weights are recorded at intervals, and `every` is missing")
                .allowed("a whole multiple of dt, such as 100 ms")
                .advice("add `every = \"100 ms\"`; for the end alone set `weights = true` in `[output]`");
        fields.reader.error(fields.span, problem);
    }
    let first = first(fields);
    Some(WeightRecord { of: of?, of_span: node.span, every: every?, first: first? })
}

fn every(fields: &Fields<'_>, grid: Option<Grid>) -> Option<f64> {
    match fields.get("every") {
        None => grid.map(|grid| grid.dt),
        Some(node) => fields.time("every", Bound::Positive).and_then(|every| {
            grid?.steps(fields.reader, every, node, &fields.place_of("every"))?;
            Some(every)
        }),
    }
}

fn first(fields: &Fields<'_>) -> Option<Option<usize>> {
    match fields.get("first") {
        None => Some(None),
        Some(_) => fields.count("first").and_then(|first| usize::try_from(first).ok()).map(Some),
    }
}

fn neurons(fields: &Fields<'_>, known: &[Known], grid: Option<Grid>) -> Option<Record> {
    fields.check(&[]);
    let of = of(fields, known, false);
    let what = of.as_ref().and_then(|of| what(fields, of, known));
    let (every, first) = (every(fields, grid), first(fields));
    if let (Some(of), Some(Some(first))) = (&of, first) {
        warn_of_few(fields, of, known, first);
    }
    Some(Record { of: of?, what: what?, every: every?, first: first?, span: fields.span })
}

fn what(fields: &Fields<'_>, of: &Selection, known: &[Known]) -> Option<Vec<Observable>> {
    let node = fields.get("what")?;
    let entries: Vec<Entry> = of.members.iter().filter_map(|one| known[one.population].entry).collect();
    if entries.is_empty() {
        return None;
    }
    let single = std::slice::from_ref(node);
    let items = if let Tree::List(items) = &node.tree { items.as_slice() } else { single };
    if items.is_empty() {
        fields.reader.wrong_form(
            node,
            &fields.place_of("what"),
            "spikes, a state variable, or a list",
            "name one",
        );
    }
    let found: Vec<_> = items.iter().map(|item| observable(fields, item, &entries)).collect();
    let found: Vec<Observable> = found.into_iter().collect::<Option<_>>()?;
    (!found.is_empty()).then_some(found)
}

/// A word that every population of the selection has.
fn observable(fields: &Fields<'_>, node: &Node, entries: &[Entry]) -> Option<Observable> {
    let place = fields.place_of("what");
    let has = |entry: &Entry, name: &str| entry.state.iter().any(|field| field.name == name);
    let shared = entries[0].state.iter().map(|field| field.name);
    let shared = shared.filter(|name| entries.iter().all(|entry| has(entry, name)));
    let words: Vec<&str> = std::iter::once("spikes").chain(shared).collect();
    let Some(word) = node.text() else {
        fields.reader.wrong_form(node, &place, &words.join(", "), "write it between quotation marks");
        return None;
    };
    if !words.contains(&word) {
        fields.reader.unknown(node.span, &place, "these neurons have no variable", (word, &words));
        return None;
    }
    Some(if word == "spikes" { Observable::Spikes } else { Observable::Variable(word.to_owned()) })
}

fn warn_of_few(fields: &Fields<'_>, of: &Selection, known: &[Known], first: usize) {
    let sizes = of.members.iter().map(|one| match one.pick {
        Pick::Range { start, end } => Some(end - start),
        Pick::All => known[one.population].size,
        Pick::Share(_) => None,
    });
    let total = sizes.map(|size| size.map(|size| size as u128)).sum::<Option<u128>>();
    if let (Some(total), Some(node)) = (total, fields.get("first"))
        && total < first as u128
    {
        let problem =
            Problem::new(fields.place_of("first"), format!("the selection has only {total} neurons"))
                .allowed(format!("up to {total}"))
                .advice("all of them are recorded; remove the key");
        fields.reader.warn(node.span, problem);
    }
}

/// `[[silence]]`
pub(crate) fn silence(fields: &Fields<'_>, known: &[Known], grid: Option<Grid>) -> Option<Silence> {
    fields.check(&[]);
    let (of, during) = (of(fields, known, false), interval(fields, grid));
    Some(Silence { of: of?, during: during?, span: fields.span })
}

/// `[[clamp]]`
pub(crate) fn clamp(fields: &Fields<'_>, known: &[Known], grid: Option<Grid>) -> Option<Clamp> {
    fields.check(&[]);
    let of = of(fields, known, true);
    let v = of.as_ref().and_then(|of| {
        let entries = of.members.iter().filter_map(|one| known[one.population].entry);
        let voltages: Vec<_> =
            entries.map(|entry| (entry, entry.state.iter().find(|field| field.name == "v"))).collect();
        if let Some((entry, _)) = voltages.iter().find(|(_, v)| v.is_none()) {
            let problem =
                Problem::new(fields.place_of("of"), format!("neuron `{}` has no voltage `v`", entry.name))
                    .allowed("neurons with a state variable `v`")
                    .advice("select other neurons");
            fields.reader.error(of.span, problem);
        }
        let unit = voltages.first()?.1?.unit;
        let wanted = Wanted { unit, bound: Bound::Any };
        quantity::scalar(fields.reader, fields.get("v")?, wanted, &fields.place_of("v"))
    });
    let during = interval(fields, grid);
    Some(Clamp { of: of?, v: v?, during: during?, span: fields.span })
}

fn interval(fields: &Fields<'_>, grid: Option<Grid>) -> Option<Interval> {
    let start = fields.time("start", Bound::NonNegative);
    let stop = match fields.get("stop") {
        Some(_) => fields.time("stop", Bound::Positive),
        None => grid.and_then(|grid| grid.duration),
    };
    let (start, stop) = (start?, stop?);
    if start < stop {
        return Some(Interval { start, stop });
    }
    let span = fields.get("start").or(fields.get("stop")).map_or(fields.span, |node| node.span);
    let problem = Problem::new(&fields.place, "this starts when it is already over")
        .allowed(format!("a start before {stop} ms"))
        .advice("lower `start` or raise `stop`");
    fields.reader.error(span, problem);
    None
}

/// `[[expect]]`
pub(crate) fn expect(fields: &Fields<'_>, known: &[Known], grid: Option<Grid>) -> Option<Expect> {
    fields.check(&[]);
    let of = of(fields, known, false);
    let measures =
        [Measure::MeanRate, Measure::Cv, Measure::Correlation, Measure::SilentFraction, Measure::Spikes];
    let what = fields.choice("what").map(|at| measures[at]);
    let within = what.and_then(|what| within(fields, what));
    let reference = match (fields.get("reference"), what) {
        (None, _) => Some(None),
        (Some(node), Some(what)) => {
            quantity::scalar(fields.reader, node, wanted(what), &fields.place_of("reference")).map(Some)
        }
        _ => None,
    };
    let source = if fields.get("source").is_some() { fields.text("source").map(Some) } else { Some(None) };
    let scale = match fields.get("scale") {
        Some(node) => scale_of(fields.reader, node, &fields.place_of("scale")).map(Some),
        None => Some(None),
    };
    let after = after(fields, grid);
    Some(Expect {
        of: of?,
        what: what?,
        within: within?,
        after: after?,
        reference: reference?,
        source: source?,
        scale: scale?,
        span: fields.span,
    })
}

fn wanted(what: Measure) -> Wanted<'static> {
    let bound = match what {
        Measure::SilentFraction => Bound::Fraction,
        Measure::Correlation => Bound::Any,
        _ => Bound::NonNegative,
    };
    Wanted { unit: what.unit(), bound }
}

fn within(fields: &Fields<'_>, what: Measure) -> Option<(f64, f64)> {
    pair(fields, fields.get("within")?, wanted(what))
}

/// The least and the greatest value of the key `within`.
pub(crate) fn pair(fields: &Fields<'_>, node: &Node, wanted: Wanted<'_>) -> Option<(f64, f64)> {
    let place = fields.place_of("within");
    let Tree::List(items) = &node.tree else {
        fields.reader.wrong_form(node, &place, "[least, greatest]", "write two values between brackets");
        return None;
    };
    let read = |item: &Node| quantity::scalar(fields.reader, item, wanted, &place);
    let numbers: Vec<Option<f64>> = items.iter().map(read).collect();
    let numbers: Vec<f64> = numbers.into_iter().collect::<Option<_>>()?;
    let problem = match numbers.as_slice() {
        [low, high] if low <= high => return Some((*low, *high)),
        [_, _] => Problem::new(place, "the lower limit is above the upper one").advice("swap the two"),
        other => Problem::new(place, format!("a list of {} values", other.len())).advice("give two values"),
    };
    fields.reader.error(node.span, problem.allowed("[least, greatest]"));
    None
}

fn after(fields: &Fields<'_>, grid: Option<Grid>) -> Option<f64> {
    let after = fields.time("after", Bound::NonNegative)?;
    let duration = grid.and_then(|grid| grid.duration);
    if let (Some(node), Some(duration)) = (fields.get("after"), duration)
        && after >= duration
    {
        let problem = Problem::new(
            fields.place_of("after"),
            format!("{} is after the end of the run", fields.reader.shown(node)),
        )
        .allowed(format!("less than {duration} ms"))
        .advice("this expectation is not tested; lengthen the run to test it");
        fields.reader.warn(node.span, problem);
    }
    Some(after)
}
