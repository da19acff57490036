//! Poisson input to a passive membrane: mean and variance of the free potential (Campbell's theorem).
//! Source: Papoulis (1991), Probability, Random Variables, and Stochastic Processes, section 11-2.

use std::ops::Range;

use bevy_ecs::prelude::*;
use ecs_core::model::Precision;
use ecs_core::network::{Clock, Frames, Inbox, Reach, Stimulus, StimulusModel, StimulusPlan};
use ecs_core::random::{Key, Purpose};
use ecs_core::registry::{Entry, Kind};
use tests::data::csv;
use tests::rig::{Rig, neuron, plan, receptor};

/// Events of a Poisson process in each neuron: counts by inversion.
struct Shots {
    key: Key,
    mean: f64,
    weight: f64,
}

impl Shots {
    fn count(&self, u: f64) -> u32 {
        let mut probability = (-self.mean).exp();
        let (mut below, mut k) = (probability, 0);
        while u >= below && k < 100 {
            k += 1;
            probability *= self.mean / f64::from(k);
            below += probability;
        }
        k
    }
}

impl Stimulus for Shots {
    fn acts(&self, _: &Clock) -> bool {
        true
    }

    fn add(&self, clock: &Clock, shard: &Range<usize>, input: &mut Inbox<'_>) {
        let Inbox::Sum64(x) = input else { unreachable!("differing weights in double precision") };
        for (x, neuron) in x.iter_mut().zip(shard.clone()) {
            *x += f64::from(self.count(self.key.uniform(neuron as u64, clock.step))) * self.weight;
        }
    }
}

static SHOTS: StimulusModel = StimulusModel {
    entry: Entry {
        kind: Kind::Stimulus,
        name: "shots",
        origin: "this test",
        doc: "",
        params: &[],
        state: &[],
        input: "",
        drive: None,
    },
    hears: false,
    events: true,
    build: |plan| {
        let key = Key::new(plan.clock.seed, plan.stream, Purpose::Poisson);
        Ok(Box::new(Shots { key, mean: plan.lists[0].1[0], weight: plan.weight }))
    },
};

const NEURONS: usize = 400;
const DT: f64 = 0.1;
/// Warm-up in steps: ten time constants of the membrane.
const WARM_UP: u64 = 1000;
const STEPS: u64 = 10_000;
/// Standard errors that the data's README allows.
const ERRORS: f64 = 4.0;

/// Mean and variance over neurons and time of the deflection from rest.
fn simulate(row: u32, rate: f64, weight: f64, tau: f64) -> (f64, f64) {
    let mut rig = Rig::new(DT, Precision::F64, 1);
    let model = neuron("lif");
    let cells: Entity = rig.neurons(model, plan(model, NEURONS, &[("v_th", 1e9)], &[]));
    let stimulus = StimulusPlan {
        reach: Reach::Range(0..NEURONS as u32),
        params: Vec::new(),
        lists: vec![("mean", vec![rate * 1e-3 * DT])],
        frames: Frames::default(),
        weight,
        stream: row,
        heard: None,
        clock: Clock { step: 0, dt: DT, seed: 12 },
    };
    let at = receptor("exponential", &[("tau", tau)], Some(("current", &[])));
    rig.network().stimulate(cells, &SHOTS, &stimulus, Some(&at)).expect("the engine takes it");
    let mut running = rig.start();
    let (mut sum, mut squares, mut count) = (0.0, 0.0, 0.0);
    for step in 0..WARM_UP + STEPS {
        running.step();
        // Samples of a millisecond's distance hold all there is to know, for the membrane is ten times slower.
        if step >= WARM_UP && step % 10 == 0 {
            for k in 0..NEURONS as u32 {
                let v = running.value(cells, 0, k) + 70.0;
                (sum, squares, count) = (sum + v, squares + v * v, count + 1.0);
            }
        }
    }
    let mean = sum / count;
    (mean, squares / count - mean * mean)
}

#[test]
fn mean_and_variance_follow_campbell() {
    let Some(table) = csv("poisson_shot_noise/campbell.csv") else { return };
    for (row, numbers) in (0..).zip(table.rows()) {
        let [rate, weight, tau, mean, variance] = numbers[..] else { panic!("five columns") };
        let (got_mean, got_variance) = simulate(row, rate, weight, tau);
        let samples = STEPS as f64 * DT * NEURONS as f64 / (2.0 * (10.0 + tau));
        let error = (variance / samples).sqrt();
        // A variance of nearly normal numbers has a relative standard error of √(2 / n).
        let spread = variance * (2.0 / samples).sqrt();
        println!(
            "{rate} Hz, {weight} pA, {tau} ms: mean off by {:.2}, variance by {:.2} standard errors",
            (got_mean - mean) / error,
            (got_variance - variance) / spread
        );
        assert!((got_mean - mean).abs() < ERRORS * error, "{numbers:?}: mean {got_mean}");
        assert!((got_variance - variance).abs() < ERRORS * spread, "{numbers:?}: variance {got_variance}");
    }
}
