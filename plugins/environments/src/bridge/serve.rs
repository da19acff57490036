//! Serve: shows an environment of this program to another, until that ends.

use ecs_core::control::{Environment, Outcome, Spec};

use super::frame::{Frames, Op, Reply, Request};
use super::greeting::Greeting;
use super::link::{Link, Trouble};

/// Answers over a link until the other side closes it. `make` makes the environment that is asked for.
///
/// # Errors
/// The other side asks something that is no request, or ends in the middle of one.
pub fn serve(
    mut link: Link,
    interval: f64,
    make: impl FnOnce(&Greeting) -> Result<Box<dyn Environment>, String>,
) -> Result<(), Trouble> {
    let asked = Greeting::read(&link.line()?);
    let made = asked.and_then(|asked| Ok((make(&asked)?, asked)));
    let (mut env, asked) = match made {
        Ok(made) => made,
        Err(error) => {
            let answer = Greeting { error: Some(error), ..Greeting::ask("") };
            return link.send(answer.line().as_bytes());
        }
    };
    let spec = env.spec().clone();
    link.send(Greeting::tell(&spec, &asked).line().as_bytes())?;
    let mut frames = if asked.json { Frames::json(&spec) } else { Frames::binary(&spec) };
    let (seen, done) = (Spec::width(&spec.observation), Spec::width(&spec.action));
    let mut request = Request { op: Op::Reset, tick: 0, action: vec![0.0; done] };
    let mut reply = Reply { observation: vec![0.0; seen], outcome: Outcome::default() };
    loop {
        match frames.hear(&mut link, &mut request) {
            Err(Trouble::Gone(_)) => return Ok(()),
            other => other?,
        }
        let went = match request.op {
            Op::Close => return Ok(()),
            Op::Reset => env.reset(request.tick, &mut reply.observation).map(|()| Outcome::default()),
            Op::Step => refused(&spec, &request.action).map_or(Ok(()), Err).and_then(|()| {
                env.step(&request.action, spec.interval.unwrap_or(interval), &mut reply.observation)
            }),
        };
        match went {
            Ok(outcome) => {
                reply.outcome = outcome;
                frames.answer(&mut link, &reply, None)?;
            }
            Err(error) => frames.answer(&mut link, &reply, Some(&error))?,
        }
    }
}

/// What is wrong with an action.
fn refused(spec: &Spec, action: &[f64]) -> Option<String> {
    let mut at = 0;
    spec.action.iter().find_map(|port| {
        let values = &action[at..at + port.width()];
        at += port.width();
        let (k, allowed) = port.refuses(values)?;
        Some(format!("action `{}[{k}]` is {}; {allowed} is allowed", port.name, values[k]))
    })
}
