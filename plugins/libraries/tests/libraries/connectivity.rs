//! The example's rule: checked, and its operator is one matrix, however it is used.

use ecs_core::network::{Arrivals, Inbox, Operator, Target};
use libraries::load;

use crate::example::adaptive;
use crate::network::recurrent;

const N: u64 = 50;

/// Weight of each pair, `[pre][post]`.
fn expected(sigma: f64, reach: i64) -> Vec<Vec<f32>> {
    let weight = |i: i64, j: i64| {
        let d = (i - j).abs().min(N as i64 - (i - j).abs());
        if d == 0 || d > reach {
            0.0
        } else {
            (2.0 * (-(d as f64).powi(2) / (2.0 * sigma * sigma)).exp()) as f32
        }
    };
    (0..N as i64).map(|i| (0..N as i64).map(|j| weight(i, j)).collect()).collect()
}

fn ring() -> Box<dyn Operator> {
    let rule = libraries::load(adaptive(), None).unwrap().connectors[0];
    (rule.connect)(recurrent(N, &[3.0, 7.0], &[0, 30, 50]), &mut |_, _| ()).unwrap()
}

#[test]
fn spikes_reach_their_targets_in_every_shard() {
    let (ring, expected) = (ring(), expected(3.0, 7));
    for spike in [0, 3, 29, 30, 49] {
        for (shard, range) in [(0, 0..30), (1, 30..50)] {
            let mut sums = vec![0.0; 2 * range.len()];
            let (first, neurons) = (range.start as u32, range.len());
            let inbox = Inbox::Sum32(&mut sums);
            let mut target = Target { inbox, first, neurons, slots: 2, slot: 1 };
            ring.deliver(shard, Arrivals::plain(0, &[spike]), &mut target);
            assert_eq!(
                sums[neurons..],
                expected[spike as usize][range.clone()],
                "spike {spike}, shard {shard}"
            );
            assert!(sums[..neurons].iter().all(|x| *x == 0.0), "the other slot stays");
        }
    }
}

#[test]
fn forward_transposed_and_gradient_speak_of_one_matrix() {
    let (ring, expected) = (ring(), expected(3.0, 7));
    let n = N as usize;
    for i in 0..n {
        let mut one = vec![0.0; n];
        one[i] = 1.0;
        let (mut post, mut pre) = (vec![0.0; n], vec![0.0; n]);
        ring.forward(&one, &mut post);
        ring.transposed(&one, &mut pre);
        assert_eq!(post, expected[i]);
        assert_eq!(pre, expected.iter().map(|row| row[i]).collect::<Vec<_>>());
    }
    let [pre, post]: [Vec<f32>; 2] = [1.0, 100.0].map(|x| (0..n).map(|k| x + k as f32).collect());
    let mut found = Vec::new();
    ring.weight_gradient(&pre, &post, &mut |synapse, gradient| found.push((synapse, gradient)));
    let pairs = (0..n).flat_map(|i| (0..n).map(move |j| (i, j))).filter(|(i, j)| expected[*i][*j] != 0.0);
    let gradients: Vec<_> = pairs.enumerate().map(|(k, (i, j))| (k as u64, pre[i] * post[j])).collect();
    assert_eq!(found, gradients);
    let transfer = ring.transfer();
    assert_eq!((transfer.synapses, transfer.most_per_neuron, transfer.delay), (50 * 14, 14, 3));
    assert_eq!((transfer.shared_weight, transfer.own_delays), (None, false));
}

#[test]
fn what_is_impossible_is_refused_with_the_words_of_the_rule() {
    let library = load(adaptive(), None).unwrap();
    let rule = library.connectors[0];
    let cost = (rule.check)(&recurrent(N, &[3.0, 7.0], &[0, 50])).unwrap();
    assert_eq!(cost.synapses, 700.0);
    let error = (rule.check)(&recurrent(N, &[3.0, 25.0], &[0, 50])).unwrap_err();
    let name = format!("library `{}`: connector `ring`, function `check`", library.path.display());
    assert_eq!(error, format!("{name}: failed: `reach` is 25; a whole number up to 24 is allowed; lower it"));
    assert!(library.failures.take().is_none(), "an answer to a question is no failure of a run");
}
