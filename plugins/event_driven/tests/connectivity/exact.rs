//! What must be equal to the last bit: shards, threads, seeds, ranges, estimates.

use std::collections::BTreeSet;

use ecs_core::random::Distribution;
use event_driven::build::{Plan, Precision, build};
use event_driven::csr::{Csr, Delays, Targets, Weights};
use event_driven::ends::Ends;
use event_driven::estimate::estimate;
use event_driven::rules::{
    AllToAll, Arguments, FixedIndegree, FixedProbability, OneToOne, Pairs, RULES, Rule, Stream, Table,
};

use crate::distances::on_a_grid;
use crate::{connected, every_rule, plan, row};

const N: u32 = 600;

fn varied(bounds: &[u32], threads: usize) -> Plan<'_> {
    Plan {
        weight: Distribution::Normal { mean: 1.0, sd: 0.5, min: 0.0, max: 2.0 },
        delay: Distribution::Uniform { lo: 0.1, hi: 5.0 },
        threads,
        ..plan(21, bounds)
    }
}

fn made(rule: &dyn Rule, plan: &Plan<'_>) -> Csr {
    build(rule, &Ends::within(N.into()), plan, &mut |_, _| {}).expect("a possible request")
}

#[test]
fn shards_change_the_pointers_and_nothing_else() {
    for rule in every_rule(N, 50, true, true) {
        let one = made(&*rule, &varied(&[0, N], 1));
        let bounds = [0, 100, 100, 350, N];
        let four = made(&*rule, &varied(&bounds, 1));
        assert_eq!((&one.targets, &one.weights, &one.delays), (&four.targets, &four.weights, &four.delays));
        for i in 0..N {
            assert_eq!(one.row(i), four.row(i));
            for shard in 0..4 {
                let inside = bounds[shard]..bounds[shard + 1];
                assert!(four.segment(i, shard).all(|at| inside.contains(&four.targets.at(at))), "{rule:?}");
            }
        }
    }
}

#[test]
fn threads_change_nothing() {
    // Enough synapses for many blocks: 6,000 rows of 600 in blocks of 65,536 synapses, 16 blocks to a thread.
    for rule in [
        Box::new(AllToAll { self_connections: false }) as Box<dyn Rule>,
        Box::new(FixedProbability { p: 0.1, self_connections: false }),
        Box::new(FixedIndegree { k: 600, self_connections: true, multiple: true }),
    ] {
        let ends = Ends::within(6_000);
        let bounds = [0, 2_000, 6_000];
        let [one, two, five] = [1, 2, 5].map(|threads| {
            build(&*rule, &ends, &varied(&bounds, threads), &mut |_, _| {}).expect("a possible request")
        });
        assert!(one == two && one == five, "{rule:?}");
    }
}

#[test]
fn one_seed_gives_one_network_and_another_projection_another() {
    for rule in &every_rule(N, 50, true, false)[..4] {
        let base = varied(&[0, N], 1);
        let same = made(&**rule, &base);
        assert_eq!(same, made(&**rule, &base));
        for stream in [Stream { seed: 22, projection: 3 }, Stream { seed: 21, projection: 4 }] {
            let other = made(&**rule, &Plan { stream, ..base.clone() });
            assert_ne!(same.targets, other.targets, "{rule:?}");
            assert_ne!(same.weights, other.weights, "{rule:?}");
            assert_ne!(same.delays, other.delays, "{rule:?}");
        }
    }
}

#[test]
fn rows_are_sorted_and_pointers_ascend() {
    for rule in every_rule(N, 50, true, true) {
        let csr = made(&*rule, &varied(&[0, 7, N], 1));
        assert!(csr.indptr.is_sorted() && csr.indptr.len() == 2 * N as usize + 1);
        assert!((0..N).all(|i| row(&csr, i).is_sorted()), "{rule:?}");
        assert_eq!(csr.targets.len() as u64, csr.synapses());
    }
}

#[test]
fn targets_take_16_bits_up_to_65536_neurons() {
    let rule = FixedIndegree { k: 2, self_connections: true, multiple: true };
    for (n, narrow) in [(65_536, true), (65_537, false)] {
        let csr = connected(&rule, &Ends::between(10, n), 23);
        assert_eq!(matches!(csr.targets, Targets::U16(_)), narrow);
        assert_eq!(csr.indegrees(), vec![2; n as usize]);
        let last = (0..10).any(|i| row(&csr, i).last() == Some(&(n as u32 - 1)));
        assert!(last);
    }
}

#[test]
fn ranges_shift_rows_and_targets() {
    let ends = Ends { pre: 0..100, post: 5..10, ..Ends::between(800, 200) };
    let csr = connected(&AllToAll { self_connections: false }, &ends, 24);
    assert_eq!((csr.pre_offset, csr.n_pre, csr.n_post), (0, 100, 200));
    assert!((0..100).all(|i| row(&csr, i) == [5, 6, 7, 8, 9]));
    let ends = Ends { pre: 10..15, post: 190..195, ..ends };
    let csr = connected(&OneToOne, &ends, 24);
    assert_eq!(csr.pre_offset, 10);
    assert!((0..5).all(|i| row(&csr, i) == [190 + i]));
}

#[test]
fn a_table_keeps_pairs_weights_and_delays_together() {
    let pairs = Pairs {
        pre: vec![2, 0, 2, 2, 0],
        post: vec![1, 3, 0, 1, 2],
        weight: Some(vec![1.0, 2.0, 3.0, 4.0, 5.0]),
        delay: Some(vec![0.1, 0.2, 0.3, 0.04, 0.5]),
        shape: None,
    };
    let csr = connected(&Table(pairs), &Ends::between(3, 4), 25);
    assert_eq!(csr.indptr, [0, 2, 2, 5]);
    assert_eq!(csr.targets, Targets::U16(vec![2, 3, 0, 1, 1]));
    assert_eq!(csr.weights, Weights::F32(vec![5.0, 2.0, 3.0, 1.0, 4.0]));
    assert_eq!(csr.delays, Delays::U8(vec![5, 2, 3, 1, 1]));
    assert_eq!((csr.max_indegree(), csr.max_delay()), (2, 5));
}

#[test]
fn a_table_without_values_takes_the_projections_own() {
    let pairs = Pairs { pre: vec![0, 1], post: vec![1, 0], ..Pairs::default() };
    let csr = connected(&Table(pairs), &Ends::within(2), 26);
    assert_eq!((csr.weights, csr.delays), (Weights::Shared(0.5), Delays::Shared(15)));
}

#[test]
fn estimates_hold_and_do_not_overflow() {
    for rule in every_rule(N, 50, true, true) {
        let plan = varied(&[0, 100, N], 1);
        let (guess, csr) = (estimate(&*rule, &Ends::within(N.into()), &plan), made(&*rule, &plan));
        assert!((guess.synapses / csr.synapses() as f64 - 1.0).abs() < 0.05, "{rule:?}");
        assert!((guess.bytes / csr.memory_bytes() as f64 - 1.0).abs() < 0.05, "{rule:?}");
    }
    let huge = Ends::within(1_000_000_000_000);
    let guess = estimate(&AllToAll { self_connections: false }, &huge, &plan(1, &[0, 1]));
    assert_eq!(guess.synapses, 1e24 - 1e12);
    assert!(guess.bytes > 4e24 && guess.bytes.is_finite());
}

#[test]
fn progress_ascends_to_its_total() {
    for rule in every_rule(N, 50, true, true) {
        let mut seen = Vec::new();
        build(&*rule, &Ends::within(N.into()), &plan(27, &[0, N]), &mut |done, total| {
            seen.push((done, total))
        })
        .expect("a possible request");
        let total = seen[0].1;
        assert!(seen.is_sorted() && seen.iter().all(|&(_, t)| t == total), "{rule:?}");
        assert_eq!(seen.last(), Some(&(total, total)), "{rule:?}");
    }
}

#[test]
fn every_registered_rule_is_made_from_its_table_and_builds() {
    let names: BTreeSet<_> = RULES.iter().map(|rule| rule.entry.name).collect();
    assert_eq!(names.len(), RULES.len());
    for rule in RULES {
        let pairs = Some(Pairs { pre: vec![1], post: vec![1], shape: Some([4, 4]), ..Pairs::default() });
        let numbers: Vec<f64> = rule
            .entry
            .params
            .iter()
            .map(|field| match field.name {
                // A ring has two sides.
                "k" => 2.0,
                // Given in place of a probability.
                "n" => 2.0,
                _ if field.default.is_nan() => 1.0,
                _ => field.default,
            })
            .collect();
        let made = (rule.make)(Arguments { numbers: &numbers, pairs }).expect(rule.entry.name);
        assert!(connected(&*made, &on_a_grid([2, 2, 1], 2, false), 28).synapses() > 0, "{}", rule.entry.name);
        let nothing = (rule.make)(Arguments { numbers: &[], pairs: None })
            .and_then(|made| made.check(&on_a_grid([2, 2, 1], 2, false)));
        // Of a number and a probability, one is needed.
        let one_of = rule.entry.name == "fixed_total";
        let needs = one_of || rule.entry.params.iter().any(|field| field.default.is_nan());
        assert_eq!(nothing.is_err(), needs, "{}", rule.entry.name);
    }
}

#[test]
fn validation_weights_keep_all_their_digits() {
    let rule = FixedProbability { p: 0.1, self_connections: true };
    let single = made(&rule, &varied(&[0, N], 1));
    let double = made(&rule, &Plan { precision: Precision::Double, ..varied(&[0, N], 1) });
    let (Weights::F32(single), Weights::F64(double)) = (single.weights, double.weights) else {
        panic!("one weight for each synapse");
    };
    assert!(single.iter().zip(&double).all(|(&single, &double)| single == double as f32));
    assert!(double.iter().any(|&weight| f64::from(weight as f32) != weight));
}
