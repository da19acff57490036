//! Differentiation: the same network, run so that its gradient can be had, with adjoints as sparse as its spikes.

mod cell;
mod circuit;
mod gradient;
mod in_order;
mod matrix;
mod online;
mod reverse;
pub mod surrogate;
mod tape;

pub use cell::{Cell, Given, ReceptorShape, Shape, Slot, Spiking};
pub use circuit::{
    Circuit, Injection, Kind, Link, Neurons, Parameter, Population, Receptor, ShortTerm, Source, What,
};
pub use matrix::{Fired, Matrix, Window};
pub use online::{Feedback, Learnt, Lesson, Lessons, Online, OnlineTask, Rule};
pub use reverse::{Stated, reverse};
pub use tape::{Cotangents, Evaluation, Outcome, Raster, Series, Settings, Tape, Task, Watch, together};
