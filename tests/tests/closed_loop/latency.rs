//! Latency: what is observed at a tick acts at the next one, to the step.

use tests::network::{Spike, built, run};

use super::{HEAD, env, read};

/// Steps of a tick.
const EVERY: u64 = 50;

const CUES: &str = "
[population.cues]
size = 4
neuron = \"one_hot_encoder\"
";

const CELLS: &str = "
[population.cells]
size = 4
neuron = \"lif\"
params = { t_ref = \"0.5 ms\" }
";

const SENSE: &str = "
[[env.sense]]
port = \"cue\"
into = \"cues\"
";

const ACT: &str = "
[[env.act]]
from = \"cells\"
decoder = \"first_to_spike\"
";

/// Cue neurons that each drive a cell of their own, `delay` later; the cells choose. With more lines in `[env]`.
fn echoes(delay: &str, more: &str) -> String {
    format!(
        r#"{HEAD}
{CUES}{CELLS}
[[projection]]
from = "cues"
to = "cells"
connect = "one_to_one"
weight = "100 mV"
delay = "{delay}"
[env]
kind = "echo"
control = "5 ms"
{more}
{SENSE}{ACT}
"#
    )
}

/// Spikes of some ticks, and at each tick the observation and the action.
fn course(text: &str, ticks: u64) -> (Vec<Spike>, Vec<[f64; 2]>) {
    let mut simulation = built(&read(text));
    let (mut spikes, mut seen) = (Vec::new(), Vec::new());
    for _ in 0..ticks {
        // The control of a tick is the first thing in its first step.
        run(&mut simulation, 1, |step, k, fired| spikes.extend(fired.iter().map(|n| (step, k, *n))));
        let env = env(&mut simulation);
        seen.push([env.observation[0], env.action[0]]);
        run(&mut simulation, EVERY - 1, |step, k, fired| spikes.extend(fired.iter().map(|n| (step, k, *n))));
    }
    (spikes, seen)
}

#[test]
fn an_action_follows_spikes_that_follow_the_observation_of_the_tick_before() {
    const TICKS: u64 = 9;
    // The last spike that a tick can see is that of its last step.
    for (delay, steps) in [("0.1 ms", 1), ("4.9 ms", EVERY - 1)] {
        let (spikes, seen) = course(&echoes(delay, ""), TICKS);
        // The cue of the n-th tick is the n-th, since the action of each tick is the cue of the one before.
        let cue = |n: u64| (n % 4) as f64;
        let right: Vec<[f64; 2]> =
            (0..TICKS).map(|n| [cue(n), if n == 0 { 0.0 } else { cue(n - 1) }]).collect();
        assert_eq!(seen, right, "delay {delay}");
        let of = |n: u64| (n % 4) as u32;
        let mut right: Vec<Spike> = (0..TICKS).map(|n| (n * EVERY, 0, of(n))).collect();
        right.extend((0..TICKS).map(|n| (n * EVERY + steps, 1, of(n))));
        right.sort_unstable();
        assert_eq!(spikes, right, "delay {delay}");
    }
}

#[test]
fn the_order_in_which_things_are_made_changes_nothing() {
    let text = echoes("4.9 ms", "");
    let (mut right, seen) = course(&text, 9);
    let populations = text.replace(&[CUES, CELLS].concat(), &[CELLS, CUES].concat());
    let tables = text.replace(&[SENSE, ACT].concat(), &[ACT, SENSE].concat());
    assert!(populations != text && tables != text);
    assert_eq!(course(&tables, 9), (right.clone(), seen.clone()));
    right.iter_mut().for_each(|(_, population, _)| *population = 1 - *population);
    right.sort_unstable();
    let (mut found, also) = course(&populations, 9);
    found.sort_unstable();
    assert_eq!((found, also), (right, seen));
}

#[test]
fn a_spike_at_the_step_of_a_tick_counts_for_the_next_one() {
    let (_, seen) = course(&echoes("5 ms", ""), 9);
    // The cue 0 of the first tick fires its cell at the second, so the third is the first to see it; one spike of each cue comes a tick late.
    let cues: Vec<f64> = seen.iter().map(|[cue, _]| *cue).collect();
    // Tick 1 sees nothing and repeats action 0: cue 1. Ticks 2 and 3 see cues 0 and 1, and so on.
    assert_eq!(cues, [0.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 0.0, 0.0]);
}

#[test]
fn a_pause_between_episodes_shows_zeros_and_ignores_actions() {
    // Episodes of three steps, and four ticks to the next: the end of an episode is the first tick of the pause.
    let text =
        echoes("0.1 ms", "iti = \"20 ms\"").replace("\"echo\"", "{ echo = { steps = 3, rewards = [1] } }");
    let (_, seen) = course(&text, 15);
    let cues: Vec<f64> = seen.iter().map(|[cue, _]| *cue).collect();
    let once = [0.0, 1.0, 2.0, 0.0, 0.0, 0.0, 0.0];
    assert_eq!(cues, [&once[..], &once, &once[..1]].concat());
    let mut simulation = built(&read(&text));
    run(&mut simulation, 15 * EVERY, |_, _, _| ());
    let episodes: Vec<_> = env(&mut simulation).episodes.iter().map(|e| (e.step, e.ticks, e.total)).collect();
    assert_eq!(episodes, [(3 * EVERY, 3, 3.0), (10 * EVERY, 3, 3.0)]);
}
