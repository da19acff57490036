//! Console: what is said to the user. A reader that went away, as with `| head`, is a normal end.

use std::io::{IsTerminal, Write};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use scenarios::diagnostic::Diagnostics;

/// Writes to standard output.
pub fn out(text: &str) {
    // Nobody is left to hear of a failure.
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// Writes to standard error.
pub fn err(text: &str) {
    // Nobody is left to hear of a failure.
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// Shows what is wrong with a scenario.
pub fn diagnostics(diagnostics: &Diagnostics) {
    if !diagnostics.is_empty() {
        err(&diagnostics.render(std::io::stderr().is_terminal()));
        err("\n");
    }
}

/// A bar that counts to `length`; hidden where nobody watches.
pub fn bar(length: u64, template: &str, quiet: bool) -> ProgressBar {
    let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr_with_hz(10) };
    let style = ProgressStyle::with_template(template).expect("the template is fixed text that parses");
    ProgressBar::with_draw_target(Some(length), target).with_style(style.progress_chars("━╸─"))
}

/// A time in ms as people read it.
pub fn time(ms: f64) -> String {
    match ms {
        ms if ms >= 60_000.0 => format!("{:.1} min", ms / 60_000.0),
        ms if ms >= 1000.0 => format!("{:.2} s", ms / 1000.0),
        ms => format!("{ms:.1} ms"),
    }
}
