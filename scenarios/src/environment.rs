//! Environment: the section `[env]` and the tables in it.

use ecs_core::registry::{Bound, Kind};
use environments::Overrun;

use crate::diagnostic::{Problem, Span};
use crate::head::Grid;
use crate::observe::pair;
use crate::part::{part, part_in};
use crate::quantity::{self, Wanted};
use crate::reader::Fields;
use crate::schema::{Acted, Env, EnvExpect, EnvMeasure, Paced, Rewarded, Sensed, Stop};
use crate::selection::{Known, selection};
use crate::training::words;
use crate::wiring::optional;

/// `[env]`
pub(crate) fn environment(fields: &Fields<'_>, known: &[Known], grid: Option<Grid>) -> Option<Env> {
    fields.check(&[]);
    let name = if fields.get("name").is_some() {
        fields.text("name")
    } else {
        fields.default("name").map(str::to_owned)
    };
    let kind = fields
        .get("kind")
        .and_then(|node| part(fields.reader, node, Kind::Environment, &fields.place_of("kind")));
    let control = fields.get("control");
    let every = control.and_then(|node| {
        let time = fields.time("control", Bound::Positive)?;
        grid?.steps(fields.reader, time, node, &fields.place_of("control"))
    });
    let pause = every.and_then(|every| pause(fields, every, grid?));
    let limit = optional(fields, "limit", |_, _| fields.count("limit"));
    let senses = each(fields, "sense", |fields| sense(fields, known));
    let acts = each(fields, "act", |fields| act(fields, known));
    let reward = match fields.get("reward") {
        Some(_) => fields.table("reward").and_then(|fields| reward(&fields)).map(Some),
        None => Some(None),
    };
    let stop = match fields.get("stop") {
        Some(_) => fields.table("stop").and_then(|fields| stop(&fields)),
        None => Some(Stop::default()),
    };
    let pace = match fields.get("pace") {
        Some(_) => fields.table("pace").and_then(|fields| pace(&fields)),
        None => Some(None),
    };
    let expects = each(fields, "expect", expect);
    Some(Env {
        name: name?,
        kind: kind?,
        every: every?,
        control_span: control?.span,
        limit: limit?,
        pause: pause?,
        clip: fields.flag("clip")?,
        record: fields.flag("record")?,
        senses: senses?,
        acts: acts?,
        reward: reward?,
        stop: stop?,
        pace: pace?,
        expects: expects?,
        span: fields.span,
    })
}

/// Ticks of `every` steps between episodes.
fn pause(fields: &Fields<'_>, every: u64, grid: Grid) -> Option<u64> {
    let Some(node) = fields.get("iti") else { return Some(0) };
    let (time, place) = (fields.time("iti", Bound::NonNegative)?, fields.place_of("iti"));
    let steps = if time == 0.0 { 0 } else { grid.steps(fields.reader, time, node, &place)? };
    if steps.is_multiple_of(every) {
        return Some(steps / every);
    }
    let problem =
        Problem::new(&place, format!("{} is no whole multiple of `control`", fields.reader.shown(node)));
    fields.reader.error(
        node.span,
        problem.allowed("0 ms, or whole multiples of `control`").advice("change `iti` or `control`"),
    );
    None
}

fn each<T>(fields: &Fields<'_>, name: &str, read: impl Fn(&Fields<'_>) -> Option<T>) -> Option<Vec<T>> {
    let all: Vec<Option<T>> = fields.tables(name)?.iter().map(read).collect();
    all.into_iter().collect()
}

fn sense(fields: &Fields<'_>, known: &[Known]) -> Option<Sensed> {
    let reader = fields.reader;
    let port = fields.text("port");
    let into = selection(reader, fields.get("into")?, known, &fields.place_of("into"), false);
    let entry = into.as_ref().and_then(|into| known[into.members[0].population].entry);
    let encoder = match fields.get("encoder") {
        None => Some(None),
        Some(node) => {
            let unit = entry.map_or("", |entry| entry.input);
            part_in(reader, node, Kind::Stimulus, (&fields.place_of("encoder"), ("input", unit))).map(Some)
        }
    };
    let (into, encoder) = (into?, encoder?);
    let source = entry?.kind == Kind::Source;
    let refuse = |span: Span, found: &str, allowed: &str, advice: &str| {
        reader.error(span, Problem::new(&fields.place, found).allowed(allowed).advice(advice));
        None
    };
    match (source, &encoder) {
        (true, Some(part)) => refuse(
            part.span,
            "the source of this population takes no `encoder`",
            "`encoder` with neurons",
            "remove the key `encoder`, or name neurons",
        ),
        (false, None) => refuse(
            into.span,
            "these neurons need an `encoder`",
            "a way to turn values into input",
            "add a line `encoder = { current_encoder = { gain = ... } }`, or name a population whose source is an encoder",
        ),
        (true, None) if into.members.len() > 1 => refuse(
            into.span,
            "several populations are named",
            "one encoder for each `[[env.sense]]`",
            "write another `[[env.sense]]` for each of them",
        ),
        _ => Some(Sensed { port: (port?, fields.get("port")?.span), into, encoder }),
    }
}

fn act(fields: &Fields<'_>, known: &[Known]) -> Option<Acted> {
    let port = optional(fields, "port", |_, _| fields.text("port"));
    let from = selection(fields.reader, fields.get("from")?, known, &fields.place_of("from"), false)?;
    let by_neuron = match fields.get("group") {
        Some(_) => fields.choice("group")? == 0,
        None => from.members.len() == 1,
    };
    let variable = match fields.get("variable") {
        None => Some(None),
        Some(node) => {
            let word = fields.text("variable")?;
            let row = |population: usize| {
                let state = known[population].entry?.state;
                let row = state.iter().position(|field| field.name == word);
                if row.is_none() {
                    let names: Vec<&str> = state.iter().map(|field| field.name).collect();
                    let place = fields.place_of("variable");
                    fields.reader.unknown(
                        node.span,
                        &place,
                        "these neurons have no variable",
                        (&word, &names),
                    );
                }
                row
            };
            from.members.iter().map(|m| row(m.population)).collect::<Option<Vec<_>>>().map(Some)
        }
    };
    let decoder = fields
        .get("decoder")
        .and_then(|node| part(fields.reader, node, Kind::Decoder, &fields.place_of("decoder")));
    let port_span = fields.get("port").map_or(fields.span, |node| node.span);
    Some(Acted { port: port?, port_span, from, by_neuron, variable: variable?, decoder: decoder? })
}

fn bare(fields: &Fields<'_>, name: &str) -> Option<f64> {
    let wanted = Wanted { unit: "", bound: Bound::Any };
    match fields.get(name) {
        Some(node) => quantity::scalar(fields.reader, node, wanted, &fields.place_of(name)),
        None => fields.default(name)?.parse().ok(),
    }
}

fn reward(fields: &Fields<'_>) -> Option<Rewarded> {
    let into = words(fields, "into");
    let gain = bare(fields, "gain");
    let tau = optional(fields, "tau", |_, _| fields.time("tau", Bound::Positive));
    Some(Rewarded { into: into?, into_span: fields.get("into")?.span, gain: gain?, tau: tau? })
}

fn stop(fields: &Fields<'_>) -> Option<Stop> {
    let episodes = optional(fields, "episodes", |_, _| fields.count("episodes"));
    let over = fields.count("over")?;
    let reward = optional(fields, "reward", |_, _| bare(fields, "reward"));
    Some(Stop { episodes: episodes?, reward: reward?.map(|reward| (reward, over)) })
}

#[expect(clippy::option_option, reason = "the outer one says whether the table is in order")]
fn pace(fields: &Fields<'_>) -> Option<Option<Paced>> {
    let realtime = fields.choice("mode").map(|at| at == 1);
    let overrun = fields.choice("overrun").map(|at| [Overrun::Slip, Overrun::Drop, Overrun::Fail][at]);
    let tolerance = fields.time("tolerance", Bound::NonNegative);
    let paced = Paced { overrun: overrun?, tolerance: tolerance? };
    Some(realtime?.then_some(paced))
}

fn expect(fields: &Fields<'_>) -> Option<EnvExpect> {
    let all = [EnvMeasure::Return, EnvMeasure::Success, EnvMeasure::Episodes, EnvMeasure::Time];
    let what = fields.choice("what").map(|at| all[at]);
    let wanted = Wanted { unit: "", bound: Bound::Any };
    let within = fields.get("within").and_then(|node| pair(fields, node, wanted));
    let given = match (fields.get("variable"), fields.get("range")) {
        (None, None) => Some(None),
        (Some(_), Some(node)) => fields.text("variable").zip(pair(fields, node, wanted)).map(Some),
        (found, _) => {
            let (has, other) = if found.is_some() { ("variable", "range") } else { ("range", "variable") };
            let problem = Problem::new(&fields.place, format!("`{has}` stands alone"))
                .allowed("`variable` and `range`, or neither of them")
                .advice(format!("add a line `{other} = ...`, or remove `{has}`"));
            fields.reader.error(fields.get(has).map_or(fields.span, |node| node.span), problem);
            None
        }
    };
    let start = fields.time("start", Bound::NonNegative);
    let stop = optional(fields, "stop", |_, _| fields.time("stop", Bound::Positive));
    let reference = optional(fields, "reference", |_, _| bare(fields, "reference"));
    let source = optional(fields, "source", |_, _| fields.text("source"));
    Some(EnvExpect {
        what: what?,
        given: given?,
        given_span: fields.get("variable").map_or(fields.span, |node| node.span),
        start: start?,
        stop: stop?,
        within: within?,
        reference: reference?,
        source: source?,
    })
}
