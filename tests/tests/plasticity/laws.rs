//! What rules do in the long run, against the laws they are known for. Statistical: trains are drawn.

use std::path::Path;

use ecs_core::network::{Arrivals, Inbox, Learner, Learning, Operator, Target};
use event_driven::operators::Plastic;
use tests::network::{built, run, written};

use crate::synapses_of::{Case, DT, Dice, rule};

/// Synapses onto one neuron whose rate is the weighted sum of its senders' rates.
struct Linear {
    plastic: Plastic<f64>,
    weights: Vec<f64>,
    dice: Dice,
    step: u64,
}

impl Linear {
    fn new(name: &str, params: &[(&str, f64)], senders: usize, weight: f64) -> Self {
        let (model, params) = rule(name, params);
        let none = vec![Vec::new(); senders];
        let rows = vec![vec![0]; senders];
        let case = Case {
            rows,
            posts: 1,
            weight,
            steps: 0,
            pre: none,
            post: vec![Vec::new()],
            modulator: Vec::new(),
            voltage: Vec::new(),
        };
        let made = Plastic::new(case.csr(&[0, 1]), (model.double)(&params), DT, 64);
        let plastic = made.unwrap_or_else(|e| panic!("{e}"));
        Self { plastic, weights: vec![weight; senders], dice: Dice(3), step: 0 }
    }

    /// The receiver's rate.
    fn answer(&self, rates: &[f64]) -> f64 {
        self.weights.iter().zip(rates).map(|(w, r)| w * r).sum()
    }

    /// For `ms`, senders fire at these rates in Hz, and the receiver at the rate that weights at the beginning give.
    fn play(&mut self, rates: &[f64], ms: f64) {
        let answer = self.answer(rates);
        let fires = |dice: &mut Dice, rate: f64| dice.below(rate * DT / 1000.0);
        for _ in 0..(ms / DT) as u64 {
            let pre: Vec<u32> =
                (0..rates.len()).filter(|k| fires(&mut self.dice, rates[*k])).map(|k| k as u32).collect();
            let mut sums = [0.0];
            let inbox = Inbox::Sum64(&mut sums);
            let mut target = Target { inbox, first: 0, neurons: 1, slots: 1, slot: 0 };
            self.plastic.deliver(0, Arrivals::plain(self.step, &pre), &mut target);
            if fires(&mut self.dice, answer) {
                self.plastic.learn(0, Learning { step: self.step, neurons: &[0], modulators: 0.0 });
            }
            self.step += 1;
        }
        self.plastic.settle(0, self.step);
        self.weights.clear();
        let Self { plastic, weights, .. } = self;
        plastic.weights(&mut |_, _, weight| weights.push(weight));
    }
}

/// The first eigenvector of a symmetric matrix, of length 1.
fn first_eigenvector(matrix: &[Vec<f64>]) -> Vec<f64> {
    let mut u = vec![1.0; matrix.len()];
    for _ in 0..1000 {
        u = matrix.iter().map(|row| row.iter().zip(&u).map(|(a, b)| a * b).sum()).collect();
        let length = u.iter().map(|x: &f64| x * x).sum::<f64>().sqrt();
        u.iter_mut().for_each(|x| *x /= length);
    }
    u
}

#[test]
fn ojas_weights_become_the_first_principal_component() {
    // Three senders share a modulation, two have one each, one is steady.
    let mut oja = Linear::new("oja", &[("eta", 0.0015), ("w_0", 1.0)], 6, 0.2);
    let mut dice = Dice(5);
    let mut play = |oja: &mut Linear, blocks: usize, note: &mut dyn FnMut(&[f64])| {
        for _ in 0..blocks {
            let [a, b, c] = [1.0, 0.3, 0.3].map(|x| if dice.one_of(2) { 90.0 * x } else { 5.0 * x });
            let rates = [a, a, a, b, c, 10.0];
            oja.play(&rates, 400.0);
            note(&rates);
        }
    };
    play(&mut oja, 300, &mut |_| ());
    let mut mean = [0.0; 6];
    let mut products = vec![vec![0.0; 6]; 6];
    // Averaged, because single weights follow chance.
    for _ in 0..600 {
        play(&mut oja, 1, &mut |rates| {
            for (row, x) in products.iter_mut().zip(rates) {
                row.iter_mut().zip(rates).for_each(|(sum, y)| *sum += x * y);
            }
        });
        mean.iter_mut().zip(&oja.weights).for_each(|(m, w)| *m += w / 600.0);
    }
    let right = first_eigenvector(&products);
    let length = mean.iter().map(|w| w * w).sum::<f64>().sqrt();
    let cosine = mean.iter().zip(&right).map(|(a, b)| a * b).sum::<f64>() / length;
    // 400 ms are twenty time constants of a trace, so that a twentieth of the correlation is lost to the blocks' beginnings.
    assert!((length - 1.0).abs() < 0.08, "length {length}");
    assert!(cosine > 0.99, "{mean:?}, not {right:?}");
    let flat = right.iter().sum::<f64>() / 6.0_f64.sqrt();
    assert!(flat < 0.95, "equal weights would not pass: {flat}");
}

#[test]
fn bcm_selects_one_of_two_patterns_and_answers_it_with_twice_rho_0() {
    let params = [("rho_0", 20.0), ("tau_theta", 4000.0), ("eta", 0.002), ("w_max", 1.0)];
    let mut bcm = Linear::new("bcm", &params, 8, 0.12);
    let pattern = |k: usize| -> Vec<f64> { (0..8).map(|i| if i / 4 == k { 50.0 } else { 2.0 }).collect() };
    let mut dice = Dice(9);
    let play = |bcm: &mut Linear, dice: &mut Dice, blocks: usize| {
        let mut sums = [0.0; 2];
        for _ in 0..blocks {
            bcm.play(&pattern(usize::from(dice.one_of(2))), 300.0);
            sums.iter_mut().enumerate().for_each(|(k, sum)| *sum += bcm.answer(&pattern(k)));
        }
        sums.map(|sum| sum / blocks as f64)
    };
    let before = [0, 1].map(|k| bcm.answer(&pattern(k)));
    assert!((before[0] - before[1]).abs() < 1e-9, "nothing is preferred at first");
    play(&mut bcm, &mut dice, 1500);
    let mut answers = play(&mut bcm, &mut dice, 500);
    answers.sort_by(f64::total_cmp);
    let [other, preferred] = answers;
    assert!(other < 0.15 * preferred, "{answers:?}");
    // Trains that start anew with each block lose a part of y, and drawn patterns a part of their balance.
    assert!((preferred / 40.0 - 1.0).abs() < 0.2, "{answers:?}, not twice 20 Hz");
}

/// Cells that poisson trains excite and others inhibit.
fn inhibited(eta: f64, alpha: f64) -> String {
    format!(
        r#"
[scenario]
title = "inhibition that learns"
source = "this project"
format = 1
[run]
duration = "80 s"
seed = 5
precision = "f64"
[population.excitation]
size = 200
neuron = "poisson"
params = {{ rate = "20 Hz" }}
[population.inhibition]
size = 200
neuron = "poisson"
params = {{ rate = "20 Hz" }}
[population.cells]
size = 10
neuron = "lif"
[[projection]]
from = "excitation"
to = "cells"
connect = "all_to_all"
weight = "0.45 mV"
delay = "0.1 ms"
[[projection]]
from = "inhibition"
to = "cells"
connect = "all_to_all"
weight = "-0.02 mV"
delay = "0.1 ms"
plasticity = {{ vogels_sprekeler = {{ eta = {eta}, alpha = {alpha}, w_max = "-1 mV" }} }}
"#
    )
}

/// Rate of the cells in Hz, from 40 s to 80 s.
fn rate(eta: f64, alpha: f64) -> f64 {
    let scenario = written(&inhibited(eta, alpha), Path::new(".")).unwrap_or_else(|e| panic!("{e}"));
    let mut fired = 0;
    run(&mut built(&scenario), 800_000, |step, population, spikes| {
        if population == 2 && step >= 400_000 {
            fired += spikes.len();
        }
    });
    fired as f64 / 10.0 / 40.0
}

#[test]
fn inhibition_that_learns_brings_its_receivers_to_rho_0() {
    let without = rate(0.0, 0.4);
    assert!(without > 25.0, "{without} Hz without learning");
    for rho_0 in [5.0, 10.0] {
        let found = rate(0.002, 2.0 * 0.02 * rho_0);
        // A receiver rarely fires just after a sender, which the law neglects: the less so, the more senders there are.
        assert!((found / rho_0 - 1.0).abs() < 0.1, "{found} Hz, not {rho_0}");
    }
}
