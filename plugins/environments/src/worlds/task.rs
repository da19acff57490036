//! Task: the trials of the section `[task]`, one after the other, as a world that answers are given in.
//!
//! ```text
//! observation   the ports of the task; a trial goes from tick to tick, and noise is new in each
//! answer        0 says nothing, k + 1 is the class k
//! ```
//!
//! The first answer ends the trial, so does the end of the period in which it is judged; the reward is what the task says of the outcome.
//! Staying silent is an answer where the task says so. A trial passes if the outcome is correct. Each trial is drawn from the seed of its
//! episode. Its account has the variables of the task, the right class, the answer (−1 for none), whether that was correct, and when it
//! was given, in ms from the beginning of the judged period, whose whole length it is where there was none.
//!
//! Source: this project, crate `tasks`; the interface is that of Molano-Mazón et al. (2022), NeuroGym,
//! <https://doi.org/10.31234/osf.io/aqc9n>. Departure: there answers before their time end no trial.

use std::sync::Arc;

use ecs_core::control::{Environment, EnvironmentPlan, Outcome, Picture, Port, Spec};
use ecs_core::registry::Field;
use tasks::{Response, Task, Trial};

/// Its scenario table.
pub const PARAMS: &[Field] = &[];

/// Seed of the trials that are tried out.
const TRIED: u64 = 0;
/// Colours of ports, before they repeat.
const COLOURS: usize = 6;

struct Trials {
    spec: Spec,
    task: Arc<Task>,
    interval: f64,
    trial: Trial,
    tick: u64,
    response: Option<Response>,
    shown: Vec<f32>,
}

/// Makes them.
///
/// # Errors
/// Where the scenario has no task, or one with trials that have nothing to judge on the grid of ticks.
pub fn build(plan: &EnvironmentPlan) -> Result<Box<dyn Environment>, String> {
    let task = plan.task.clone().and_then(|task| task.downcast::<Task>().ok());
    let task = task.ok_or("the scenario has no section `[task]`, whose trials these are; add one, such as `file = \"tasks/go_no_go.toml\"`")?;
    task.check(TRIED, plan.interval).map_err(|found| format!("in ticks of {} ms, {found}", plan.interval))?;
    let any = (f64::NEG_INFINITY, f64::INFINITY);
    let port = |port: &tasks::Port| Port::continuous(&port.name, "", &vec![any; port.channels]);
    let spec = Spec {
        observation: task.ports.iter().map(port).collect(),
        action: vec![Port::discrete("answer", task.answer.classes + 1)],
        interval: None,
    };
    let trial = task.trial(TRIED, 0, plan.interval);
    let shown = vec![0.0; task.ports.iter().map(|port| port.channels).max().unwrap_or(0)];
    Ok(Box::new(Trials { spec, task, interval: plan.interval, trial, tick: 0, response: None, shown }))
}

impl Trials {
    fn show(&mut self, observation: &mut [f64]) {
        let mut rest = observation;
        for (k, port) in self.task.ports.iter().enumerate() {
            let (own, others) = rest.split_at_mut(port.channels);
            let shown = &mut self.shown[..port.channels];
            self.trial.show(k, self.tick, shown);
            own.iter_mut().zip(shown).for_each(|(to, x)| *to = f64::from(*x));
            rest = others;
        }
    }
}

impl Environment for Trials {
    fn spec(&self) -> &Spec {
        &self.spec
    }

    fn reset(&mut self, seed: u64, observation: &mut [f64]) -> Result<(), String> {
        (self.trial, self.tick, self.response) = (self.task.trial(seed, 0, self.interval), 0, None);
        self.show(observation);
        Ok(())
    }

    fn step(&mut self, action: &[f64], _: f64, observation: &mut [f64]) -> Result<Outcome, String> {
        let class = (action[0] as u32).checked_sub(1);
        self.response = class.map(|class| Response { step: self.tick, class });
        self.tick += 1;
        self.show(observation);
        let ended = self.response.is_some() || self.tick >= self.trial.judged().end;
        if !ended {
            return Ok(Outcome::default());
        }
        let (outcome, reward) = self.task.judge(&self.trial, self.response);
        let success = Some(outcome == tasks::Outcome::Correct);
        Ok(Outcome { reward, terminated: true, success, ..Outcome::default() })
    }

    fn accounts(&self) -> Vec<String> {
        let variables = self.task.variables.iter().map(|variable| variable.name.clone());
        variables.chain(["class", "answer", "correct", "time_ms"].map(str::to_owned)).collect()
    }

    fn account(&self, to: &mut Vec<f64>) {
        let judged = self.trial.judged();
        let (answer, at) = match self.response {
            Some(response) => (f64::from(response.class), response.step + 1),
            None => (-1.0, judged.end),
        };
        let correct = self.task.judge(&self.trial, self.response).0 == tasks::Outcome::Correct;
        to.extend(&self.trial.values);
        to.extend([f64::from(self.trial.class), answer, f64::from(u8::from(correct)), (at as f64 - judged.start as f64) * self.interval]);
    }

    /// Each channel is a bar, with a colour for each port.
    fn draw(&self, picture: &mut Picture) {
        let mut shown = self.shown.clone();
        let channels: usize = self.task.ports.iter().map(|port| port.channels).sum();
        picture.begin([-0.5, -1.5, channels as f32 + 0.5, 1.5]);
        let mut at = 0.0;
        for (k, port) in self.task.ports.iter().enumerate() {
            self.trial.show(k, self.tick, &mut shown[..port.channels]);
            for value in &shown[..port.channels] {
                picture.line(&[[at + 0.5, 0.0], [at + 0.5, value.clamp(-1.5, 1.5)]], 0.8, 1 + (k % COLOURS) as u8);
                at += 1.0;
            }
        }
        picture.line(&[[0.0, 0.0], [channels as f32, 0.0]], 0.02, 0);
    }
}
