//! Wave: half a cosine, which two schedules share.

use ecs_core::number::Num;
use ecs_core::number::special::cos_turns;

/// From `top` to `bottom` along half a cosine, of which `part` has gone.
pub(super) fn half_wave(top: f64, bottom: f64, part: f64) -> f64 {
    bottom + (top - bottom) * (1.0 + cos_turns(Num(0.5 * part)).0) / 2.0
}
