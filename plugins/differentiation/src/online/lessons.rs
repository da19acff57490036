//! Lessons: trials that the members of a team learn from online, each trial by one of them.

use std::ops::Range;
use std::sync::Mutex;

use ecs_core::network::{Summed, Team};
use ecs_core::number::{Num, Real};

use super::{Lesson, Online, OnlineTask};
use crate::circuit::{Circuit, What};
use crate::in_order::{in_order, lock};
use crate::tape::Evaluation;

/// Room for the members of a team to learn online from trials of one circuit.
pub struct Lessons<T> {
    rooms: Vec<Mutex<Online<T>>>,
}

/// What trials add up to.
struct Sums<T> {
    cost: f64,
    spikes: Vec<u64>,
    /// `[link][synapse]`.
    weights: Vec<Vec<T>>,
}

impl<T: Summed> Lessons<T>
where
    Num<T>: Real,
{
    /// Room for trials.
    ///
    /// # Errors
    /// As [`Online::new`].
    pub fn new(circuit: &Circuit<T>, lesson: Lesson<'_>, team: &Team) -> Result<Self, String> {
        let rooms = (0..team.size()).map(|_| Online::new(circuit, lesson).map(Mutex::new));
        Ok(Self { rooms: rooms.collect::<Result<_, _>>()? })
    }

    /// Bytes of what members of the team need, whatever the steps of a trial.
    pub fn bytes(&self) -> usize {
        self.rooms.iter().map(|room| lock(room).bytes()).sum()
    }

    /// The cost of trials, without its gradient.
    ///
    /// # Errors
    /// A source that cannot be made.
    pub fn evaluate(
        &self,
        circuit: &Circuit<T>,
        team: &Team,
        trials: Range<u64>,
        task: &dyn OnlineTask<T>,
    ) -> Result<Evaluation<T>, String> {
        self.run(circuit, team, trials, (task, false))
    }

    /// The cost of trials and its gradient, as the rule has it.
    ///
    /// # Errors
    /// A source that cannot be made.
    pub fn gradient(
        &self,
        circuit: &Circuit<T>,
        team: &Team,
        trials: Range<u64>,
        task: &dyn OnlineTask<T>,
    ) -> Result<Evaluation<T>, String> {
        self.run(circuit, team, trials, (task, true))
    }

    fn run(
        &self,
        circuit: &Circuit<T>,
        team: &Team,
        trials: Range<u64>,
        (task, learns): (&dyn OnlineTask<T>, bool),
    ) -> Result<Evaluation<T>, String> {
        let weights = lock(&self.rooms[0]).room.weights.iter().map(|w| vec![T::default(); w.len()]).collect();
        let sums = Sums { cost: 0.0, spikes: vec![0; circuit.populations.len()], weights };
        let count = (trials.end - trials.start) as usize;
        let work =
            |online: &mut Online<T>, k: usize| online.run(circuit, trials.start + k as u64, (task, learns));
        let add = |sums: &mut Sums<T>, online: &Online<T>, cost: f64| sums.add(online, cost, learns);
        let Sums { cost, spikes, mut weights } = in_order((team, &self.rooms), count, sums, work, add)?;
        let mut of = |what: What| {
            let What::Weights(link) = what else { return Vec::new() };
            let mut gradient = std::mem::take(&mut weights[link]);
            circuit.links[link].matrix.clear_missing(&mut gradient);
            gradient
        };
        let parameters = if learns { &circuit.parameters[..] } else { &[] };
        let gradient = parameters.iter().map(|p| of(p.what)).collect();
        Ok(Evaluation { cost, gradient, spikes })
    }
}

impl<T: Summed> Sums<T>
where
    Num<T>: Real,
{
    fn add(&mut self, online: &Online<T>, cost: f64, learns: bool) {
        self.cost += cost;
        self.spikes.iter_mut().zip(&online.spikes).for_each(|(sum, n)| *sum += n);
        if learns {
            for (sum, gradient) in self.weights.iter_mut().zip(&online.room.weights) {
                sum.iter_mut().zip(gradient).for_each(|(x, add)| *x = (Num(*x) + Num(*add)).0);
            }
        }
    }
}
