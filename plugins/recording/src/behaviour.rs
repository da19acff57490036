//! Behaviour: what `run.json` says of the world that a network acted in.

use serde::{Deserialize, Serialize};

/// What a network did in its world.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Behaviour {
    /// What the scenario calls it.
    pub name: String,
    /// The environment.
    pub kind: String,
    /// From tick to tick, in ms.
    pub tick_ms: f64,
    /// Episodes that are over.
    pub episodes: Vec<Bout>,
    /// What the environment says of each: numbers that were drawn, what was answered.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<Account>,
    /// When it was seen whether what had to be done was done, in ms, and whether it was.
    pub tests: Vec<(f64, bool)>,
    /// How it looked at its end.
    pub film: Option<Film>,
    /// How it kept pace with the clock on the wall, where it was to.
    pub pace: Option<Pace>,
}

/// A number that there is to say of each episode.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// Its values, `[episode]`.
    pub values: Vec<f64>,
}

/// An episode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Bout {
    /// When it ended, in ms.
    pub end_ms: f64,
    /// Ticks it took.
    pub ticks: u64,
    /// The sum of its rewards.
    pub total: f64,
    /// Whether it came to an end of its own, rather than being cut off.
    pub terminated: bool,
}

/// Pictures, one after the other.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Film {
    /// Left, bottom, right and top; y goes up.
    pub frame: [f32; 4],
    /// Every picture.
    pub moments: Vec<Moment>,
}

/// A picture.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Moment {
    /// When, in ms.
    pub ms: f64,
    /// From the back to the front: form (0 line, 1 area, 2 disc), colour, width or radius, then x and y of each point.
    pub shapes: Vec<Vec<f32>>,
}

/// How ticks kept pace with the clock on the wall.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Pace {
    /// Ticks that were paced.
    pub ticks: u64,
    /// Ticks that came too late.
    pub overruns: u64,
    /// How late ticks began, in ms: the median, the 99th percentile, the worst.
    pub late_ms: [f64; 3],
}

impl Behaviour {
    /// The share of tests that were passed between two times in ms; none where there were none.
    pub fn success(&self, from: f64, to: f64) -> Option<f64> {
        mean(
            self.tests
                .iter()
                .filter(|(at, _)| (from..to).contains(at))
                .map(|(_, done)| f64::from(u8::from(*done))),
        )
    }

    /// What the environment says of each episode under a name.
    pub fn account(&self, name: &str) -> Option<&[f64]> {
        self.accounts.iter().find(|account| account.name == name).map(|account| account.values.as_slice())
    }

    /// The mean of one account over those episodes that are in `of`; none where there are none.
    pub fn mean_account(&self, name: &str, of: impl Fn(usize) -> bool) -> Option<f64> {
        let values = self.account(name)?.iter().enumerate();
        mean(values.filter(|(episode, _)| of(*episode)).map(|(_, value)| *value))
    }

    /// The mean return of those episodes that are in `of`; none where there are none.
    pub fn mean_return(&self, of: impl Fn(usize) -> bool) -> Option<f64> {
        let bouts = self.episodes.iter().enumerate();
        mean(bouts.filter(|(episode, _)| of(*episode)).map(|(_, bout)| bout.total))
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (n, sum) = values.fold((0_u64, 0.0), |(n, sum), value| (n + 1, sum + value));
    (n > 0).then(|| sum / n as f64)
}
