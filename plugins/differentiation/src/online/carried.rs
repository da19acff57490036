//! Carried: what a link carries from step to step, and where errors meet it.

use ecs_core::model::instructions;
use ecs_core::network::Summed;
use ecs_core::number::{Num, Real};

use super::kernels::add_scaled;
use super::ranked::Ranked;
use super::traces::{Jacobian, Traces};
use crate::matrix::{Fired, Matrix};

/// What a link carries from step to step.
pub enum Carried<T> {
    /// Of each synapse.
    Traces(Traces<T>),
    /// Of each neuron.
    Ranked(Ranked<T>),
}

impl<T: Summed> Carried<T>
where
    Num<T>: Real,
{
    /// Links onwards.
    pub fn onward(&self) -> &[usize] {
        match self {
            Carried::Traces(traces) => &traces.onward,
            Carried::Ranked(ranked) => &ranked.onward,
        }
    }

    /// Everything as before the first step.
    pub fn clear(&mut self) {
        match self {
            Carried::Traces(traces) => traces.clear(),
            Carried::Ranked(ranked) => ranked.clear(),
        }
    }

    /// Numbers held.
    pub fn len(&self) -> usize {
        match self {
            Carried::Traces(traces) => traces.len(),
            Carried::Ranked(ranked) => ranked.len(),
        }
    }

    /// Advances by a step in which these spikes arrived at `receptor` of the receivers.
    pub fn advance(
        &mut self,
        (matrix, receptor, step): (&Matrix<T>, usize, usize),
        arrived: Option<Fired<'_, T>>,
        jacobian: Jacobian<'_, T>,
    ) {
        match self {
            Carried::Traces(traces) => traces.advance((matrix, receptor, step), arrived, jacobian),
            Carried::Ranked(ranked) => ranked.advance((receptor, step), jacobian),
        }
    }

    /// The same behind link `k` onwards.
    pub fn filter(&mut self, k: usize, at: (usize, usize), jacobian: Jacobian<'_, T>) {
        match self {
            Carried::Traces(traces) => traces.filter(k, at, jacobian),
            Carried::Ranked(ranked) => ranked.filter(k, at, jacobian),
        }
    }
}

/// Where errors meet what a link carries.
pub struct Said<'a, T> {
    /// What it carries.
    pub carried: &'a mut Carried<T>,
    /// Its weights.
    pub matrix: &'a Matrix<T>,
    /// Their gradient.
    pub gradient: &'a mut [T],
}

impl<T: Summed> Said<'_, T>
where
    Num<T>: Real,
{
    /// An error of each receiver in a column of its state.
    pub fn state(&mut self, error: &[T], column: usize) {
        match self.carried {
            Carried::Traces(traces) => {
                Traces::learn(self.matrix, error, traces.column(column), self.gradient);
            }
            Carried::Ranked(ranked) => ranked.say(error, column),
        }
    }

    /// An error of each receiver in its spikes, in a column of the state of readouts behind link `k` onwards.
    pub fn behind(&mut self, k: usize, error: &[T], column: usize) {
        match self.carried {
            Carried::Traces(traces) => {
                Traces::learn(self.matrix, error, traces.behind(k, column), self.gradient);
            }
            Carried::Ranked(ranked) => ranked.say_behind(k, error, column),
        }
    }

    /// Ends a step: what was said is added to the gradient, and how spikes of the step depend on each weight to `counted`, `[synapse]`,
    /// where that is not empty.
    pub fn end(&mut self, step: usize, arrived: Option<Fired<'_, T>>, counted: &mut [T]) {
        match self.carried {
            Carried::Traces(traces) => {
                if !counted.is_empty() {
                    add_scaled::<T>(instructions())(counted, traces.spikes(step), T::of(1.0));
                }
            }
            Carried::Ranked(ranked) => ranked.learn((self.matrix, step), arrived, [self.gradient, counted]),
        }
    }

    /// Ends a trial, with the derivative of the cost in each spike of a receiver.
    pub fn finish(&mut self, slopes: &[T], counted: &mut [T]) {
        if let Carried::Ranked(ranked) = self.carried {
            ranked.settle(self.matrix, [self.gradient, counted]);
        }
        if !counted.is_empty() {
            Traces::learn(self.matrix, slopes, counted, self.gradient);
        }
    }
}
