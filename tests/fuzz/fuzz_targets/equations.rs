//! Equations: no text of a model makes its reader panic, and every error points into the text that it names.
//!
//! An input is a model as fields with a unit separator (0x1f) between them, in the order of [`Fields::of`]; a field that is
//! empty or left out is a text that the model does not have.

#![no_main]

use ecs_core::registry::Bound;
use equations::{Initial, ModelText, Parameter, Place, TextError, channel, neuron, rate, synapse};
use libfuzzer_sys::fuzz_target;

const SEPARATOR: char = '\u{1f}';

/// A bound may stand before the name of a parameter.
const BOUNDS: [(char, Bound); 3] =
    [('+', Bound::Positive), ('0', Bound::NonNegative), ('%', Bound::Fraction)];

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let fields = Fields::of(&text);
    match fields.kind {
        "rate" => fields.model.pointed(rate),
        "synapse" => fields.model.pointed(|text| synapse(text).map(|made| made.linear(&defaults(&made.params)))),
        "channel" => fields.model.pointed(channel),
        _ => fields.neuron(),
    }
});

/// What an input holds.
struct Fields<'a> {
    kind: &'a str,
    model: Texts<'a>,
    /// A channel that a neuron has, if it has a current.
    channel: Texts<'a>,
}

impl<'a> Fields<'a> {
    fn of(text: &'a str) -> Self {
        let mut fields = text.split(SEPARATOR);
        let kind = fields.next().unwrap_or("");
        let (mut model, mut channel) = (Texts::default(), Texts::default());
        for (field, at) in [
    }
}
