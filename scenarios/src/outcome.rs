//! Outcome: how populations fired, and whether that is what the scenario expects.

use std::path::Path;

use ecs_core::network::Reach;
use recording::{Correlation, Expectation, RecordError, Run, Tally, Window, each_spike};

use crate::assemble::reach;
use crate::schema::{Expect, Measure, Scenario};

/// Streams of selections begin here.
const SELECTIONS: u32 = 4 << 24;

/// One expectation, being measured, with each member of what it is about.
struct Measuring<'s> {
    expect: &'s Expect,
    members: Vec<Member>,
}

/// Some neurons of a population, and what is counted of their spikes.
struct Member {
    population: usize,
    reach: Reach,
    tally: Tally,
    correlation: Option<Correlation>,
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
        .filter(|(_, e)| is_measured(scenario, e, until))
        .map(|(k, e)| begin(scenario, k, e, until))
        .collect();
    if all.is_empty() {
        return Ok(Vec::new());
    }
    each_spike(folder, run, |time, population, neuron| {
        for member in all.iter_mut().flat_map(|m| &mut m.members).filter(|m| m.population == population) {
            if let Some(index) = place(&member.reach, neuron) {
                member.tally.add(time, index);
                if let Some(correlation) = &mut member.correlation {
                    correlation.add(time, index);
                }
            }
        }
    })?;
    Ok(all.iter().map(|m| finish(scenario, m)).collect())
}

fn begin<'s>(scenario: &Scenario, index: usize, expect: &'s Expect, until: f64) -> Measuring<'s> {
    let members = expect.of.members.iter().map(|member| {
        let size = scenario.populations[member.population].size;
        let reach = reach(member.pick, size, scenario.run.seed, SELECTIONS + index as u32);
        let window = Window { bin_ms: until.max(1.0), ..Window::of_run(expect.after, until) };
        let count = reach.len() as u32;
        Member {
            population: member.population,
            reach,
            tally: Tally::new(count, window),
            correlation: (expect.what == Measure::Correlation).then(|| Correlation::new(count, window)),
        }
    });
    Measuring { expect, members: members.collect() }
}

/// Whether an expectation is about a network of this scale.
/// Whether an expectation is about a run of `until` ms.
pub(crate) fn is_measured(scenario: &Scenario, expect: &Expect, until: f64) -> bool {
    expect.after < until && at_scale(scenario, expect)
}

fn at_scale(scenario: &Scenario, expect: &Expect) -> bool {
    let scale = scenario.scale;
    expect.scale.is_none_or(|wanted| [scale.neurons, scale.in_degrees] == [wanted; 2])
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
    let firing: Vec<_> = measuring.members.iter().map(|member| member.tally.finish()).collect();
    let weighted = |pairs: Vec<(f64, f64)>| {
        let weight: f64 = pairs.iter().map(|(_, w)| w).sum();
        (weight > 0.0).then(|| pairs.iter().map(|(x, w)| x * w).sum::<f64>() / weight)
    };
    let size = |f: &recording::Firing| f64::from(f.recorded);
    match measuring.expect.what {
        Measure::Spikes => Some(firing.iter().map(|f| f.spikes as f64).sum()),
        Measure::MeanRate => weighted(firing.iter().map(|f| (f.rate_hz, size(f))).collect()),
        Measure::SilentFraction => weighted(firing.iter().map(|f| (f.silent_fraction, size(f))).collect()),
        Measure::Correlation => {
            let of = measuring.members.iter().zip(&firing);
            weighted(of.filter_map(|(m, f)| Some((m.correlation.as_ref()?.mean()?, size(f)))).collect())
        }
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
        what: expect.what.name().into(),
        value,
        low,
        high,
        reference: expect.reference,
        source: expect.source.clone().unwrap_or_default(),
        passed: value.is_some_and(|v| low <= v && v <= high),
    }
}
