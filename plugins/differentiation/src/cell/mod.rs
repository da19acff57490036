//! Cell: the step of a population and its adjoint, ready to run over the columns of any number of replicas.

mod compose;
mod run;
mod shape;

pub use compose::{Partial, Spiking};
pub use run::{Cell, Given, Local};
pub use shape::{ReceptorShape, Shape, Slot};
