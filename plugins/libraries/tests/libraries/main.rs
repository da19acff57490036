//! Shared libraries: what they compute, what they may not be, and what happens when they fail.

#![expect(clippy::unwrap_used, reason = "functions of tests stop where a test would")]
#![expect(clippy::print_stdout, reason = "a skipped test says so")]

mod built;
mod cells;
mod connectivity;
mod example;
mod failing;
mod in_c;
mod network;
mod refused;
mod rules;
mod same_numbers;
mod systems;
