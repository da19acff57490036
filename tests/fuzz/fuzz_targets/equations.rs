//! Equations: no text of a model makes its reader panic, and every error points into the text that it names.
//!
//! An input is a model as fields with a unit separator (0x1f) between them, in the order of [`Input::of`]; a field that is
//! empty or left out is a text that the model does not have.

#![no_main]

use ecs_core::registry::Bound;
use equations::{
    Initial, ModelText, Parameter, Place, TextError, channel, neuron, plasticity, rate, short_term, synapse,
};
use libfuzzer_sys::fuzz_target;

const SEPARATOR: char = '\u{1f}';

/// The sign of a bound may stand before the name of a parameter.
const BOUNDS: [(char, Bound); 3] =
    [('+', Bound::Positive), ('0', Bound::NonNegative), ('%', Bound::Fraction)];

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let input = Input::of(&text);
    let (parameters, initial) = (parameters(input.parameters), initial(input.initial));
    let model = ModelText { parameters: &parameters, initial: &initial, ..input.model };
    match input.kind {
        "neuron" => with_channel(&model, input.channel),
        "rate" => explained(&model, rate(&model)),
        "synapse" => explained(&model, synapse(&model)),
        "channel" => explained(&model, channel(&model)),
        "short_term" => explained(&model, short_term(&model)),
        "plasticity" => explained(&model, plasticity(&model)),
        _ => explained(&model, neuron(&model, &[])),
    }
});

/// The fields of an input.
struct Input<'a> {
    kind: &'a str,
    model: ModelText<'a>,
    /// Lines `name=quantity`.
    parameters: &'a str,
    initial: &'a str,
    /// The channel of a neuron: its current, equations, parameters and initial values.
    channel: [&'a str; 4],
}

impl<'a> Input<'a> {
    fn of(text: &'a str) -> Self {
        let mut fields = text.split(SEPARATOR);
        let mut next = || fields.next().unwrap_or("");
        let kind = next();
        let equations = next();
        let mut given = || Some(next()).filter(|field| !field.is_empty());
        let model = ModelText {
            name: "model",
            equations,
            threshold: given(),
            reset: given(),
            refractory: given(),
            input: given(),
            on_pre: given(),
            value: given(),
            current: given(),
            on_post: given(),
            on_modulator: given(),
            between: given(),
            on_step: given(),
            seen: given(),
            ..ModelText::default()
        };
        Self { kind, model, parameters: next(), initial: next(), channel: [next(), next(), next(), next()] }
    }
}

/// A name and what stands behind its `=`, line by line.
fn pairs(lines: &str) -> impl Iterator<Item = (&str, &str)> {
    lines.lines().map(|line| line.split_once('=').unwrap_or((line, "")))
}

fn parameters(lines: &str) -> Vec<Parameter<'_>> {
    let mut list = Vec::new();
    for (name, value) in pairs(lines) {
        let sign = BOUNDS.iter().find(|(sign, _)| name.starts_with(*sign));
        let bound = sign.map_or(Bound::Any, |(_, bound)| *bound);
        let name = sign.map_or(name, |(sign, _)| &name[sign.len_utf8()..]);
        list.push(Parameter { name, value, bound, doc: "" });
    }
    list
}

fn initial(lines: &str) -> Vec<Initial<'_>> {
    pairs(lines).map(|(name, value)| Initial { name, value }).collect()
}

/// Reads a neuron with a channel, if that is one.
fn with_channel(model: &ModelText<'_>, [current, equations, parameter_lines, initial_lines]: [&str; 4]) {
    let (parameters, initial) = (parameters(parameter_lines), initial(initial_lines));
    let text = ModelText {
        name: "channel",
        current: Some(current),
        equations,
        parameters: &parameters,
        initial: &initial,
        ..ModelText::default()
    };
    match channel(&text) {
        Ok(channel) => explained(model, neuron(model, &[&channel])),
        Err(errors) => {
            explained::<()>(&text, Err(errors));
            explained(model, neuron(model, &[]));
        }
    }
}

/// Fails unless every error has four parts, and points at whole characters.
fn explained<T>(model: &ModelText<'_>, made: Result<T, Vec<TextError>>) {
    for error in made.err().unwrap_or_default() {
        let parts = [&error.found, &error.allowed, &error.advice];
        assert!(parts.iter().all(|part| !part.is_empty() && part.len() < 4000), "{error:?}");
        let texts = texts(model, &error.place);
        assert!(texts.iter().any(|text| text.get(error.span.clone()).is_some()), "{error:?} in {texts:?}");
    }
}

/// The texts that a place may mean: rows that share a name, which is an error, share their place.
fn texts<'a>(model: &ModelText<'a>, place: &Place) -> Vec<&'a str> {
    let one = match place {
        Place::Parameter(name) => {
            let named = model.parameters.iter().filter(|row| row.name == name);
            return named.map(|row| row.value).collect();
        }
        Place::Initial(name) => {
            let named = model.initial.iter().filter(|row| row.name == name);
            return named.map(|row| row.value).collect();
        }
        Place::Equations => Some(model.equations),
        // Its span counts channels, of which a model here has one.
        Place::Channels => Some(" "),
        place => model.beside().iter().find(|(other, _)| other == place).and_then(|(_, text)| *text),
    };
    vec![one.unwrap_or("")]
}
