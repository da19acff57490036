//! Trial: one draw of a task.

use std::ops::Range;

use ecs_core::number::{Num, Real};
use ecs_core::random::{Key, Purpose};

use super::task::{Shape, Stimulus, Task, steps};

/// Streams of noise begin here, those of durations half way: variables come before them.
const NOISE: u32 = 1 << 16;
const DURATIONS: u32 = NOISE / 2;
/// Channels of a port are counted by so many bits in the streams of noise.
const CHANNEL_BITS: u32 = 20;

/// A period of a trial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Number of the period.
    pub period: usize,
    /// Which repetition of it.
    pub repetition: usize,
    /// When, in steps from the beginning of the trial.
    pub steps: Range<u64>,
}

/// What a stimulus adds in one period.
#[derive(Clone, Debug, PartialEq)]
struct Act {
    port: usize,
    steps: Range<u64>,
    first: usize,
    /// Of each channel from the first on; of noise, standard deviations.
    values: Vec<f32>,
    noise: Option<Key>,
}

/// One draw of a task.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    /// Its number.
    pub number: u64,
    /// The value of each variable; the sum of one that was drawn several times.
    pub values: Vec<f64>,
    /// Its periods, in order.
    pub moments: Vec<Moment>,
    /// The right answer.
    pub class: u32,
    judged: usize,
    acts: Vec<Act>,
}

impl Task {
    /// Trial `number` for steps of `dt` ms: the same whatever was drawn before.
    #[must_use]
    pub fn trial(&self, seed: u64, number: u64, dt: f64) -> Trial {
        let (values, draws) = self.values(seed, number);
        let mut moments = Vec::new();
        let mut at = 0;
        for (k, period) in self.periods.iter().enumerate() {
            let key = Key::new(seed, DURATIONS + k as u32, Purpose::Trial);
            for repetition in 0..period.repeat {
                let values = seen(&values, &draws, repetition, period.repeat);
                let end = at + steps(period.duration.draw(key, (number, repetition as u64), &values), dt);
                moments.push(Moment { period: k, repetition, steps: at..end });
                at = end;
            }
        }
        let judged = moments.iter().rposition(|m| m.period == self.answer.period).unwrap_or(0);
        let mut acts = Vec::new();
        for (k, stimulus) in self.stimuli.iter().enumerate() {
            let noise = matches!(stimulus.shape, Shape::Noise);
            let noise = noise.then(|| Key::new(seed, NOISE + k as u32, Purpose::Trial));
            for moment in moments.iter().filter(|m| stimulus.during.contains(&m.period)) {
                let repeat = self.periods[moment.period].repeat;
                let values = seen(&values, &draws, moment.repetition, repeat);
                let Range { start, end } = moment.steps.clone();
                let end = stimulus.lasts.map_or(end, |lasts| end.min(start + steps(lasts, dt)));
                let values = stimulus.over(&values, self.ports[stimulus.port].channels);
                let (port, first) = (stimulus.port, stimulus.channels.start);
                acts.push(Act { port, steps: start..end, first, values, noise });
            }
        }
        let class = self.class_of(&values);
        Trial { number, values, moments, class, judged, acts }
    }

    /// The right answer of a trial, without the rest of it.
    #[must_use]
    pub fn class(&self, seed: u64, number: u64) -> u32 {
        self.class_of(&self.values(seed, number).0)
    }

    fn class_of(&self, values: &[f64]) -> u32 {
        let class = self.answer.class.at(values).round();
        // A cast takes what is no number for 0.
        (class.max(0.0) as u32).min(self.answer.classes - 1)
    }

    /// The value of each variable, and its draws where there are several.
    fn values(&self, seed: u64, number: u64) -> (Vec<f64>, Vec<Vec<f64>>) {
        let mut values = Vec::with_capacity(self.variables.len());
        let mut draws = Vec::with_capacity(self.variables.len());
        for (k, variable) in self.variables.iter().enumerate() {
            let key = Key::new(seed, k as u32, Purpose::Trial);
            let draw = |repetition: usize| variable.value.draw(key, (number, repetition as u64), &values);
            let all: Vec<f64> = (0..variable.repeat).map(draw).collect();
            values.push(all.iter().sum());
            draws.push(all);
        }
        (values, draws)
    }
}

/// The variables as a repetition of a period sees them.
fn seen(values: &[f64], draws: &[Vec<f64>], repetition: usize, repeat: usize) -> Vec<f64> {
    let own = |(value, draws): (&f64, &Vec<f64>)| {
        if repeat > 1 && draws.len() == repeat { draws[repetition] } else { *value }
    };
    values.iter().zip(draws).map(own).collect()
}

impl Stimulus {
    /// Its numbers, `[channel]`, of a port of so many channels.
    fn over(&self, values: &[f64], channels: usize) -> Vec<f32> {
        let gain = self.gain.at(values);
        let flat = match &self.shape {
            Shape::Flat(value) => value.at(values),
            _ => 1.0,
        };
        let of = |channel: usize| match &self.shape {
            Shape::Flat(_) | Shape::Noise => flat,
            Shape::VonMises { at, kappa } => {
                let own = 360.0 * channel as f64 / channels as f64;
                let cosine = (at.at(values) - own).to_radians().cos();
                Num(kappa * (cosine - 1.0)).exp().0
            }
            Shape::Gaussian { at, sd, ends: [first, last] } => {
                let own = first + (last - first) * channel as f64 / (channels.max(2) - 1) as f64;
                let x = (at.at(values) - own) / sd;
                Num(-0.5 * x * x).exp().0
            }
        };
        self.channels.clone().map(|channel| (gain * of(channel)) as f32).collect()
    }
}

impl Trial {
    /// Its length, in steps.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.moments.last().map_or(0, |moment| moment.steps.end)
    }

    /// The steps in which the answer is judged.
    #[must_use]
    pub fn judged(&self) -> Range<u64> {
        self.moments.get(self.judged).map_or(0..0, |moment| moment.steps.clone())
    }

    /// Writes the numbers of a port in a step, `[channel]`; 0 after the end.
    pub fn show(&self, port: usize, step: u64, to: &mut [f32]) {
        to.fill(0.0);
        for act in self.acts.iter().filter(|act| act.port == port && act.steps.contains(&step)) {
            act.add(self.number, step, to);
        }
    }

    /// The numbers of a port in the first `steps` steps, `[step, channel]`.
    #[must_use]
    pub fn frames(&self, port: usize, channels: usize, steps: usize) -> Vec<f32> {
        let mut all = vec![0.0; steps * channels];
        for act in self.acts.iter().filter(|act| act.port == port) {
            for step in act.steps.start..act.steps.end.min(steps as u64) {
                act.add(self.number, step, &mut all[step as usize * channels..][..channels]);
            }
        }
        all
    }
}

impl Act {
    fn add(&self, number: u64, step: u64, to: &mut [f32]) {
        for (k, (to, value)) in to[self.first..].iter_mut().zip(&self.values).enumerate() {
            *to += match self.noise {
                None => *value,
                Some(key) => {
                    value * key.normal(number << CHANNEL_BITS | (self.first + k) as u64, step) as f32
                }
            };
        }
    }
}
