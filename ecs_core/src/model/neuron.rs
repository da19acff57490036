//! Neuron: what the author of a neuron model writes, and how the model is reached by name.

use super::dynamics::Compiled;
use super::inspect::Inspect;
use super::kernel::Kernels;
use super::table::Table;
use crate::number::Real;
use crate::registry::{Entry, Kind};

/// The tables of a model; written by `model!`.
pub trait Tables: 'static {
    /// Parameters.
    type P: Table;
    /// State; the first row of a neuron is its voltage.
    type S: Table;
    /// Neurons: unit of the input current. Channels: unit of their current.
    const INPUT: &'static str;
}

/// Synaptic and injected input during one step: a current and a conductance, so that it is linear in the voltage.
#[derive(Clone, Copy, Debug)]
pub struct Input<R> {
    /// Current that does not depend on the voltage, in the model's input unit.
    pub i: R,
    /// Total conductance, in input unit per unit of voltage; `None` where nothing connected has one.
    pub g: Option<R>,
}

impl<R: Real> Input<R> {
    /// The current into a membrane at voltage `v`.
    #[inline(always)]
    pub fn current(self, v: R) -> R {
        match self.g {
            Some(g) => self.i - g * v,
            None => self.i,
        }
    }
}

/// The parameters of a model, one `R` each.
pub type ParamsOf<M, R> = <<M as Tables>::P as Table>::Of<R>;
/// The state of a model, one `R` each.
pub type StateOf<M, R> = <<M as Tables>::S as Table>::Of<R>;

/// A neuron model. The engine integrates the derivative, tests the condition and applies the reset.
pub trait Neuron: Tables {
    /// Whether a spike is the moment the condition becomes true, rather than every step in which it holds.
    const EDGE: bool = false;
    /// Whether the model states its own [`step`](Neuron::step), which is then the only way it is advanced.
    const EXACT: bool = false;
    /// Independent white noises in the derivative.
    const NOISES: usize = 0;

    /// Time derivative of the state, per ms.
    fn derivative<R: Real>(p: &ParamsOf<Self, R>, s: &StateOf<Self, R>, input: Input<R>) -> StateOf<Self, R>;

    /// What multiplies white noise number `j`, per square root of ms.
    #[inline(always)]
    fn noise<R: Real>(_: &ParamsOf<Self, R>, _: &StateOf<Self, R>, _j: usize) -> StateOf<Self, R> {
        Self::S::build(|_: usize| R::lit(0.0))
    }

    /// Zero or above where the neuron fires.
    fn condition<R: Real>(p: &ParamsOf<Self, R>, s: &StateOf<Self, R>) -> R;

    /// The state after a spike.
    fn reset<R: Real>(p: &ParamsOf<Self, R>, s: &StateOf<Self, R>) -> StateOf<Self, R>;

    /// Time during which held variables stay and no spike is emitted, in ms.
    #[inline(always)]
    fn refractory<R: Real>(_: &ParamsOf<Self, R>) -> R {
        R::lit(0.0)
    }

    /// The state one step later in closed form; `jump` is what delta synapses add. Only called where `EXACT` is set.
    #[inline(always)]
    fn step<R: Real>(
        _: &ParamsOf<Self, R>,
        s: &StateOf<Self, R>,
        _: Input<R>,
        _jump: R,
        _dt: R,
    ) -> StateOf<Self, R> {
        *s
    }
}

/// How a population's numbers are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// The default.
    F32,
    /// For validation.
    F64,
}

/// A registered neuron model: everything the engine needs, without its type.
#[derive(Clone, Copy)]
pub struct NeuronModel {
    /// What it says of itself.
    pub entry: Entry,
    /// Independent white noises in its derivative.
    pub noises: usize,
    /// The integrator used where the scenario names none.
    pub integrator: &'static str,
    /// Its loops.
    pub kernels: &'static dyn Kernels,
    /// The model seen from outside: one step of one neuron, its graph, its derivatives.
    pub inspect: &'static dyn Inspect,
}

inventory::collect!(NeuronModel);

impl NeuronModel {
    /// The registration of `M`; `register!` calls this.
    pub const fn of<M: Neuron>(name: &'static str, doc: &'static str, origin: &'static str) -> Self {
        Self {
            entry: model_entry::<M>(Kind::Neuron, name, doc, origin),
            noises: M::NOISES,
            integrator: if M::EXACT { "exact" } else { "exponential_euler" },
            kernels: const { &Compiled::<M>::new() },
            inspect: const { &Compiled::<M>::new() },
        }
    }
}

/// The entry of a model with these tables.
pub const fn model_entry<M: Tables>(
    kind: Kind,
    name: &'static str,
    doc: &'static str,
    origin: &'static str,
) -> Entry {
    Entry { kind, name, origin, doc, params: M::P::FIELDS, state: M::S::FIELDS, input: M::INPUT, drive: None }
}
