//! The vocabulary and the engine of Synfire: numbers, units, the model contract, entities, schedule, connectivity, registry.

pub mod allocator;
#[cfg(feature = "network")]
pub mod control;
pub mod model;
pub mod nearest;
#[cfg(feature = "network")]
pub mod network;
pub mod number;
pub mod random;
pub mod registry;
#[cfg(feature = "network")]
pub mod training;
pub mod units;
