//! Bridge: an environment in another process, over a small protocol: a JSON line each way, then frames of fixed length.
//!
//! [`gym`](crate::worlds::gym) starts a Python that has Gymnasium; [`external`](crate::worlds::external) talks to whoever holds the other
//! end of a socket or of the standard streams. Both are the same [`Bridge`]. The protocol is in `docs/environments.md`.

mod frame;
mod greeting;
mod link;
mod serve;

use ecs_core::control::{Environment, Outcome, Spec};

pub use frame::{Frames, Op, Reply, Request};
pub use greeting::{Greeting, PROTOCOL, VERSION};
pub use link::{Link, Trouble};
pub use serve::serve;

/// The near end of an environment that lives elsewhere.
pub struct Bridge {
    link: Link,
    frames: Frames,
    spec: Spec,
    /// What errors call the other side.
    name: String,
    ticks: u64,
    request: Request,
    reply: Reply,
}

impl Bridge {
    /// Greets the other side and learns its ports.
    ///
    /// # Errors
    /// Where it does not answer in time, speaks another protocol or version, or has ports that make no sense.
    pub fn open(mut link: Link, asked: &Greeting) -> Result<Self, String> {
        let name = asked.name.clone();
        let found = |trouble: Trouble| format!("{name}: {trouble}");
        link.send(asked.line().as_bytes()).map_err(found)?;
        let line = link.line().map_err(found)?;
        let answer = Greeting::read(&line).map_err(|found| format!("{name}: {found}"))?;
        let spec = answer.spec().map_err(|found| format!("{name}: {found}"))?;
        let frames = if asked.json { Frames::json(&spec) } else { Frames::binary(&spec) };
        let action = vec![0.0; Spec::width(&spec.action)];
        let request = Request { op: Op::Reset, tick: 0, action };
        let reply =
            Reply { observation: vec![0.0; Spec::width(&spec.observation)], outcome: Outcome::default() };
        Ok(Self { link, frames, spec, name, ticks: 0, request, reply })
    }

    /// Sends the request and waits for the reply.
    fn exchange(&mut self, observation: &mut [f64]) -> Result<Outcome, String> {
        let Self { link, frames, request, reply, name, .. } = self;
        frames.ask(link, request, reply).map_err(|trouble| format!("{name}: {trouble}"))?;
        observation.copy_from_slice(&reply.observation);
        Ok(reply.outcome)
    }
}

impl Environment for Bridge {
    fn spec(&self) -> &Spec {
        &self.spec
    }

    fn reset(&mut self, seed: u64, observation: &mut [f64]) -> Result<(), String> {
        (self.request.op, self.request.tick) = (Op::Reset, seed);
        self.exchange(observation).map(|_| ())
    }

    fn step(&mut self, action: &[f64], _: f64, observation: &mut [f64]) -> Result<Outcome, String> {
        (self.request.op, self.request.tick) = (Op::Step, self.ticks);
        self.request.action.copy_from_slice(action);
        self.ticks += 1;
        self.exchange(observation)
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        // The other side may be gone, which is what this asks for.
        self.request.op = Op::Close;
        let _ = self.frames.tell(&mut self.link, &self.request);
    }
}
