//! Operators: how spikes go through a projection, by layout.

mod all_to_all;
mod columns;
mod dense;
mod inbox;
mod one_to_one;
mod plastic;
mod prefetch;
mod stored;

pub use all_to_all::AllToAllOperator;
pub use columns::{Synapses, spread};
pub use dense::Dense;
pub use inbox::Cell;
pub use one_to_one::OneToOneOperator;
pub use plastic::{FOLLOWED, KEPT, Plastic};
pub use stored::Stored;
