//! Bare: COBA without an ECS: plain vectors, the same kernels and operators, one loop.
//!
//! What it leaves out is the schedule, the queries and the team; what it shares gives the same spikes.

use ecs_core::model::{
    Arriving, Block, Column, Factors, Kernel, Lane, NeuronModel, OutputModel, SynapseModel, instructions,
};
use ecs_core::network::{Arrivals, ConnectorModel, Inbox, Operator, Registry, Target, read};
use scenarios::assemble::{Borrowed, constants, numbers_of, plan_of, plans};
use scenarios::schema::{Receptor, Scenario};

use crate::network::{Network, Spike};

/// Neurons advanced at a time, as the engine does where receptors are advanced in the same pass.
const BLOCK: usize = 4096;
/// Steps between copies of the state, as the engine makes them for its messages.
const SAVE: u64 = 32;
/// Receptors of a neuron: excitatory and inhibitory.
const RECEPTORS: usize = 2;

/// A COBA network.
pub struct Bare {
    /// Spikes since somebody last took them.
    pub raster: Vec<Spike>,
    rule: Rule,
    cells: Vec<Cells>,
    joins: Vec<Join>,
    step: u64,
}

/// How all neurons are advanced.
struct Rule {
    kernel: Kernel<f32>,
    params: Vec<Column<'static, f32>>,
    factors: [Factors<f32>; RECEPTORS],
    dt: f64,
}

/// The numbers of a population, `[neuron]`.
struct Cells {
    /// Number of the first neuron among those of all populations.
    first: u32,
    v: Vec<f32>,
    refractory: Vec<f32>,
    value: [Vec<f32>; RECEPTORS],
    count: [Vec<u8>; RECEPTORS],
    spikes: Vec<u32>,
    marks: Vec<u8>,
    saved: Vec<f32>,
}

/// A matrix from one population to another.
struct Join {
    pre: usize,
    post: usize,
    receptor: usize,
    operator: Box<dyn Operator>,
}

impl Bare {
    /// The network that `network`, a COBA of one thread that has not begun, stands for.
    ///
    /// # Errors
    /// What the connectors have to say, and where the loop cannot run such a network.
    pub fn like(network: &mut Network) -> Result<Self, String> {
        let joins = joins(&network.scenario)?;
        let rule = Rule::of(&network.scenario, &joins)?;
        let world = network.simulation.app.world_mut();
        let mut first = 0;
        let mut cells = Vec::new();
        for (population, entity) in network.scenario.populations.iter().zip(&network.simulation.populations) {
            let neurons: Vec<u32> = (0..population.size as u32).collect();
            let mut v = Vec::new();
            read(world, *entity, 0, &neurons, &mut v);
            cells.push(Cells::new(first, &v));
            first += population.size as u32;
        }
        Ok(Self { raster: Vec::new(), rule, cells, joins, step: 0 })
    }

    /// Runs `steps` steps.
    pub fn advance(&mut self, steps: u64) {
        for _ in 0..steps {
            for join in &self.joins {
                let spikes = std::mem::take(&mut self.cells[join.pre].spikes);
                self.cells[join.post].deliver(join, &spikes);
                self.cells[join.pre].spikes = spikes;
            }
            for cells in &mut self.cells {
                cells.integrate(&self.rule, self.step);
                let (first, step) = (cells.first, self.step as u32);
                self.raster.extend(cells.spikes.iter().map(|k| (first + k, step)));
            }
            self.step += 1;
        }
    }
}

impl Rule {
    fn of(scenario: &Scenario, joins: &[Join]) -> Result<Self, String> {
        let population = &scenario.populations[0];
        let model = scenario.registry.of::<NeuronModel>(&population.neuron.entry);
        let integrator = population.integrator.as_deref().unwrap_or(model.integrator);
        let shared = vec![true; model.entry.params.len()];
        let kernel = model.kernels.single(integrator, instructions(), &shared);
        let kernel = kernel.filter(|k| k.fuses()).ok_or("no loop that takes receptors along")?;
        let [exc, inh] = &scenario.projections[..] else { return Err("a COBA has two projections".into()) };
        let dt = scenario.run.dt;
        let params = constants(&population.neuron.params);
        Ok(Self {
            kernel,
            params: params.iter().map(|x| Column::Uniform(*x as f32)).collect(),
            factors: [
                factors(&scenario.registry, &exc.receptor, weight(joins, 0)?, dt)?,
                factors(&scenario.registry, &inh.receptor, weight(joins, 1)?, dt)?,
            ],
            dt,
        })
    }
}

/// The weight of the synapses of a receptor.
fn weight(joins: &[Join], receptor: usize) -> Result<f64, String> {
    let mut weights =
        joins.iter().filter(|j| j.receptor == receptor).map(|j| j.operator.transfer().shared_weight);
    weights.next().flatten().ok_or_else(|| "synapses have weights of their own".into())
}

fn factors(registry: &Registry, receptor: &Receptor, weight: f64, dt: f64) -> Result<Factors<f32>, String> {
    let synapse = registry.of::<SynapseModel>(&receptor.synapse.entry);
    let output = receptor.output.as_ref().ok_or("a COBA's synapses are conductances")?;
    let model = registry.of::<OutputModel>(&output.entry);
    let system = (synapse.linear)(&constants(&receptor.synapse.params)).propagator::<f32>(dt, &[0.0], None);
    let [current, conductance] = (model.input)(&constants(&output.params), 1.0, 0.0).map(|x| x as f32);
    Ok(Factors { weight: weight as f32, decay: system.step[0][0], current, conductance })
}

fn joins(scenario: &Scenario) -> Result<Vec<Join>, String> {
    let mut joins = Vec::new();
    for pair in plans(scenario) {
        let part = &pair.projection.connect;
        let connector = scenario.registry.of::<ConnectorModel>(&part.entry);
        let bounds = [0, scenario.populations[pair.to.population].size as u32];
        let (numbers, spaces) = (numbers_of(scenario, &pair.link())?, vec![None; scenario.populations.len()]);
        let borrowed = Borrowed { numbers: &numbers, bounds: &bounds, spaces: &spaces };
        let plan = plan_of(scenario, &pair.link(), borrowed).ok_or("an end is a random share")?;
        let operator = (connector.connect)(plan, &mut |_, _| ())?;
        if operator.transfer().delay != 1 || operator.transfer().most_per_neuron > 255 {
            return Err(
                "the bare loop takes delays of one step and up to 255 synapses for each neuron".into()
            );
        }
        let receptor = scenario.projections.iter().position(|p| std::ptr::eq(p, pair.projection));
        let receptor = receptor.expect("a pair is part of a projection of the scenario");
        joins.push(Join { pre: pair.from.population, post: pair.to.population, receptor, operator });
    }
    Ok(joins)
}

impl Cells {
    fn new(first: u32, v: &[f64]) -> Self {
        let n = v.len();
        Self {
            first,
            v: v.iter().map(|x| *x as f32).collect(),
            refractory: vec![0.0; n],
            value: std::array::from_fn(|_| vec![0.0; n]),
            count: std::array::from_fn(|_| vec![0; n]),
            spikes: Vec::with_capacity(n),
            marks: vec![0; n.min(BLOCK)],
            saved: vec![0.0; n.min(BLOCK)],
        }
    }

    fn deliver(&mut self, join: &Join, spikes: &[u32]) {
        if spikes.is_empty() {
            return;
        }
        let neurons = self.v.len();
        let inbox = Inbox::Count8(&mut self.count[join.receptor]);
        let mut target = Target { inbox, first: 0, neurons, slots: 1, slot: 0 };
        join.operator.deliver(0, Arrivals::plain(0, spikes), &mut target);
    }

    fn integrate(&mut self, rule: &Rule, step: u64) {
        self.spikes.clear();
        for from in (0..self.v.len()).step_by(BLOCK) {
            let range = from..self.v.len().min(from + BLOCK);
            let n = range.len();
            let [exc, inh] = &mut self.value;
            let [from_exc, from_inh] = &mut self.count;
            let lane = |value, counts, receptor: usize| {
                let factors = rule.factors[receptor];
                Lane { value, arriving: Arriving::Count8(counts, factors.weight), factors }
            };
            let mut lanes = [
                lane(&mut exc[range.clone()], &mut from_exc[range.clone()], 0),
                lane(&mut inh[range.clone()], &mut from_inh[range.clone()], 1),
            ];
            let mut bad = None;
            let mut block = Block {
                params: &rule.params,
                state: &mut [&mut self.v[range.clone()]],
                refractory: &mut self.refractory[range],
                inputs: [(&[], &[]); 3],
                conducts: true,
                jump: &[],
                noise: &[],
                dt: rule.dt,
                first: from as u32,
                spikes: &mut self.spikes,
                bad: &mut bad,
                marks: &mut self.marks[..n],
                saved: &mut self.saved,
                save: step.is_multiple_of(SAVE),
                registers: &mut [],
            };
            rule.kernel.advance(&mut block, &mut lanes);
        }
    }
}
