//! Memory: what a projection with short-term plasticity remembers of its senders, forward and back, event by event.
//!
//! Backward, the last event of a sender that was met is kept waiting until the one before it, or a moment at which the sender
//! could have fired, tells how long ago it was: events cost a few evaluations of the rule each, and silence costs nothing.

use ecs_core::number::{Float, Num, Real};

use super::raster::Raster;
use crate::circuit::{Event, MOST, Nodes, ShortTerm};
use crate::matrix::Window;

/// No event.
const NONE: u32 = u32::MAX;

/// An event that waits to be taken back.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    due: u64,
    by: f64,
    /// Cotangents of its gain, and of the state that it leaves.
    gain: f64,
    after: [f64; MOST],
}

/// The memory of one projection in a group of replicas.
#[derive(Debug, Default)]
pub struct Memory<T> {
    variables: usize,
    /// What each event of the senders counts, `[event]`, as the senders' raster has them: its gain times the spike.
    scaled: Vec<f64>,
    /// By how much it counts without its gain.
    amounts: Vec<f64>,
    /// The same in the numbers of the tape.
    by: Vec<T>,
    /// The state that each event leaves, `[event, variable]`.
    states: Vec<f64>,
    /// When each event is due, and the sender's event before it, `[event]`.
    due: Vec<u64>,
    before: Vec<u32>,
    /// The last event of each sender, `[replica, pre]`.
    last: Vec<u32>,
    waiting: Vec<Option<Waiting>>,
    /// Senders whose products are wanted, and the products.
    wanted: Window,
    products: Vec<T>,
    nodes: Nodes,
}

impl<T: Float> Memory<T>
where
    Num<T>: Real,
{
    /// Forgets everything, for so many senders.
    pub fn clear(&mut self, rule: &ShortTerm, senders: usize) {
        self.variables = rule.variables();
        self.scaled.clear();
        self.amounts.clear();
        self.by.clear();
        self.states.clear();
        self.due.clear();
        self.before.clear();
        self.last.clear();
        self.last.resize(senders, NONE);
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        let numbers =
            self.scaled.capacity() + self.amounts.capacity() + self.states.capacity() + self.due.capacity();
        let places = self.before.capacity() + self.last.capacity();
        let own = (self.by.capacity() + self.products.capacity()) * size_of::<T>();
        8 * numbers + 4 * places + own + self.waiting.capacity() * size_of::<Option<Waiting>>()
    }

    fn start(rule: &ShortTerm) -> [f64; MOST] {
        let mut state = [0.0; MOST];
        state.iter_mut().zip(rule.model.entry.state).for_each(|(x, field)| *x = field.default);
        state
    }

    /// The state that an event left, and when that was.
    fn left(&self, rule: &ShortTerm, event: u32) -> ([f64; MOST], u64) {
        if event == NONE {
            return (Self::start(rule), 0);
        }
        let (mut state, v) = ([0.0; MOST], self.variables);
        state[..v].copy_from_slice(&self.states[event as usize * v..][..v]);
        (state, self.due[event as usize])
    }

    /// Takes note of the spikes of a step, which are due `lag` steps later.
    pub fn note(
        &mut self,
        rule: &ShortTerm,
        raster: &Raster<T>,
        (step, lag, replicas): (usize, usize, usize),
        (pre, dt): (usize, f64),
    ) {
        for replica in 0..replicas {
            let fired = raster.of(step, replica);
            for (k, neuron) in fired.neurons.iter().enumerate() {
                let by = fired.by.get(k).map_or(1.0, |by| by.to_f64());
                let sender = replica * pre + *neuron as usize;
                let (mut state, then) = self.left(rule, self.last[sender]);
                let due = (step + lag) as u64;
                let elapsed = (due - then) as f64 * dt;
                let gain = rule.advance(&mut state[..self.variables], (elapsed, by), &mut self.nodes);
                self.before.push(self.last[sender]);
                self.last[sender] = self.scaled.len() as u32;
                self.scaled.push(gain * by);
                self.amounts.push(by);
                self.by.push(T::of(gain * by));
                self.states.extend_from_slice(&state[..self.variables]);
                self.due.push(due);
            }
        }
    }

    /// What the spikes of a step count, with their gains.
    pub fn scaled(&self, events: std::ops::Range<usize>) -> &[f64] {
        &self.scaled[events]
    }

    /// The same in the numbers of the tape.
    pub fn by(&self, events: std::ops::Range<usize>) -> &[T] {
        &self.by[events]
    }

    /// Everything as it is after the last step.
    pub fn turn(&mut self) {
        self.waiting.clear();
        self.waiting.resize(self.last.len(), None);
    }

    /// The senders whose products are needed: those that could have fired, ascending, and those that did. `to` has room for them.
    pub fn wanted(&mut self, raster: &Raster<T>, step: usize, (window, replicas): (&[u32], usize)) {
        let senders = self.last.len();
        let pre = (senders / replicas.max(1)) as u32;
        let fired = |replica: usize| {
            let neurons = raster.of(step, replica).neurons.iter();
            neurons.map(move |neuron| replica as u32 * pre + neuron)
        };
        self.wanted.choose(window.iter().copied().chain((0..replicas).flat_map(fired)), pre as usize);
        self.products.clear();
        self.products.resize(senders, T::default());
    }

    /// Who is wanted, and where their products go.
    pub fn products(&mut self) -> (&Window, &mut [T]) {
        (&self.wanted, &mut self.products)
    }

    /// What waits for a sender, taken back to a state at a time; zeros where nothing waits.
    fn pull(
        &mut self,
        rule: &ShortTerm,
        waiting: Option<Waiting>,
        (state, then): (&[f64], u64),
        (params, dt): (&mut [f64], f64),
    ) -> [f64; MOST] {
        let Some(waiting) = waiting else { return [0.0; MOST] };
        let elapsed = (waiting.due - then) as f64 * dt;
        let event = Event { state, elapsed, by: waiting.by };
        rule.retreat(&event, (&waiting.after[..self.variables], waiting.gain), params, &mut self.nodes)
    }

    /// Takes the senders of a step back, `events` being those of the step: adds what their spikes change to `to`, `[replica, pre]`,
    /// for those in `window`, and what the parameters change to `params`.
    pub fn retreat(
        &mut self,
        rule: &ShortTerm,
        (due, dt): (u64, f64),
        (window, mut to): (&[u32], Option<&mut [T]>),
        params: &mut [f64],
    ) {
        let v = self.variables;
        let mut unwanted = [0.0; MOST];
        for k in 0..self.wanted.cells.len() {
            let sender = self.wanted.cells[k] as usize;
            let product = self.products[sender].to_f64();
            let last = self.last[sender];
            let fired = last != NONE && self.due[last as usize] == due;
            let before = if fired { self.before[last as usize] } else { last };
            let (state, then) = self.left(rule, before);
            let elapsed = (due - then) as f64 * dt;
            let seen = window.binary_search(&self.wanted.cells[k]).is_ok();
            let reached = (seen || !fired)
                .then(|| rule.reach(&Event { state: &state[..v], elapsed, by: 0.0 }, &mut self.nodes));
            let waiting = self.waiting[sender];
            let after = if fired {
                let (left, at) = self.left(rule, last);
                self.pull(rule, waiting, (&left[..v], at), (params, dt))
            } else {
                let rest = reached.map_or(state, |reached| reached.rest);
                self.pull(rule, waiting, (&rest[..v], due), (&mut unwanted[..params.len()], dt))
            };
            if let (Some(to), Some(reached)) = (to.as_deref_mut().filter(|_| seen), reached) {
                let jump: f64 = (0..v).map(|j| after[j] * (reached.spike[j] - reached.rest[j])).sum();
                let add = reached.gain * product + jump;
                to[sender] = (Num(to[sender]) + Num(T::of(add))).0;
            }
            if fired {
                let by = self.amounts[last as usize];
                self.waiting[sender] = Some(Waiting { due, by, gain: by * product, after });
                self.last[sender] = before;
            }
        }
    }

    /// Takes what waits back to the beginning.
    pub fn finish(&mut self, rule: &ShortTerm, params: &mut [f64], dt: f64) {
        let start = Self::start(rule);
        for sender in 0..self.waiting.len() {
            let waiting = self.waiting[sender].take();
            self.pull(rule, waiting, (&start[..self.variables], 0), (params, dt));
        }
    }
}
