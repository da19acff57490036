//! Made up: worlds so simple that what a network does in them can be said beforehand.

use std::time::Duration;

use ecs_core::control::{Environment, EnvironmentModel, EnvironmentPlan, Outcome, Port, Spec};
use ecs_core::registry::{Bound, Entry, Field, Kind};

/// What both take: a reward for each step of the episode, again from the first after the last; steps of an episode, 0 for no end; and
/// how long the step of that number takes on the clock on the wall.
const PARAMS: &[Field] = &[
    Field::list("rewards", "", "rewards, one for each step"),
    Field::number("steps", 0.0, "", "steps of an episode; 0: it does not end").within(Bound::NonNegative),
    Field::number("slow", -1.0, "", "the step that takes `takes`"),
    Field::number("takes", 0.0, "ms", "how long it takes").within(Bound::NonNegative),
];

/// Cues of `echo`.
const CUES: u32 = 4;

struct MadeUp {
    spec: Spec,
    rewards: Vec<f64>,
    steps: u64,
    slow: f64,
    takes: Duration,
    /// Steps of this episode, and of all.
    taken: u64,
    ever: u64,
}

fn made(plan: &EnvironmentPlan, spec: Spec) -> Box<dyn Environment> {
    let [steps, slow, takes] = plan.given.numbers();
    Box::new(MadeUp {
        spec,
        rewards: plan.given.list("rewards").to_vec(),
        steps: steps as u64,
        slow,
        takes: Duration::from_secs_f64(takes * 1e-3),
        taken: 0,
        ever: 0,
    })
}

impl Environment for MadeUp {
    fn spec(&self) -> &Spec {
        &self.spec
    }

    /// The first cue of the k-th episode is that of the seed; nobody needs it, so it is always 0.
    fn reset(&mut self, _: u64, observation: &mut [f64]) -> Result<(), String> {
        self.taken = 0;
        observation.fill(0.0);
        Ok(())
    }

    /// The next cue is one more than the action says.
    fn step(&mut self, action: &[f64], _: f64, observation: &mut [f64]) -> Result<Outcome, String> {
        if self.ever as f64 == self.slow {
            std::thread::sleep(self.takes);
        }
        let at = self.taken as usize % self.rewards.len().max(1);
        let reward = self.rewards.get(at).copied().unwrap_or(0.0);
        (self.taken, self.ever) = (self.taken + 1, self.ever + 1);
        if let [cue] = observation {
            *cue = (action[0] + 1.0) % f64::from(CUES);
        }
        Ok(Outcome { reward, terminated: self.taken == self.steps, ..Outcome::default() })
    }
}

/// Shows a cue, takes one, and shows the next.
fn echo(plan: &EnvironmentPlan) -> Result<Box<dyn Environment>, String> {
    let (observation, action) = (vec![Port::discrete("cue", CUES)], vec![Port::discrete("choice", CUES)]);
    Ok(made(plan, Spec { observation, action, interval: None }))
}

/// Shows nothing and takes nothing, but gives rewards.
fn giver(plan: &EnvironmentPlan) -> Result<Box<dyn Environment>, String> {
    Ok(made(plan, Spec::default()))
}

const fn entry(name: &'static str) -> Entry {
    Entry {
        kind: Kind::Environment,
        name,
        origin: "this test",
        doc: "A world of this test.",
        params: PARAMS,
        state: &[],
        input: "",
        drive: None,
    }
}

inventory::submit! { EnvironmentModel { entry: entry("echo"), build: echo } }
inventory::submit! { EnvironmentModel { entry: entry("giver"), build: giver } }
