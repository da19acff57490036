//! Text: a model as its author wrote it, string by string. Errors point into these very strings.

use ecs_core::registry::Bound;

use crate::error::Place;

/// A parameter.
#[derive(Clone, Copy, Debug)]
pub struct Parameter<'a> {
    /// Symbol, which is also the TOML key.
    pub name: &'a str,
    /// Its default, with a unit: `20 ms`; `? ms` where it has none and must be given. Its unit is that of the parameter.
    pub value: &'a str,
    /// What it may be.
    pub bound: Bound,
    /// What it is; may be empty.
    pub doc: &'a str,
}

/// The value of a state variable at the start.
#[derive(Clone, Copy, Debug)]
pub struct Initial<'a> {
    /// The variable.
    pub name: &'a str,
    /// A quantity of its dimension: `-70 mV`.
    pub value: &'a str,
}

/// The texts of a model. Those that a kind of model does not have must be `None`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ModelText<'a> {
    /// The name in a scenario.
    pub name: &'a str,
    /// What it is; may be empty.
    pub doc: &'a str,
    /// Derivatives and definitions, a line each.
    pub equations: &'a str,
    /// Neurons: the condition of a spike.
    pub threshold: Option<&'a str>,
    /// Neurons: what a spike does.
    pub reset: Option<&'a str>,
    /// Neurons: the refractory time.
    pub refractory: Option<&'a str>,
    /// Neurons and rates: the unit of the input `i`; pA where there is none.
    pub input: Option<&'a str>,
    /// Synapses: what an arriving spike of weight `w` adds. Plasticity: what a spike of the sender changes.
    pub on_pre: Option<&'a str>,
    /// Long-term plasticity: what a spike of the receiver changes.
    pub on_post: Option<&'a str>,
    /// Long-term plasticity: what a spike of the modulator adds to its level.
    pub on_modulator: Option<&'a str>,
    /// Plasticity: what `elapsed` ms between two spikes change, where derivatives do not say it.
    pub between: Option<&'a str>,
    /// Long-term plasticity: what a step of the receiver changes, at whose end its voltage is `v`.
    pub on_step: Option<&'a str>,
    /// Long-term plasticity: above 0 where synapses see such a step as they see a spike of the receiver.
    pub seen: Option<&'a str>,
    /// Synapses: the current or conductance.
    pub value: Option<&'a str>,
    /// Channels: the current out of the cell.
    pub current: Option<&'a str>,
    /// Parameters, in order.
    pub parameters: &'a [Parameter<'a>],
    /// Initial values; a variable without one begins at 0 in its unit.
    pub initial: &'a [Initial<'a>],
}

impl<'a> ModelText<'a> {
    /// The texts beside the equations, with where errors in them are.
    pub fn beside(&self) -> [(Place, Option<&'a str>); 12] {
        [
            (Place::Threshold, self.threshold),
            (Place::Reset, self.reset),
            (Place::Refractory, self.refractory),
            (Place::Input, self.input),
            (Place::OnPre, self.on_pre),
            (Place::OnPost, self.on_post),
            (Place::OnModulator, self.on_modulator),
            (Place::Between, self.between),
            (Place::OnStep, self.on_step),
            (Place::Seen, self.seen),
            (Place::Value, self.value),
            (Place::Current, self.current),
        ]
    }
}
