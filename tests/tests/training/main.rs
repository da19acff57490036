//! Training: what a trainer keeps: the same bits from any number of threads and after any interruption, and clear words where data do
//! not fit.

mod data;
mod determinism;
mod goals;
mod online;
mod shipped;
mod small;
