//! What a report shows of a run, gathered in memory that does not grow with the run.

use crate::embed::push_varint;
use recording::{Firing, Population, RecordError, Run, Sample, Tally, Window, each_sample, each_spike};
use std::collections::HashMap;
use std::path::Path;

/// Spikes in the page: some two bytes each, a third more as text.
const MOST_SPIKES: u64 = 1_000_000;
/// Neurons in the page: more than four per pixel show nothing more.
const MOST_NEURONS: u64 = 40_000;
/// Fewer neurons than this fire so few spikes that their rate needs wide bins.
const FEW_NEURONS: u64 = 50;
/// Traces in the page: more are not read.
const MOST_TRACES: usize = 10;
/// Slices of time per trace, each with its least and its greatest value.
const SLICES: usize = 4_000;
/// Spikes drawn into one trace.
const MOST_MARKS: usize = 5_000;

/// What a report shows.
#[derive(Default)]
pub(crate) struct Recorded {
    /// The time that the charts span, in ms.
    pub(crate) until_ms: f64,
    /// The bins of [`Firing::activity_hz`].
    pub(crate) bin_ms: f64,
    /// The unit of time in [`Raster::trains`], in ms.
    pub(crate) tick_ms: f64,
    /// Whether spikes were recorded.
    pub(crate) has_spikes: bool,
    /// Spikes over the whole time.
    pub(crate) spikes: u64,
    /// One neuron in so many is shown.
    pub(crate) stride: u64,
    /// Per population: how it fired over the window of the run's statistics.
    pub(crate) firing: Vec<Firing>,
    /// Per population: its rate over the whole time in Hz; empty where none of its neurons is recorded.
    pub(crate) activity_hz: Vec<Vec<f64>>,
    /// Per population: its spikes.
    pub(crate) rasters: Vec<Raster>,
    /// State variables over time.
    pub(crate) traces: Vec<Trace>,
    /// Traces that were recorded and are not shown.
    pub(crate) traces_left_out: usize,
}

/// The spikes of one population.
#[derive(Default)]
pub(crate) struct Raster {
    /// Neurons shown.
    pub(crate) rows: u64,
    /// Per neuron shown: the number of its spikes, then the ticks between them, as varints.
    pub(crate) trains: Vec<u8>,
}

/// One state variable of one neuron.
pub(crate) struct Trace {
    pub(crate) population: usize,
    pub(crate) neuron: u32,
    pub(crate) variable: String,
    pub(crate) unit: String,
    pub(crate) points: Vec<(f64, f64)>,
    pub(crate) spikes_ms: Vec<f64>,
}

pub(crate) fn collect(folder: &Path, run: &Run) -> Result<Recorded, RecordError> {
    let mut recorded =
        Recorded { tick_ms: if run.dt_ms > 0.0 { run.dt_ms } else { 0.1 }, ..Recorded::default() };
    recorded.until_ms = run.biological_s * 1e3;
    collect_traces(folder, run, &mut recorded)?;
    if recorded.until_ms <= 0.0 {
        // A run that was killed never said how far it got: the last spike says it.
        each_spike(folder, run, |time_ms, _, _| recorded.until_ms = recorded.until_ms.max(time_ms))?;
    }
    collect_firing(folder, run, &mut recorded)?;
    collect_rasters(folder, run, &mut recorded)?;
    Ok(recorded)
}

/// Neurons that a raster has room for: none where none is recorded, as an empty band would look like silence.
fn rows(run: &Run) -> impl Iterator<Item = u64> {
    run.populations.iter().map(|p| if p.recorded() > 0 { p.size } else { 0 })
}

fn collect_firing(folder: &Path, run: &Run, recorded: &mut Recorded) -> Result<(), RecordError> {
    let mut whole = Window::of_run(0.0, recorded.until_ms);
    if run.populations.iter().map(Population::recorded).max().is_some_and(|most| most < FEW_NEURONS) {
        whole.bin_ms *= 10.0;
    }
    // A bin holds whole steps: in finer ones rates would come and go with the steps.
    whole.bin_ms = (whole.bin_ms / run.dt_ms - 1e-9).ceil().max(1.0) * run.dt_ms;
    let window = Window { after_ms: run.after_ms.min(recorded.until_ms), ..whole };
    let mut firing: Vec<Tally> = run.populations.iter().map(|p| p.tally(window)).collect();
    let bins = (whole.length_ms() / whole.bin_ms).ceil() as usize;
    let mut activity = vec![vec![0_u64; bins]; firing.len()];
    recorded.has_spikes = each_spike(folder, run, |time_ms, population, neuron| {
        firing[population].add(time_ms, neuron);
        let bin = (time_ms / whole.bin_ms + 1e-9) as usize;
        if let Some(last) = bins.checked_sub(1) {
            activity[population][bin.min(last)] += 1;
        }
    })?;
    recorded.bin_ms = whole.bin_ms;
    recorded.firing = firing.iter().map(Tally::finish).collect();
    recorded.spikes = activity.iter().flatten().sum();
    let rate = |(bins, population): (&Vec<u64>, &Population)| {
        let neuron_seconds = population.recorded() as f64 * whole.bin_ms / 1e3;
        bins.iter().filter(|_| neuron_seconds > 0.0).map(|n| *n as f64 / neuron_seconds).collect()
    };
    recorded.activity_hz = activity.iter().zip(&run.populations).map(rate).collect();
    Ok(())
}

fn collect_rasters(folder: &Path, run: &Run, recorded: &mut Recorded) -> Result<(), RecordError> {
    let neurons: u64 = rows(run).sum();
    let stride = recorded.spikes.div_ceil(MOST_SPIKES).max(neurons.div_ceil(MOST_NEURONS)).max(1);
    let mut trains: Vec<Vec<Train>> =
        rows(run).map(|rows| vec![Train::default(); rows.div_ceil(stride) as usize]).collect();
    let Recorded { traces, tick_ms, .. } = recorded;
    each_spike(folder, run, |time_ms, population, neuron| {
        if u64::from(neuron) % stride == 0
            && let Some(train) = trains[population].get_mut((u64::from(neuron) / stride) as usize)
        {
            train.push((time_ms / *tick_ms).round() as u64);
        }
        let traced = traces.iter_mut().filter(|t| t.population == population && t.neuron == neuron);
        traced.filter(|t| t.spikes_ms.len() < MOST_MARKS).for_each(|t| t.spikes_ms.push(time_ms));
    })?;
    recorded.stride = stride;
    recorded.rasters = trains.iter().map(|trains| raster(trains)).collect();
    Ok(())
}

#[derive(Clone, Default)]
struct Train {
    count: u64,
    last: u64,
    bytes: Vec<u8>,
}

impl Train {
    fn push(&mut self, tick: u64) {
        push_varint(&mut self.bytes, tick.saturating_sub(self.last));
        self.last = tick;
        self.count += 1;
    }
}

fn raster(trains: &[Train]) -> Raster {
    let mut raster = Raster { rows: trains.len() as u64, trains: Vec::new() };
    for train in trains {
        push_varint(&mut raster.trains, train.count);
        raster.trains.extend_from_slice(&train.bytes);
    }
    raster
}

/// What a trace is of: population, neuron, variable.
type Key = (usize, u32, String);

fn collect_traces(folder: &Path, run: &Run, recorded: &mut Recorded) -> Result<(), RecordError> {
    let place = |name: &str| run.populations.iter().position(|p| p.name == name);
    let key = |s: &Sample<'_>| Some((place(s.population)?, s.neuron, s.variable.to_owned()));
    let mut lengths: HashMap<Key, usize> = HashMap::new();
    let mut order: Vec<Key> = Vec::new();
    each_sample(folder, |sample| {
        let Some(key) = key(&sample) else { return };
        *lengths.entry(key.clone()).or_insert_with(|| {
            order.push(key);
            0
        }) += 1;
        if sample.time_ms.is_finite() {
            recorded.until_ms = recorded.until_ms.max(sample.time_ms);
        }
    })?;
    let chosen = choose(&order);
    recorded.traces_left_out = order.len() - chosen.len();
    let mut thinned: Vec<Thinned> = chosen.iter().map(|key| Thinned::new(lengths[key])).collect();
    let places: HashMap<&Key, usize> = chosen.iter().enumerate().map(|(place, key)| (key, place)).collect();
    each_sample(folder, |sample| {
        if let Some(place) = key(&sample).and_then(|key| places.get(&key)) {
            thinned[*place].push(sample.time_ms, sample.value);
        }
    })?;
    for (key, thinned) in chosen.iter().zip(thinned) {
        recorded.traces.push(trace(run, key, thinned.finish()));
    }
    Ok(())
}

/// Takes the populations and variables in turn, so that none is crowded out.
fn choose(order: &[Key]) -> Vec<Key> {
    let mut seen: HashMap<(usize, &str), usize> = HashMap::new();
    let mut ranked: Vec<(usize, usize, &Key)> = Vec::new();
    for (place, key) in order.iter().enumerate() {
        let rank = seen.entry((key.0, key.2.as_str())).or_default();
        ranked.push((*rank, place, key));
        *rank += 1;
    }
    ranked.sort();
    ranked.truncate(MOST_TRACES);
    let mut chosen: Vec<Key> = ranked.into_iter().map(|(_, _, key)| key.clone()).collect();
    chosen.sort();
    chosen
}

fn trace(run: &Run, (population, neuron, variable): &Key, points: Vec<(f64, f64)>) -> Trace {
    let name = &run.populations[*population].name;
    let unit = run.traces.iter().find(|t| t.population == *name && t.variable == *variable);
    let unit = unit.map_or(String::new(), |t| t.unit.clone());
    Trace {
        population: *population,
        neuron: *neuron,
        variable: variable.clone(),
        unit,
        points,
        spikes_ms: Vec::new(),
    }
}

/// The least and the greatest of every so many values, in their order.
struct Thinned {
    per_slice: usize,
    in_slice: usize,
    least: (f64, f64),
    greatest: (f64, f64),
    points: Vec<(f64, f64)>,
}

impl Thinned {
    fn new(values: usize) -> Self {
        let per_slice = if values <= 2 * SLICES { 1 } else { values.div_ceil(SLICES) };
        Self { per_slice, in_slice: 0, least: (0.0, 0.0), greatest: (0.0, 0.0), points: Vec::new() }
    }

    fn push(&mut self, time_ms: f64, value: f64) {
        let point = (time_ms, value);
        if self.in_slice == 0 || self.least.1.is_nan() || value < self.least.1 {
            self.least = point;
        }
        if self.in_slice == 0 || self.greatest.1.is_nan() || value > self.greatest.1 {
            self.greatest = point;
        }
        self.in_slice += 1;
        if self.in_slice == self.per_slice {
            self.end_slice();
        }
    }

    fn end_slice(&mut self) {
        if self.in_slice > 0 {
            let (first, second) = if self.least.0 <= self.greatest.0 {
                (self.least, self.greatest)
            } else {
                (self.greatest, self.least)
            };
            self.points.push(first);
            if second.0 > first.0 {
                self.points.push(second);
            }
        }
        self.in_slice = 0;
    }

    fn finish(mut self) -> Vec<(f64, f64)> {
        self.end_slice();
        self.points
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thinning_loses_no_extreme() {
        let mut thinned = Thinned::new(100_000);
        (0..100_000).for_each(|i| thinned.push(f64::from(i), if i == 77_777 { 40.0 } else { -70.0 }));
        let points = thinned.finish();
        assert!(points.len() <= 2 * SLICES && points.contains(&(77_777.0, 40.0)));
    }

    #[test]
    fn every_population_and_variable_gets_a_trace_before_any_gets_two() {
        let key = |population, neuron, variable: &str| (population, neuron, variable.to_owned());
        let mut order: Vec<Key> = (0..30).map(|neuron| key(0, neuron, "v")).collect();
        order.push(key(1, 4, "v"));
        order.push(key(0, 0, "g_e"));
        let chosen = choose(&order);
        assert_eq!(chosen.len(), MOST_TRACES);
        assert!(chosen.contains(&key(1, 4, "v")) && chosen.contains(&key(0, 0, "g_e")));
    }
}
