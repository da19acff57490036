//! Results: what is written of a training besides its checkpoint.

use recording::{Expectation, Run, RunFolder, Status};
use training::trainer::Epoch;

use super::Prepared;
use crate::schema::{Scenario, Training};

/// What `[[training.expect]]` asks of the last epoch, and what was found.
pub fn expectations(training: &Training, last: &Epoch) -> Vec<Expectation> {
    let of = |expected: &crate::schema::Expected| {
        let pass = if expected.held_out { last.held_out.as_ref() } else { Some(&last.train) };
        let value = pass.and_then(|pass| pass.value(&expected.what));
        let (low, high) = expected.within;
        Expectation {
            of: if expected.held_out { "held-out samples" } else { "training samples" }.into(),
            what: expected.what.clone(),
            value,
            low,
            high,
            reference: expected.reference,
            source: expected.source.clone().unwrap_or_default(),
            passed: value.is_some_and(|v| low <= v && v <= high),
        }
    };
    training.expects.iter().map(of).collect()
}

/// Writes what a report shows, and completes `run`.
///
/// # Errors
/// The disk refuses.
pub fn write(
    _folder: &RunFolder,
    run: &mut Run,
    prepared: &mut Prepared,
    _scenario: &Scenario,
    training: &Training,
) -> Result<(), String> {
    if let Some(last) = prepared.trainer.history.last().filter(|_| run.status == Status::Finished) {
        run.expectations = expectations(training, last);
    }
    Ok(())
}
