//! Shape: what a population's step consists of, and the order of its columns.

use ecs_core::model::{INTEGRATORS, IntegratorInfo, NeuronModel, OutputModel};

/// A receptor, seen from the step of its population.
#[derive(Clone, Copy)]
pub struct ReceptorShape {
    /// State variables of its synapse.
    pub order: usize,
    /// How it acts.
    pub output: &'static OutputModel,
}

/// What a population's step consists of.
#[derive(Clone)]
pub struct Shape {
    /// The neurons' model.
    pub model: &'static NeuronModel,
    /// The integrator.
    pub integrator: IntegratorInfo,
    /// Its receptors; they are numbered from 1, for 0 is the voltage itself.
    pub receptors: Vec<ReceptorShape>,
    /// Whether delta synapses reach it.
    pub jumps: bool,
    /// Whether a teacher may make its neurons fire.
    pub taught: bool,
    /// Whether a current is injected.
    pub driven: bool,
    /// Step, in ms.
    pub dt: f64,
}

/// A variable of a population's step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Slot {
    /// A parameter of the neurons, by row.
    Param(usize),
    /// A number of a receptor that follows from parameters, in the order of [`Shape::entries`].
    Entry(usize, usize),
    /// A column of state: the neurons' variables, refractoriness, then the variables of each receptor.
    State(usize),
    /// What arrives at a receptor, 0 being the voltage.
    Arriving(usize),
    /// 1 where a teacher makes a neuron fire, else 0.
    Taught,
    /// Injected current.
    Current,
    /// A white noise.
    Noise(usize),
    /// The cotangent of a column of state after the step.
    Cotangent(usize),
    /// The cotangent of the neurons' spikes.
    Fired,
    /// What was summed so far, of the gradient in the slot of that number among those that are wanted.
    Sum(usize),
}

impl Shape {
    /// The shape without receptors and input; `None` where no integrator is called `name`.
    pub fn new(model: &'static NeuronModel, name: Option<&str>, dt: f64) -> Option<Self> {
        let name = name.unwrap_or(model.integrator);
        let integrator = *INTEGRATORS.iter().find(|info| info.name == name)?;
        Some(Self {
            model,
            integrator,
            receptors: Vec::new(),
            jumps: false,
            taught: false,
            driven: false,
            dt,
        })
    }

    /// State variables of a neuron.
    pub fn variables(&self) -> usize {
        self.model.entry.state.len()
    }

    /// The column of refractoriness.
    pub fn refractory(&self) -> usize {
        self.variables()
    }

    /// The first column of state of receptor `k`, numbered from 1.
    pub fn receptor(&self, k: usize) -> usize {
        let before = self.receptors[..k - 1].iter().map(|r| r.order).sum::<usize>();
        self.variables() + 1 + before
    }

    /// Columns of state.
    pub fn columns(&self) -> usize {
        self.variables() + 1 + self.receptors.iter().map(|r| r.order).sum::<usize>()
    }

    /// How many numbers receptor `k` has that follow from parameters: the state's transition, row by row; what a unit of
    /// weight adds; the value at each moment of the integrator; the parameters of the output.
    pub fn entries(&self, k: usize) -> usize {
        let ReceptorShape { order, output } = self.receptors[k - 1];
        order * (order + 1 + self.integrator.offsets.len()) + output.entry.params.len()
    }

    /// Every variable of the step, in the order in which its graph has them.
    pub fn slots(&self) -> Vec<Slot> {
        let mut slots: Vec<Slot> = (0..self.model.entry.params.len()).map(Slot::Param).collect();
        for k in 1..=self.receptors.len() {
            slots.extend((0..self.entries(k)).map(|e| Slot::Entry(k, e)));
        }
        slots.extend((0..self.columns()).map(Slot::State));
        slots.extend(self.jumps.then_some(Slot::Arriving(0)));
        slots.extend((1..=self.receptors.len()).map(Slot::Arriving));
        slots.extend(self.taught.then_some(Slot::Taught));
        slots.extend(self.driven.then_some(Slot::Current));
        slots.extend((0..self.model.noises).map(Slot::Noise));
        slots
    }
}
