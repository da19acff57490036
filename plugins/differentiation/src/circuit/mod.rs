//! Circuit: a network as the tape sees it: populations, sources and the matrices between them, read from the entities of a world.

mod distance;
mod injection;
mod link;
mod parameter;
mod path;
mod receptor;
mod short_term;
mod teacher;

use bevy_ecs::prelude::*;
use ecs_core::model::{Precision, instructions};
use ecs_core::network::{
    Clock, Coupled, Drive, Network, Planned, PlannedSource, PlannedState, PlannedStimulus,
    Population as Named, Projection, Receptor as Merged, ShortTermState, SourceModel, SourcePlan,
    Stimulating, Summed, Team, Values, WhiteNoise,
};
use ecs_core::number::{Float, Num, Real};
use ecs_core::random::{Key, Purpose};

use crate::cell::{Cell, Shape, Slot, Spiking};

pub use injection::Injection;
pub use link::Link;
pub use parameter::{Parameter, What};
pub use receptor::Receptor;
pub(crate) use receptor::central;
pub use short_term::ShortTerm;
pub(crate) use short_term::{Event, MOST, Nodes};

/// A population of neurons.
pub struct Neurons<T> {
    /// Its step and adjoint.
    pub cell: Option<Cell<T>>,
    /// How its neurons fire.
    pub spiking: Option<Spiking>,
    /// What its step consists of.
    pub shape: Shape,
    /// Parameters, in table order.
    pub params: Vec<Values>,
    /// Initial state, in table order.
    pub state: Vec<Values>,
    /// Its receptors; they are numbered from 1, for 0 is the voltage itself.
    pub receptors: Vec<Receptor>,
    /// What follows from the parameters, `[receptor][entry]`.
    pub entries: Vec<Vec<T>>,
    /// White noise of its equations.
    pub noise: WhiteNoise,
    /// The longest delay of what reaches it, in steps.
    pub delay: usize,
    /// The projections that reach it, those to one inbox together, in the order in which inboxes are added up.
    pub arrivals: Vec<Vec<usize>>,
    /// Whether an injected current is learned, and that current, `[step]`; after its end there is none.
    pub learns_input: bool,
    /// The current.
    pub injected: Vec<T>,
    /// Who fires when taught, `[step]`; after its end nobody.
    pub lesson: Vec<Vec<u32>>,
}

/// A population of sources.
pub struct Source {
    /// Its model.
    pub model: &'static SourceModel,
    /// What it is made from.
    pub plan: SourcePlan,
}

/// What a population is.
pub enum Kind<T> {
    /// Neurons.
    Neurons(Box<Neurons<T>>),
    /// Sources.
    Source(Box<Source>),
}

/// A population.
pub struct Population<T> {
    /// Its name.
    pub name: String,
    /// How many it has.
    pub size: usize,
    /// Its entity in the world.
    pub entity: Entity,
    /// What it is.
    pub kind: Kind<T>,
    /// The chance that a neuron is left out of a trial that is learned from.
    pub dropout: f64,
}

/// A network as the tape sees it.
pub struct Circuit<T> {
    /// Step in ms, and seed.
    pub clock: Clock,
    /// Populations, in the order in which they were made.
    pub populations: Vec<Population<T>>,
    /// Projections, in the order in which they were made.
    pub links: Vec<Link<T>>,
    /// Stimuli.
    pub injections: Vec<Injection>,
    /// What is learned.
    pub parameters: Vec<Parameter<T>>,
}

impl<T: Float> Neurons<T>
where
    Num<T>: Real,
{
    /// The rate of the membrane, where receptors may be handed the exact mean of their value over a step.
    pub fn membrane(&self) -> Option<f64> {
        let uniform: Option<Vec<f64>> = self.params.iter().map(Values::uniform).collect();
        let uniform = uniform.filter(|_| self.shape.integrator.solves_linear)?;
        self.shape.model.inspect.membrane_rate(&uniform)
    }

    /// Computes what follows from the parameters.
    fn refresh(&mut self) {
        let membrane = self.membrane();
        let of = |r: &Receptor| r.entries(self.shape.dt, &self.shape.integrator, membrane);
        self.entries = self.receptors.iter().map(|r| of(r).into_iter().map(T::of).collect()).collect();
    }

    /// Makes its step and adjoint.
    fn compose(&mut self, spiking: Spiking, wanted: Vec<Slot>) -> Result<(), String> {
        let shared: Vec<bool> = self.params.iter().map(|v| v.uniform().is_some()).collect();
        self.cell = Some(Cell::new(self.shape.clone(), &spiking, wanted, &shared, instructions())?);
        self.spiking = Some(spiking);
        Ok(())
    }

    /// The value of a column of state at the start.
    pub fn initial(&self, column: usize, neuron: usize) -> f64 {
        if let Some(values) = self.state.get(column) {
            return values.at(neuron);
        }
        let of = |k: usize| {
            let row = column.checked_sub(self.shape.receptor(k))?;
            let (_, values) = self.receptors[k - 1].initial.iter().find(|(r, _)| *r == row)?;
            Some(values.at(neuron))
        };
        (1..=self.receptors.len()).rev().find_map(of).unwrap_or(0.0)
    }
}

impl<T> Circuit<T> {
    /// Population `k`, if it has neurons.
    pub fn neurons(&self, k: usize) -> Option<&Neurons<T>> {
        match &self.populations[k].kind {
            Kind::Neurons(neurons) => Some(neurons),
            Kind::Source(_) => None,
        }
    }
}

impl<T: Summed> Circuit<T>
where
    Num<T>: Real,
{
    /// The network in `world`, which was made while [`KeepPlans`](ecs_core::network::KeepPlans) was there, so that the gradient
    /// of the parameters at the paths `learned` can be had; `projection.*.weight` stands for all weights. `spiking` says how each
    /// population fires.
    ///
    /// # Errors
    /// What cannot be differentiated, by name, and paths that lead nowhere.
    pub fn new(
        world: &mut World,
        learned: &[String],
        spiking: &dyn Fn(&Neurons<T>) -> Spiking,
    ) -> Result<Self, String> {
        let clock = *world.resource::<Clock>();
        let mut circuit = Self {
            clock,
            populations: Vec::new(),
            links: Vec::new(),
            injections: Vec::new(),
            parameters: Vec::new(),
        };
        circuit.populations(world)?;
        circuit.receptors(world);
        circuit.links(world)?;
        circuit.stimuli(world)?;
        for path in learned {
            for what in circuit.find(path)? {
                let path = match what {
                    What::Weights(k) => format!("projection.{}.weight", circuit.links[k].name),
                    _ => circuit.own_path(path, what),
                };
                let path = circuit.unused(path);
                circuit.learn(what);
                let values = circuit.initial_values(what);
                circuit.parameters.push(Parameter { path, what, values });
            }
        }
        let what: Vec<What> = circuit.parameters.iter().map(|p| p.what).collect();
        for (k, population) in circuit.populations.iter_mut().enumerate() {
            let Kind::Neurons(neurons) = &mut population.kind else { continue };
            neurons.refresh();
            let wanted = parameter::wanted(neurons, k, &what);
            let spiking = spiking(neurons);
            let ready = neurons.compose(spiking, wanted);
            ready.map_err(|e| format!("population `{}`: {e}", population.name))?;
        }
        Ok(circuit)
    }

    /// The path, with a number behind it where it names more than one thing.
    fn unused(&self, path: String) -> String {
        let taken = |path: &String| self.parameters.iter().any(|p| p.path == *path);
        let numbered = (1..).map(|k| format!("{path}[{k}]"));
        std::iter::once(path.clone()).chain(numbered).find(|path| !taken(path)).unwrap_or_default()
    }

    fn number(&self, entity: Entity) -> Option<usize> {
        self.populations.iter().position(|p| p.entity == entity)
    }

    fn populations(&mut self, world: &mut World) -> Result<(), String> {
        let mut all = world.query::<(Entity, &Named, Option<&Planned>, Option<&PlannedSource>)>();
        let mut all: Vec<_> = all.iter(world).collect();
        all.sort_by_key(|(entity, ..)| entity.index());
        for (entity, named, planned, source) in all {
            let kind = match (planned, source) {
                (Some(planned), _) => Kind::Neurons(Box::new(neurons(planned, &self.clock)?)),
                (_, Some(source)) => {
                    Kind::Source(Box::new(Source { model: source.model, plan: source.plan.clone() }))
                }
                _ => return Err(format!("population `{}` was made without keeping its plan", named.name)),
            };
            let name = named.name.clone();
            self.populations.push(Population { name, size: named.size, entity, kind, dropout: 0.0 });
        }
        Ok(())
    }

    fn receptors(&mut self, world: &mut World) {
        let mut all = world.query::<(&Merged, &ChildOf)>();
        let mut all: Vec<_> = all.iter(world).collect();
        all.sort_by_key(|(receptor, _)| receptor.index);
        for (merged, of) in all {
            let Some(k) = self.number(of.parent()) else { continue };
            let Kind::Neurons(neurons) = &mut self.populations[k].kind else { continue };
            let receptor = Receptor {
                synapse: merged.synapse,
                synapse_params: merged.synapse_params.clone(),
                output: merged.output,
                output_params: merged.output_params.clone(),
                initial: Vec::new(),
            };
            neurons.shape.receptors.push(receptor.shape());
            neurons.receptors.push(receptor);
        }
    }

    fn links(&mut self, world: &mut World) -> Result<(), String> {
        if !world.query::<&Coupled>().query(world).is_empty() {
            return Err("couplings are not differentiated".into());
        }
        let shards = world.resource::<Team>().size();
        let network = Network::new(world, Precision::F64, shards);
        let bounds: Vec<Vec<u32>> = self.populations.iter().map(|p| network.bounds(p.size)).collect();
        let mut all = world.query::<(Entity, &Projection, Option<&PlannedState>, Option<&ShortTermState>)>();
        let mut all: Vec<_> = all.iter(world).collect();
        all.sort_by_key(|(entity, ..)| entity.index());
        for (_, projection, state, short_term) in all {
            let named = |e: String| format!("projection `{}`: {e}", projection.name);
            let (Some(pre), Some(post)) = (self.number(projection.pre), self.number(projection.post)) else {
                return Err(named("an end of it is no population".into()));
            };
            let size = |k: usize| self.populations[k].size;
            let ends = ((pre, post), (size(pre), size(post)));
            let link = Link::new(projection, short_term, ends, bounds[post].clone()).map_err(named)?;
            if let Kind::Neurons(neurons) = &mut self.populations[post].kind {
                neurons.shape.jumps |= link.receptor == 0;
                neurons.delay = neurons.delay.max(link.matrix.delay);
                if link.receptor > 0 {
                    let initial = state.map(|s| s.0.clone()).unwrap_or_default();
                    neurons.receptors[link.receptor - 1].initial.extend(initial);
                }
            }
            self.links.push(link);
        }
        for (l, link) in self.links.iter().enumerate() {
            let Kind::Neurons(neurons) = &mut self.populations[link.post].kind else { continue };
            let place = |l: usize| (self.links[l].receptor, self.links[l].inbox);
            match neurons.arrivals.iter_mut().find(|links| place(links[0]) == place(l)) {
                Some(links) => links.push(l),
                None => neurons.arrivals.push(vec![l]),
            }
        }
        for population in &mut self.populations {
            if let Kind::Neurons(neurons) = &mut population.kind {
                neurons
                    .arrivals
                    .sort_by_key(|links| (self.links[links[0]].receptor, self.links[links[0]].inbox));
            }
        }
        Ok(())
    }

    fn stimuli(&mut self, world: &mut World) -> Result<(), String> {
        let mut all = world.query::<(Entity, &Stimulating)>();
        let mut all: Vec<Entity> = all.iter(world).map(|(entity, _)| entity).collect();
        all.sort_by_key(|entity| entity.index());
        for entity in all {
            // It acts in the tape from now on.
            let Some(stimulating) = world.entity_mut(entity).take::<Stimulating>() else { continue };
            let Some(population) = self.number(stimulating.population) else { continue };
            let name = &self.populations[population].name;
            let Some(planned) = world.get::<PlannedStimulus>(entity).cloned() else {
                return Err(format!("a stimulus of population `{name}` was made without keeping its plan"));
            };
            let Kind::Neurons(neurons) = &mut self.populations[population].kind else { continue };
            let receptor = match stimulating.drive {
                Drive::Current => {
                    neurons.shape.driven = true;
                    None
                }
                Drive::Events((receptor, _)) => {
                    neurons.shape.jumps |= receptor == 0;
                    Some(receptor)
                }
            };
            self.injections.push(Injection { population, receptor, planned });
        }
        Ok(())
    }
}

fn neurons<T: Float>(planned: &Planned, clock: &Clock) -> Result<Neurons<T>, String> {
    let Planned { model, plan, number } = planned;
    let shape = Shape::new(model, plan.integrator.as_deref(), clock.dt).ok_or_else(|| {
        format!("population `{}` is advanced by an integrator that nobody knows", plan.name)
    })?;
    let key = Key::new(clock.seed, *number, Purpose::Diffusion);
    Ok(Neurons {
        cell: None,
        spiking: None,
        shape,
        params: plan.params.clone(),
        state: plan.state.clone(),
        receptors: Vec::new(),
        entries: Vec::new(),
        noise: WhiteNoise::new(model.noises, key),
        delay: 1,
        arrivals: Vec::new(),
        learns_input: false,
        injected: Vec::new(),
        lesson: Vec::new(),
    })
}
