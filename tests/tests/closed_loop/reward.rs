//! Reward: it reaches synapses whose rule has a modulator, as spikes of a modulator would.

use ecs_core::number::{Num, Real};
use environments::Modulation;
use tests::network::{built, run, weights};

use super::{HEAD, read};

/// A sender whose spike makes a pair with that of the receiver at 30 ms, and a rule that waits for dopamine.
fn pair(modulator: &str, more: &str) -> String {
    format!(
        r#"{HEAD}
[population.sender]
size = 1
neuron = "spike_times"
params = {{ times = ["20 ms"] }}
[population.teacher]
size = 1
neuron = "spike_times"
params = {{ times = ["29.9 ms"] }}
[population.cells]
size = 1
neuron = "lif"
[[projection]]
from = "teacher"
to = "cells"
connect = "one_to_one"
weight = "100 mV"
delay = "0.1 ms"
[[projection]]
name = "plastic"
from = "sender"
to = "cells"
connect = "one_to_one"
weight = "0.5 mV"
delay = "2 ms"
plasticity = {{ stdp_dopamine = {{ A_plus = "1 mV", w_max = "9 mV" }} }}
{modulator}
{more}
"#
    )
}

/// The same, where a reward for each tick of 10 ms comes from outside.
fn rewarded(rewards: &[f64], more: &str) -> String {
    let env = format!(
        "[env]\nkind = {{ giver = {{ rewards = {rewards:?} }} }}\ncontrol = \"10 ms\"\n[env.reward]\ninto = [\"plastic\"]\n{more}"
    );
    pair("", &env)
}

fn learnt(text: &str, steps: u64) -> f64 {
    let mut simulation = built(&read(text));
    run(&mut simulation, steps, |_, _, _| ());
    weights(simulation.app.world_mut())[0]
}

#[test]
fn a_reward_changes_what_as_many_spikes_of_a_modulator_would() {
    // Three neurons fire at 48 ms, which is seen 2 ms later; the reward of the fifth tick comes at 50 ms.
    let dopamine =
        "[population.dopamine]\nsize = 3\nneuron = \"spike_times\"\nparams = { times = [\"48 ms\"] }\n";
    let spikes = pair("modulator = \"dopamine\"", dopamine);
    let rewards = [0.0, 0.0, 0.0, 0.0, 3.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    for steps in [499, 501, 700, 1000] {
        let (found, right) = (learnt(&rewarded(&rewards, ""), steps), learnt(&spikes, steps));
        assert!(found.to_bits() == right.to_bits(), "after {steps} steps: {found}, not {right}");
        assert!((right > 0.5) == (steps > 500), "it learns after 50 ms: {right} after {steps} steps");
    }
    // A gain of 3 makes three spikes of a reward of 1.
    let thirds = rewards.map(|reward| reward / 3.0);
    assert!(learnt(&rewarded(&thirds, "gain = 3"), 1000).to_bits() == learnt(&spikes, 1000).to_bits());
}

#[test]
fn weights_move_by_the_sign_of_a_reward() {
    let after = |reward: f64| learnt(&rewarded(&[reward], ""), 650);
    assert!(after(1.0) > 0.5 && after(-1.0) < 0.5 && after(0.0) == 0.5);
}

/// What rewards say beyond their running mean, which follows by 25 ms.
fn surprises(rewards: &[f64]) -> (Vec<f64>, f64) {
    let (share, mut mean) = (1.0 - Num(-10.0 / 25.0_f64).exp().0, 0.0);
    let surprise = |reward: &f64| {
        let surprise = reward - mean;
        mean += surprise * share;
        surprise
    };
    (rewards.iter().map(surprise).collect(), mean)
}

#[test]
fn weights_move_by_what_a_reward_is_beyond_the_mean() {
    let tau = "tau = \"25 ms\"";
    let before = [1.0, 0.5, 2.0, 1.0, 1.5];
    let (_, mean) = surprises(&before);
    let after = |last: f64| {
        let rewards = [&before[..], &[last]].concat();
        let found = learnt(&rewarded(&rewards, tau), 650);
        let right = learnt(&rewarded(&surprises(&rewards).0, ""), 650);
        assert!(found.to_bits() == right.to_bits(), "{found}, not {right}");
        found
    };
    let nothing = after(mean);
    assert!(after(mean + 0.1) > nothing && after(mean - 0.1) < nothing);
}

#[test]
fn what_is_expected_is_the_running_mean_of_rewards() {
    let rewards = [1.0, -2.0, 0.5, 4.0, 0.0];
    let mut simulation = built(&read(&rewarded(&rewards, "tau = \"25 ms\"")));
    run(&mut simulation, 501, |_, _, _| ());
    let world = simulation.app.world_mut();
    let found = world.query::<&Modulation>().single(world).expect("one projection is modulated").expected;
    let (_, right) = surprises(&rewards);
    assert!(found == right, "{found}, not {right}");
}
