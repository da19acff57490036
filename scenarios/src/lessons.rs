//! Lessons: what trials of a training show: samples from files, or trials of the scenario's task.

use ecs_core::registry::{Bound, Form, Kind};
use tasks::Task;

use crate::diagnostic::Problem;
use crate::quantity::{self, Wanted};
use crate::reader::Fields;
use crate::schema::{Lessons, Material, Read, Reduced, Show};
use crate::selection::Known;
use crate::task::port_of;
use crate::training::{data, optional, size};

/// `None` where there is no `[task]`, and in it where that is wrong.
pub(crate) type Done<'a> = Option<Option<&'a Task>>;

/// `[training.data]` or `[training.task]`.
pub(crate) fn material(
    fields: &Fields<'_>,
    (known, task): (&[Known], Done<'_>),
    epochs: Option<u64>,
) -> Option<Material> {
    let Some(table) = fields.table("task") else {
        return fields.table("data").and_then(|fields| data(&fields, known, true)).map(Material::Data);
    };
    if let Some(node) = fields.get("data") {
        let problem = Problem::new(fields.place_of("data"), "trials show data or a task, and both are given")
            .allowed("one of `[training.data]` and `[training.task]`")
            .advice("remove one of the two tables");
        fields.reader.error(node.span, problem);
    }
    lessons(&table, known, task, epochs).map(Material::Task)
}

/// `[training.task]`
fn lessons(fields: &Fields<'_>, known: &[Known], task: Done<'_>, epochs: Option<u64>) -> Option<Lessons> {
    let Some(task) = task else {
        let problem = Problem::new(&fields.place, "this scenario has no section `[task]`")
            .allowed("`[task]` with the task, or with the file of one")
            .advice("add `[task]` and a line `file = \"...\"`");
        fields.reader.error(fields.span, problem);
        return None;
    };
    let (trials, held_out, seed) =
        (size(fields, "trials"), size(fields, "held_out"), optional(fields, "seed"));
    if let (Some(trials), Some(epochs)) = (trials, epochs)
        && epochs.saturating_mul(trials as u64) > u64::from(u32::MAX)
    {
        let problem = Problem::new(&fields.place, format!("{epochs} epochs of {trials} trials are too many"))
            .allowed(format!("{} trials in all epochs together", u32::MAX))
            .advice("lower `training.epochs` or `trials`");
        fields.reader.error(fields.span, problem);
    }
    let shows = fields.tables("show")?;
    if shows.is_empty() {
        fields.missing("show", "where a port is shown");
    }
    let task = task?;
    let shows: Vec<_> = shows.iter().map(|fields| show(fields, known, task)).collect();
    Some(Lessons {
        trials: trials?,
        held_out: held_out?,
        seed: seed?,
        shows: shows.into_iter().collect::<Option<Vec<Show>>>()?,
        span: fields.span,
    })
}

/// `[[training.task.show]]`
fn show(fields: &Fields<'_>, known: &[Known], task: &Task) -> Option<Show> {
    let port = port_of(fields, &task.ports);
    let word = fields.text("to")?;
    let names: Vec<&str> = known.iter().map(|k| k.name.as_str()).collect();
    let Some(to) = names.iter().position(|name| *name == word) else {
        let span = fields.get("to")?.span;
        fields.reader.unknown(span, &fields.place_of("to"), "no population is called", (&word, &names));
        return None;
    };
    let (port, entry) = (port?, known[to].entry?);
    let refuse = |key: &str, found: String, allowed: &str, advice: &str| {
        let span = fields.get(key).map_or(fields.span, |node| node.span);
        fields.reader.error(span, Problem::new(fields.place_of(key), found).allowed(allowed).advice(advice));
        None
    };
    let channels = task.ports[port].channels;
    if let Some(size) = known[to].size.filter(|size| *size != channels) {
        let found =
            format!("port `{}` has {channels} channels, `{word}` {size} neurons", task.ports[port].name);
        return refuse(
            "to",
            found,
            "as many of both",
            "change `channels` of the port or `size` of the population",
        );
    }
    let amplitude = match (entry.kind, fields.get("amplitude")) {
        (Kind::Neuron, Some(node)) => {
            let wanted = Wanted { unit: entry.input, bound: Bound::Any };
            Some(quantity::scalar(fields.reader, node, wanted, &fields.place_of("amplitude"))?)
        }
        (Kind::Neuron, None) => {
            let (found, allowed) =
                ("neurons need an `amplitude`".to_owned(), "the current that the number 1 stands for");
            return refuse("to", found, allowed, "add a line `amplitude = \"...\"`");
        }
        (_, Some(_)) => {
            let (found, allowed) =
                (format!("`{word}` is a source"), "`amplitude` where a port is shown to neurons");
            return refuse(
                "amplitude",
                found,
                allowed,
                "remove the key; the source's parameters scale numbers",
            );
        }
        (_, None) if entry.params.iter().all(|field| field.form != Form::Frames) => {
            let found = format!("source `{}` encodes no numbers", entry.name);
            return refuse(
                "to",
                found,
                "an encoder, such as `poisson_encoder`, or neurons",
                "change `neuron` of the population",
            );
        }
        (_, None) => None,
    };
    Some(Show { port, to, amplitude, span: fields.span })
}

/// Whether the readout can be judged by a task: over the judged period, whose place the task knows.
pub(crate) fn reads_alike(fields: &Fields<'_>, readout: &Read, task: Done<'_>) -> bool {
    let (Some(Some(task)), true) = (task, fields.get("task").is_some()) else { return true };
    let Some(table) = fields.table("readout") else { return true };
    let given = ["start", "stop"].into_iter().find_map(|key| table.get(key).map(|node| (key, node.span)));
    let (key, span, found, advice) = match (given, readout.variable, readout.reduce) {
        (Some((key, span)), ..) => (key, span, "the task says when its answer is judged", "remove the key"),
        (_, None, _) => (
            "variable",
            table.get("variable").map_or(table.span, |node| node.span),
            "spikes are counted over the whole trial, and the answer is judged in one period",
            "read a state variable, such as that of a neuron that integrates spikes with a leak",
        ),
        (_, _, Reduced::Each) if !task.judges_alike() => (
            "reduce",
            table.get("reduce").map_or(table.span, |node| node.span),
            "the judged period is not of the same length in all trials",
            "write \"mean\" or \"max\", or give that period one duration",
        ),
        _ => return true,
    };
    let problem = Problem::new(table.place_of(key), found).allowed("the judged period alone").advice(advice);
    fields.reader.error(span, problem);
    false
}
