//! Short-term plasticity: how strong a spike is after those before it.
//!
//! All synapses of a neuron in one projection share the state, so a projection keeps it once for each sender, and it is
//! advanced only when that sender fires, in closed form over the interval.

use super::learning::ShortTermEquations;
use super::neuron::{ParamsOf, StateOf, Tables, model_entry};
use super::table::Table;
use crate::number::{Num, Real};
use crate::registry::{Entry, Kind};

/// Short-term plasticity of the synapses of one sender. The table of the state holds what it is at the start.
pub trait ShortTerm: Tables {
    /// The state after `elapsed` ms without a spike.
    fn rest<R: Real>(p: &ParamsOf<Self, R>, s: &StateOf<Self, R>, elapsed: R) -> StateOf<Self, R>;
    /// What the weights are multiplied by for a spike that comes `elapsed` ms after the one before, and the state that the
    /// spike leaves. The first spike is counted from the start of the run.
    fn spike<R: Real>(p: &ParamsOf<Self, R>, s: &StateOf<Self, R>, elapsed: R) -> (R, StateOf<Self, R>);
}

/// Advances the state of a sender by parameters and ms since its last spike, and gives what its weights are multiplied by.
///
/// In double precision: it is called once for a spike, which then goes to all of the sender's synapses.
pub type Scale = dyn Fn(&[f64], &mut [f64], f64) -> f64 + Sync;

/// A registered rule of short-term plasticity.
#[derive(Clone, Copy)]
pub struct ShortTermModel {
    /// What it says of itself.
    pub entry: Entry,
    /// A spike.
    pub spike: &'static Scale,
    /// The rule as data.
    pub equations: &'static (dyn Fn(&Entry) -> ShortTermEquations + Sync),
}

inventory::collect!(ShortTermModel);

fn spike<M: ShortTerm>(params: &[f64], state: &mut [f64], elapsed: f64) -> f64 {
    let p = M::P::build(|k| Num(params[k]));
    let s = M::S::build(|k| Num(state[k]));
    let (gain, after) = M::spike(&p, &s, Num(elapsed));
    state.iter_mut().enumerate().for_each(|(k, x)| *x = M::S::at(&after, k).0);
    gain.0
}

impl ShortTermModel {
    /// The registration of `M`; `register!` calls this.
    pub const fn of<M: ShortTerm>(name: &'static str, doc: &'static str, origin: &'static str) -> Self {
        Self {
            entry: model_entry::<M>(Kind::ShortTerm, name, doc, origin),
            spike: const { &spike::<M> },
            equations: const { &|entry| ShortTermEquations::of::<M>(entry.name, entry.doc) },
        }
    }
}
