//! Goal: what ends a run before its time.

use bevy_ecs::prelude::*;

use super::step::Env;

/// When a run may end.
#[derive(Resource, Clone, Debug, Default)]
pub struct Goal {
    /// After so many episodes of an environment.
    pub episodes: Option<u64>,
    /// When the mean return of the last so many episodes reaches this.
    pub reward: Option<(f64, u64)>,
    /// What was reached, in words.
    pub reached: Option<String>,
}

impl Goal {
    /// Whether an environment reaches it, and in which words.
    pub(super) fn of(&self, env: &Env) -> Option<String> {
        let done = env.episodes.len() as u64;
        if let Some(episodes) = self.episodes.filter(|episodes| done >= *episodes) {
            return Some(format!("{episodes} episodes are over"));
        }
        let (reward, over) = self.reward.filter(|(_, over)| done >= *over)?;
        let last = &env.episodes[(done - over) as usize..];
        let mean = last.iter().map(|episode| episode.total).sum::<f64>() / over as f64;
        (mean >= reward).then(|| format!("the mean return of the last {over} episodes is {mean:.4}"))
    }
}
