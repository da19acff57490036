//! Frame: what goes over the bridge in a tick. Little-endian numbers of fixed length, or a line of JSON.
//!
//! | frame | bytes |
//! | --- | --- |
//! | request | op `u8`: 1 reset, 2 step, 3 close; tick `u64`, of a reset its seed; action `f64` × places |
//! | reply | observation `f64` × places; reward `f64`; flags `u8`: 1 terminated, 2 truncated, 4 success known, 8 success, 16 finished, 128 error |
//!
//! After a reply with the flag of an error come its length `u32` and its text in UTF-8.

use ecs_core::control::{Outcome, Spec};
use serde::{Deserialize, Serialize};

use super::link::{Link, Trouble};

/// What is asked.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Op {
    /// An episode.
    Reset = 1,
    /// A step.
    Step = 2,
    /// The end.
    Close = 3,
}

/// A request.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Request {
    /// What is asked.
    pub op: Op,
    /// The number of the tick; of a reset its seed.
    pub tick: u64,
    /// The action, `[place]`.
    #[serde(default)]
    pub action: Vec<f64>,
}

/// A reply.
#[derive(Clone, Debug)]
pub struct Reply {
    /// What is observed, `[place]`.
    pub observation: Vec<f64>,
    /// What the action brought.
    pub outcome: Outcome,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct Line {
    observation: Vec<f64>,
    reward: f64,
    terminated: bool,
    truncated: bool,
    success: Option<bool>,
    finished: bool,
    error: Option<String>,
}

const TERMINATED: u8 = 1;
const TRUNCATED: u8 = 2;
const KNOWN: u8 = 4;
const SUCCESS: u8 = 8;
const FINISHED: u8 = 16;
const ERROR: u8 = 128;

/// Longer texts of an error are cut.
const LONGEST_ERROR: usize = 1 << 16;

/// How frames are written; the buffer is the only memory that it needs.
pub struct Frames {
    json: bool,
    out: Vec<u8>,
    back: Vec<u8>,
}

impl Frames {
    /// Numbers.
    pub fn binary(spec: &Spec) -> Self {
        let out = Vec::with_capacity(9 + 8 * Spec::width(&spec.action));
        Self { json: false, out, back: vec![0; 8 * Spec::width(&spec.observation) + 9] }
    }

    /// Lines, for people who look at what goes over the bridge.
    pub fn json(_: &Spec) -> Self {
        Self { json: true, out: Vec::new(), back: Vec::new() }
    }

    /// Sends a request.
    ///
    /// # Errors
    /// The other side is gone.
    pub fn tell(&mut self, link: &mut Link, request: &Request) -> Result<(), Trouble> {
        self.out.clear();
        if self.json {
            let line = serde_json::to_string(request).map_err(|error| Trouble::Wrong(error.to_string()))?;
            self.out.extend(line.as_bytes());
            self.out.push(b'\n');
        } else {
            self.out.push(request.op as u8);
            self.out.extend(request.tick.to_le_bytes());
            request.action.iter().for_each(|x| self.out.extend(x.to_le_bytes()));
        }
        link.send(&self.out)
    }

    /// Sends a request and reads its reply.
    ///
    /// # Errors
    /// The other side is gone, does not answer in time, answers something else, or says that something went wrong.
    pub fn ask(&mut self, link: &mut Link, request: &Request, reply: &mut Reply) -> Result<(), Trouble> {
        self.tell(link, request)?;
        match self.json {
            true => read_line(link, reply)?,
            false => self.read_numbers(link, reply)?,
        }
        let numbers = reply.observation.iter().chain([&reply.outcome.reward]);
        match numbers.into_iter().find(|x| x.is_nan()) {
            Some(_) => Err(Trouble::Wrong("what it shows holds something that is no number".into())),
            None => Ok(()),
        }
    }

    /// Reads a request: the other end of [`ask`](Self::ask).
    ///
    /// # Errors
    /// The other side is gone, or asks something else.
    pub fn hear(&mut self, link: &mut Link, request: &mut Request) -> Result<(), Trouble> {
        if self.json {
            let (text, places) = (link.line()?, request.action.len());
            *request = serde_json::from_str(&text).map_err(|error| {
                Trouble::Wrong(format!("the request is no JSON of this protocol: {error}"))
            })?;
            request.action.resize(places, 0.0);
            return Ok(());
        }
        self.out.resize(9 + 8 * request.action.len(), 0);
        link.read(&mut self.out)?;
        request.op = match self.out[0] {
            1 => Op::Reset,
            2 => Op::Step,
            3 => Op::Close,
            other => {
                return Err(Trouble::Wrong(format!("the request {other} is unknown; 1, 2, 3 are known")));
            }
        };
        let mut words = self.out[1..].chunks_exact(8).map(|x| x.try_into().unwrap_or_default());
        request.tick = u64::from_le_bytes(words.next().unwrap_or_default());
        request.action.iter_mut().for_each(|x| *x = f64::from_le_bytes(words.next().unwrap_or_default()));
        Ok(())
    }

    /// Answers a request, or says what went wrong with it.
    ///
    /// # Errors
    /// The other side is gone.
    pub fn answer(&mut self, link: &mut Link, reply: &Reply, error: Option<&str>) -> Result<(), Trouble> {
        let Outcome { reward, terminated, truncated, success, finished } = reply.outcome;
        self.back.clear();
        if self.json {
            let (observation, error) = (reply.observation.clone(), error.map(str::to_owned));
            let line = Line { observation, reward, terminated, truncated, success, finished, error };
            let line = serde_json::to_string(&line).map_err(|error| Trouble::Wrong(error.to_string()))?;
            self.back.extend(line.as_bytes());
            self.back.push(b'\n');
            return link.send(&self.back);
        }
        reply.observation.iter().chain([&reward]).for_each(|x| self.back.extend(x.to_le_bytes()));
        let flags = [
            (terminated, TERMINATED),
            (truncated, TRUNCATED),
            (success.is_some(), KNOWN),
            (success == Some(true), SUCCESS),
            (finished, FINISHED),
            (error.is_some(), ERROR),
        ];
        self.back.push(flags.iter().filter(|(on, _)| *on).map(|(_, flag)| flag).sum());
        if let Some(error) = error {
            self.back.extend((error.len() as u32).to_le_bytes());
            self.back.extend(error.as_bytes());
        }
        link.send(&self.back)
    }

    fn read_numbers(&mut self, link: &mut Link, reply: &mut Reply) -> Result<(), Trouble> {
        link.read(&mut self.back)?;
        let (numbers, flags) = (&self.back[..self.back.len() - 1], self.back[self.back.len() - 1]);
        if flags & ERROR != 0 {
            let mut length = [0; 4];
            link.read(&mut length)?;
            let mut text = vec![0; (u32::from_le_bytes(length) as usize).min(LONGEST_ERROR)];
            link.read(&mut text)?;
            return Err(Trouble::Wrong(String::from_utf8_lossy(&text).into_owned()));
        }
        let mut all = numbers.chunks_exact(8).map(|x| f64::from_le_bytes(x.try_into().unwrap_or_default()));
        reply.observation.iter_mut().for_each(|x| *x = all.next().unwrap_or(f64::NAN));
        reply.outcome = Outcome {
            reward: all.next().unwrap_or(f64::NAN),
            terminated: flags & TERMINATED != 0,
            truncated: flags & TRUNCATED != 0,
            success: (flags & KNOWN != 0).then_some(flags & SUCCESS != 0),
            finished: flags & FINISHED != 0,
        };
        Ok(())
    }
}

fn read_line(link: &mut Link, reply: &mut Reply) -> Result<(), Trouble> {
    let text = link.line()?;
    let line: Line = serde_json::from_str(&text)
        .map_err(|error| Trouble::Wrong(format!("its reply is no JSON of this protocol: {error}")))?;
    if let Some(error) = line.error {
        return Err(Trouble::Wrong(error));
    }
    let (found, places) = (line.observation.len(), reply.observation.len());
    if found != places {
        return Err(Trouble::Wrong(format!("its reply has {found} places; {places} are allowed")));
    }
    reply.observation.copy_from_slice(&line.observation);
    let Line { reward, terminated, truncated, success, finished, .. } = line;
    reply.outcome = Outcome { reward, terminated, truncated, success, finished };
    Ok(())
}
