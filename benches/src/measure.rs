//! Measure: seconds of the wall and of processors, and what spikes say about a network's regime.

use std::collections::BTreeMap;
use std::fs;
use std::time::Instant;

use crate::network::Spike;

/// The median time of each form, in s. They take turns, so that a disturbance meets all of them.
///
/// # Errors
/// The first that a form returns.
pub fn in_turns<const K: usize>(
    rounds: usize,
    mut forms: [&mut dyn FnMut() -> Result<(), String>; K],
) -> Result<[f64; K], String> {
    let mut times = [const { Vec::new() }; K];
    for _ in 0..rounds.max(1) {
        for (form, times) in forms.iter_mut().zip(&mut times) {
            let start = Instant::now();
            form()?;
            times.push(start.elapsed().as_secs_f64());
        }
    }
    Ok(times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    }))
}

/// What a timed part took.
#[derive(Clone, Copy, Debug)]
pub struct Meter {
    /// Seconds on the wall.
    pub wall: f64,
    /// Seconds of processors that this program used.
    pub cpu: f64,
    /// Processors that other programs kept busy meanwhile.
    pub others: f64,
}

/// Linux counts processor time in hundredths of a second for whoever reads it.
const TICK: f64 = 0.01;

impl Meter {
    /// Times `part`.
    ///
    /// # Errors
    /// What `part` returns.
    pub fn time(part: impl FnOnce() -> Result<(), String>) -> Result<Self, String> {
        let (busy, used, start) = (busy(), used(), Instant::now());
        part()?;
        let wall = start.elapsed().as_secs_f64();
        let cpu = self::used() - used;
        Ok(Self { wall, cpu, others: ((self::busy() - busy - cpu) / wall).max(0.0) })
    }
}

/// Seconds that all processors were busy since the system started, waiting excluded; 0 where the system does not tell.
fn busy() -> f64 {
    let text = fs::read_to_string("/proc/stat").unwrap_or_default();
    let first = text.lines().next().unwrap_or_default();
    let ticks: Vec<f64> = first.split_whitespace().skip(1).filter_map(|x| x.parse().ok()).collect();
    let (idle, steal) = (3..5, 7);
    ticks.iter().take(steal).enumerate().filter(|(k, _)| !idle.contains(k)).map(|(_, x)| x * TICK).sum()
}

/// Seconds that the threads of this program ran, to the nanosecond; 0 where the system does not tell.
fn used() -> f64 {
    let Ok(threads) = fs::read_dir("/proc/self/task") else { return 0.0 };
    let nanoseconds = threads.flatten().filter_map(|thread| {
        let text = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<f64>().ok()
    });
    nanoseconds.sum::<f64>() * 1e-9
}

/// Neurons whose intervals are looked at, and how many spikes they must have; as in the other simulators' scripts.
const LOOKED_AT: u32 = 1000;
const FEWEST_SPIKES: usize = 4;

/// Mean coefficient of variation of the intervals between spikes, over those of the first neurons that fired often enough.
pub fn interval_cv(raster: &[Spike]) -> Option<f64> {
    let mut trains: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (neuron, step) in raster.iter().filter(|(neuron, _)| *neuron < LOOKED_AT) {
        trains.entry(*neuron).or_default().push(*step);
    }
    let often = trains.values().filter(|train| train.len() >= FEWEST_SPIKES);
    let cvs: Vec<f64> = often
        .map(|train| {
            let intervals: Vec<f64> = train.windows(2).map(|pair| f64::from(pair[1] - pair[0])).collect();
            let mean = mean(&intervals);
            let squares: Vec<f64> = intervals.iter().map(|x| (x - mean).powi(2)).collect();
            self::mean(&squares).sqrt() / mean
        })
        .collect();
    (!cvs.is_empty()).then(|| mean(&cvs))
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}
