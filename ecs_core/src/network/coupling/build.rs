//! Building a coupling from the synapses of an operator.

use bevy_ecs::prelude::*;

use super::history::History;
use super::matrix::Matrix;
use super::{Numbers, systems};
use crate::model::{CouplingModel, Precision};
use crate::network::build::{Kept, Network};
use crate::network::cells::Cells;
use crate::network::operator::{Operator, Wire};
use crate::network::phase::{Clock, Phase, Step};
use crate::network::population::Population;
use crate::network::shard::Param;
use crate::network::values::Values;
use crate::number::{Num, Real};
use crate::registry::Drive;

/// A coupling to be made.
pub struct CouplingPlan<'a> {
    /// Its name.
    pub name: String,
    /// Who sends.
    pub pre: Entity,
    /// Who receives.
    pub post: Entity,
    /// Row of the senders' variable that is read.
    pub variable: usize,
    /// Its dynamics.
    pub model: &'static CouplingModel,
    /// Parameters, in table order; those that differ, `[neuron]` of the senders' population.
    pub params: &'a [Values],
    /// State of every sender at the beginning, in table order; empty where the model says it.
    pub state: &'a [f64],
    /// Its synapses. Their delays count only where `delayed`.
    pub operator: &'a dyn Operator,
    /// Whether signals arrive later than in the step they are taken from.
    pub delayed: bool,
    /// Whether each synapse connects both ways, as an electrical one does: then this is the way back.
    pub mirrored: bool,
}

/// A coupling in the world.
#[derive(Component, Clone, Debug)]
pub struct Coupled {
    /// Its name.
    pub name: String,
    /// Who sends.
    pub pre: Entity,
    /// Who receives.
    pub post: Entity,
    /// Synapses.
    pub synapses: u64,
    /// Bytes held.
    pub bytes: u64,
}

/// There are couplings, and systems that serve them.
#[derive(Resource)]
struct Served;

impl Network<'_> {
    /// Makes a coupling; `None` where nothing is connected.
    ///
    /// # Errors
    /// An operator whose synapses are not known one by one, populations without state, and delays too long to be kept.
    pub fn couple(&mut self, plan: &CouplingPlan<'_>) -> Result<Option<Entity>, String> {
        match self.precision {
            Precision::F32 => self.couple_in(plan, plan.model.single),
            Precision::F64 => self.couple_in(plan, plan.model.double),
        }
    }

    fn couple_in<T: Kept>(
        &mut self,
        plan: &CouplingPlan<'_>,
        loops: fn(crate::model::Instructions) -> crate::model::CouplingLoops<T>,
    ) -> Result<Option<Entity>, String>
    where
        Num<T>: Real,
    {
        let size = |entity: Entity| {
            let of_neurons = self.world.get::<Cells>(entity).and(self.world.get::<Population>(entity));
            of_neurons.map(|p| p.size).ok_or("a coupling joins neurons; a source of spikes has no state")
        };
        size(plan.pre)?;
        let post_size = size(plan.post)?;
        let mut wires = wires(plan)?;
        if wires.is_empty() {
            return Ok(None);
        }
        // A stable sort: synapses between the same two keep the order of the operator.
        wires.sort_by_key(|w| (w.post, w.pre));
        let mut senders: Vec<u32> = wires.iter().map(|w| w.pre).collect();
        senders.sort_unstable();
        senders.dedup();
        let longest = wires.iter().map(|w| w.delay).max().unwrap_or(0) as usize;
        let own_delays = wires.iter().any(|w| w.delay as usize != longest);
        let history = History::<T>::new(senders.len(), longest, own_delays);
        let sender = |pre: u32| senders.partition_point(|k| *k < pre);
        let matrix = Matrix::new(&wires, post_size, sender, &history)?;
        let param = |v: &Values| match v {
            Values::Uniform(x) => Param::Uniform(T::of(*x)),
            Values::Each(x) => Param::Each(senders.iter().map(|k| T::of(x[*k as usize])).collect()),
        };
        let mut numbers = Numbers::<T> {
            pre: plan.pre,
            post: plan.post,
            variable: plan.variable,
            loops: loops(crate::model::instructions()),
            params: plan.params.iter().map(param).collect(),
            shared: plan.params.iter().map(|v| T::of(v.uniform().unwrap_or_default())).collect(),
            x: vec![T::default(); senders.len()],
            state: plan.model.entry.state.iter().map(|_| vec![T::default(); senders.len()]).collect(),
            settles: true,
            senders,
            history,
            matrix,
            dt: self.world.resource::<Clock>().dt,
            started: false,
        };
        if !plan.state.is_empty() {
            numbers.settles = false;
            numbers.state.iter_mut().zip(plan.state).for_each(|(column, s)| column.fill(T::of(*s)));
        }
        if let Some(mut cells) = self.world.get_mut::<Cells>(plan.post) {
            cells.0.allow_coupling(plan.model.entry.drive == Some(Drive::Conductance));
        }
        self.serve::<T>();
        let (pre, post) = (plan.pre, plan.post);
        let (synapses, bytes) = (wires.len() as u64, numbers.bytes() as u64);
        let coupled = Coupled { name: plan.name.clone(), pre, post, synapses, bytes };
        Ok(Some(self.world.spawn((coupled, numbers)).id()))
    }

    /// Adds the systems, once: each costs some 50 ns in every step.
    fn serve<T: Kept>(&mut self)
    where
        Num<T>: Real,
    {
        if self.world.contains_resource::<Served>() {
            return;
        }
        self.world.insert_resource(Served);
        let both = (systems::send::<T>, systems::hear::<T>).chain().in_set(Phase::Deliver);
        self.world.get_resource_or_init::<Schedules>().add_systems(Step, both);
    }
}

/// The synapses of a plan, as they are to act.
fn wires(plan: &CouplingPlan<'_>) -> Result<Vec<Wire>, String> {
    let mut wires = Vec::new();
    let known = plan.operator.wires(&mut |wire| {
        let delay = if plan.delayed { wire.delay } else { 0 };
        wires.push(match plan.mirrored {
            true => Wire { pre: wire.post, post: wire.pre, delay, ..wire },
            false => Wire { delay, ..wire },
        });
    });
    match known {
        true => Ok(wires),
        false => {
            Err("the synapses of this rule are not known one by one, which a coupling needs in every step; \
                      use a rule that stores them"
                .into())
        }
    }
}
