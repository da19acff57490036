//! Worlds, one file each: inside the program, or over a bridge to another. To add one, write its file and its name in this list.

ecs_core::register!(EnvironmentModel: acrobot, cartpole, chemotaxis, external, gym, pendulum, pong, robot2d, task);

mod pcg;

use ecs_core::number::Num;
use ecs_core::number::special::{cos_turns, sin_turns};

/// Sine and cosine of an angle in rad, the same bits on every machine.
fn sin_cos(angle: f64) -> (f64, f64) {
    let turns = Num(angle / std::f64::consts::TAU);
    (sin_turns(turns).0, cos_turns(turns).0)
}

/// Shows numbers as Gymnasium does, in single precision.
fn show(numbers: &[f64], observation: &mut [f64]) {
    observation.iter_mut().zip(numbers).for_each(|(shown, x)| *shown = f64::from(*x as f32));
}

/// A number of steps that a scenario gives.
fn whole(name: &str, steps: f64) -> Result<u64, String> {
    match steps.fract() == 0.0 {
        true => Ok(steps as u64),
        false => Err(format!("`{name}` is {steps}; a whole number of steps is allowed")),
    }
}
