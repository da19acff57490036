//! event_driven
mod blocks;
pub mod build;
pub mod csr;
pub mod ends;
pub mod estimate;
pub mod rules;
