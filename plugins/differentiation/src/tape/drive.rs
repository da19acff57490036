//! Drive: what stimuli do to a population, in each replica its own where they are random.
//!
//! It is noted when it is first drawn, because a stimulus may remember what it drew: currents when they change, events one by one.

use ecs_core::network::{Clock, Stimulus, StimulusPlan, Summed};
use ecs_core::number::{Num, Real};

use super::forward::APART;
use super::{Group, Prepare};
use crate::circuit::{Circuit, Injection};

/// What the stimuli of a population do in a group of replicas.
#[derive(Default)]
pub struct Drive<T> {
    /// Stimuli of a trial's own, `[injection][replica]`; of other populations nothing.
    stimuli: Vec<Vec<Box<dyn Stimulus>>>,
    /// Currents, `[frame][replica, neuron]`, and the frame of each step.
    currents: Vec<T>,
    frames: Vec<usize>,
    /// Events: place among the inputs and weight; and where those of each step begin.
    events: Vec<(u32, T)>,
    starts: Vec<usize>,
    /// The first step that is still known.
    first: usize,
    /// Events of one stimulus and replica.
    arriving: Vec<T>,
}

impl<T> Drive<T> {
    /// Bytes held.
    pub fn bytes(&self) -> usize {
        let numbers = self.currents.capacity() + self.arriving.capacity();
        let lists = self.frames.capacity() + self.starts.capacity();
        numbers * size_of::<T>() + lists * size_of::<usize>() + self.events.capacity() * size_of::<(u32, T)>()
    }
}

impl<T: Summed> Drive<T>
where
    Num<T>: Real,
{
    /// Everything as it is before the first step.
    ///
    /// # Errors
    /// A stimulus that cannot be made again.
    pub fn begin(
        &mut self,
        circuit: &Circuit<T>,
        p: usize,
        (group, prepare): (&Group, &Prepare<'_>),
    ) -> Result<(), String> {
        self.currents.clear();
        self.frames.clear();
        self.events.clear();
        self.starts.clear();
        self.starts.push(0);
        self.first = 0;
        self.stimuli.clear();
        for (k, injection) in circuit.injections.iter().enumerate() {
            let mut own = Vec::new();
            if injection.population == p {
                for replica in 0..group.replicas as u64 {
                    let trial = group.first + replica;
                    let mut change = |plan: &mut StimulusPlan| (prepare.stimulus)(k, trial, plan);
                    let made = injection.again(trial.wrapping_mul(APART), &mut change);
                    own.push(made.map_err(|e| format!("population `{}`: {e}", circuit.populations[p].name))?);
                }
            }
            self.stimuli.push(own);
        }
        Ok(())
    }

    fn own<'a>(
        &'a self,
        circuit: &'a Circuit<T>,
        p: usize,
    ) -> impl Iterator<Item = (&'a Injection, &'a [Box<dyn Stimulus>])> {
        let all = circuit.injections.iter().zip(self.stimuli.iter().map(|own| &own[..]));
        all.filter(move |(injection, _)| injection.population == p)
    }

    /// Draws what happens in a step; `inputs` says which column of input a receptor has, of `size` neurons in each replica.
    pub fn draw(
        &mut self,
        circuit: &Circuit<T>,
        p: usize,
        (clock, size): (&Clock, usize),
        column: impl Fn(usize) -> usize,
    ) {
        let replicas = self.own(circuit, p).map(|(_, own)| own.len()).next().unwrap_or(0);
        let (n, all) = (size * replicas, 0..size);
        let mut drawn = std::mem::take(&mut self.currents);
        let currents = || self.own(circuit, p).filter(|(injection, _)| injection.receptor.is_none());
        let injects = currents().next().is_some();
        if injects && (drawn.is_empty() || currents().any(|(_, own)| own.iter().any(|s| s.acts(clock)))) {
            let first = drawn.len();
            drawn.resize(first + n, T::default());
            for (_, own) in currents() {
                for (stimulus, to) in own.iter().zip(drawn[first..].chunks_exact_mut(size)) {
                    stimulus.add(clock, &all, &mut T::inbox(to));
                }
            }
        }
        self.currents = drawn;
        if injects {
            self.frames.push(self.currents.len() / n.max(1) - 1);
        }
        let (mut arriving, mut events) =
            (std::mem::take(&mut self.arriving), std::mem::take(&mut self.events));
        for (injection, own) in self.own(circuit, p) {
            let Some(receptor) = injection.receptor else { continue };
            for (replica, stimulus) in own.iter().enumerate().filter(|(_, stimulus)| stimulus.acts(clock)) {
                arriving.clear();
                arriving.resize(size, T::default());
                stimulus.add(clock, &all, &mut T::inbox(&mut arriving));
                let first = column(receptor) * n + replica * size;
                let there = arriving.iter().enumerate().filter(|(_, x)| **x != T::default());
                events.extend(there.map(|(k, x)| ((first + k) as u32, *x)));
            }
        }
        (self.arriving, self.events) = (arriving, events);
        self.starts.push(self.events.len());
    }

    /// Forgets all steps, but for the current that stays.
    pub fn forget(&mut self) {
        let length = self.frames.last().map_or(0, |frame| self.currents.len() / (frame + 1));
        self.currents.drain(..self.currents.len() - length);
        self.first += self.starts.len() - 1;
        self.frames.clear();
        self.events.clear();
        self.starts.truncate(1);
    }

    /// Adds the events of a step to the inputs, `[column]`.
    pub fn arrive(&self, step: usize, inputs: &mut [T]) {
        let k = step - self.first;
        let Some(past) = self.starts.get(k + 1) else { return };
        for (place, weight) in &self.events[self.starts[k]..*past] {
            let to = &mut inputs[*place as usize];
            *to = (Num(*to) + Num(*weight)).0;
        }
    }

    /// The injected current of a step to a column, and `more` to all of it.
    pub fn inject(&self, step: usize, more: Option<T>, column: &mut [T]) {
        if let Some(frame) = self.frames.get(step - self.first) {
            let n = column.len();
            column.copy_from_slice(&self.currents[frame * n..][..n]);
        }
        if let Some(more) = more {
            column.iter_mut().for_each(|x| *x = (Num(*x) + Num(more)).0);
        }
    }
}
