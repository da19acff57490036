//! External: a world that somebody else runs, who listens at a socket, or who started this program and talks to its standard input.
//!
//! ```toml
//! [env]
//! kind    = { external = { address = "tcp:127.0.0.1:5005" } }     # or unix:/run/robot.sock, or stdio
//! control = "20 ms"
//! ```
//!
//! The other side tells its ports. `python/synfire_env.py` has both ends for Python: `serve` for an environment, and `Brain`, which holds
//! this program as a policy: `action = brain.step(observation)`.
//!
//! Source: this project; the protocol is in `docs/environments.md`.

use std::time::Duration;

use ecs_core::control::{Environment, EnvironmentPlan};
use ecs_core::registry::{Bound, Field};

use crate::bridge::{Bridge, Greeting, Link};

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    Field::text("address", f64::NAN, "`tcp:127.0.0.1:PORT`, `unix:PATH`, or `stdio`"),
    Field::number("timeout", 30_000.0, "ms", "how long an answer may take").within(Bound::Positive),
    Field::word("frames", &["binary", "json"], "how frames are written; json is to be read by people"),
];

fn is_near(address: &str) -> bool {
    ["tcp:127.0.0.1:", "tcp:localhost:", "tcp:[::1]:"].iter().any(|near| address.starts_with(near))
}

/// Reaches it.
///
/// # Errors
/// Where nobody listens, or answers in time.
pub fn build(plan: &EnvironmentPlan) -> Result<Box<dyn Environment>, String> {
    let [timeout, json] = plan.given.numbers();
    let (address, limit) = (plan.text("address"), Duration::from_secs_f64(timeout * 1e-3));
    let link = match address {
        "stdio" => Link::standard(limit),
        // A scenario alone opens no way out of the machine.
        address if address.starts_with("tcp:") && !is_near(address) => {
            return Err(format!("`{address}` is not this machine; write `tcp:127.0.0.1:PORT`"));
        }
        address => Link::connect(address, limit),
    };
    let link = link.map_err(|error| format!("`{address}` cannot be reached: {error}"))?;
    let asked = Greeting { json: json == 1.0, ..Greeting::ask(address) };
    Ok(Box::new(Bridge::open(link, &asked)?))
}
