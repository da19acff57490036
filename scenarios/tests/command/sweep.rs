//! Sweep: a scenario at many points.

use std::path::Path;

use super::{Desk, SMALL, run_of};

const SWEPT: &str = r#"
[sweep]
seeds = 2

[[sweep.axis]]
of     = "population.exc.params.i_e"
values = ["300 pA", "0.5 nA", "700 pA"]

[[sweep.axis]]
of    = "population.exc.params.tau_m"
from  = "10 ms"
to    = "20 ms"
count = 2
"#;

/// The columns of a sweep's table, `[column]`, and their names.
fn columns(folder: &Path) -> (Vec<String>, Vec<Vec<f64>>) {
    let table = tables::read(&folder.join("sweep.parquet")).unwrap_or_else(|e| panic!("{e}"));
    let names: Vec<String> = table.columns().iter().map(|(name, _)| name.clone()).collect();
    let of = |name: &String| table.numbers(name).unwrap_or_else(|e| panic!("{e}")).into_owned();
    let columns = names.iter().map(of).collect();
    (names, columns)
}

#[test]
fn a_point_is_what_its_scenario_alone_gives_for_any_number_of_threads() {
    let desk = Desk::with(&format!("{SMALL}{SWEPT}"));
    let swept = ["1", "2"].map(|threads| {
        desk.call(&["run", "case.toml", "-q", "--overwrite", "--threads", threads]).expect(0);
        columns(&desk.results())
    });
    let bits = |all: &(Vec<String>, Vec<Vec<f64>>)| -> Vec<u64> {
        all.1.iter().flatten().map(|x| x.to_bits()).collect()
    };
    assert_eq!(bits(&swept[0]), bits(&swept[1]), "threads change nothing");
    let (names, columns) = &swept[0];
    let column =
        |name: &str| &columns[names.iter().position(|n| n == name).unwrap_or_else(|| panic!("{names:?}"))];
    assert_eq!(column("population.exc.params.i_e (pA)")[..5], [300.0, 300.0, 300.0, 300.0, 500.0]);
    assert_eq!(column("population.exc.params.tau_m (ms)")[..5], [10.0, 10.0, 20.0, 20.0, 10.0]);
    assert_eq!(column("seed")[..3], [1.0, 2.0, 1.0]);
    std::fs::write(desk.file("alone.toml"), SMALL).expect("the folder is ours");
    let set = ["--set", "population.exc.params.i_e=700 pA", "--set", "population.exc.params.tau_m=20 ms"];
    for (row, seed) in [(10, "1"), (11, "2")] {
        let more = ["run", "alone.toml", "-q", "--overwrite", "--seed", seed, "--out", "alone"];
        let _ = desk.call(&[&more[..], &set[..]].concat());
        let alone = &run_of(&desk.file("alone")).populations[0];
        assert_eq!(column("exc.spikes")[row], alone.spikes as f64);
        assert_eq!(column("exc.rate_hz")[row].to_bits(), alone.rate_hz.to_bits());
        assert!(alone.spikes > 0, "silence would agree with anything");
    }
    assert!(column("exc.spikes")[10] > column("exc.spikes")[0], "more current, more spikes");
    let left: Vec<_> = std::fs::read_dir(desk.results()).expect("it is there").flatten().collect();
    assert!(left.iter().all(|e| !e.file_name().to_string_lossy().starts_with("point_")), "{left:?}");
}

#[test]
fn values_that_are_wrong_together_are_found_before_anything_runs() {
    let zipped = "[[sweep.axis]]\nof = \"run.duration\"\nvalues = [\"10 ms\", \"10.05 ms\"]\n";
    let desk = Desk::with(&format!("{SMALL}{zipped}"));
    let answer = desk.call(&["run", "case.toml"]).expect(2);
    assert!(answer.err.contains("run.duration"), "{}", answer.err);
    assert!(answer.err.contains("values = [\"10 ms\", \"10.05 ms\"]"), "{}", answer.err);
    assert!(!desk.results().exists(), "nothing was begun");
}

/// A spike comes at the first step after the closed form has it, so that an interval is up to one step too long; and of 10 s at most one
/// interval is cut off at either end.
#[test]
fn the_rates_of_the_curve_that_is_shipped_are_those_of_the_closed_form() {
    let desk = Desk::with("");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fi_curve.toml");
    desk.call(&["run", &file.to_string_lossy(), "-q", "--out", "curve"]).expect(0);
    let (_, columns) = columns(&desk.file("curve"));
    let (currents, spikes) = (&columns[0], &columns[2]);
    assert_eq!(currents.len(), 21);
    for (current, spikes) in currents.iter().zip(spikes) {
        let above = current * 0.1;
        if above <= 20.0 {
            assert_eq!(*spikes, 0.0, "{current} pA");
            continue;
        }
        let interval = 2.0 + 20.0 * (above / (above - 20.0)).ln();
        let (least, most) = (10_000.0 / (interval + 0.1) - 1.0, 10_000.0 / interval + 1.0);
        assert!((least..=most).contains(spikes), "{current} pA: {spikes} spikes, {least} to {most}");
    }
}
