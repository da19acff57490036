//! Model: a model of any kind that text can define, as far as printing has to know.

use ecs_core::model::{ChannelEquations, Equations, Row, SynapseEquations};
use ecs_core::number::Graph;

/// A model that can be printed.
#[derive(Clone, Copy, Debug)]
pub enum Model<'a> {
    /// A neuron.
    Neuron(&'a Equations),
    /// An ion channel.
    Channel(&'a ChannelEquations),
    /// A synapse.
    Synapse(&'a SynapseEquations),
}

impl<'a> From<&'a Equations> for Model<'a> {
    fn from(model: &'a Equations) -> Self {
        Self::Neuron(model)
    }
}

impl<'a> From<&'a ChannelEquations> for Model<'a> {
    fn from(model: &'a ChannelEquations) -> Self {
        Self::Channel(model)
    }
}

impl<'a> From<&'a SynapseEquations> for Model<'a> {
    fn from(model: &'a SynapseEquations) -> Self {
        Self::Synapse(model)
    }
}

impl<'a> Model<'a> {
    pub(crate) fn name(self) -> &'a str {
        match self {
            Self::Neuron(model) => &model.name,
            Self::Channel(model) => &model.name,
            Self::Synapse(model) => &model.name,
        }
    }

    pub(crate) fn doc(self) -> &'a str {
        match self {
            Self::Neuron(model) => &model.doc,
            Self::Channel(model) => &model.doc,
            Self::Synapse(model) => &model.doc,
        }
    }

    pub(crate) fn params(self) -> &'a [Row] {
        match self {
            Self::Neuron(model) => &model.params,
            Self::Channel(model) => &model.params,
            Self::Synapse(model) => &model.params,
        }
    }

    pub(crate) fn state(self) -> &'a [Row] {
        match self {
            Self::Neuron(model) => &model.state,
            Self::Channel(model) => &model.state,
            Self::Synapse(model) => &model.state,
        }
    }

    /// The state with values to begin with: synapses begin without a trace of spikes.
    pub(crate) fn initial(self) -> &'a [Row] {
        if matches!(self, Self::Synapse(_)) { &[] } else { self.state() }
    }

    pub(crate) fn derivative(self) -> &'a Graph {
        match self {
            Self::Neuron(model) => &model.derivative,
            Self::Channel(model) => &model.derivative,
            Self::Synapse(model) => &model.derivative,
        }
    }

    pub(crate) fn neuron(self) -> Option<&'a Equations> {
        if let Self::Neuron(model) = self { Some(model) } else { None }
    }

    /// Whether text can say its derivative alone.
    pub(crate) fn states_its_step(self) -> bool {
        self.neuron().is_some_and(|model| model.step.is_some())
    }

    /// Whether a spike holds that state variable for a while.
    pub(crate) fn is_held(self, row: usize) -> bool {
        self.neuron().is_some_and(|model| model.held[row])
    }

    pub(crate) fn noise(self) -> &'a [Graph] {
        self.neuron().map_or(&[], |model| &model.noise)
    }

    /// What a channel or a synapse gives to the neuron, and its unit.
    pub(crate) fn output(self) -> Option<(&'a Graph, &'a str)> {
        match self {
            Self::Neuron(_) => None,
            Self::Channel(model) => Some((&model.current, &model.unit)),
            Self::Synapse(model) => Some((&model.value, "weight")),
        }
    }

    /// All variables with their units: those of the tables, and what comes from outside.
    pub(crate) fn variables(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let outside = match self {
            Self::Neuron(model) => ("i", &*model.input),
            Self::Channel(_) => ("v", "mV"),
            Self::Synapse(_) => ("w", "weight"),
        };
        let rows = self.params().iter().chain(self.state());
        rows.map(|row| (&*row.name, &*row.unit)).chain([outside])
    }
}
