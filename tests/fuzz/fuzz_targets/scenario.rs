//! Scenario: no file makes the reader of scenarios panic, and all that it says of one can be shown.
//!
//! An input is a file. Models that it defines live as long as the program: the memory of a long run grows by them.

#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use ecs_core::network::Registry;
use libfuzzer_sys::fuzz_target;
use scenarios::parse;

/// Files that a scenario names are looked for among the cases of messages.
const BASE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../messages");

static REGISTRY: LazyLock<Registry> = LazyLock::new(|| Registry::linked().expect("one model of each name"));

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let said = match parse(&text, "fuzz.toml", Path::new(BASE), &*REGISTRY, &[]) {
        Ok(scenario) => scenario.warnings,
        Err(diagnostics) => {
            assert!(diagnostics.has_errors());
            diagnostics
        }
    };
    let _ = said.to_string();
});
