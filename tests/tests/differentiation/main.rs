//! Differentiation: a trial on the tape has the bits of the running network, and its gradient is that which differences show.

mod agree;
mod carried;
mod contracts;
mod differences;
mod dropout;
mod duals;
mod forward;
mod nets;
mod online;
mod taught;
mod wrong;
