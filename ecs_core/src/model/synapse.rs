//! Synapse and output: what a spike leaves behind, and how that acts on the membrane.

use super::equations::SynapseEquations;
use super::neuron::{Input, ParamsOf, StateOf, Tables, model_entry};
use super::table::Table;
use crate::number::{Dual, Expr, Num, Real};
use crate::registry::{Drive, Entry, Kind};

/// Synaptic dynamics. They are linear, so that all projections of one kind into a population share one state.
pub trait Synapse: Tables {
    /// `Some(Jump)` for a synapse that acts on the voltage at once and has no state.
    const DRIVE: Option<Drive> = None;
    /// Time derivative between spikes, per ms.
    fn derivative<R: Real>(p: &ParamsOf<Self, R>, s: &StateOf<Self, R>) -> StateOf<Self, R>;
    /// What a spike of weight `w` adds to the state.
    fn arrive<R: Real>(p: &ParamsOf<Self, R>, w: R) -> StateOf<Self, R>;
    /// The current or conductance.
    fn value<R: Real>(p: &ParamsOf<Self, R>, s: &StateOf<Self, R>) -> R;
}

/// How a synaptic value acts on the membrane.
pub trait Output: Tables {
    /// What the value is.
    const DRIVE: Drive;
    /// Whether the input depends on the voltage in any other way than through [`Input`] itself.
    const VOLTAGE_DEPENDENT: bool = false;
    /// The input that the value `g` makes at voltage `v`.
    fn input<R: Real>(p: &ParamsOf<Self, R>, g: R, v: R) -> Input<R>;
}

/// A linear system s' = A s, s += b w, value = c s, in numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Linear {
    /// A, per ms, row by row.
    pub a: Vec<Vec<f64>>,
    /// b, per unit of weight.
    pub b: Vec<f64>,
    /// c.
    pub c: Vec<f64>,
}

fn linear<M: Synapse>(params: &[f64]) -> Linear {
    let n = M::S::FIELDS.len();
    let p = M::P::build(|k| Dual::<Num<f64>, 1>::constant(Num(params[k])));
    let unit = |column: usize| {
        M::S::build(|k| match k == column {
            true => Dual::variable(Num(0.0), 0),
            false => Dual::constant(Num(0.0)),
        })
    };
    let slope = |x: Dual<Num<f64>, 1>| x.d[0].map_or(0.0, |d| d.0);
    let columns: Vec<_> = (0..n).map(|k| M::derivative(&p, &unit(k))).collect();
    let arrive = M::arrive(&p, Dual::variable(Num(0.0), 0));
    Linear {
        a: (0..n).map(|row| columns.iter().map(|f| slope(*M::S::at(f, row))).collect()).collect(),
        b: (0..n).map(|k| slope(*M::S::at(&arrive, k))).collect(),
        c: (0..n).map(|k| slope(M::value(&p, &unit(k)))).collect(),
    }
}

/// A registered synapse model.
#[derive(Clone, Copy)]
pub struct SynapseModel {
    /// What it says of itself.
    pub entry: Entry,
    /// Its linear system for these parameters.
    pub linear: &'static (dyn Fn(&[f64]) -> Linear + Sync),
    /// The synapse as data; `None` for one without state, and for one that only its linear system is known of.
    pub equations: Option<&'static (dyn Fn(&Entry) -> SynapseEquations + Sync)>,
}

inventory::collect!(SynapseModel);

impl SynapseModel {
    /// The registration of `M`; `register!` calls this.
    pub const fn of<M: Synapse>(name: &'static str, doc: &'static str, origin: &'static str) -> Self {
        let mut entry = model_entry::<M>(Kind::Synapse, name, doc, origin);
        entry.drive = M::DRIVE;
        Self {
            entry,
            linear: const { &linear::<M> },
            equations: match M::DRIVE {
                Some(Drive::Jump) => None,
                _ => Some(const { &|entry| SynapseEquations::of::<M>(entry.name, entry.doc) }),
            },
        }
    }
}

/// Parameters, synaptic state and voltage to a current and a conductance, written down.
pub type TracedInput = fn(&[Expr], Expr, Expr) -> (Expr, Option<Expr>);

/// A registered output.
#[derive(Clone, Copy)]
pub struct OutputModel {
    /// What it says of itself.
    pub entry: Entry,
    /// The loop that turns synaptic values into input, in single precision.
    pub kernel_f32: fn(crate::model::Instructions) -> super::receive::Receive<f32>,
    /// The same in double precision.
    pub kernel_f64: fn(crate::model::Instructions) -> super::receive::Receive<f64>,
    /// Whether the input depends on the voltage in any other way than through [`Input`] itself.
    pub voltage_dependent: bool,
    /// The input that the value `g` makes at voltage `v`, for inspection: parameters, g, v.
    pub input: fn(&[f64], f64, f64) -> [f64; 2],
    /// The same inside a trace; no conductance where there is none by construction.
    pub traced: TracedInput,
}

inventory::collect!(OutputModel);

impl OutputModel {
    /// The registration of `M`; `register!` calls this.
    pub const fn of<M: Output>(name: &'static str, doc: &'static str, origin: &'static str) -> Self {
        let mut entry = model_entry::<M>(Kind::Output, name, doc, origin);
        entry.drive = Some(M::DRIVE);
        Self {
            entry,
            kernel_f32: super::receive::receive::<M, f32>,
            kernel_f64: super::receive::receive::<M, f64>,
            voltage_dependent: M::VOLTAGE_DEPENDENT,
            input: |params, g, v| {
                let input = M::input(&M::P::build(|k| Num(params[k])), Num(g), Num(v));
                [input.i.0, input.g.map_or(0.0, |g| g.0)]
            },
            traced: |params, g, v| {
                let input = M::input(&M::P::build(|k: usize| params[k]), g, v);
                (input.i, input.g)
            },
        }
    }
}

/// Lists the models of a crate, one word each: the file, the module and the name in a scenario.
/// `register!(NeuronModel: lif, izhikevich)`.
///
/// The file of a source or stimulus has no `Model`; it holds its table `PARAMS`, the function `build`, and a stimulus its
/// `DRIVE`: how it acts, or `None` where it makes events. So do the files of schedules, losses, regularisers, metrics and learners;
/// those of losses and metrics say by `TARGET` what they compare with; and those of environments and decoders. Sources and stimuli
/// that an environment can show something are listed apart, as `SourceModel hears: ...`.
#[macro_export]
macro_rules! register {
    (SourceModel: $($name:ident),* $(,)?) => { $crate::register!(@source false: $($name),*); };
    (SourceModel hears: $($name:ident),* $(,)?) => { $crate::register!(@source true: $($name),*); };
    (StimulusModel: $($name:ident),* $(,)?) => { $crate::register!(@stimulus false: $($name),*); };
    (StimulusModel hears: $($name:ident),* $(,)?) => { $crate::register!(@stimulus true: $($name),*); };
    (@source $hears:literal: $($name:ident),*) => {$(
        pub mod $name;
        inventory::submit! { $crate::network::SourceModel {
            entry: $crate::register!(@entry Source, $name, None),
            hears: $hears,
            build: $name::build,
        } }
    )*};
    (@stimulus $hears:literal: $($name:ident),*) => {$(
        pub mod $name;
        inventory::submit! { $crate::network::StimulusModel {
            entry: $crate::register!(@entry Stimulus, $name, $name::DRIVE),
            events: $name::DRIVE.is_none(),
            hears: $hears,
            build: $name::build,
        } }
    )*};
    (ScheduleModel: $($name:ident),* $(,)?) => { $crate::register!(@made training ScheduleModel Schedule: $($name),*); };
    (RegulariserModel: $($name:ident),* $(,)?) => { $crate::register!(@made training RegulariserModel Regulariser: $($name),*); };
    (LearnerModel: $($name:ident),* $(,)?) => { $crate::register!(@made training LearnerModel Learner: $($name),*); };
    (FeaturesModel: $($name:ident),* $(,)?) => { $crate::register!(@made training FeaturesModel Features: $($name),*); };
    (EnvironmentModel: $($name:ident),* $(,)?) => { $crate::register!(@made control EnvironmentModel Environment: $($name),*); };
    (DecoderModel: $($name:ident),* $(,)?) => { $crate::register!(@made control DecoderModel Decoder: $($name),*); };
    (LossModel: $($name:ident),* $(,)?) => { $crate::register!(@compared LossModel Loss: $($name),*); };
    (MetricModel: $($name:ident),* $(,)?) => { $crate::register!(@compared MetricModel Metric: $($name),*); };
    (OptimiserModel: $($name:ident),* $(,)?) => { $crate::register!(@models training OptimiserModel: $($name),*); };
    (TransformModel: $($name:ident),* $(,)?) => { $crate::register!(@models training TransformModel: $($name),*); };
    (@made $place:ident $model:ident $kind:ident: $($name:ident),*) => {$(
        pub mod $name;
        inventory::submit! { $crate::$place::$model {
            entry: $crate::register!(@entry $kind, $name, None),
            build: $name::build,
        } }
    )*};
    (@compared $model:ident $kind:ident: $($name:ident),*) => {$(
        pub mod $name;
        inventory::submit! { $crate::training::$model {
            entry: $crate::register!(@entry $kind, $name, None),
            target: $name::TARGET,
            build: $name::build,
        } }
    )*};
    (@entry $kind:ident, $name:ident, $drive:expr) => { $crate::registry::Entry {
        kind: $crate::registry::Kind::$kind,
        name: stringify!($name),
        origin: concat!("crate `", env!("CARGO_PKG_NAME"), "`"),
        doc: include_str!(concat!(stringify!($name), ".rs")),
        params: $name::PARAMS,
        state: &[],
        input: "",
        drive: $drive,
    } };
    ($kind:ident: $($name:ident),* $(,)?) => { $crate::register!(@models model $kind: $($name),*); };
    (@models $place:ident $kind:ident: $($name:ident),*) => {$(
        pub mod $name;
        inventory::submit! {
            $crate::$place::$kind::of::<$name::Model>(
                stringify!($name),
                include_str!(concat!(stringify!($name), ".rs")),
                concat!("crate `", env!("CARGO_PKG_NAME"), "`"),
            )
        }
    )*};
}
