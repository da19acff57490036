//! What the contracts share: where reference data lie, how they are read, and how a test says that it cannot run.

pub mod data;
pub mod draws;
pub mod models;
pub mod network;
pub mod rig;

/// Says why a test does not run here; the one place that does.
#[expect(clippy::print_stdout, reason = "who runs the tests is to see what was left out")]
pub fn skipped(reason: &str) {
    println!("skipped: {reason}");
}

/// Says what a test measured, for whoever runs it with `--nocapture`.
#[expect(clippy::print_stdout, reason = "a figure that is not printed is not known")]
pub fn measured(what: &str) {
    println!("{what}");
}
