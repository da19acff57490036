//! The reader, on the example networks of SONATA.

#![expect(clippy::unwrap_used, reason = "functions of tests stop where a test would")]
#![expect(clippy::print_stdout, reason = "a skipped test says so")]

mod data;
mod examples;
mod intfire;
mod messages;
mod overrides;
