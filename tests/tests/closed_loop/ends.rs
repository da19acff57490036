//! Ends: episodes, rewards that are reached, and actions that are not allowed.

use std::sync::atomic::AtomicBool;

use environments::Goal;
use recording::{RunFolder, Sample, each_sample};
use scenarios::assemble::assemble;
use scenarios::simulate::{Ending, close, simulate};

use super::{HEAD, env, over, read};

fn given(kind: &str, more: &str) -> String {
    format!(
        "{HEAD}\n[population.cells]\nsize = 2\nneuron = \"lif\"\n[env]\nkind = {{ {kind} }}\ncontrol = \"5 ms\"\n{more}"
    )
}

#[test]
fn a_run_ends_after_as_many_episodes_as_are_wanted() {
    let (mut simulation, ended) =
        over(&given("giver = { steps = 4, rewards = [1, 2] }", "[env.stop]\nepisodes = 3\n"));
    assert_eq!(ended.ending, Ending::Finished);
    // The twelfth tick after the first one is its end, and its step is the last that is run.
    assert_eq!(ended.steps, 12 * 50 + 1);
    let env = env(&mut simulation);
    assert_eq!(env.episodes.iter().map(|e| (e.ticks, e.total)).collect::<Vec<_>>(), [(4, 6.0); 3]);
    let goal = simulation.app.world().resource::<Goal>();
    assert_eq!(goal.reached.as_deref(), Some("3 episodes are over"));
}

#[test]
fn a_run_ends_when_the_mean_return_is_reached() {
    // Two ticks an episode, and a limit that cuts it off there: returns of 3 from the first.
    let ends = |reward: f64, over_episodes: u64| {
        let stop = format!("limit = 2\n[env.stop]\nreward = {reward}\nover = {over_episodes}\n");
        over(&given("giver = { rewards = [1, 2] }", &stop)).1.steps
    };
    assert_eq!(ends(3.0, 1), 2 * 50 + 1);
    assert_eq!(ends(3.0, 5), 10 * 50 + 1, "as many episodes as the mean is of");
    assert_eq!(ends(3.1, 1), 10_000, "to the end of the run");
}

#[test]
fn an_episode_that_is_cut_off_did_not_end_of_its_own() {
    let (mut simulation, _) =
        over(&given("giver = { rewards = [1] }", "limit = 7\n[env.stop]\nepisodes = 1\n"));
    let outcome = env(&mut simulation).episodes[0].outcome;
    assert!(outcome.truncated && !outcome.terminated);
}

/// Someone who always pushes a pendulum with 5 where 2 is the most.
fn pushes(more: &str) -> String {
    let act = "[[env.act]]\nfrom = \"cells[0]\"\ndecoder = { weighted_count = { offset = 5 } }\n";
    given("pendulum = {}", &format!("{more}\n{act}")).replace("\"5 ms\"", "\"50 ms\"")
}

#[test]
fn an_action_outside_the_bounds_ends_the_run_and_what_was_recorded_is_kept() {
    let path = std::env::temp_dir().join(format!("synfire_loop_{}", std::process::id()));
    let folder = RunFolder::create(&path, true).expect("a temporary folder");
    let scenario = read(&pushes(""));
    let mut simulation =
        assemble(&scenario, Some(&folder), &mut |_, _, _| ()).unwrap_or_else(|e| panic!("{e}"));
    let ended = simulate(&mut simulation, scenario.run.steps, &AtomicBool::new(false), &mut |_| ());
    let Ending::Failed(found) = ended.ending else { panic!("it went on: {:?}", ended.ending) };
    assert!(found.contains("environment `env`, t = 50.000 ms: action `"), "{found}");
    assert!(
        found.contains("[0]` is 5; -2 to 2 is allowed; change the decoder, or write `clip = true`"),
        "{found}"
    );
    close(&mut simulation).expect("what was recorded is kept");
    let mut seen = Vec::new();
    let kept = each_sample(&path, |Sample { time_ms, population, variable, .. }| {
        seen.push((time_ms, population.to_owned(), variable.to_owned()));
    });
    assert!(kept.expect("the traces can be read"), "there are traces");
    assert!(seen.iter().any(|(time, population, _)| *time == 0.0 && population == "env"), "{seen:?}");
    std::fs::remove_dir_all(&path).expect("a temporary folder");
    // Where it is moved into the bounds the run goes on.
    let (mut simulation, ended) = over(&pushes("clip = true"));
    assert_eq!((ended.ending, env(&mut simulation).action[0]), (Ending::Finished, 2.0));
}
