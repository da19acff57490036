//! Follow: neurons whose voltage is to go as traces do, each of which is the target of one of them.
//!
//! ```text
//! y = min(v, ceiling)        t = min(trace, ceiling)      the loss compares y and t in every step that counts
//! ```
//!
//! While it learns a neuron is made to fire when its trace does, and what is left to it is the way from spike to spike; steps do not
//! count for `after` following a spike of the trace, and from a spike of the neuron's own to the next one of the trace, in which it
//! is somewhere else. Tested, it runs by itself.
//!
//! Source: Jolivet et al. (2008), Journal of Neuroscience Methods 169, <https://doi.org/10.1016/j.jneumeth.2007.11.006>, for the
//! measures.

use differentiation::{Cotangents, Outcome, Watch};

use crate::data::{Targets, crossings};

/// Two spikes within this many ms are one. Source: Jolivet et al. (2008), section 2.3.
pub const PRECISION_MS: f64 = 4.0;

/// A neuron and its target.
#[derive(Clone, Debug, PartialEq)]
pub struct Followed {
    /// The name of its population, which has this neuron alone.
    pub name: String,
    /// Its voltage.
    pub watch: Watch,
    /// The target after each step, `[step]`.
    pub target: Vec<f32>,
    /// The steps in which the target fires.
    pub spikes: Vec<u64>,
}

/// All of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Follow {
    /// `[place]`
    pub traces: Vec<Followed>,
    /// What is above counts as this.
    pub ceiling: f64,
    /// Steps that do not count after a spike of the target.
    pub after: usize,
    /// Steps before a spike of the target that count more: its upstroke is short, and a neuron that misses it has little to learn from.
    pub before: usize,
    /// By how much.
    pub stress: f64,
    /// Whether neurons are made to fire while they learn.
    pub taught: bool,
}

/// How a neuron that runs by itself agrees with its trace.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Agreement {
    /// Root of the mean squared difference, both below the ceiling, in the variable's unit.
    pub rmse: f64,
    /// Spikes of the neuron.
    pub spikes: u64,
    /// Spikes of the trace.
    pub wanted: u64,
    /// The coincidence factor Γ: 1 where all spikes agree within [`PRECISION_MS`], 0 where no more do than by chance; `None` where
    /// neither fires.
    pub coincidence: Option<f64>,
}

impl Follow {
    /// What is watched, `[place]`.
    pub fn watches(&self) -> Vec<Watch> {
        self.traces.iter().map(|trace| trace.watch).collect()
    }

    /// Takes the targets from the only sample, `[step, place]`; a trace fires in the steps in which it rises through `level`.
    ///
    /// # Errors
    /// Targets of another shape.
    pub fn take(&mut self, targets: &Targets, level: Option<f64>) -> Result<(), String> {
        let places = self.traces.len();
        let Targets::Numbers { values, shape } = targets else {
            return Err("traces are numbers, and the targets are classes".into());
        };
        if shape[1] != places || values.len() != shape[0] * places {
            return Err(format!("targets of shape {shape:?}; one trial with {places} traces is allowed"));
        }
        for (place, trace) in self.traces.iter_mut().enumerate() {
            trace.target = values.iter().skip(place).step_by(places).copied().collect();
            trace.spikes = level.map_or(Vec::new(), |level| crossings(&trace.target, level));
        }
        Ok(())
    }

    /// How much each step counts for a neuron that is taught, `[step]`.
    fn weights(&self, outcome: &Outcome<'_, f32>, (place, replica): (usize, usize)) -> Vec<f64> {
        let Followed { watch, target, spikes, .. } = &self.traces[place];
        let mut weights = vec![1.0; target.len()];
        let mut spikes = spikes.iter().peekable();
        let (mut silent, mut astray) = (0, false);
        for step in 0..target.len() {
            let wanted = spikes.next_if(|spike| **spike == step as u64).is_some();
            let fired = !outcome.spikes[watch.population].of(step, replica).neurons.is_empty();
            // An early upstroke weighs as much as the time it is early by without any stress: its slope is that steep.
            if wanted {
                let first = step.saturating_sub(self.before);
                weights[first..step].iter_mut().filter(|w| **w > 0.0).for_each(|w| *w = self.stress);
            }
            if wanted {
                (silent, astray) = (self.after + 1, false);
            } else {
                astray |= fired;
            }
            if silent > 0 || astray {
                weights[step] = 0.0;
            }
            silent = silent.saturating_sub(1);
        }
        weights
    }

    /// The factors of the differences from the targets, `[step]`.
    fn factors(&self, outcome: &Outcome<'_, f32>, at: (usize, usize), taught: bool) -> Vec<f64> {
        match taught {
            true => self.weights(outcome, at).into_iter().map(f64::sqrt).collect(),
            false => vec![1.0; self.traces[at.0].target.len()],
        }
    }

    /// The prediction of a group of replicas, `[replica, step, place]`: as far from the target as the root of how much the step counts
    /// makes it.
    pub(super) fn read(&self, outcome: &Outcome<'_, f32>, taught: bool) -> Vec<f64> {
        let (places, replicas) = (self.traces.len(), outcome.series[0].replicas);
        let steps = self.traces[0].target.len();
        let mut all = vec![0.0; replicas * steps * places];
        for (place, trace) in self.traces.iter().enumerate() {
            for replica in 0..replicas {
                for (step, factor) in self.factors(outcome, (place, replica), taught).into_iter().enumerate()
                {
                    let low = |x: f32| f64::from(x).min(self.ceiling);
                    let (x, target) = (outcome.series[place].at(step, replica)[0], low(trace.target[step]));
                    all[(replica * steps + step) * places + place] = target + factor * (low(x) - target);
                }
            }
        }
        all
    }

    /// Adds the derivatives of a loss by the prediction to what it was read from.
    pub(super) fn back(
        &self,
        outcome: &Outcome<'_, f32>,
        taught: bool,
        slopes: &[f64],
        to: &mut Cotangents<'_, f32>,
    ) {
        let (places, replicas) = (self.traces.len(), outcome.series[0].replicas);
        let steps = self.traces[0].target.len();
        for place in 0..places {
            for replica in 0..replicas {
                for (step, factor) in self.factors(outcome, (place, replica), taught).into_iter().enumerate()
                {
                    if f64::from(outcome.series[place].at(step, replica)[0]) < self.ceiling {
                        let slope = slopes[(replica * steps + step) * places + place];
                        to.series[place].at_mut(step, replica)[0] += (slope * factor) as f32;
                    }
                }
            }
        }
    }

    /// How a course `[step]` of the neuron at `place`, with its spikes, agrees with its trace; steps last `dt` ms.
    pub fn agreement(&self, place: usize, (course, spikes): (&[f32], &[u64]), dt: f64) -> Agreement {
        let trace = &self.traces[place];
        let low = |x: f32| f64::from(x).min(self.ceiling);
        let squares = course.iter().zip(&trace.target).map(|(x, t)| (low(*x) - low(*t)).powi(2));
        let rmse = (squares.sum::<f64>() / course.len().max(1) as f64).sqrt();
        let (n, wanted) = (spikes.len() as f64, trace.spikes.len() as f64);
        let within = (PRECISION_MS / dt).round() as u64;
        let chance = 2.0 * PRECISION_MS * n / (course.len() as f64 * dt);
        let together = coincidences(spikes, &trace.spikes, within) as f64;
        let coincidence =
            (n + wanted > 0.0).then(|| (together - chance * wanted) / (0.5 * (n + wanted)) / (1.0 - chance));
        Agreement { rmse, spikes: n as u64, wanted: wanted as u64, coincidence }
    }
}

/// Pairs of spikes no more than `within` steps apart, each spike in one pair at most, in order.
fn coincidences(a: &[u64], b: &[u64], within: u64) -> u64 {
    let (mut i, mut j, mut pairs) = (0, 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        if x.abs_diff(*y) <= within {
            (i, j, pairs) = (i + 1, j + 1, pairs + 1);
        } else if x < y {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn follow(spikes: Vec<u64>) -> Follow {
        let watch = Watch { population: 0, variable: 0 };
        let trace = Followed { name: "cell".into(), watch, target: vec![-60.0; 10_000], spikes };
        Follow { traces: vec![trace], ceiling: -40.0, after: 0, before: 0, stress: 1.0, taught: true }
    }

    #[test]
    fn equal_spike_trains_agree_wholly_and_distant_ones_less_than_by_chance() {
        let follow = follow(vec![1000, 3000, 5000, 7000]);
        let course = vec![-60.0; 10_000];
        let same = follow.agreement(0, (&course, &[1000, 3000, 5000, 7000]), 0.1);
        assert!((same.coincidence.unwrap() - 1.0).abs() < 1e-12);
        assert_eq!((same.rmse, same.spikes, same.wanted), (0.0, 4, 4));
        let near = follow.agreement(0, (&course, &[1040, 2960, 5000, 7041]), 0.1);
        // Three of four pairs: (3 - 8 ms · 4 Hz · 4) / 4 / (1 - 8 ms · 4 Hz).
        assert!((near.coincidence.unwrap() - (3.0 - 0.128) / 4.0 / 0.968).abs() < 1e-12);
        let far = follow.agreement(0, (&course, &[2000, 4000]), 0.1);
        assert!(far.coincidence.unwrap() < 0.0);
        assert_eq!(self::follow(vec![]).agreement(0, (&course, &[]), 0.1).coincidence, None);
    }

    #[test]
    fn a_voltage_above_the_ceiling_counts_as_the_ceiling() {
        let follow = follow(vec![]);
        let found = follow.agreement(0, (&vec![30.0; 10_000], &[]), 0.1);
        assert_eq!(found.rmse, 20.0);
    }
}
