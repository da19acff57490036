//! Run: a step and its adjoint over columns. A column is `[replica, neuron]`.

use arrayvec::ArrayVec;
use ecs_core::model::{Column, Instructions, Sheet};
use ecs_core::number::{Float, Num, Real};

use super::compose::{Composed, Partial, Spiking, backward, forward, jacobian};
use super::shape::{Shape, Slot};

/// The most variables of a step and its adjoint.
const VARIABLES: usize = 256;
/// The most columns that either computes.
const RESULTS: usize = 64;

/// Where the numbers of a step stand. What a step does not have may be empty.
#[derive(Clone, Copy)]
pub struct Given<'a, T> {
    /// Length of a column.
    pub length: usize,
    /// Parameters of the neurons, by row.
    pub params: &'a [Column<'a, T>],
    /// Numbers of each receptor that follow from parameters, `[receptor][entry]`.
    pub entries: &'a [Vec<T>],
    /// State before the step, `[column]` after `[column]`.
    pub state: &'a [T],
    /// What arrives, and then the injected current, column after column, in the order of the shape's slots.
    pub input: &'a [T],
    /// White noises, column after column.
    pub noise: &'a [T],
    /// Cotangents of the state after the step, column after column.
    pub cotangent: &'a [T],
    /// Cotangent of the spikes.
    pub fired: &'a [T],
    /// Sums so far, column after column.
    pub sums: &'a [T],
}

/// A graph made ready, and what its variables are.
struct Ready<T> {
    sheet: Sheet<T>,
    slots: Vec<Slot>,
}

/// The step of a population and its adjoint.
pub struct Cell<T> {
    /// What the step consists of.
    pub shape: Shape,
    /// What the gradient is summed for.
    pub wanted: Vec<Slot>,
    /// Whether the population can fire.
    pub fires: bool,
    forward: Ready<T>,
    backward: Ready<T>,
    /// Columns of input.
    inputs: usize,
}

impl<T: Float> Cell<T>
where
    Num<T>: Real,
{
    /// The cell of a shape; `shared` says which parameters are the same for all neurons.
    ///
    /// # Errors
    /// The integrator does not apply to the model, or the step is larger than sheets are.
    pub fn new(
        shape: Shape,
        spiking: &Spiking,
        wanted: Vec<Slot>,
        shared: &[bool],
        level: Instructions,
    ) -> Result<Self, String> {
        let refused = || {
            let (neuron, integrator) = (shape.model.entry.name, shape.integrator.name);
            format!("neuron `{neuron}` cannot be advanced by integrator `{integrator}`")
        };
        let ready = |composed| Ready::new(composed, &shape, shared, level);
        let step = forward(&shape, spiking).ok_or_else(refused)?;
        let fires = step.fires;
        let adjoint = backward(&shape, spiking, &wanted).ok_or_else(refused)?;
        let more = [shape.jumps, shape.taught, shape.driven];
        let inputs = shape.receptors.len() + more.iter().filter(|there| **there).count();
        let (forward, backward) = (ready(step)?, ready(adjoint)?);
        Ok(Self { forward, backward, shape, wanted, fires, inputs })
    }

    /// Columns of input: what arrives at each receptor, the voltage first where anything does, what a teacher says, and the injected
    /// current.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// The column of input of receptor `k`, 0 being the voltage.
    pub fn input(&self, receptor: usize) -> usize {
        receptor - usize::from(!self.shape.jumps)
    }

    /// The column of what a teacher says, where there is one.
    pub fn taught(&self) -> Option<usize> {
        self.shape.taught.then(|| self.inputs - 1 - usize::from(self.shape.driven))
    }

    /// Room that both sheets need, zeros at first.
    pub fn scratch_len(&self) -> [usize; 2] {
        [&self.forward, &self.backward].map(|ready| ready.sheet.scratch_len())
    }

    /// One step: the state columns after it go to `next`; where the population fires, what each neuron fires by and the
    /// derivative of that to `fired` and `slope`.
    pub fn step(&self, given: &Given<'_, T>, next: &mut [T], fired: [&mut [T]; 2], scratch: &mut [T]) {
        let mut to: ArrayVec<&mut [T], RESULTS> = next.chunks_exact_mut(given.length).collect();
        if self.fires {
            to.extend(fired);
        }
        self.forward.run(self, given, &mut to, scratch);
    }

    /// The adjoint of one step: cotangents of the state before it go to `before`, those of the input to `input`, sums to `sums`.
    pub fn adjoint(&self, given: &Given<'_, T>, to: [&mut [T]; 3], scratch: &mut [T]) {
        let mut to: ArrayVec<&mut [T], RESULTS> =
            to.into_iter().flat_map(|columns| columns.chunks_exact_mut(given.length)).collect();
        self.backward.run(self, given, &mut to, scratch);
    }
}

/// The local Jacobian of a population's step.
pub struct Local<T> {
    /// What its columns are.
    pub partials: Vec<Partial>,
    ready: Ready<T>,
}

impl<T: Float> Local<T>
where
    Num<T>: Real,
{
    /// That of a shape; `shared` says which parameters are the same for all neurons.
    ///
    /// # Errors
    /// As [`Cell::new`] has them.
    pub fn new(
        shape: &Shape,
        spiking: &Spiking,
        shared: &[bool],
        level: Instructions,
    ) -> Result<Self, String> {
        let (composed, partials) = jacobian(shape, spiking).ok_or("the integrator does not apply")?;
        Ok(Self { partials, ready: Ready::new(composed, shape, shared, level)? })
    }

    /// Room that it needs, zeros at first.
    pub fn scratch_len(&self) -> usize {
        self.ready.sheet.scratch_len()
    }

    /// Its columns for a step of `cell`, one after the other.
    pub fn run(&self, cell: &Cell<T>, given: &Given<'_, T>, to: &mut [T], scratch: &mut [T]) {
        let mut to: ArrayVec<&mut [T], RESULTS> = to.chunks_exact_mut(given.length).collect();
        self.ready.run(cell, given, &mut to, scratch);
    }
}

impl<T: Float> Ready<T>
where
    Num<T>: Real,
{
    fn new(composed: Composed, shape: &Shape, shared: &[bool], level: Instructions) -> Result<Self, String> {
        let Composed { graph, slots, .. } = composed;
        let one = |slot: &Slot| match slot {
            Slot::Param(k) => shared[*k],
            slot => matches!(slot, Slot::Entry(..)),
        };
        if slots.len() > VARIABLES || graph.outputs.len() > RESULTS {
            let (variables, results) = (slots.len(), graph.outputs.len());
            return Err(format!(
                "{variables} variables and {results} results of a step of neuron `{}` are too many to differentiate",
                shape.model.entry.name
            ));
        }
        let shared: Vec<bool> = slots.iter().map(one).collect();
        Ok(Self { sheet: Sheet::new(&graph, &shared, level)?, slots })
    }

    fn run<'a>(&self, cell: &Cell<T>, given: &Given<'a, T>, to: &mut [&mut [T]], scratch: &mut [T]) {
        let column = |of: &'a [T], k: usize| Column::Each(&of[k * given.length..][..given.length]);
        // Pushed one by one: a list that is collected is moved once more.
        let mut variables: ArrayVec<Column<'_, T>, VARIABLES> = ArrayVec::new();
        for slot in &self.slots {
            variables.push(match *slot {
                Slot::Param(k) => given.params[k],
                Slot::Entry(receptor, k) => Column::Uniform(given.entries[receptor - 1][k]),
                Slot::State(k) => column(given.state, k),
                Slot::Arriving(r) => column(given.input, cell.input(r)),
                Slot::Taught => column(given.input, cell.taught().expect("only who is taught has the slot")),
                Slot::Current => column(given.input, cell.inputs - 1),
                Slot::Noise(k) => column(given.noise, k),
                Slot::Cotangent(k) => column(given.cotangent, k),
                Slot::Fired => Column::Each(given.fired),
                Slot::Sum(k) => column(given.sums, k),
            });
        }
        self.sheet.run(&variables, to, scratch);
    }
}
