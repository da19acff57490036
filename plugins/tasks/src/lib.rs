//! Tasks: trials of a behavioural task, drawn one by one. A [`Task`] is data: variables that are drawn for each trial, periods one after
//! the other, what is shown in them, the right answer and what it is worth. A [`Trial`] is what came of the draw.
//!
//! ```text
//! trial = f(task, seed, number)            numbers are drawn by Philox, counted by trial: any trial by itself, on any thread
//! variables, in order → durations → periods on the grid of steps → numbers of each port in each step; class of the answer
//! ```
//!
//! A port is a row of channels, and its numbers are whatever the network makes of them: currents of neurons, or rates of sources. Whoever
//! trains shows whole [`frames`](Trial::frames); a closed loop asks for one [step](Trial::show) after the other, and
//! [judges](Task::judge) what was answered.
//!
//! Source: of the idea and of the timings of the tasks that come with it, Molano-Mazón et al. (2022), NeuroGym,
//! <https://doi.org/10.31234/osf.io/aqc9n>.

mod law;
mod reward;
mod task;
mod trial;

pub use equations::Formula;
pub use law::{Law, Value};
pub use reward::{Outcome, Response, Reward};
pub use task::{Answer, Period, Port, Shape, Stimulus, Task, Variable};
pub use trial::{Moment, Trial};
