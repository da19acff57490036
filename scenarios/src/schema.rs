//! Schema: what a scenario file says, as typed data. Names are resolved, quantities are numbers in field units, times are ms.
//!
//! [`crate::parse`] makes these and has checked them: every name exists, every number is finite and within its bound,
//! every key that was not given holds its default, and members lie inside their population.

mod coupling;
mod environment;
mod fields;
mod fit;
mod members;
mod place;
mod protocol;
mod sweep;
mod traces;
mod training;

use ecs_core::network::{Registry, Scale};
use ecs_core::registry::{Drive, Entry};
use libraries::Library;
use tasks::Task;

pub use coupling::Coupling;
pub use environment::{Acted, Env, EnvExpect, EnvMeasure, Paced, Rewarded, Sensed, Stop};
pub use fields::{Content, Law, Part, Setting, Value};
pub use fit::{Fit, Lesson, Series};
pub use members::{Members, Pick, Selection};
pub use place::{Place, Positions};
pub use protocol::{Clamp, Expect, Interval, Measure, Observable, Record, Silence, WeightRecord};
pub use sweep::{Axis, Sweep};
pub use traces::Traces;
pub use training::{Data, Expected, Lessons, Material, Named, Read, Reduced, Show, Training};

use crate::diagnostic::{Diagnostics, Origin, Span};

/// One run, as a file describes it.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// What the run is.
    pub title: String,
    /// Where model and parameters come from: a citation, or the name of the project.
    pub source: String,
    /// Prose for the report; empty where none was given.
    pub description: String,
    /// Time, seed and machine.
    pub run: Run,
    /// Its size in parts of the one described; populations have theirs already.
    pub scale: Scale,
    /// What is written.
    pub output: Output,
    /// In the order of the file; other sections refer to them by position.
    pub populations: Vec<Population>,
    /// In the order of the file.
    pub sets: Vec<Set>,
    /// In the order of the file.
    pub projections: Vec<Projection>,
    /// In the order of the file.
    pub couplings: Vec<Coupling>,
    /// In the order of the file.
    pub stimuli: Vec<Stimulus>,
    /// In the order of the file.
    pub systems: Vec<Part>,
    /// In the order of the file.
    pub records: Vec<Record>,
    /// `[[record]]` of weights.
    pub weights: Vec<WeightRecord>,
    /// In the order of the file.
    pub silences: Vec<Silence>,
    /// In the order of the file.
    pub clamps: Vec<Clamp>,
    /// In the order of the file.
    pub expects: Vec<Expect>,
    /// The task that it does, if any.
    pub task: Option<Task>,
    /// The world it acts in, where there is one.
    pub env: Option<Env>,
    /// How it is trained, where it can be.
    pub training: Option<Training>,
    /// Values that `synfire run` puts in the place of others, point by point.
    pub sweep: Option<Sweep>,
    /// The readout that is fitted without a gradient, where there is one.
    pub fit: Option<Fit>,
    /// What its names stand for, with the models that it defines itself.
    pub registry: Registry,
    /// The shared libraries that may act in it.
    pub libraries: Vec<Library>,
    /// What is allowed but probably not meant.
    pub warnings: Diagnostics,
    /// The text the spans point into, so that a later stage can point as well: see [`Diagnostics::at`].
    pub origin: Origin,
}

/// `[run]`
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Model time, ms; a whole multiple of `dt`.
    pub duration: f64,
    /// The step, ms.
    pub dt: f64,
    /// `duration / dt`.
    pub steps: u64,
    /// Everything random follows from it.
    pub seed: u64,
    /// Type of the state.
    pub precision: Precision,
    /// Threads; 0 lets the engine choose.
    pub threads: usize,
    /// Whether blocks of neurons at rest are skipped.
    pub skip_at_rest: bool,
    /// Where neurons are kept, unless a population says otherwise.
    pub storage: Storage,
}

/// Type of the state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// Single precision.
    #[default]
    F32,
    /// Double precision, for validation.
    F64,
}

/// Where the neurons of a population are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Storage {
    /// By size.
    #[default]
    Auto,
    /// One entity per neuron.
    Entities,
    /// Columns in the population's entity.
    Packed,
}

/// `[output]`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Output {
    /// Of recordings.
    pub format: OutputFormat,
    /// Whether a report is written.
    pub report: bool,
    /// Whether weights that learn are written as they are at the end, and where the file says so.
    pub weights: Option<Span>,
}

/// Format of recordings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OutputFormat {
    /// Apache Parquet tables.
    #[default]
    Parquet,
    /// NumPy archives.
    Npz,
}

/// `[population.NAME]`
#[derive(Clone, Debug)]
pub struct Population {
    /// Its name.
    pub name: String,
    /// Number of neurons, at least 1.
    pub size: usize,
    /// The neuron or source, with all of its parameters.
    pub neuron: Part,
    /// Initial values of all state variables, in the order of `neuron.entry.state`.
    pub state: Vec<Setting>,
    /// Where its neurons are kept, with the default of `[run]` already applied.
    pub storage: Storage,
    /// Integrator, where one was named.
    pub integrator: Option<String>,
    /// Rate at full scale in Hz, where it was given.
    pub mean_rate: Option<f64>,
    /// Where its neurons lie, if anywhere.
    pub place: Option<Place>,
    /// Neurons that are silenced from the start.
    pub silenced: Vec<Pick>,
    /// The name in its header.
    pub span: Span,
    /// The value of `size`.
    pub size_span: Span,
}

impl Scenario {
    /// What weights are multiplied by, so that fewer synapses make input of the same variance.
    pub fn weight_factor(&self) -> f64 {
        1.0 / self.scale.in_degrees.sqrt()
    }
}

impl Population {
    /// The initial value of a state variable.
    ///
    /// # Panics
    /// If the model has no such variable.
    pub fn state(&self, name: &str) -> &Value {
        fields::setting(&self.state, name).number()
    }
}

/// `[[set]]`
#[derive(Clone, Debug)]
pub struct Set {
    /// Neurons, what of them is set, and to what.
    pub values: Vec<(Members, SetColumn, Value)>,
}

/// What of a neuron is set: the place among the numbers of its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetColumn {
    /// A parameter.
    Param(usize),
    /// The initial value of a state variable.
    State(usize),
}

/// What happens between a spike and the membrane.
#[derive(Clone, Debug)]
pub struct Receptor {
    /// Synaptic dynamics.
    pub synapse: Part,
    /// How synaptic state acts; `None` where the synapse acts by itself.
    pub output: Option<Part>,
    /// What both together do.
    pub drive: Drive,
    /// Unit of the weights, which follows from the drive and the neurons behind it.
    pub weight_unit: String,
}

/// `[[projection]]`
#[derive(Clone, Debug)]
pub struct Projection {
    /// Name given, or "FROM to TO".
    pub name: String,
    /// The name in the file, where one was given; such names are unique.
    pub name_span: Option<Span>,
    /// Senders.
    pub from: Selection,
    /// Receivers: neurons, no sources.
    pub to: Selection,
    /// Dynamics.
    pub receptor: Receptor,
    /// The rule that says who is connected to whom.
    pub connect: Part,
    /// How its synapses are held.
    pub storage: Entry,
    /// Where it is said, else the rule.
    pub storage_span: Span,
    /// In `receptor.weight_unit`; `None` only where the rule reads a file or an initialiser fills it.
    pub weight: Option<Value>,
    /// Initial synaptic state of the receivers, by row of the synapse's state; rows that are not given start at zero.
    pub state: Vec<(usize, Value)>,
    /// In ms, at least `dt`, constants on the grid; `None` only where the rule reads a file or an initialiser fills it.
    pub delay: Option<Value>,
    /// What fills weights, and what delays, where it is no law.
    pub initialisers: [Option<Part>; 2],
    /// How spikes change the strength of those that follow.
    pub short_term: Option<Part>,
    /// How spikes on both sides change the weights.
    pub plasticity: Option<Part>,
    /// Steps after which plastic synapses see a spike of the receiver.
    pub back_propagation: u32,
    /// Neurons whose spikes modulate how synapses learn, and where it says so.
    pub modulator: Option<(Selection, Span)>,
    /// Its header.
    pub span: Span,
}

/// `[[stimulus]]`
#[derive(Clone, Debug)]
pub struct Stimulus {
    /// Receivers: neurons, no sources.
    pub to: Selection,
    /// The stimulus with all of its parameters.
    pub kind: Part,
    /// Where the stimulus sends spikes: what they pass through and their weight. `None` where it acts by itself.
    pub by_spikes: Option<(Receptor, Value)>,
    /// Whether the mean current of its spikes is given in their place.
    pub mean: bool,
    /// Its header.
    pub span: Span,
}
