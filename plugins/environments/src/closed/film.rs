//! Film: how an environment looked at its last ticks, for the report.

use bevy_ecs::prelude::*;
use ecs_core::control::Picture;
use ecs_core::network::Clock;

use super::step::Env;

/// Ticks that are kept.
const LONGEST: usize = 600;

/// The last pictures of an environment.
#[derive(Component, Debug)]
pub struct Film {
    /// Time in ms, and what was seen then; a ring.
    moments: Vec<(f64, Picture)>,
    next: usize,
}

impl Default for Film {
    fn default() -> Self {
        Self { moments: Vec::with_capacity(LONGEST), next: 0 }
    }
}

impl Film {
    /// Time in ms and picture, in order.
    pub fn moments(&self) -> impl Iterator<Item = &(f64, Picture)> {
        let (later, earlier) = self.moments.split_at(self.next);
        earlier.iter().chain(later).filter(|(_, picture)| !picture.shapes.is_empty())
    }

    fn take(&mut self, time: f64, draw: impl FnOnce(&mut Picture)) {
        // While the ring fills, the earliest stands first.
        if self.moments.len() < LONGEST {
            let mut picture = Picture::default();
            draw(&mut picture);
            return self.moments.push((time, picture));
        }
        let (at, picture) = &mut self.moments[self.next];
        *at = time;
        draw(picture);
        self.next = (self.next + 1) % LONGEST;
    }
}

/// Takes a picture of this tick.
pub(super) fn film(clock: Res<Clock>, mut envs: Query<(&Env, &mut Film)>) {
    for (env, mut film) in envs.iter_mut().filter(|(env, _)| env.ticks(clock.step)) {
        film.take(clock.time(), |picture| env.environment.draw(picture));
    }
}
