//! Entries: what everything that a scenario can name says of itself.
//!
//! Each carries its own table of fields, so that defaults, units, documentation, TOML keys and error texts come from one
//! place.

/// What a number in a scenario may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Any finite number.
    Any,
    /// Above zero.
    Positive,
    /// Zero or above.
    NonNegative,
    /// From zero to one.
    Fraction,
    /// The position of one of these words, which a scenario writes.
    Words(&'static [&'static str]),
}

/// The form a field takes in a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One number, or a distribution over neurons where the context allows it.
    Number,
    /// A list of numbers.
    List,
    /// The path of a data file, relative to the scenario.
    File,
    /// The path of a data file with numbers `[frame, place]`, relative to the scenario.
    Frames,
    /// A text, empty where the scenario gives none.
    Text,
}

/// One row of a model's table.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Symbol, which is also the TOML key.
    pub name: &'static str,
    /// Value where the scenario gives none, in `unit`.
    pub default: f64,
    /// Unit of the value inside the equations; an empty string for a bare number.
    pub unit: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// What it may be.
    pub bound: Bound,
    /// How it is written.
    pub form: Form,
}

impl Field {
    /// Any number; a default of NaN is none.
    pub const fn number(name: &'static str, default: f64, unit: &'static str, doc: &'static str) -> Self {
        Self { name, default, unit, doc, bound: Bound::Any, form: Form::Number }
    }

    /// A list of numbers, empty where the scenario gives none.
    pub const fn list(name: &'static str, unit: &'static str, doc: &'static str) -> Self {
        Self { form: Form::List, ..Self::number(name, 0.0, unit, doc) }
    }

    /// A data file, which may be left out.
    pub const fn file(name: &'static str, doc: &'static str) -> Self {
        Self { form: Form::File, ..Self::number(name, 0.0, "", doc) }
    }

    /// A data file of frames, which may be left out.
    pub const fn frames(name: &'static str, doc: &'static str) -> Self {
        Self { form: Form::Frames, ..Self::number(name, 0.0, "", doc) }
    }

    /// A text; one that is needed has the default NaN.
    pub const fn text(name: &'static str, default: f64, doc: &'static str) -> Self {
        Self { form: Form::Text, ..Self::number(name, default, "", doc) }
    }

    /// One of some words, by default the first; its number is the position of the word.
    pub const fn word(name: &'static str, words: &'static [&'static str], doc: &'static str) -> Self {
        Self { bound: Bound::Words(words), ..Self::number(name, 0.0, "", doc) }
    }

    /// The same, within a bound.
    pub const fn within(self, bound: Bound) -> Self {
        Self { bound, ..self }
    }
}

/// What a synapse or an output does to the neuron behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drive {
    /// Adds to the membrane voltage at once: weights are in the unit of `v`.
    Jump,
    /// A current: weights are in the neuron's input unit.
    Current,
    /// A conductance: weights are in input unit per unit of `v`.
    Conductance,
}

/// The kinds of thing that can be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A neuron model.
    Neuron,
    /// An ion channel.
    Channel,
    /// A population that only emits spikes.
    Source,
    /// Synaptic dynamics.
    Synapse,
    /// How synaptic state acts on the membrane.
    Output,
    /// How spikes change the strength of those that follow, for a time.
    ShortTerm,
    /// How spikes change weights, to stay.
    Plasticity,
    /// A rule that says who is connected to whom.
    Connector,
    /// A way to hold the synapses of a projection.
    Operator,
    /// A law of weights or delays that follows from the matrix or from distances.
    Initialiser,
    /// An input that is no population.
    Stimulus,
    /// What neurons tell each other of their state all the time.
    Coupling,
    /// Something that happens in every step.
    System,
    /// What stands for the derivative of a spike.
    Surrogate,
    /// How parameters follow their gradient.
    Optimiser,
    /// How the learning rate goes.
    Schedule,
    /// What training makes small.
    Loss,
    /// A penalty on weights, rates or voltages.
    Regulariser,
    /// What says how good a prediction is.
    Metric,
    /// What keeps a trained parameter where it may be.
    Transform,
    /// A way to fit a readout without a gradient through the network.
    Learner,
    /// What a readout reads: features that nothing has to learn.
    Features,
    /// A world that a network acts in.
    Environment,
    /// What makes an action of spikes.
    Decoder,
}

/// What every registered thing says of itself.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// What it is.
    pub kind: Kind,
    /// The name in a scenario.
    pub name: &'static str,
    /// Where it comes from: a crate, a library, a scenario.
    pub origin: &'static str,
    /// The head of its file: sentence, equations, source.
    pub doc: &'static str,
    /// Parameters.
    pub params: &'static [Field],
    /// State variables, `v` first where there is one; empty where there are none.
    pub state: &'static [Field],
    /// Neurons: unit of the input current. Channels: unit of their current. Couplings: what they read, see
    /// [`Coupling`](crate::model::Coupling). Otherwise empty.
    pub input: &'static str,
    /// Synapses (`Some(Jump)` for those that need no output), outputs and couplings: the drive. Otherwise `None`.
    pub drive: Option<Drive>,
}

impl Kind {
    /// Several of them, as people say it.
    pub fn plural(self) -> &'static str {
        match self {
            Kind::Neuron => "neurons",
            Kind::Channel => "ion channels",
            Kind::Source => "spike sources",
            Kind::Synapse => "synapses",
            Kind::Output => "outputs of synapses",
            Kind::ShortTerm => "short-term plasticity",
            Kind::Plasticity => "plasticity",
            Kind::Connector => "connection rules",
            Kind::Operator => "ways to hold synapses",
            Kind::Initialiser => "initialisers of weights and delays",
            Kind::Stimulus => "stimuli",
            Kind::Coupling => "couplings",
            Kind::System => "systems",
            Kind::Surrogate => "surrogates of the derivative of a spike",
            Kind::Optimiser => "optimisers",
            Kind::Schedule => "schedules of the learning rate",
            Kind::Loss => "losses",
            Kind::Regulariser => "regularisers",
            Kind::Metric => "metrics",
            Kind::Transform => "transforms of trained parameters",
            Kind::Learner => "learners of readouts",
            Kind::Features => "features that readouts read",
            Kind::Environment => "environments",
            Kind::Decoder => "decoders of actions",
        }
    }
}
