//! Bare: COBA without an ECS: plain vectors, the same kernels and operators, one loop.
//!
//! What it leaves out is the schedule, the queries and the team; what it shares gives the same spikes.

use ecs_core::model::{Block, Column, Factors, Kernel, Lane, NeuronModel, OutputModel, SynapseModel, instructions};
use ecs_core::network::{ConnectorModel, Inbox, Operator, Target, read};
use scenarios::assemble::{constants, plan_of, plans};
use scenarios::schema::{Population, Receptor};

use crate::network::{Network, Spike};

/// Neurons advanced at a time, as the engine does where receptors are advanced in the same pass.
const BLOCK: usize = 4096;
/// Steps between copies of the state, as the engine makes them for its messages.
const SAVE: u64 = 32;
/// Receptors of a neuron.
const RECEPTORS: usize = 2;

/// The numbers of a population.
struct Cells {
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

/// The network.
pub struct Bare {
    kernel: Kernel<f32>,
    params: Vec<Column<'static, f32>>,
    factors: [Factors<f32>; RECEPTORS],
    cells: Vec<Cells>,
    joins: Vec<Join>,
    dt: f64,
    step: u64,
    /// Spikes since somebody last took them.
    pub raster: Vec<Spike>,
}

impl Bare {
    /// The network that `network`, a COBA which has not begun, stands for.
    ///
    /// # Errors
    /// What the connectors have to say, and where the network is none that this loop can run.
    pub fn like(network: &mut Network) -> Result<Self, String> {
        let scenario = &network.scenario;
        let population = &scenario.populations[0];
        let model = NeuronModel::named(population.neuron.entry.name).ok_or("no such neuron")?;
        let integrator = population.integrator.as_deref().unwrap_or(model.integrator);
        let kernel = (model.kernel_f32)(integrator, instructions()).ok_or("no such integrator")?;
        let params = constants(&population.neuron.params);
        let dt = scenario.run.dt;
        let [exc, inh] = &scenario.projections[..] else { return Err("a COBA has two projections".into()) };
        let factors = [factors(&exc.receptor, 6.0, dt)?, factors(&inh.receptor, 67.0, dt)?];
        let joins = joins(network)?;
        let world = network.simulation.app.world_mut();
        let mut first = 0;
        let mut cells = Vec::new();
        for (Population { size, .. }, entity) in network.scenario.populations.iter().zip(&network.simulation.populations) {
            let neurons: Vec<u32> = (0..*size as u32).collect();
            let mut v = Vec::new();
            read(world, *entity, 0, &neurons, &mut v);
            cells.push(Cells::new(first, &v));
            first += *size as u32;
        }
        let params = params.iter().map(|x| Column::Uniform(*x as f32)).collect();
        Ok(Self { kernel, params, factors, cells, joins, dt, step: 0, raster: Vec::new() })
    }

    /// Runs `steps` steps.
    pub fn advance(&mut self, steps: u64) {
        for _ in 0..steps {
            for join in &self.joins {
                let [pre, post] = [join.pre, join.post];
                let spikes = std::mem::take(&mut self.cells[pre].spikes);
                if !spikes.is_empty() {
                    self.cells[post].deliver(join, &spikes);
                }
                self.cells[pre].spikes = spikes;
            }
            let columns = self.kernel.columns.expect("a leaky integrate-and-fire neuron has few variables");
            for cells in &mut self.cells {
                cells.spikes.clear();
                for from in (0..cells.v.len()).step_by(BLOCK) {
                    let (mut block, mut lanes) = (from, cells.v.len().min(from + BLOCK));
                    cells.integrate(&columns, &self.params, &self.factors, (self.dt, self.step), &mut block, &mut lanes);
                }
                let (first, step) = (cells.first, self.step as u32);
                self.raster.extend(cells.spikes.iter().map(|k| (first + k, step)));
            }
            self.step += 1;
        }
    }
}
