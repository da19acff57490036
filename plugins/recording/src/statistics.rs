//! How a population fires, computed spike by spike: memory grows with its neurons, not with its spikes.

/// Intervals that a neuron must have before its coefficient of variation counts.
pub const FEWEST_INTERVALS: u32 = 5;
/// Bins per factor of ten of the histogram of intervals, which spans 0.1 ms to 100 s.
const BINS_PER_DECADE: usize = 10;
const DECADES: usize = 6;
const SHORTEST_MS: f64 = 0.1;
/// Bins of the histograms over neurons.
const NEURON_BINS: usize = 40;
/// The coefficient of variation at the end of its histogram; what is above is counted in the last bin.
const LARGEST_CV: f64 = 2.5;

/// Which part of a run is looked at, and how finely.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// Spikes before this time are dropped, in ms.
    pub after_ms: f64,
    /// The end of the run, in ms.
    pub until_ms: f64,
    /// Width of the bins of the rate over time, in ms.
    pub bin_ms: f64,
}

/// Counts over bins; `edges` has one entry more than `counts`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Histogram {
    /// Where the bins begin, and where the last one ends.
    pub edges: Vec<f64>,
    /// What fell into each bin.
    pub counts: Vec<u64>,
}

/// How a population fired.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Firing {
    /// Neurons whose spikes are recorded; everything here is about these.
    pub recorded: u32,
    /// Spikes in the window.
    pub spikes: u64,
    /// Spikes per neuron and second.
    pub rate_hz: f64,
    /// Mean coefficient of variation of the intervals (standard deviation, with n below the sum, over mean), over the neurons
    /// with at least [`FEWEST_INTERVALS`]; `None` where there is no such neuron.
    pub cv: Option<f64>,
    /// How many neurons that mean is over.
    pub cv_neurons: u32,
    /// The part of the neurons that did not fire in the window.
    pub silent_fraction: f64,
    /// Intervals in ms, in bins of equal width on a logarithmic axis.
    pub intervals: Histogram,
    /// Neurons by coefficient of variation.
    pub cvs: Histogram,
    /// Neurons by rate in Hz.
    pub rates: Histogram,
    /// Rate of the population over time in Hz, from the beginning of the window.
    pub activity_hz: Vec<f64>,
}

/// Takes the spikes of one population in the order of time.
#[derive(Clone, Debug)]
pub struct Tally {
    window: Window,
    size: u32,
    recorded: u32,
    /// Up to the last that fired: of millions, a few may be recorded.
    neurons: Vec<Train>,
    spikes: u64,
    intervals: Vec<u64>,
    bins: Vec<u64>,
}

/// What is kept of a neuron's spikes.
#[derive(Clone, Copy, Debug, Default)]
struct Train {
    spikes: u32,
    last_ms: f64,
    mean: f64,
    /// Sum of the squared distances from the mean (Welford).
    squares: f64,
}

impl Train {
    fn cv(&self) -> Option<f64> {
        let intervals = self.spikes.saturating_sub(1);
        (intervals >= FEWEST_INTERVALS).then(|| (self.squares / f64::from(intervals)).sqrt() / self.mean)
    }
}

impl Tally {
    /// Begins with no spikes, of a population all of whose neurons are recorded.
    pub fn new(size: u32, window: Window) -> Self {
        let bins = (window.length_ms() / window.bin_ms).ceil().clamp(0.0, 1e7) as usize;
        let intervals = vec![0; BINS_PER_DECADE * DECADES];
        Self { window, size, recorded: size, neurons: Vec::new(), spikes: 0, intervals, bins: vec![0; bins] }
    }

    /// Counts only so many neurons: the spikes of the others are not recorded, and whether they fired is not known.
    #[must_use]
    pub fn of_recorded(mut self, recorded: u32) -> Self {
        self.recorded = recorded.min(self.size);
        self
    }

    /// Adds a spike. Those outside the window, and of neurons that the population does not have, are left out.
    #[inline]
    pub fn add(&mut self, time_ms: f64, neuron: u32) {
        if time_ms < self.window.after_ms || time_ms > self.window.until_ms {
            return;
        }
        if neuron >= self.size {
            return;
        }
        let place = neuron as usize;
        if place >= self.neurons.len() {
            self.neurons.resize(place + 1, Train::default());
        }
        let train = &mut self.neurons[place];
        if train.spikes > 0 {
            let interval = time_ms - train.last_ms;
            let distance = interval - train.mean;
            train.mean += distance / f64::from(train.spikes);
            train.squares += distance * (interval - train.mean);
            let bin = (interval / SHORTEST_MS).log10() * BINS_PER_DECADE as f64;
            // An interval of exactly one edge belongs above it, whatever the rounding of the logarithm.
            self.intervals[((bin + 1e-9).max(0.0) as usize).min(BINS_PER_DECADE * DECADES - 1)] += 1;
        }
        train.last_ms = time_ms;
        train.spikes += 1;
        self.spikes += 1;
        // A spike at the very end of the window belongs to the last bin.
        let bin = ((time_ms - self.window.after_ms) / self.window.bin_ms + 1e-9) as usize;
        if let Some(last) = self.bins.len().checked_sub(1) {
            self.bins[bin.min(last)] += 1;
        }
    }

    /// What the spikes so far say.
    pub fn finish(&self) -> Firing {
        let (recorded, seconds) = (f64::from(self.recorded), self.window.length_ms() / 1e3);
        let cvs: Vec<f64> = self.neurons.iter().filter_map(Train::cv).collect();
        let neuron_seconds = recorded * self.window.bin_ms / 1e3;
        Firing {
            recorded: self.recorded,
            spikes: self.spikes,
            rate_hz: ratio(self.spikes as f64, recorded * seconds),
            cv: (!cvs.is_empty()).then(|| cvs.iter().sum::<f64>() / cvs.len() as f64),
            cv_neurons: cvs.len() as u32,
            silent_fraction: ratio(f64::from(self.silent()), recorded),
            intervals: Histogram { edges: interval_edges(), counts: self.intervals.clone() },
            cvs: Histogram::of(&cvs, LARGEST_CV),
            rates: self.rates(seconds),
            activity_hz: self.bins.iter().map(|n| ratio(*n as f64, neuron_seconds)).collect(),
        }
    }

    fn firing(&self) -> impl Iterator<Item = &Train> {
        self.neurons.iter().filter(|n| n.spikes > 0)
    }

    fn silent(&self) -> u32 {
        self.recorded.saturating_sub(self.firing().count() as u32)
    }

    /// Rates come in steps of one spike: bins that were not whole numbers of steps wide would show gaps that are not there.
    fn rates(&self, seconds: f64) -> Histogram {
        let most = self.firing().map(|n| n.spikes).max().unwrap_or(0);
        let per_bin = (most + 1).div_ceil(NEURON_BINS as u32);
        let mut counts = vec![0; NEURON_BINS];
        counts[0] = self.silent().into();
        self.firing().for_each(|n| counts[(n.spikes / per_bin) as usize] += 1);
        let edges = (0..=NEURON_BINS).map(|i| ratio(i as f64 * f64::from(per_bin), seconds)).collect();
        Histogram { edges, counts }
    }
}

impl Window {
    /// What is looked at in a run of this length: all but the beginning, in bins of a round width, some 500 of them.
    pub fn of_run(after_ms: f64, until_ms: f64) -> Self {
        let wanted = ((until_ms - after_ms) / 500.0).max(0.1);
        let decade = 10_f64.powf(wanted.log10().floor());
        let bin_ms = [1.0, 2.0, 5.0, 10.0]
            .map(|step| step * decade)
            .into_iter()
            .find(|bin| *bin >= wanted * (1.0 - 1e-9));
        Self { after_ms, until_ms, bin_ms: bin_ms.unwrap_or(wanted) }
    }

    /// How long the window is.
    pub fn length_ms(&self) -> f64 {
        (self.until_ms - self.after_ms).max(0.0)
    }
}

impl Histogram {
    /// Counts values from 0 to `most`; what is above is counted in the last bin.
    fn of(values: &[f64], most: f64) -> Self {
        let edges = (0..=NEURON_BINS).map(|i| most * i as f64 / NEURON_BINS as f64).collect();
        let mut counts = vec![0; NEURON_BINS];
        for value in values {
            counts[((value / most * NEURON_BINS as f64) as usize).min(NEURON_BINS - 1)] += 1;
        }
        Self { edges, counts }
    }
}

fn interval_edges() -> Vec<f64> {
    (0..=BINS_PER_DECADE * DECADES)
        .map(|i| SHORTEST_MS * 10_f64.powf(i as f64 / BINS_PER_DECADE as f64))
        .collect()
}

/// `a / b`, and 0 where there is nothing to divide by.
fn ratio(a: f64, b: f64) -> f64 {
    if b > 0.0 { a / b } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sums of a few numbers around 100.
    const ROUNDING: f64 = 1e-12;

    fn window(after_ms: f64, until_ms: f64) -> Window {
        Window { after_ms, until_ms, bin_ms: 100.0 }
    }

    fn tally(size: u32, window: Window, trains: &[(u32, &[f64])]) -> Firing {
        let mut tally = Tally::new(size, window);
        for (neuron, times) in trains {
            times.iter().for_each(|time| tally.add(*time, *neuron));
        }
        tally.finish()
    }

    #[test]
    fn a_regular_train_has_its_rate_and_no_variation() {
        let times: Vec<f64> = (0..10).map(|i| 50.0 + 100.0 * f64::from(i)).collect();
        let firing = tally(1, window(0.0, 1000.0), &[(0, &times)]);
        assert_eq!((firing.spikes, firing.rate_hz, firing.silent_fraction), (10, 10.0, 0.0));
        assert!(firing.cv.unwrap() < ROUNDING);
        assert_eq!(firing.activity_hz, [10.0; 10]);
    }

    #[test]
    fn intervals_of_10_and_30_ms_in_turn_vary_by_one_half() {
        // Mean 20, standard deviation 10.
        let times = [0.0, 10.0, 40.0, 50.0, 80.0, 90.0, 120.0];
        let firing = tally(2, window(0.0, 1000.0), &[(1, &times)]);
        assert!((firing.cv.unwrap() - 0.5).abs() < ROUNDING);
        assert_eq!((firing.cv_neurons, firing.silent_fraction, firing.rate_hz), (1, 0.5, 3.5));
        let bin =
            |ms: f64| firing.intervals.edges.iter().rposition(|edge| *edge <= ms * (1.0 + 1e-9)).unwrap();
        assert_eq!((firing.intervals.counts[bin(10.0)], firing.intervals.counts[bin(30.0)]), (3, 3));
        assert_eq!(firing.intervals.counts.iter().sum::<u64>(), 6);
    }

    #[test]
    fn four_intervals_are_too_few_for_a_variation() {
        assert_eq!(tally(1, window(0.0, 100.0), &[(0, &[1.0, 2.0, 4.0, 7.0, 9.0])]).cv, None);
    }

    #[test]
    fn what_comes_before_the_cut_is_dropped_with_its_interval() {
        let firing = tally(1, window(500.0, 1000.0), &[(0, &[100.0, 499.0, 500.0, 900.0])]);
        assert_eq!((firing.spikes, firing.rate_hz), (2, 4.0));
        assert_eq!(firing.intervals.counts.iter().sum::<u64>(), 1);
        assert_eq!(firing.activity_hz, [10.0, 0.0, 0.0, 0.0, 10.0]);
    }

    #[test]
    fn nothing_at_all_gives_zeros_and_no_division_by_zero() {
        for (size, until) in [(0, 0.0), (0, 100.0), (3, 0.0), (3, 100.0)] {
            let firing = Tally::new(size, window(0.0, until)).finish();
            assert_eq!((firing.spikes, firing.rate_hz, firing.cv), (0, 0.0, None));
            assert_eq!(firing.silent_fraction, if size == 0 { 0.0 } else { 1.0 });
        }
    }

    #[test]
    fn a_window_has_bins_of_a_round_width() {
        for (until, bin) in [(1000.0, 2.0), (10_000.0, 20.0), (100.0, 0.2), (1.0, 0.1), (250_000.0, 500.0)] {
            assert!((Window::of_run(0.0, until).bin_ms - bin).abs() < ROUNDING * bin, "{until}");
        }
    }

    #[test]
    fn neurons_are_sorted_by_rate() {
        let firing = tally(4, window(0.0, 1000.0), &[(0, &[1.0, 2.0, 3.0, 4.0]), (2, &[5.0])]);
        assert_eq!(firing.rates.counts[..5], [2, 1, 0, 0, 1]);
        assert_eq!(firing.rates.edges[..3], [0.0, 1.0, 2.0]);
    }

    #[test]
    fn neurons_that_are_not_recorded_count_nowhere() {
        let times: Vec<f64> = (0..10).map(|i| 50.0 + 100.0 * f64::from(i)).collect();
        let mut tally = Tally::new(1000, window(0.0, 1000.0)).of_recorded(4);
        [7, 8, 999].iter().for_each(|neuron| times.iter().for_each(|time| tally.add(*time, *neuron)));
        let firing = tally.finish();
        assert_eq!((firing.recorded, firing.spikes, firing.cv_neurons), (4, 30, 3));
        assert_eq!((firing.rate_hz, firing.silent_fraction), (7.5, 0.25));
        assert_eq!((firing.rates.counts[0], firing.rates.counts[10]), (1, 3));
        assert_eq!(firing.rates.counts.iter().sum::<u64>(), 4);
        assert_eq!(firing.activity_hz, [7.5; 10]);
    }

    #[test]
    fn a_population_that_is_not_recorded_is_neither_silent_nor_anything_else() {
        let firing = Tally::new(1000, window(0.0, 1000.0)).of_recorded(0).finish();
        assert_eq!((firing.recorded, firing.rate_hz, firing.silent_fraction, firing.cv), (0, 0.0, 0.0, None));
        assert_eq!(firing.rates.counts.iter().sum::<u64>(), 0);
    }
}
