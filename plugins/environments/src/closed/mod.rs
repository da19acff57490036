//! Closed: the systems of the loop, which act at ticks only, and what they act on.
//!
//! | system | phase | reads | writes |
//! | --- | --- | --- | --- |
//! | `count` | Propagate | spikes of this step | counts of [`Act`] |
//! | `pace` | Control | the clock on the wall | waits until it is time |
//! | `sample` | Control | watched variables | their means in [`Act`] |
//! | `decode` | Control | counts of the last tick | the action of [`Env`] |
//! | `step` | Control | the action | observation, reward, episode |
//! | `film` | Control | the environment | its [`Film`] |
//! | `record` | Control | all of it | traces of the run |
//! | `encode` | Control | the observation | sources and stimuli that hear it |
//! | `reward` | Control | the reward | [`Modulators`](ecs_core::network::Modulators) of projections |
//!
//! At the first tick nothing was seen yet: the environment is reset, and shown. Between two episodes there may be a pause, in which it is not
//! stepped, and gives no rewards.

mod decode;
mod encode;
mod film;
mod goal;
mod pace;
mod record;
mod reward;
mod step;

use bevy_app::{App, Plugin};
use bevy_ecs::prelude::*;
use ecs_core::network::{Clock, Phase, Step};

pub use decode::{Act, Watched};
pub use encode::{Sense, Target};
pub use film::Film;
pub use goal::Goal;
pub use pace::{Overrun, Pace};
pub use record::Recorded;
pub use reward::Modulation;
pub use step::{Env, Episode};

/// Adds the systems of the loop.
pub struct EnvironmentsPlugin;

impl Plugin for EnvironmentsPlugin {
    fn build(&self, app: &mut App) {
        let ticks = |clock: Res<Clock>, envs: Query<&Env>| envs.iter().any(|env| env.ticks(clock.step));
        let control = (
            pace::pace,
            decode::sample,
            decode::decode,
            step::step,
            film::film,
            record::record,
            encode::encode,
            reward::reward,
        )
            .chain();
        app.add_systems(Step, control.in_set(Phase::Control).run_if(ticks));
        app.add_systems(Step, decode::count.in_set(Phase::Propagate));
    }
}
