//! Cell: the step of a population and its adjoint, ready to run over the columns of any number of replicas.

mod compose;
mod run;
mod shape;

pub use compose::Spiking;
pub use run::{Cell, Given};
pub use shape::{ReceptorShape, Shape, Slot};
