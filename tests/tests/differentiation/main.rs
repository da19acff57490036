//! Differentiation: a trial on the tape has the bits of the running network, and its gradient is that which differences show.

mod agree;
mod carried;
mod differences;
mod forward;
mod nets;
