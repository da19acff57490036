//! Step: the environment goes from tick to tick, and from episode to episode. One that steps by an interval of its own may take several
//! steps in a tick, under one action.

use bevy_ecs::prelude::*;
use ecs_core::control::{Environment, Outcome, Spec};
use ecs_core::network::{Clock, Fault};
use ecs_core::random::{Key, Purpose};

use super::decode::Act;
use super::goal::Goal;

/// An episode that is over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Episode {
    /// Ticks it took.
    pub ticks: u64,
    /// The sum of its rewards.
    pub total: f64,
    /// How it ended.
    pub outcome: Outcome,
    /// The step at which it ended.
    pub step: u64,
}

/// An environment in the world, and what is between it and the network.
#[derive(Component)]
pub struct Env {
    /// What reports and recordings call it.
    pub name: String,
    /// The environment.
    pub environment: Box<dyn Environment>,
    /// Steps of a tick.
    pub every: u64,
    /// Length of a tick, in ms.
    pub interval: f64,
    /// Steps of the environment in a tick.
    repeats: u32,
    /// Its stream of seeds, one for each episode.
    pub key: Key,
    /// Ticks after which an episode is cut off.
    pub limit: u64,
    /// Ticks from the end of an episode to the beginning of the next one; 0: both are the same tick.
    pub pause: u64,
    /// Whether actions outside the bounds are moved into them, rather than refused.
    pub clip: bool,
    /// What is shown now, `[place]`.
    pub observation: Vec<f64>,
    /// What is done, `[place]`.
    pub action: Vec<f64>,
    /// What the last action brought.
    pub outcome: Outcome,
    /// Ticks of this episode.
    pub ticks: u64,
    /// Rewards of this episode.
    pub total: f64,
    /// Episodes that are over.
    pub episodes: Vec<Episode>,
    /// What the environment says of them, `[episode, name]`.
    pub accounts: Vec<f64>,
    /// Steps in which it was seen whether what had to be done was done.
    pub tests: Vec<(u64, bool)>,
    /// Whether it was reset at all.
    begun: bool,
    /// Ticks until the next episode begins.
    resting: u64,
    /// Whether it took a step in this tick.
    acted: bool,
}

impl Env {
    /// One that was not reset yet, whose seeds follow from that of the run and its stream.
    ///
    /// # Errors
    /// Where the environment steps by an interval of its own, of which the tick is no whole multiple.
    pub fn new(
        name: &str,
        environment: Box<dyn Environment>,
        every: u64,
        (clock, stream): (&Clock, u32),
    ) -> Result<Self, String> {
        let interval = every as f64 * clock.dt;
        let spec = environment.spec();
        let own = spec.interval.unwrap_or(interval);
        let repeats = (interval / own).round();
        if repeats < 1.0 || (repeats * own - interval).abs() > 1e-9 * interval {
            return Err(format!(
                "it steps by {own} ms, and a tick of {interval} ms is no whole multiple of it; write `control = \"{own} ms\"`"
            ));
        }
        let (seen, done) = (Spec::width(&spec.observation), Spec::width(&spec.action));
        Ok(Self {
            name: name.to_owned(),
            environment,
            every,
            interval,
            repeats: repeats as u32,
            key: Key::new(clock.seed, stream, Purpose::Environment),
            limit: u64::MAX,
            pause: 0,
            clip: false,
            observation: vec![0.0; seen],
            action: vec![0.0; done],
            outcome: Outcome::default(),
            ticks: 0,
            total: 0.0,
            episodes: Vec::new(),
            accounts: Vec::new(),
            tests: Vec::new(),
            begun: false,
            resting: 0,
            acted: false,
        })
    }

    /// Whether a step is one of its ticks.
    pub fn ticks(&self, step: u64) -> bool {
        step.is_multiple_of(self.every)
    }

    /// Whether it has been reset and shown.
    pub fn has_begun(&self) -> bool {
        self.begun
    }

    /// Whether this tick brought what `outcome` says: the first one brings nothing, nor do those between two episodes.
    pub fn has_acted(&self) -> bool {
        self.acted
    }

    fn seed(&self) -> u64 {
        let words = self.key.block(self.episodes.len() as u64, 0);
        u64::from(words[0]) << 32 | u64::from(words[1])
    }

    fn reset(&mut self) -> Result<(), String> {
        self.begun = true;
        let seed = self.seed();
        self.environment.reset(seed, &mut self.observation)
    }

    /// Goes on by a tick. Where an episode ends, the next one begins after a pause, or at once, and its first observation is shown.
    fn go_on(&mut self, step: u64) -> Result<(), String> {
        self.acted = self.begun && self.resting == 0;
        if !self.acted {
            self.outcome = Outcome::default();
            self.resting = self.resting.saturating_sub(1);
            return if self.resting == 0 { self.reset() } else { Ok(()) };
        }
        self.check()?;
        let (mut outcome, own) = (Outcome::default(), self.interval / f64::from(self.repeats));
        for _ in 0..self.repeats {
            let next = self.environment.step(&self.action, own, &mut self.observation)?;
            self.tests.extend(next.success.map(|done| (step, done)));
            outcome = Outcome { reward: outcome.reward + next.reward, ..next };
            if outcome.ended() || outcome.finished {
                break;
            }
        }
        self.ticks += 1;
        self.total += outcome.reward;
        outcome.truncated |= self.ticks >= self.limit;
        self.outcome = outcome;
        if outcome.finished {
            return Ok(());
        }
        if outcome.ended() {
            self.episodes.push(Episode { ticks: self.ticks, total: self.total, outcome, step });
            self.environment.account(&mut self.accounts);
            (self.ticks, self.total, self.resting) = (0, 0.0, self.pause);
            if self.pause == 0 {
                return self.reset();
            }
            self.observation.fill(0.0);
        }
        Ok(())
    }

    fn check(&mut self) -> Result<(), String> {
        let mut at = 0;
        for port in &self.environment.spec().action {
            let values = &mut self.action[at..at + port.width()];
            at += port.width();
            if self.clip {
                port.clip(values);
            }
            if let Some((k, allowed)) = port.refuses(values) {
                return Err(format!(
                    "action `{}[{k}]` is {}; {allowed} is allowed; change the decoder, or write `clip = true` in `[env]`",
                    port.name, values[k]
                ));
            }
        }
        Ok(())
    }
}

/// Environments go on by a tick.
pub(super) fn step(
    clock: Res<Clock>,
    mut fault: ResMut<Fault>,
    goal: Option<ResMut<Goal>>,
    mut envs: Query<(Entity, &mut Env)>,
    mut acts: Query<&mut Act>,
) {
    let mut reached = None;
    for (entity, mut env) in &mut envs {
        if !env.ticks(clock.step) {
            continue;
        }
        if let Err(found) = env.go_on(clock.step) {
            fault.raise(|| format!("environment `{}`, t = {:.3} ms: {found}", env.name, clock.time()));
        }
        if env.outcome.finished {
            reached = Some(format!("environment `{}` has nothing more to come", env.name));
        }
        if env.ticks == 0 {
            reached = reached.or_else(|| goal.as_ref()?.of(&env));
            acts.iter_mut().filter(|act| act.env == entity).for_each(|mut act| act.decoder.reset());
        }
    }
    if let (Some(mut goal), Some(reached)) = (goal, reached) {
        goal.reached = Some(reached);
    }
}
