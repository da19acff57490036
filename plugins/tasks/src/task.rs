//! Task: what all trials have in common.

use std::ops::Range;

use equations::Formula;

use super::law::{Law, Value};
use super::reward::Reward;

/// Trials that are tried out when a task is checked.
const TRIED: u64 = 1_000;

/// A row of numbers that a trial shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Port {
    /// Its name.
    pub name: String,
    /// How many numbers, 1 or more.
    pub channels: usize,
}

/// A number that is drawn for each trial. Formulas know those before it by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// How it comes about.
    pub value: Value,
    /// How often it is drawn: once for each repetition of a period. There formulas see the draw of that repetition, elsewhere the sum.
    pub repeat: usize,
}

/// A part of a trial. Periods follow each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Period {
    /// Its name.
    pub name: String,
    /// How long it is, in ms; rounded to steps. Formulas know all variables.
    pub duration: Value,
    /// How often it comes, one after the other.
    pub repeat: usize,
}

/// What a stimulus is over the channels of its port.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// The same number for all.
    Flat(Formula),
    /// exp(κ (cos(x − φ) − 1)), the preferred angles φ being spread evenly over the circle, the first at 0.
    VonMises {
        /// x, in degrees.
        at: Formula,
        /// κ.
        kappa: f64,
    },
    /// exp(−(x − m)² / 2 sd²), the preferred values m being spread evenly from the first channel to the last.
    Gaussian {
        /// x.
        at: Formula,
        /// The width.
        sd: f64,
        /// Those of the first and the last channel.
        ends: [f64; 2],
    },
    /// Normal numbers, independent in each channel and step.
    Noise,
}

/// What is shown. Stimuli of one port add up.
#[derive(Clone, Debug, PartialEq)]
pub struct Stimulus {
    /// Number of the port.
    pub port: usize,
    /// Numbers of the periods.
    pub during: Vec<usize>,
    /// Channels of the port.
    pub channels: Range<usize>,
    /// How long after the beginning of each period, in ms; to its end if not given.
    pub lasts: Option<f64>,
    /// What it is.
    pub shape: Shape,
    /// What it is multiplied by; of noise, its standard deviation.
    pub gain: Formula,
}

/// What is right.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Number of the period in which the answer is judged; of one that is repeated, the last time.
    pub period: usize,
    /// The right class.
    pub class: Formula,
    /// How many there are.
    pub classes: u32,
    /// The class that means to stay silent.
    pub silent: Option<u32>,
}

/// A task.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// What it shows.
    pub ports: Vec<Port>,
    /// What is drawn.
    pub variables: Vec<Variable>,
    /// What follows what.
    pub periods: Vec<Period>,
    /// What is shown when.
    pub stimuli: Vec<Stimulus>,
    /// What is right.
    pub answer: Answer,
    /// What that is worth.
    pub reward: Reward,
}

impl Task {
    /// The steps of the longest trial; of durations that are computed, the longest of a thousand trials.
    ///
    /// # Errors
    /// The trial, and what is wrong with it: a class that there is not, a duration or chance that is none, or nothing to judge.
    pub fn check(&self, seed: u64, dt: f64) -> Result<u64, String> {
        let mut longest = 0;
        for number in 0..TRIED {
            let trial = self.trial(seed, number, dt);
            let class = self.answer.class.at(&trial.values);
            let wrong = |found: String| Err(format!("trial {number}: {found}"));
            if class.fract() != 0.0 || !(0.0..f64::from(self.answer.classes)).contains(&class) {
                let last = self.answer.classes - 1;
                return wrong(format!("the class is {class}; whole numbers from 0 to {last} are allowed"));
            }
            if let Some((variable, x)) =
                self.variables.iter().zip(&trial.values).find(|(_, x)| !x.is_finite())
            {
                return wrong(format!("`{}` is {x}; finite numbers are allowed", variable.name));
            }
            for period in &self.periods {
                if let Value::Computed(formula) = &period.duration
                    && !(0.0..1e12).contains(&formula.at(&trial.values))
                {
                    let found = formula.at(&trial.values);
                    return wrong(format!(
                        "`{}` lasts {found} ms; times from 0 ms on are allowed",
                        period.name
                    ));
                }
            }
            if trial.judged().is_empty() {
                let name = &self.periods[self.answer.period].name;
                return wrong(format!("`{name}`, in which the answer is judged, is shorter than a step"));
            }
            longest = longest.max(trial.steps());
        }
        let known = self.periods.iter().map(|period| match &period.duration {
            Value::Drawn(law) => Some(period.repeat as u64 * steps(law.largest(), dt)),
            _ => None,
        });
        Ok(known.sum::<Option<u64>>().unwrap_or(0).max(longest))
    }

    /// The number of a port.
    #[must_use]
    pub fn port(&self, name: &str) -> Option<usize> {
        self.ports.iter().position(|port| port.name == name)
    }

    /// Whether the judged period has the same length in all trials.
    #[must_use]
    pub fn judges_alike(&self) -> bool {
        matches!(self.periods[self.answer.period].duration, Value::Drawn(Law::Fixed(_)))
    }
}

/// A time on the grid.
pub(crate) fn steps(time: f64, dt: f64) -> u64 {
    (time / dt).round().max(0.0) as u64
}
