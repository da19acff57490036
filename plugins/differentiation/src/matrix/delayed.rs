//! Delayed: synapses whose delays are learned.
//!
//! A delay of k + f steps, f from 0 up to 1, is felt after k steps with the weight 1 − f and after k + 1 steps with the weight
//! f, so that what arrives changes evenly with it. Its derivative is weight × (what is felt of a step later − what is felt of
//! this one); at a whole delay that of longer delays. A network that is built from learned delays rounds them to steps, as
//! it does with all.

use ecs_core::number::{Float, Num, Real};

use super::{Fired, Matrix};

/// Delays this close to a whole number of steps are whole: what rounding leaves of a delay in ms in single precision.
const WHOLE: f64 = 1e-5;

/// Synapses by sender, with delays between steps.
#[derive(Clone, Debug)]
pub struct Delayed {
    /// First synapse of each row, and their number at the end.
    pub rows: Vec<u32>,
    /// Receiver of each synapse.
    pub targets: Vec<u32>,
    /// Whole steps and the rest of each delay.
    delays: Vec<(u32, f64)>,
    /// The synapses of each row by their whole steps.
    order: Vec<u32>,
}

impl Delayed {
    /// Synapses in the order of `rows` and `targets` with these delays, in steps.
    pub fn new(rows: Vec<u32>, targets: Vec<u32>, delays: impl Iterator<Item = f64>, longest: usize) -> Self {
        let order = (0..targets.len() as u32).collect();
        let mut new = Self { rows, targets, delays: Vec::new(), order };
        new.delay(delays, longest);
        new
    }

    /// Sets all delays, in steps; those below one and beyond the longest become those.
    pub fn delay(&mut self, delays: impl Iterator<Item = f64>, longest: usize) {
        self.delays.clear();
        self.delays.extend(delays.map(|steps| {
            let near = steps.round();
            let steps = if (steps - near).abs() < WHOLE { near } else { steps };
            let steps = steps.clamp(1.0, longest as f64);
            (steps.floor() as u32, steps.fract())
        }));
        let delays = &self.delays;
        for row in self.rows.windows(2) {
            self.order[row[0] as usize..row[1] as usize].sort_by_key(|s| (delays[*s as usize].0, *s));
        }
    }

    fn row(&self, pre: u32) -> std::ops::Range<usize> {
        self.rows[pre as usize] as usize..self.rows[pre as usize + 1] as usize
    }

    /// Calls `visit` with those synapses of a sender that act `back` steps after a spike, and with what part of their weight.
    pub fn acting(&self, pre: u32, back: usize, mut visit: impl FnMut(usize, f64)) {
        let order = &self.order[self.row(pre)];
        let whole = |s: u32| self.delays[s as usize].0 as usize;
        let bound = |d: usize| order.partition_point(|s| whole(*s) < d);
        for s in &order[bound(back.saturating_sub(1))..bound(back + 1)] {
            let (k, part) = self.delays[*s as usize];
            match k as usize == back {
                true => visit(*s as usize, 1.0 - part),
                false if part > 0.0 => visit(*s as usize, part),
                false => {}
            }
        }
    }

    /// Calls `visit` with each synapse of a sender, its receiver, and the cotangents of what it brings after k and k + 1 steps.
    fn felt<'a, T: Float>(
        &self,
        pre: u32,
        back: &impl Fn(usize) -> Option<&'a [T]>,
        mut visit: impl FnMut(usize, f64, [f64; 2]),
    ) {
        for s in self.row(pre) {
            let (k, part) = self.delays[s];
            let at = |steps: usize| back(steps).map_or(0.0, |v| v[self.targets[s] as usize].to_f64());
            visit(s, part, [at(k as usize), at(k as usize + 1)]);
        }
    }

    /// The product of a sender's row with what comes back.
    pub fn product<'a, T: Float>(
        &self,
        pre: u32,
        weights: &[T],
        back: &impl Fn(usize) -> Option<&'a [T]>,
    ) -> f64 {
        let mut sum = 0.0;
        self.felt(pre, back, |s, part, [now, later]| {
            sum += weights[s].to_f64() * ((1.0 - part) * now + part * later);
        });
        sum
    }

    /// Adds the gradient of the weights.
    pub fn gradient<'a, T: Float>(
        &self,
        fired: Fired<'_, T>,
        back: &impl Fn(usize) -> Option<&'a [T]>,
        to: &mut [T],
    ) where
        Num<T>: Real,
    {
        for (k, pre) in fired.neurons.iter().enumerate() {
            let by = fired.by.get(k).map_or(1.0, |by| by.to_f64());
            self.felt(*pre, back, |s, part, [now, later]| {
                to[s] = (Num(to[s]) + Num(T::of(by * ((1.0 - part) * now + part * later)))).0;
            });
        }
    }

    /// Adds the gradient of the delays, per step: `to` is `[synapse]`, or one number for all.
    pub fn delay_gradient<'a, T: Float>(
        &self,
        fired: Fired<'_, T>,
        (weights, back): (&[T], &impl Fn(usize) -> Option<&'a [T]>),
        to: &mut [f64],
    ) {
        let one = to.len() == 1;
        for (k, pre) in fired.neurons.iter().enumerate() {
            let by = fired.by.get(k).map_or(1.0, |by| by.to_f64());
            self.felt(*pre, back, |s, _, [now, later]| {
                to[if one { 0 } else { s }] += by * weights[s].to_f64() * (later - now);
            });
        }
    }
}

impl<T: Float> Matrix<T>
where
    Num<T>: Real,
{
    /// The synapses of a stored matrix, with their delays in steps.
    pub fn delays(&self) -> Vec<u32> {
        match &self.layout {
            super::Layout::Sparse { delays, .. } if !delays.is_empty() => delays.clone(),
            super::Layout::Delayed(delayed) => delayed.delays.iter().map(|(whole, _)| *whole).collect(),
            _ => vec![self.delay as u32; self.synapses().len()],
        }
    }

    /// Lets delays of stored synapses be learned, up to `longest` steps.
    pub fn free_delays(&mut self, longest: usize) {
        let (all, delays) = (self.synapses(), self.delays());
        let mut rows = vec![0; self.pre + 1];
        all.iter().for_each(|(pre, ..)| rows[*pre as usize + 1] += 1);
        (0..self.pre).for_each(|k| rows[k + 1] += rows[k]);
        self.weights = all.iter().map(|(.., k)| self.weights[*k]).collect();
        let targets = all.iter().map(|(_, post, _)| *post).collect();
        self.delay = longest;
        self.layout = super::Layout::Delayed(Delayed::new(
            rows,
            targets,
            delays.iter().map(|d| f64::from(*d)),
            longest,
        ));
    }
}
