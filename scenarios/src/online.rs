//! Online: what a rule that learns while a trial runs cannot follow, said while the scenario is read.

use ecs_core::training::{LossModel, Method};

use crate::diagnostic::{Problem, Span};
use crate::reader::Reader;
use crate::schema::{Reduced, Scenario, Training};
use crate::train::method;

/// Says what the method of `[training]` cannot do.
pub(crate) fn online(reader: &Reader<'_>, scenario: &Scenario) {
    let Some(training) = &scenario.training else { return };
    if !matches!(method(scenario, training), Ok(Method::Online(..))) {
        return;
    }
    let name = training.method.entry.name;
    let refuse = |span: Span, (place, found): (&str, String), allowed: &str, advice: &str| {
        let advice = format!("{advice}, or train by `method = \"bptt\"`");
        reader.error(span, Problem::new(place, found).allowed(allowed).advice(advice));
    };
    read(training, name, &refuse);
    if training.graded {
        let found = format!("`{name}` follows spikes, and these neurons fire by amounts");
        refuse(
            training.method.span,
            ("training.method", found),
            "`graded` with method `bptt`",
            "remove the key `graded`",
        );
    }
    let model = scenario.registry.of::<LossModel>(&training.loss.entry);
    if !model.apart && training.readout.reduce == Reduced::Each {
        let loss = training.loss.entry.name;
        let found = format!(
            "`{loss}` compares whole courses, and `{name}` needs to know each step's error in that step"
        );
        let mut losses = scenario.registry.all::<LossModel>().to_vec();
        losses.retain(|loss| loss.apart && loss.target == model.target);
        let mut names: Vec<&str> = losses.iter().map(|loss| loss.entry.name).collect();
        names.sort_unstable();
        let allowed = format!("a loss of each step by itself: {}", names.join(", "));
        refuse(training.loss.span, ("training.loss", found), &allowed, "choose one of them");
    }
    for (span, key) in training.back_spans.iter().zip(["segment", "truncate"]) {
        let Some(span) = span else { continue };
        let place = format!("training.{key}");
        let found = format!("`{name}` does not go back through time, and has no use for this key");
        refuse(*span, (&place, found), &format!("`{key}` with method `bptt`"), "remove the key");
    }
    if let Some(span) = training.dropout_span {
        let found = format!("`{name}` hears all neurons of a trial");
        refuse(span, ("training.dropout", found), "`[[training.dropout]]` with method `bptt`", "remove it");
    }
    if let Some(traces) = &training.traces {
        let found = format!("neurons that follow traces are taught, which `{name}` does not know");
        refuse(
            traces.span,
            ("training.traces", found),
            "`[training.traces]` with method `bptt`",
            "remove `method`",
        );
    }
    for path in
        training.learn.iter().filter(|path| !(path.starts_with("projection.") && path.ends_with(".weight")))
    {
        let found = format!("`{path}` is no weight, and `{name}` learns nothing else");
        let allowed = "`projection.*.weight`, and `projection.NAME.weight`";
        refuse(training.learn_span, ("training.learn", found), allowed, "leave it out");
    }
    for regulariser in &training.regularisers {
        let (path, counts) = (&regulariser.of, [".spikes", ".rate"]);
        if path.starts_with("population.") && !counts.iter().any(|end| path.ends_with(end)) {
            let found = format!("`{path}` is punished in every step, which `{name}` does not follow");
            let allowed = "`population.NAME.spikes`, `population.NAME.rate`, and weights that are learned";
            refuse(regulariser.span, ("training.regulariser.of", found), allowed, "punish rates");
        }
    }
}

/// Says what is wrong: where, what was found, what is allowed, and what to do.
type Refuse<'a> = &'a dyn Fn(Span, (&str, String), &str, &str);

/// What is read has to be known while the trial runs.
fn read(training: &Training, name: &str, refuse: Refuse<'_>) {
    let read = &training.readout;
    let allowed = "`last` or `each` of a state variable";
    if read.variable.is_none() {
        let found = format!(
            "the number of spikes is known when a trial has ended, and `{name}` learns while it runs"
        );
        refuse(
            read.span,
            ("training.readout.variable", found),
            allowed,
            "read a state variable of cells without threshold",
        );
    } else if !matches!(read.reduce, Reduced::Last | Reduced::Each) {
        let word = match read.reduce {
            Reduced::Max => "maximum",
            Reduced::Mean => "mean",
            _ => "sum",
        };
        let found = format!("the {word} is known when a trial has ended, and `{name}` learns while it runs");
        let advice = "write `reduce = \"each\"`, with `start` where only the end of a trial counts";
        refuse(read.reduce_span, ("training.readout.reduce", found), allowed, advice);
    }
}
