//! Keys: the sections of a scenario and what each key holds, declared once. The reader, its messages and the JSON schema follow.

use ecs_core::registry::Kind;

mod environment;
mod protocol;
mod sweep;
mod task;
mod traces;
mod training;

pub(crate) use environment::ENV;
pub(crate) use protocol::{CLAMP, EXPECT, RECORD, SILENCE};
pub(crate) use sweep::{MOST_POINTS, SWEEP};
pub(crate) use task::TASK;
pub(crate) use training::TRAINING;

/// A section of the file.
pub(crate) struct Section {
    pub name: &'static str,
    pub doc: &'static str,
    pub layout: Layout,
    pub required: bool,
    pub keys: &'static [Key],
}

impl PartialEq for Section {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Section {}

/// How often a section may stand in a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// `[run]`
    Once,
    /// `[population.NAME]`
    Named,
    /// `[[projection]]`
    Many,
}

/// One key of a section.
pub(crate) struct Key {
    pub name: &'static str,
    pub doc: &'static str,
    pub shape: Shape,
    pub need: Need,
}

/// Whether a key has to be given.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// Always, but in a population that is like another.
    Required,
    /// No.
    Optional,
    /// No: this is taken instead.
    Default(&'static str),
}

/// What a key holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Any text.
    Text,
    /// True or false.
    Flag,
    /// A whole number within limits.
    Count { min: u64, max: u64 },
    /// A list of whole numbers, one for each axis.
    Counts,
    /// A list of lengths, one for each axis.
    Lengths,
    /// A duration such as `"10 ms"`.
    Time,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// An integrator of the catalogue.
    Integrator,
    /// Neurons: `"exc"`, `"*"`, `"exc[0..100]"`, `"exc[10%]"`, or a list of such.
    Selection,
    /// A list of ranges or shares of one population.
    Picks,
    /// The name of an entry of one of these kinds.
    Name(&'static [Kind]),
    /// A name, or a table with the name and its parameters.
    Part(Kind),
    /// The same, or a list of such.
    Parts(Kind),
    /// A table with keys of its own.
    Table(&'static Section),
    /// A list of such.
    Tables(&'static Section),
    /// A table of fields of the neuron.
    Settings,
    /// A table of quantities by name.
    Quantities,
    /// A list of files.
    Libraries,
    /// A number or a distribution, with a unit that depends on the context.
    Value,
    /// The same, or an initialiser.
    Filling,
    /// One quantity, with a unit that depends on the context.
    Quantity,
    /// A pair of quantities, with a unit that depends on the context.
    Interval,
    /// A word or a list of words.
    Words,
    /// A formula of a task's variables, or a number.
    Formula,
    /// A number that is drawn for each trial of a task, with a unit that depends on the context.
    Drawn,
    /// A list of any values.
    List,
}

/// More neurons than any machine holds: the estimate says how far they are from fitting, which a limit here would not.
pub(crate) const MOST_NEURONS: u64 = 1_000_000_000_000_000;

/// No machine has more threads than that.
const MOST_THREADS: u64 = 1024;

const fn required(name: &'static str, shape: Shape, doc: &'static str) -> Key {
    Key { name, doc, shape, need: Need::Required }
}

const fn optional(name: &'static str, shape: Shape, doc: &'static str) -> Key {
    Key { name, doc, shape, need: Need::Optional }
}

const fn default(name: &'static str, shape: Shape, value: &'static str, doc: &'static str) -> Key {
    Key { name, doc, shape, need: Need::Default(value) }
}

const STORAGE: Shape = Shape::Choice(&["auto", "entities", "packed"]);

pub(crate) static SCENARIO: Section = Section {
    name: "scenario",
    doc: "What the run is and where it comes from.",
    layout: Layout::Once,
    required: true,
    keys: &[
        required("title", Shape::Text, "What the run is, in a few words."),
        required("source", Shape::Text, "Where model and parameters come from: a citation."),
        required("format", Shape::Count { min: 1, max: 1 }, "Version of this format."),
        optional("description", Shape::Text, "Prose for the report."),
    ],
};

pub(crate) static RUN: Section = Section {
    name: "run",
    doc: "Time, seed and machine.",
    layout: Layout::Once,
    required: true,
    keys: &[
        required("duration", Shape::Time, "Model time; a whole multiple of dt."),
        default("dt", Shape::Time, "0.1 ms", "The step."),
        required("seed", Shape::Count { min: 0, max: i64::MAX as u64 }, "Everything random follows from it."),
        default(
            "precision",
            Shape::Choice(&["f32", "f64"]),
            "f32",
            "Type of the state; f64 is for validation.",
        ),
        default("threads", Shape::Count { min: 0, max: MOST_THREADS }, "0", "Threads; 0 is automatic."),
        default("storage", STORAGE, "auto", "Where neurons are kept; auto goes by size."),
        default(
            "skip_at_rest",
            Shape::Flag,
            "true",
            "Whether neurons that nothing changes are skipped; no bit depends on it.",
        ),
    ],
};

/// A bare number in its place stands for both keys.
pub(crate) static SCALE: Section = Section {
    name: "scale",
    doc: "The size of the network in parts of the one described. With fewer synapses onto each neuron weights grow as one over the \
          square root, and the mean of the input that is lost becomes a current (van Albada et al. 2015). A number: both.",
    layout: Layout::Once,
    required: false,
    keys: &[
        default("neurons", Shape::Quantity, "1", "Sizes of populations."),
        default("in_degrees", Shape::Quantity, "1", "Synapses onto each neuron, and rates of stimuli."),
    ],
};

pub(crate) static OUTPUT: Section = Section {
    name: "output",
    doc: "What is written.",
    layout: Layout::Once,
    required: false,
    keys: &[
        default("format", Shape::Choice(&["parquet", "npz"]), "parquet", "Format of recordings."),
        default("report", Shape::Flag, "true", "Whether a report is written."),
        default(
            "weights",
            Shape::Flag,
            "false",
            "Whether weights that learn are written as they are at the end.",
        ),
    ],
};

pub(crate) static PLUGINS: Section = Section {
    name: "plugins",
    doc: "Shared libraries; they are code, so they load only with `--allow-plugins`.",
    layout: Layout::Once,
    required: false,
    keys: &[required(
        "libraries",
        Shape::Libraries,
        "Their paths from the folder of this file, or `{ path = \"./libNAME.so\", sha256 = \"...\" }`.",
    )],
};

/// Open: the fields of the system stand beside its kind.
pub(crate) static SYSTEM: Section = Section {
    name: "system",
    doc: "Something that happens in every step. Its parameters stand beside its kind.",
    layout: Layout::Many,
    required: false,
    keys: &[required("kind", Shape::Name(&[Kind::System]), "The system.")],
};

pub(crate) static MODEL: Section = Section {
    name: "model",
    doc: "A model of one's own, by its equations; docs/equations.md is the reference.",
    layout: Layout::Named,
    required: false,
    keys: &[
        default(
            "kind",
            Shape::Choice(&["neuron", "rate", "synapse", "channel", "short_term", "plasticity"]),
            "neuron",
            "What it is.",
        ),
        optional("description", Shape::Text, "What it is, in a sentence."),
        optional("source", Shape::Text, "Where it comes from: a citation."),
        optional("equations", Shape::Text, "Derivatives and definitions, a line each: `dv/dt = ... : mV`."),
        optional("threshold", Shape::Text, "Neurons: when a spike is emitted: `v >= v_th`."),
        optional(
            "edge",
            Shape::Flag,
            "Neurons: a spike is the moment the threshold becomes true; so without a reset.",
        ),
        optional("reset", Shape::Text, "Neurons: what a spike does: `v = v_reset; w += b`."),
        optional("refractory", Shape::Text, "Neurons: time without spikes, and without change where held."),
        optional("input", Shape::Text, "Neurons: unit of the input current `i`; pA if not given."),
        optional("channels", Shape::Words, "Neurons: ion channels whose currents sum up to `i_channels`."),
        optional(
            "on_pre",
            Shape::Text,
            "Synapses: what a spike of weight `w` adds: `g += w`. Plasticity: what a spike of the sender changes.",
        ),
        optional(
            "on_post",
            Shape::Text,
            "Plasticity: what a spike of the receiver changes: `w += a*x; y += 1`.",
        ),
        optional(
            "on_modulator",
            Shape::Text,
            "Plasticity: what a spike of the modulator adds to its level: `n += 1/tau_n`.",
        ),
        optional("between", Shape::Text, "Plasticity: what `elapsed` without spikes changes."),
        optional(
            "on_step",
            Shape::Text,
            "Plasticity: what a step changes at whose end the receiver's voltage is `v`.",
        ),
        optional("seen", Shape::Text, "Plasticity: above 0 where synapses see such a step like a spike."),
        optional("value", Shape::Text, "Synapses: the current or conductance."),
        optional("current", Shape::Text, "Channels: the current out of the cell."),
        optional("parameters", Shape::Quantities, "Parameters, with their defaults and units."),
        optional("initial", Shape::Quantities, "State at the start; zero if not given."),
    ],
};

pub(crate) static POPULATION: Section = Section {
    name: "population",
    doc: "Neurons or sources of one model.",
    layout: Layout::Named,
    required: true,
    keys: &[
        optional(
            "size",
            Shape::Count { min: 1, max: MOST_NEURONS },
            "Number of neurons; follows from `grid` and `channels`.",
        ),
        required("neuron", Shape::Name(&[Kind::Neuron, Kind::Source]), "The neuron model or source."),
        optional("params", Shape::Settings, "Parameters that differ from the defaults of the model."),
        optional("state", Shape::Settings, "Initial values that differ from the defaults of the model."),
        optional("like", Shape::Text, "A population from which everything is taken that is not given here."),
        optional("storage", STORAGE, "Where its neurons are kept, if not as the run says."),
        optional("integrator", Shape::Integrator, "How its equations are solved, if not as the model says."),
        optional(
            "mean_rate",
            Shape::Quantity,
            "Its rate at full scale; a smaller network needs it: see `scale`.",
        ),
        optional(
            "grid",
            Shape::Counts,
            "Neurons along each axis of a grid, 1 to 3 of them; the last runs fastest.",
        ),
        default(
            "channels",
            Shape::Count { min: 1, max: MOST_NEURONS },
            "1",
            "Neurons at each place of the grid; the last index runs fastest.",
        ),
        optional("positions", Shape::Text, "`random`, or a file with columns such as x_mm and y_mm."),
        optional(
            "extent",
            Shape::Lengths,
            "Sides of the space; on a grid 1 mm for each neuron if not given.",
        ),
        default("periodic", Shape::Flag, "false", "Whether opposite sides of the space are one."),
        optional("silenced", Shape::Picks, "Neurons that emit nothing, from the start."),
    ],
};

pub(crate) static PROJECTION: Section = Section {
    name: "projection",
    doc: "Synapses from some neurons to others.",
    layout: Layout::Many,
    required: false,
    keys: &[
        optional("name", Shape::Text, "What reports call it."),
        required("from", Shape::Selection, "Senders."),
        required("to", Shape::Selection, "Receivers."),
        default("synapse", Shape::Part(Kind::Synapse), "delta", "Synaptic dynamics."),
        optional("output", Shape::Part(Kind::Output), "How synaptic state acts, where the synapse needs it."),
        required("connect", Shape::Part(Kind::Connector), "The rule that says who is connected to whom."),
        default(
            "storage",
            Shape::Name(&[Kind::Operator]),
            "stored",
            "How synapses are held: kept, or drawn again at each spike.",
        ),
        optional("weight", Shape::Filling, "Weights; may only be left out where the rule reads a file."),
        optional("delay", Shape::Filling, "Delays; may only be left out where the rule reads a file."),
        optional("state", Shape::Settings, "Initial synaptic state of the receivers."),
        optional(
            "short_term",
            Shape::Part(Kind::ShortTerm),
            "How spikes change the strength of those that follow.",
        ),
        optional("plasticity", Shape::Part(Kind::Plasticity), "How spikes on both sides change the weights."),
        default(
            "back_propagation",
            Shape::Time,
            "0 ms",
            "Time after which plastic synapses see a spike of the receiver; a whole multiple of dt.",
        ),
        optional(
            "modulator",
            Shape::Selection,
            "Neurons whose spikes plastic synapses see after the delay, where their rule has a modulator.",
        ),
    ],
};

/// Open: the fields of the coupling stand among these.
pub(crate) static COUPLING: Section = Section {
    name: "coupling",
    doc: "What neurons hear of each other all the time, without spikes. Its parameters stand beside these keys.",
    layout: Layout::Many,
    required: false,
    keys: &[
        optional("name", Shape::Text, "What reports call it."),
        required("from", Shape::Selection, "Senders."),
        required("to", Shape::Selection, "Receivers."),
        required("kind", Shape::Name(&[Kind::Coupling]), "The coupling."),
        optional("variable", Shape::Text, "The senders' variable that is read; the first if not given."),
        optional(
            "senders",
            Shape::Text,
            "A file of parameters that differ between senders: columns neuron, and any of theirs.",
        ),
        optional("state", Shape::Settings, "State of all senders at the beginning; in balance if not given."),
        required("connect", Shape::Part(Kind::Connector), "The rule that says who is connected to whom."),
        optional("weight", Shape::Value, "Weights; may only be left out where the rule reads a file."),
        optional(
            "delay",
            Shape::Value,
            "Delays of a step and more; without any, the state at the start of a step acts in it.",
        ),
        default("symmetric", Shape::Flag, "false", "Whether every synapse connects both ways."),
    ],
};

/// Open: the fields of the stimulus stand among these.
pub(crate) static STIMULUS: Section = Section {
    name: "stimulus",
    doc: "An input that is no population. Its parameters stand beside these keys.",
    layout: Layout::Many,
    required: false,
    keys: &[
        required("to", Shape::Selection, "Receivers."),
        required("kind", Shape::Name(&[Kind::Stimulus]), "The stimulus."),
        optional("weight", Shape::Value, "Weight of its spikes, where it sends spikes."),
        optional("synapse", Shape::Part(Kind::Synapse), "Dynamics of its spikes; `delta` if not given."),
        optional("output", Shape::Part(Kind::Output), "How synaptic state acts, where the synapse needs it."),
        default(
            "as_current",
            Shape::Flag,
            "false",
            "Whether the mean current of its spikes is given in their place.",
        ),
    ],
};

pub(crate) static SET: Section = Section {
    name: "set",
    doc: "Parameters or initial values that some neurons have instead of their population's; later ones replace earlier ones.",
    layout: Layout::Many,
    required: false,
    keys: &[
        required("of", Shape::Selection, "Which neurons."),
        optional("params", Shape::Settings, "Parameters of the neuron; the others stay."),
        optional("state", Shape::Settings, "Initial values; the others stay."),
    ],
};

/// All sections, in the order they have in a file.
pub(crate) static SECTIONS: &[&Section] = &[
    &SCENARIO,
    &RUN,
    &SCALE,
    &OUTPUT,
    &PLUGINS,
    &MODEL,
    &POPULATION,
    &SET,
    &PROJECTION,
    &COUPLING,
    &STIMULUS,
    &SYSTEM,
    &RECORD,
    &SILENCE,
    &CLAMP,
    &EXPECT,
    &TASK,
    &ENV,
    &TRAINING,
    &SWEEP,
];

impl Section {
    /// The row of a key of this section.
    pub fn key(&self, name: &str) -> &'static Key {
        self.keys.iter().find(|key| key.name == name).expect("the reader asks for keys that are declared")
    }

    /// The names of all keys.
    pub fn names(&self) -> Vec<&'static str> {
        self.keys.iter().map(|key| key.name).collect()
    }

    /// How its header is written.
    pub fn header(&self) -> String {
        match self.layout {
            Layout::Once => format!("[{}]", self.name),
            Layout::Named => format!("[{}.NAME]", self.name),
            Layout::Many => format!("[[{}]]", self.name),
        }
    }
}
