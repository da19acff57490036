//! Outcome: how populations fired, and whether that is what the scenario expects.

use std::path::Path;

use ecs_core::network::Reach;
use recording::{Expectation, RecordError, Run, Tally, Window, each_spike};

use crate::assemble::reach;
use crate::schema::{Expect, Measure, Scenario};

/// Streams of selections begin here.
const SELECTIONS: u32 = 4 << 24;

/// One expectation, being measured: a tally for each member of what it is about.
struct Measuring<'s> {
    expect: &'s Expect,
    tallies: Vec<(usize, Reach, Tally)>,
}

/// Measures every expectation of `scenario` from what `run` recorded in `folder`.
///
/// # Errors
/// The recording cannot be read.
pub fn measure(scenario: &Scenario, folder: &Path, run: &Run) -> Result<Vec<Expectation>, RecordError> {
    let until = run.biological_s * 1e3;
    // A run may be made shorter than what an expectation is about; that is then not tested.
    let mut all: Vec<Measuring<'_>> = scenario
        .expects
        .iter()
        .enumerate()
        .filter(|(_, e)| e.after < until)
        .map(|(k, e)| begin(scenario, k, e, until))
        .collect();
    if all.is_empty() {
        return Ok(Vec::new());
    }
    each_spike(folder, run, |time, population, neuron| {
        for (_, reach, tally) in
            all.iter_mut().flat_map(|m| &mut m.tallies).filter(|(p, ..)| *p == population)
        {
            if let Some(index) = place(reach, neuron) {
                tally.add(time, index);
            }
        }
    })?;
    Ok(all.iter().map(|m| finish(scenario, m)).collect())
}

fn begin<'s>(scenario: &Scenario, index: usize, expect: &'s Expect, until: f64) -> Measuring<'s> {
    let tallies = expect.of.members.iter().map(|member| {
        let size = scenario.populations[member.population].size;
        let reach = reach(member.pick, size, scenario.run.seed, SELECTIONS + index as u32);
        let tally = Tally::new(
            reach.len() as u32,
            Window { bin_ms: until.max(1.0), ..Window::of_run(expect.after, until) },
        );
        (member.population, reach, tally)
    });
    Measuring { expect, tallies: tallies.collect() }
}

/// The place of a neuron among those that are reached.
fn place(reach: &Reach, neuron: u32) -> Option<u32> {
    match reach {
        Reach::Range(range) => range.contains(&neuron).then(|| neuron - range.start),
        Reach::List(list) => list.binary_search(&neuron).ok().map(|k| k as u32),
    }
}

/// The value over all members: sums of spikes, and means weighted by the neurons that count.
fn value(measuring: &Measuring<'_>) -> Option<f64> {
    let firing: Vec<_> = measuring.tallies.iter().map(|(_, _, tally)| tally.finish()).collect();
    let weighted = |pairs: Vec<(f64, f64)>| {
        let weight: f64 = pairs.iter().map(|(_, w)| w).sum();
        (weight > 0.0).then(|| pairs.iter().map(|(x, w)| x * w).sum::<f64>() / weight)
    };
    let size = |f: &recording::Firing| f64::from(f.recorded);
    match measuring.expect.what {
        Measure::Spikes => Some(firing.iter().map(|f| f.spikes as f64).sum()),
        Measure::MeanRate => weighted(firing.iter().map(|f| (f.rate_hz, size(f))).collect()),
        Measure::SilentFraction => weighted(firing.iter().map(|f| (f.silent_fraction, size(f))).collect()),
        Measure::Cv => {
            weighted(firing.iter().filter_map(|f| Some((f.cv?, f64::from(f.cv_neurons)))).collect())
        }
    }
}

fn finish(scenario: &Scenario, measuring: &Measuring<'_>) -> Expectation {
    let expect = measuring.expect;
    let value = value(measuring);
    let (low, high) = expect.within;
    let names: Vec<&str> =
        expect.of.members.iter().map(|m| scenario.populations[m.population].name.as_str()).collect();
    Expectation {
        of: names.join(", "),
        what: match expect.what {
            Measure::MeanRate => "rate_hz",
            Measure::Cv => "cv",
            Measure::SilentFraction => "silent_fraction",
            Measure::Spikes => "spikes",
        }
        .into(),
        value,
        low,
        high,
        reference: expect.reference,
        source: expect.source.clone().unwrap_or_default(),
        passed: value.is_some_and(|v| low <= v && v <= high),
    }
}
