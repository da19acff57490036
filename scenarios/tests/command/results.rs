//! What a run leaves behind, and what becomes of what was there.

use std::fs;

use recording::{Run, Status};

use crate::{Desk, SMALL, run_of, times_of};

#[test]
fn a_run_leaves_tables_a_summary_a_report_and_the_scenario() {
    let desk = Desk::with(SMALL);
    let answer = desk.call(&["run", "case.toml"]).expect(0);
    assert!(answer.out.contains("small: finished") && answer.out.contains("as expected"), "{}", answer.out);
    let folder = desk.results();
    let run = run_of(&folder);
    assert_eq!((run.status, run.seed, run.steps, run.biological_s), (Status::Finished, 1, 1000, 0.1));
    assert_eq!((run.populations[0].name.as_str(), run.populations[0].size), ("exc", 100));
    assert_eq!(run.populations[0].recorded, Some(100), "where nothing else is said, all are");
    assert_eq!(run.populations[0].spikes as usize, times_of(&folder).len());
    assert!(run.populations[0].spikes > 400 && run.wall_s > 0.0 && run.threads == 1, "{run:?}");
    assert!(run.expectations[0].passed && run.peak_rss_bytes.is_some_and(|b| b > 1 << 20), "{run:?}");
    assert_eq!(fs::read_to_string(folder.join("case.toml")).unwrap(), SMALL);
    let traces = tables::read(&folder.join("traces.parquet")).unwrap();
    assert_eq!(traces.rows(), 100 * 1000, "each voltage at each step");
    let report = fs::read_to_string(folder.join("report.html")).unwrap();
    assert!(report.contains("small") && report.contains("<svg"), "a page with figures");
    let mut listed: Vec<String> = run.files.clone();
    listed.push("run.json".into());
    for entry in fs::read_dir(&folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(listed.contains(&name), "`{name}` is not listed among {listed:?}");
    }
}

#[test]
fn statistics_are_over_the_neurons_whose_spikes_are_recorded() {
    let few = SMALL
        .replace("of   = \"exc\"\nwhat = [\"spikes\", \"v\"]", "of   = \"exc[0..3]\"\nwhat = \"spikes\"");
    let others = "[population.inh]\nsize = 20\nneuron = \"lif\"\n";
    let few = few.replace("of     = \"exc\"", "of     = \"exc[0..3]\"") + others;
    let desk = Desk::with(&few);
    let answer = desk.call(&["run", "case.toml"]).expect(0);
    let line = |name: &str| answer.out.lines().find(|l| l.trim_start().starts_with(name)).expect("a line");
    assert!(line("exc").contains(" 3 of 100 ") && line("exc").ends_with(" 0.0 %"), "{}", answer.out);
    assert!(line("inh").contains(" 0 of 20 ") && line("inh").contains(" - Hz "), "{}", answer.out);
    let run = run_of(&desk.results());
    let [exc, inh] = &run.populations[..] else { panic!("{run:?}") };
    assert_eq!((exc.recorded, exc.size, exc.silent_fraction), (Some(3), 100, 0.0));
    assert_eq!(Some(exc.rate_hz), run.expectations[0].value, "the same neurons are expected to fire");
    assert_eq!((inh.recorded, inh.spikes, inh.rate_hz, inh.silent_fraction), (Some(0), 0, 0.0, 0.0));
    let report = fs::read_to_string(desk.results().join("report.html")).unwrap();
    assert!(report.contains("statistics of 3 recorded neurons") && report.contains("no spikes recorded"));
}

#[test]
fn results_are_not_replaced_unless_told() {
    let desk = Desk::with(SMALL);
    desk.call(&["run", "case.toml", "--quiet"]).expect(0);
    let file = desk.results().join("run.json");
    let before = fs::read(&file).unwrap();
    let answer = desk.call(&["run", "case.toml", "--quiet", "--seed", "2"]).expect(1);
    assert!(
        answer.err.contains("already holds a run") && answer.err.contains("--overwrite"),
        "{}",
        answer.err
    );
    assert_eq!(fs::read(&file).unwrap(), before, "the first run is as it was");
    desk.call(&["run", "case.toml", "--quiet", "--seed", "2", "--overwrite"]).expect(0);
    assert_eq!(run_of(&desk.results()).seed, 2);
}

#[test]
fn a_folder_of_something_else_is_never_touched() {
    let desk = Desk::with(SMALL);
    fs::create_dir(desk.file("mine")).unwrap();
    fs::write(desk.file("mine/thesis.txt"), "ten years").unwrap();
    let answer = desk.call(&["run", "case.toml", "--out", "mine", "--overwrite"]).expect(1);
    assert!(answer.err.contains("thesis.txt"), "{}", answer.err);
    assert_eq!(fs::read_dir(desk.file("mine")).unwrap().count(), 1);
}

#[test]
fn the_same_scenario_gives_the_same_table_to_the_last_byte() {
    let desk = Desk::with(SMALL);
    for out in ["a", "b"] {
        desk.call(&["run", "case.toml", "-q", "--out", out]).expect(0);
    }
    let [a, b] = ["a", "b"].map(|out| fs::read(desk.file(out).join("spikes.parquet")).unwrap());
    assert_eq!(a, b);
}

#[test]
fn a_report_is_made_again_from_a_finished_folder() {
    let desk = Desk::with(SMALL);
    desk.call(&["run", "case.toml", "-q"]).expect(0);
    let page = desk.results().join("report.html");
    let before = fs::read_to_string(&page).unwrap();
    fs::remove_file(&page).unwrap();
    let answer = desk.call(&["report", "out/case"]).expect(0);
    assert!(answer.out.contains("report.html"), "{}", answer.out);
    assert!(fs::read_to_string(&page).unwrap() == before, "the page is the same to the last byte");
    let answer = desk.call(&["report", "nowhere"]).expect(1);
    assert!(answer.err.contains("`nowhere`"), "{}", answer.err);
}

#[test]
fn tables_are_npz_where_the_scenario_says_so() {
    let desk = Desk::with(SMALL);
    desk.call(&["run", "case.toml", "-q", "--set", "output.format=npz"]).expect(0);
    let folder = desk.results();
    assert!(!folder.join("spikes.parquet").exists());
    let table = tables::read(&folder.join("spikes.npz")).unwrap();
    assert_eq!(table.rows() as u64, Run::read(&folder).unwrap().populations[0].spikes);
}

#[test]
fn weights_that_learnt_are_a_table() {
    let learning = SMALL.to_owned()
        + r#"
[output]
weights = true
report = false
[[projection]]
name = "learning"
from = "exc"
to = "exc"
connect = { fixed_indegree = 10 }
weight = "0.1 mV"
delay = "1.5 ms"
plasticity = { stdp = { w_max = "1 mV" } }
"#;
    let desk = Desk::with(&learning);
    desk.call(&["run", "case.toml", "--quiet"]).expect(0);
    let folder = desk.results();
    assert!(run_of(&folder).files.contains(&"weights.parquet".to_owned()));
    let table = tables::read(&folder.join("weights.parquet")).unwrap();
    let names: Vec<&str> = table.columns().iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["projection", "from", "to", "pre", "post", "weight"]);
    assert_eq!(table.rows(), 1000);
    assert!(table.indices("post").unwrap().iter().all(|post| *post < 100));
    let weights = table.numbers("weight").unwrap();
    assert!(weights.iter().all(|w| (0.0..=1.0).contains(w)), "within their bounds");
    assert!(weights.iter().filter(|w| **w != 0.1).count() > 500, "they learnt");
    desk.call(&["run", "case.toml", "--quiet", "--overwrite", "--set", "output.format=npz"]).expect(0);
    assert!(folder.join("weights.npz").exists() && !folder.join("weights.parquet").exists());
}
