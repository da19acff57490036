//! Messages: every way in which a scenario can be wrong has a file `tests/messages/<case>.toml` and the text that a user reads.
//!
//! `SYNFIRE_BLESS=1 cargo test -p tests --test messages` writes the texts anew: read the difference like code.
//! A line `# --set PATH=VALUE` in a case is an override from the command line. A case with a line `# assembled` is read with all that
//! is linked in, rather than with what is made up, and built as well: some mistakes are found only there.

mod made_up;

use std::fs;
use std::path::{Path, PathBuf};

use made_up::registry;
use scenarios::assemble::assemble;
use scenarios::{LARGEST_FILE, Override, parse};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("messages")
}

/// Names of the cases, sorted.
fn cases() -> Vec<String> {
    let entries = fs::read_dir(folder()).expect("the folder of the cases");
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut cases: Vec<String> =
        names.filter_map(|name| name.strip_suffix(".toml").map(str::to_owned)).collect();
    cases.sort();
    cases
}

/// What a user reads: errors, or the warnings of a scenario that runs.
fn message(name: &str, text: &str) -> String {
    let changes: Vec<Override> =
        text.lines().filter_map(|line| line.strip_prefix("# --set ")).map(Override::new).collect();
    let assembled = text.lines().any(|line| line == "# assembled");
    let registry = if assembled { tests::network::registry() } else { registry() };
    match parse(text, name, &folder(), &registry, &changes) {
        Ok(scenario) if assembled => match assemble(&scenario, None, &mut |_, _, _| ()) {
            Ok(_) => scenario.warnings.to_string(),
            Err(diagnostics) => diagnostics.to_string(),
        },
        Ok(scenario) => scenario.warnings.to_string(),
        Err(diagnostics) => diagnostics.to_string(),
    }
}

#[test]
fn each_mistake_is_explained_as_agreed() {
    let bless = std::env::var_os("SYNFIRE_BLESS").is_some();
    let mut wrong = Vec::new();
    for case in cases() {
        let file = format!("{case}.toml");
        let text = fs::read_to_string(folder().join(&file)).expect("a case is a text");
        let found = message(&file, &text) + "\n";
        let golden = folder().join(format!("{case}.txt"));
        if bless {
            fs::write(&golden, &found).expect("the folder of the cases can be written");
        }
        if fs::read_to_string(&golden).ok().as_ref() != Some(&found) {
            wrong.push(format!("{case}:\n{found}"));
        }
    }
    assert!(wrong.is_empty(), "{} messages differ from their files\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn each_case_but_the_valid_one_says_something() {
    for case in cases() {
        let text = fs::read_to_string(folder().join(format!("{case}.toml"))).expect("a case is a text");
        let message = message("case.toml", &text);
        assert_eq!(message.is_empty(), case.starts_with("valid"), "{case}: {message}");
    }
}

#[test]
fn a_file_beyond_the_limit_is_refused_before_it_is_read() {
    let text = "#".repeat(LARGEST_FILE + 1);
    let error = parse(&text, "large.toml", Path::new(""), &registry(), &[]).expect_err("too large");
    assert!(error.to_string().contains("up to 16 MiB"), "{error}");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = scenarios::load(Path::new("nowhere.toml"), &registry(), &[]).expect_err("no such file");
    assert!(error.to_string().contains("nowhere.toml"), "{error}");
}

#[test]
fn cut_and_mutated_scenarios_never_panic() {
    let valid = fs::read_to_string(folder().join("valid.toml")).expect("the valid case");
    for end in (0..valid.len()).filter(|end| valid.is_char_boundary(*end)) {
        message("cut.toml", &valid[..end]);
    }
    let mut state = 1_u64;
    let mut draw = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("31 bits") % below
    };
    let pieces = [
        "\"",
        "[",
        "]",
        "{",
        "}",
        "=",
        ".",
        "\n",
        "-",
        "nan",
        "inf",
        "1e999",
        "%",
        "..",
        "µ",
        "9999999999999999999",
        "ms",
        "*",
        "\u{0}",
    ];
    for _ in 0..4000 {
        let mut text: Vec<char> = valid.chars().collect();
        for _ in 0..=draw(3) {
            let at = draw(text.len());
            let end = (at + draw(6)).min(text.len());
            text.splice(at..end, pieces[draw(pieces.len())].chars());
        }
        message("mutated.toml", &text.into_iter().collect::<String>());
    }
}

#[test]
fn a_mistake_in_carriage_returns_is_shown_at_the_end_of_its_line() {
    let message = message("returns.toml", "[run]\r\r\r");
    assert!(message.contains("--> returns.toml:1:6\n"), "{message}");
}

#[test]
fn deep_and_long_texts_are_refused() {
    let deep = format!("x = {}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let keys: String = (0..20_000).map(|at| format!("key_{at} = {at}\n")).collect();
    let many = "[[stimulus]]\n".repeat(20_000);
    let long = format!("[output]\nreport = \"{}\"", "x".repeat(1 << 20));
    for text in [deep, keys, many, long] {
        let message = message("hostile.toml", &text);
        assert!(message.starts_with("error") && message.len() < 20_000, "{}", message.len());
    }
}
