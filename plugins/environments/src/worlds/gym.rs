//! Gym: an environment of Gymnasium, in a Python process beside this one.
//!
//! ```toml
//! [env]
//! kind    = { gym = { id = "CartPole-v1" } }
//! control = "20 ms"
//! ```
//!
//! `kwargs` are arguments of `gymnasium.make`, as JSON: `kwargs = "{\"continuous\": true}"`. The observation is one port, `obs`, or one
//! for each key of a Dict; so is the action, `action`. Discrete values count from 0. With `copies` so many environments step in one frame:
//! ports have their places one copy after the other, each copy is reset by itself when its episode ends, and the reward is their mean. The process
//! ends with the run.
//!
//! Python is `python3`, or what the variable `SYNFIRE_PYTHON` names: a scenario alone names no program, and no module to import.
//!
//! Source: Gymnasium 1.2, <https://gymnasium.farama.org>; the protocol is in `docs/environments.md`.

use std::process::Command;
use std::time::Duration;

use ecs_core::control::{Environment, EnvironmentPlan};
use ecs_core::registry::{Bound, Field};

use crate::bridge::{Bridge, Greeting, Link};

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    Field::text("id", f64::NAN, "the environment, as `gymnasium.make` calls it"),
    Field::text("kwargs", 0.0, "arguments of `gymnasium.make`, as a JSON object"),
    Field::number("copies", 1.0, "", "environments that step in one frame").within(Bound::Positive),
    Field::number("timeout", 30_000.0, "ms", "how long an answer may take").within(Bound::Positive),
    Field::word("frames", &["binary", "json"], "how frames are written; json is to be read by people"),
];

/// What the process runs: nothing from the folder it is started in.
const CLIENT: &str =
    concat!("import sys; sys.path[:] = [p for p in sys.path if p]\n", include_str!("../../python/synfire_env.py"));
/// Names the Python that has Gymnasium.
const PYTHON: &str = "SYNFIRE_PYTHON";

/// Starts one.
///
/// # Errors
/// Where Python or Gymnasium are missing, the environment is unknown, or does not answer in time.
pub fn build(plan: &EnvironmentPlan) -> Result<Box<dyn Environment>, String> {
    let [copies, timeout, json] = plan.given.numbers();
    let id = plan.text("id");
    if id.contains(':') {
        return Err(format!("`{id}` names a module to import, which a scenario alone does not; register it where Gymnasium is installed"));
    }
    let python = std::env::var(PYTHON).unwrap_or_else(|_| "python3".to_owned());
    let kwargs = match plan.text("kwargs") {
        "" => serde_json::Map::new(),
        text => serde_json::from_str(text).map_err(|error| format!("`kwargs` is no JSON object: {error}"))?,
    };
    let mut command = Command::new(&python);
    command.args(["-u", "-c", CLIENT]);
    let link = Link::start(command, Duration::from_secs_f64(timeout * 1e-3))
        .map_err(|error| format!("`{python}` cannot be started: {error}; install Python, or name one by the variable {PYTHON}"))?;
    let copies = (copies > 1.0).then_some(copies as u32);
    let asked = Greeting { kwargs, copies, json: json == 1.0, ..Greeting::ask(id) };
    Ok(Box::new(Bridge::open(link, &asked)?))
}
