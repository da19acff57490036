//! Build: populations, receptors, projections and stimuli become entities; after this nothing is allocated in a step.

use bevy_ecs::prelude::*;

use super::accumulator::{Accumulator, Summed};
use super::cells::{Cells, CellsOf, gather_kernel};
use super::diffusion::WhiteNoise;
use super::neurons::spawn;
use super::operator::{Operator, Projection};
use super::phase::Clock;
use super::planned::{KeepPlans, Planned, PlannedSource, PlannedState, PlannedStimulus};
use super::plasticity::{self, Modulators};
use super::population::Population;
use super::receptor::Receptor;
use super::shard::{COLUMNS, Param, ReceptorKernel, Shard};
use super::short_term::{ShortTermPlan, ShortTermState};
use super::source::{Source, SourceModel, SourcePlan};
use super::spikes::Spikes;
use super::stimulus::{Drive, Stimulating, StimulusModel, StimulusPlan};
use super::team::PerMember;
use super::values::Values;
use crate::model::{
    Column, INTEGRATORS, IntegratorInfo, Kernel, NeuronModel, OutputModel, Precision, Receive, SynapseModel,
    instructions,
};
use crate::number::{Num, Real};
use crate::random::{Key, Purpose};
use crate::registry;

/// Where a population's state is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Storage {
    /// Entities up to a million neurons, packed above; always packed in double precision.
    #[default]
    Auto,
    /// One entity for each neuron.
    Entities,
    /// Columns in the population's entity.
    Packed,
}

/// Above this, `Auto` packs: entities cost some 100 bytes a neuron.
const ENTITIES_UP_TO: usize = 1_000_000;

/// A population to be made.
#[derive(Clone, Debug)]
pub struct PopulationPlan {
    /// Its name.
    pub name: String,
    /// Neurons.
    pub size: usize,
    /// Parameters, in table order.
    pub params: Vec<Values>,
    /// Initial state, in table order.
    pub state: Vec<Values>,
    /// The integrator; the model's own choice where none is given.
    pub integrator: Option<String>,
    /// Where the state is kept.
    pub storage: Storage,
}

/// Where a projection or stimulus acts.
#[derive(Clone)]
pub struct ReceptorPlan {
    /// Dynamics.
    pub synapse: &'static SynapseModel,
    /// Their parameters, in table order.
    pub synapse_params: Vec<f64>,
    /// How they act, and its parameters; `None` for a synapse that moves the voltage itself.
    pub output: Option<(&'static OutputModel, Vec<f64>)>,
}

/// A projection to be made.
pub struct ProjectionPlan {
    /// Its name.
    pub name: String,
    /// From.
    pub pre: Entity,
    /// To.
    pub post: Entity,
    /// Where it acts.
    pub receptor: ReceptorPlan,
    /// Initial state of the receptor, by row of the synapse's table; the rest starts at zero.
    pub state: Vec<(usize, Values)>,
    /// Its matrix.
    pub operator: Box<dyn Operator>,
    /// How spikes change the strength of those that follow.
    pub short_term: Option<ShortTermPlan>,
    /// Where weights learn: the steps after which the synapses see a spike of the receiver.
    pub back: u32,
}

/// What an inbox has to take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Need {
    /// Steps ahead that something may arrive; 0 of a stimulus, which puts what acts at once into any ring.
    pub slots: usize,
    /// The weight, if all that arrives has one.
    pub weight: Option<f64>,
    /// The most that may arrive for a neuron in a step, where counted.
    pub most: u64,
}

/// A network under construction.
pub struct Network<'w> {
    pub(super) world: &'w mut World,
    pub(super) precision: Precision,
    shards: usize,
}

/// Types that state may be kept in.
pub(super) trait Kept: Summed {
    fn kernel(model: &NeuronModel, integrator: &str, shared: &[bool]) -> Option<Kernel<Self>>;
    fn receive(model: &OutputModel) -> Receive<Self>;
}

impl Kept for f32 {
    fn kernel(model: &NeuronModel, integrator: &str, shared: &[bool]) -> Option<Kernel<f32>> {
        model.kernels.single(integrator, instructions(), shared)
    }
    fn receive(model: &OutputModel) -> Receive<f32> {
        (model.kernel_f32)(instructions())
    }
}

impl Kept for f64 {
    fn kernel(model: &NeuronModel, integrator: &str, shared: &[bool]) -> Option<Kernel<f64>> {
        model.kernels.double(integrator, instructions(), shared)
    }
    fn receive(model: &OutputModel) -> Receive<f64> {
        (model.kernel_f64)(instructions())
    }
}

impl<'w> Network<'w> {
    /// A network in `world`, which holds a [`Clock`], for a team of `shards`.
    pub fn new(world: &'w mut World, precision: Precision, shards: usize) -> Self {
        Self { world, precision, shards: shards.max(1) }
    }

    /// First neuron of each shard of a population of `size`, and `size` at the end.
    pub fn bounds(&self, size: usize) -> Vec<u32> {
        let whole = size.div_ceil(64);
        (0..=self.shards).map(|k| (whole * k / self.shards * 64).min(size) as u32).collect()
    }

    /// Makes a population of neurons.
    pub fn population(
        &mut self,
        model: &'static NeuronModel,
        plan: PopulationPlan,
    ) -> Result<Entity, String> {
        match self.precision {
            Precision::F32 => self.population_of::<f32>(model, plan),
            Precision::F64 => self.population_of::<f64>(model, plan),
        }
    }

    fn population_of<T: Kept>(
        &mut self,
        model: &'static NeuronModel,
        plan: PopulationPlan,
    ) -> Result<Entity, String>
    where
        Num<T>: Real,
    {
        let integrator = plan.integrator.as_deref().unwrap_or(model.integrator);
        let info = INTEGRATORS.iter().find(|i| i.name == integrator);
        let shared: Vec<bool> = plan.params.iter().map(|v| v.uniform().is_some()).collect();
        let (Some(info), Some(kernel)) = (info, T::kernel(model, integrator, &shared)) else {
            return Err(format!(
                "neuron `{}` cannot be advanced by integrator `{integrator}`",
                model.entry.name
            ));
        };
        let columns = plan.state.len().max(plan.params.len().div_ceil(2));
        if columns > COLUMNS {
            return Err(format!(
                "neuron `{}` has more columns than the {COLUMNS} the engine takes",
                model.entry.name
            ));
        }
        let single = size_of::<T>() == 4;
        let entities = match plan.storage {
            Storage::Auto => single && plan.size <= ENTITIES_UP_TO,
            Storage::Entities if !single => {
                return Err("neurons as entities are kept in single precision".into());
            }
            storage => storage == Storage::Entities,
        };
        let bounds = self.bounds(plan.size);
        let shards = bounds.windows(2).map(|b| {
            let mut shard = Shard::<T>::new(b[0] as usize..b[1] as usize, model.noises, kernel.registers());
            if !entities {
                let column = |v: &Values| shard.neurons.clone().map(|k| T::of(v.at(k))).collect();
                shard.state = plan.state.iter().map(column).collect();
                shard.refractory = vec![T::default(); shard.neurons.len()];
            }
            shard
        });
        let param = |v: &Values| match v {
            Values::Uniform(x) => Param::Uniform(T::of(*x)),
            Values::Each(x) => Param::Each(x.iter().map(|x| T::of(*x)).collect()),
        };
        let mut shards: Vec<_> = shards.collect();
        let params: Vec<Param<T>> = plan.params.iter().map(param).collect();
        if kernel.takes_alike() {
            shards.iter_mut().for_each(|shard| shard.compare(&params));
        }
        let clock = *self.world.resource::<Clock>();
        let before = self.world.query::<&Population>().iter(self.world).count();
        let cells = CellsOf::<T> {
            kernel,
            noise: WhiteNoise::new(model.noises, Key::new(clock.seed, before as u32, Purpose::Diffusion)),
            stages: info.offsets.len(),
            states: plan.state.len(),
            params,
            uniform: plan.params.iter().map(|v| v.uniform().map(|x| Column::Uniform(T::of(x)))).collect(),
            receptors: Vec::new(),
            conducts: false,
            gather: gather_kernel(),
            dt: clock.dt,
            shards: PerMember::new(shards),
        };
        let uniform: Option<Vec<f64>> = plan.params.iter().map(Values::uniform).collect();
        let membrane = uniform.filter(|_| info.solves_linear).and_then(|p| model.inspect.membrane_rate(&p));
        let planned =
            self.keeps_plans().then(|| Planned { model, plan: plan.clone(), number: before as u32 });
        let population = Population { name: plan.name, size: plan.size, entry: model.entry };
        let growing = Building { integrator: *info, membrane, dt: clock.dt, needs: vec![Vec::new()] };
        let entity = self
            .world
            .spawn((population, Cells(Box::new(cells)), growing, Spikes::keeping(1, plan.size)))
            .id();
        if entities {
            let column = |v: &Values| (0..plan.size).map(|k| v.at(k) as f32).collect();
            let state: Vec<Vec<f32>> = plan.state.iter().map(column).collect();
            let sealed = spawn(self.world, entity, plan.size, &state);
            self.world.entity_mut(entity).insert(sealed);
        }
        if let Some(planned) = planned {
            self.world.entity_mut(entity).insert(planned);
        }
        Ok(entity)
    }

    /// Makes a population of sources.
    pub fn source(
        &mut self,
        model: &'static SourceModel,
        name: &str,
        plan: &SourcePlan,
    ) -> Result<Entity, String> {
        let source = (model.build)(plan)?;
        let population = Population { name: name.into(), size: plan.size, entry: model.entry };
        let entity = self.world.spawn((population, Source(source), Spikes::keeping(1, plan.size))).id();
        if self.keeps_plans() {
            self.world.entity_mut(entity).insert(PlannedSource { model, plan: plan.clone() });
        }
        Ok(entity)
    }

    fn keeps_plans(&self) -> bool {
        self.world.contains_resource::<KeepPlans>()
    }

    /// The receptor of `population` with these dynamics, made unless it exists. 0 is the voltage itself.
    fn receptor(&mut self, population: Entity, plan: &ReceptorPlan) -> usize {
        let Some((output, output_params)) = &plan.output else { return 0 };
        let mut all = self.world.query::<(&mut Receptor, &ChildOf)>();
        let same = |r: &Receptor| {
            r.synapse.entry.name == plan.synapse.entry.name
                && r.output.entry.name == output.entry.name
                && r.synapse_params == plan.synapse_params
                && r.output_params == *output_params
        };
        for (mut receptor, of) in all.iter_mut(self.world) {
            if of.parent() == population && same(&receptor) {
                receptor.projections += 1;
                return receptor.index;
            }
        }
        let (mut building, mut cells) = self
            .world
            .query::<(&mut Building, &mut Cells)>()
            .get_mut(self.world, population)
            .expect("receptors belong to neurons");
        cells.0.add_receptor(plan, &building);
        building.needs.push(Vec::new());
        let receptor = Receptor {
            index: building.needs.len() - 1,
            synapse: plan.synapse,
            synapse_params: plan.synapse_params.clone(),
            output,
            output_params: output_params.clone(),
            projections: 1,
        };
        let index = receptor.index;
        self.world.spawn((receptor, ChildOf(population)));
        index
    }

    /// An inbox of a receptor that takes what `need` says; shared where that is exact.
    fn inbox(&mut self, population: Entity, receptor: usize, need: Need) -> (usize, usize) {
        let (mut building, mut cells) = self
            .world
            .query::<(&mut Building, &mut Cells)>()
            .get_mut(self.world, population)
            .expect("inboxes belong to neurons");
        let needs = &mut building.needs[receptor];
        // A stimulus, which asks for no slots, finds its way in any ring; others may count on a single slot.
        let fits = |n: &Need| need.slots == 0 || (n.slots > 1) == (need.slots > 1);
        let index = match needs.iter().position(|n| n.weight == need.weight && fits(n)) {
            Some(k) => {
                needs[k].slots = needs[k].slots.max(need.slots);
                needs[k].most += need.most;
                k
            }
            None => {
                needs.push(need);
                needs.len() - 1
            }
        };
        cells.0.set_inboxes(receptor, needs);
        (receptor, index)
    }

    /// Makes a projection.
    pub fn project(&mut self, plan: ProjectionPlan) -> Entity {
        let transfer = plan.operator.transfer();
        let receptor = self.receptor(plan.post, &plan.receptor);
        if let Some(mut cells) = self.world.get_mut::<Cells>(plan.post) {
            plan.state.iter().for_each(|(row, values)| cells.0.set_receptor(receptor, *row, values));
        }
        let need = Need {
            slots: if transfer.own_delays { transfer.delay as usize + 1 } else { 1 },
            weight: transfer.shared_weight.filter(|_| plan.short_term.is_none()),
            most: transfer.most_per_neuron,
        };
        let inbox = self.inbox(plan.post, receptor, need);
        let projection = Projection {
            name: plan.name,
            pre: plan.pre,
            post: plan.post,
            inbox,
            transfer,
            operator: plan.operator.into(),
            back: plan.back,
        };
        let learns = projection.operator.learner().is_some();
        if let Some(mut spikes) = self.world.get_mut::<Spikes>(plan.pre) {
            spikes.keep(projection.lag() as usize + 1);
        }
        if learns {
            if let Some(mut spikes) = self.world.get_mut::<Spikes>(plan.post) {
                spikes.keep(plan.back as usize + 1);
            }
            plasticity::learns(self.world);
        }
        if projection.operator.learner().is_some_and(|learner| learner.follows()) {
            plasticity::follows(self.world);
        }
        let state = plan.short_term.map(|short_term| {
            plasticity::scales(self.world);
            let size = self.world.get::<Population>(plan.pre).map_or(0, |pre| pre.size);
            ShortTermState::new(short_term, size)
        });
        let initial = self.keeps_plans().then_some(PlannedState(plan.state));
        let mut entity = self.world.spawn(projection);
        if let Some(initial) = initial {
            entity.insert(initial);
        }
        if let Some(state) = state {
            entity.insert(state);
        }
        entity.id()
    }

    /// Lets spikes of these neurons, and rewards, modulate how the synapses of a projection learn.
    pub fn modulate(&mut self, projection: Entity, modulators: Modulators) {
        let lag = self.world.get::<Projection>(projection).map_or(0, Projection::lag);
        for (population, _) in &modulators.neurons {
            if let Some(mut spikes) = self.world.get_mut::<Spikes>(*population) {
                spikes.keep(lag as usize + 1);
            }
        }
        self.world.entity_mut(projection).insert(modulators);
    }

    /// Blocks of neurons at rest are skipped from now on, in every population: to be said when all is connected. It changes
    /// no bit, as long as nobody but the engine, [`Silenced`](super::Silenced) and [`Clamped`](super::Clamped) write state.
    pub fn skip_at_rest(&mut self) {
        let mut all = self.world.query::<&mut Cells>();
        all.iter_mut(self.world).for_each(|mut cells| cells.0.skip_at_rest());
    }

    /// Makes a stimulus; one that makes events needs a receptor.
    pub fn stimulate(
        &mut self,
        population: Entity,
        model: &StimulusModel,
        plan: &StimulusPlan,
        receptor: Option<&ReceptorPlan>,
    ) -> Result<Entity, String> {
        let stimulus = (model.build)(plan)?;
        let drive = match receptor {
            Some(receptor) => {
                let receptor = self.receptor(population, receptor);
                Drive::Events(self.inbox(population, receptor, Need { slots: 0, weight: None, most: 0 }))
            }
            None => {
                if let Some(mut cells) = self.world.get_mut::<Cells>(population) {
                    cells.0.allow_current();
                }
                Drive::Current
            }
        };
        let planned = self.keeps_plans().then(|| PlannedStimulus { model: *model, plan: plan.clone() });
        let mut entity = self.world.spawn(Stimulating { population, drive, stimulus });
        if let Some(planned) = planned {
            entity.insert(planned);
        }
        Ok(entity.id())
    }
}

/// What the cells of a population need to grow, kept beside them.
#[derive(Component)]
pub struct Building {
    integrator: IntegratorInfo,
    /// Rate of the membrane, where it is linear and the same for all.
    membrane: Option<f64>,
    dt: f64,
    /// `[receptor, inbox]`; the first receptor is the voltage itself.
    needs: Vec<Vec<Need>>,
}

/// The part of a population's numbers that grows while the network is built.
pub trait Grow {
    /// Adds a receptor.
    fn add_receptor(&mut self, plan: &ReceptorPlan, building: &Building);
    /// Sets a state variable of a receptor, numbered from 1.
    fn set_receptor(&mut self, receptor: usize, row: usize, values: &Values);
    /// Makes the inboxes of a receptor anew.
    fn set_inboxes(&mut self, receptor: usize, needs: &[Need]);
}

impl<T: Kept> Grow for CellsOf<T>
where
    Num<T>: Real,
{
    fn add_receptor(&mut self, plan: &ReceptorPlan, building: &Building) {
        let Some((output, params)) = &plan.output else { return };
        let linear = (plan.synapse.linear)(&plan.synapse_params);
        let current = output.entry.drive == Some(registry::Drive::Current);
        let membrane = building.membrane.filter(|_| current);
        let system = linear.propagator(building.dt, building.integrator.offsets, membrane);
        self.conducts |= !current;
        for shard in self.shards.iter_mut() {
            shard.receptors.push(vec![vec![T::default(); shard.neurons.len()]; system.order]);
            shard.inboxes.push(Vec::new());
        }
        let params = params.iter().map(|x| T::of(*x)).collect();
        let [i, g] = (output.input)(plan.output.as_ref().map_or(&[], |o| &o.1[..]), 1.0, 0.0);
        let linear = (!output.voltage_dependent).then(|| (T::of(i), T::of(g)));
        self.receptors.push(ReceptorKernel { system, params, receive: T::receive(output), linear });
    }

    fn set_receptor(&mut self, receptor: usize, row: usize, values: &Values) {
        for shard in self.shards.iter_mut() {
            let column = &mut shard.receptors[receptor - 1][row];
            column.iter_mut().zip(shard.neurons.clone()).for_each(|(x, k)| *x = T::of(values.at(k)));
        }
    }

    fn set_inboxes(&mut self, receptor: usize, needs: &[Need]) {
        for shard in self.shards.iter_mut() {
            let n = shard.neurons.len();
            let make = |need: &Need| match need.weight {
                Some(weight) => Accumulator::counting(n, need.slots.max(1), weight, need.most),
                None => Accumulator::summing(n, need.slots.max(1)),
            };
            shard.inboxes[receptor] = needs.iter().map(make).collect();
        }
    }
}
