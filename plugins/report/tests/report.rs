//! A report is one file that tells the truth about any run, however odd.

use recording::{
    Cells, Expectation, Population, Precision, RecordError, Run, RunFolder, Status, Traced, Window,
};
use std::fs;
use std::path::PathBuf;
use tables::Format;

const DT: f64 = 0.1;
/// What a mail takes, and a browser opens at once.
const LARGEST: usize = 5_000_000;

fn empty(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("synfire_report_{}_{name}", std::process::id()));
    let _ = fs::remove_dir_all(&path);
    path
}

/// A run whose population of this size fires `spikes` spikes, evenly scattered.
fn report(name: &str, size: u32, spikes: u64, change: impl FnOnce(&mut Run)) -> Result<String, RecordError> {
    let path = empty(name);
    let folder = RunFolder::create(&path, false)?;
    let cells = [Cells { name: "excitatory".into(), size }];
    let mut spool = folder.spikes(DT, &cells)?;
    let steps = 10_000;
    let mut state = 1_u32;
    for step in 1..=steps {
        let fired = spikes * step / steps - spikes * (step - 1) / steps;
        let mut neurons: Vec<u32> = (0..fired)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                ((u64::from(state) * u64::from(size)) >> 32) as u32
            })
            .collect();
        neurons.sort_unstable();
        neurons.dedup();
        spool.append(step, 0, &neurons)?;
    }
    spool.close()?;
    folder.make_tables(Format::Parquet)?;
    let mut run =
        Run { dt_ms: DT, biological_s: 1.0, wall_s: 0.5, status: Status::Finished, ..Run::default() };
    run.scenario.title = "A title".into();
    run.populations =
        vec![Population { name: "excitatory".into(), size: size.into(), ..Population::default() }];
    change(&mut run);
    run.tally(&path, Window::of_run(0.0, 1000.0))?;
    run.write(&path)?;
    let html = fs::read_to_string(report::write_report(&path)?).expect("the report was just written");
    fs::remove_dir_all(path).expect("the folder was just made");
    Ok(html)
}

#[test]
fn a_report_needs_nothing_outside_itself() {
    let html = report("alone", 100, 2_000, |run| run.scenario.source = "A & B 2005, doi 10.1000/xyz".into())
        .unwrap();
    for outside in ["src=", "<link", "@import", "url(", "fetch(", "XMLHttp"] {
        assert!(!html.contains(outside), "{outside}");
    }
    assert!(
        html.contains("After A &amp; B 2005, doi <a href=\"https://doi.org/10.1000/xyz\">10.1000/xyz</a>")
    );
    assert_eq!(html.matches("http").count(), 1, "the DOI, which is only followed when clicked");
    assert!(html.contains("<b>2.00 ×</b>") && html.contains("<b>1.00 s</b>"));
}

#[test]
fn three_million_spikes_fit_into_a_small_file_and_the_page_says_what_it_shows() {
    let html = report("large", 100_000, 3_000_000, |_| ()).unwrap();
    assert!(html.len() < LARGEST, "{} bytes", html.len());
    assert!(html.contains("One neuron in 3 is shown"));
}

#[test]
fn a_million_spikes_are_all_there() {
    let html = report("million", 4_000, 1_000_000, |_| ()).unwrap();
    assert!(html.len() < LARGEST, "{} bytes", html.len());
    assert!(!html.contains("One neuron in"));
}

#[test]
fn a_run_that_did_not_finish_says_so_on_top() {
    let failed = |run: &mut Run| (run.status, run.error) = (Status::Failed, Some("`v` is not finite".into()));
    let html = report("failed", 10, 50, failed).unwrap();
    assert!(
        html.contains(
            "<b>This run failed</b> after 1.00 s of simulated time: <code>`v` is not finite</code>"
        )
    );
    let html = report("interrupted", 10, 50, |run| run.status = Status::Interrupted).unwrap();
    assert!(html.contains("This run was interrupted"));
    assert!(report("running", 10, 50, |run| run.status = Status::Running).unwrap().contains("has not ended"));
}

#[test]
fn silence_and_a_single_neuron_are_no_special_case() {
    assert!(report("silent", 100, 0, |_| ()).unwrap().contains("No neuron fired."));
    assert!(report("one", 1, 20, |_| ()).unwrap().contains("<b>1</b><span>neuron</span>"));
    let path = empty("bare");
    RunFolder::create(&path, false).unwrap();
    Run::default().write(&path).unwrap();
    assert!(fs::read_to_string(report::write_report(&path).unwrap()).unwrap().contains("<h1>Run</h1>"));
    fs::remove_dir_all(path).unwrap();
}

#[test]
fn statistics_are_said_to_be_of_the_recorded_neurons() {
    let html = report("few", 1000, 4_000, |run| run.populations[0].recorded = Some(1000)).unwrap();
    assert!(html.contains("<b>4.00 Hz</b>") && !html.contains("recorded neuron"));
    let spikes_of_one = |run: &mut Run| run.populations[0].recorded = Some(1);
    let html = report("one_of_many", 1000, 20, spikes_of_one).unwrap();
    assert!(html.contains("statistics of 1 recorded neuron<") && html.contains("<b>20.0 Hz</b>"));
    let html = report("three", 1000, 0, |run| run.populations[0].recorded = Some(3)).unwrap();
    assert!(html.contains("statistics of 3 recorded neurons<") && html.contains("No recorded neuron fired."));
}

#[test]
fn a_population_that_is_not_recorded_is_not_shown_as_silent() {
    let html = report("unrecorded", 1000, 0, |run| run.populations[0].recorded = Some(0)).unwrap();
    assert!(html.contains("no spikes recorded") && !html.contains("0 Hz") && !html.contains("100 %"));
    assert!(html.contains("\"rows\":0") && html.contains("\"rate\":\"\""));
}

#[test]
fn names_cannot_become_markup() {
    let hostile = |run: &mut Run| run.scenario.title = "</script><script>alert(1)</script>".into();
    let html = report("hostile", 10, 50, hostile).unwrap();
    assert!(html.contains("&lt;/script&gt;&lt;script&gt;alert(1)"));
    assert_eq!(html.matches("<script").count(), 2, "the data and the page's own");
}

#[test]
fn an_expectation_stands_beside_its_value() {
    let expect = |run: &mut Run| {
        let (of, what, source) = ("excitatory".into(), "rate_hz".into(), "Someone 2001".into());
        let (value, reference) = (Some(20.0), Some(5.6));
        run.expectations =
            vec![Expectation { of, what, value, low: 5.0, high: 6.0, reference, source, passed: false }];
    };
    let html = report("expected", 100, 2_000, expect).unwrap();
    assert!(
        html.contains("<i>✗</i> 5.00 to 6.00, reference 5.60") && html.contains("Reference: Someone 2001.")
    );
    assert!(html.contains("<i class=\"bad\">0 of 1</i>"));
}

#[test]
fn traces_are_shown_with_values_that_are_not_numbers_left_out() {
    let path = empty("traces");
    let folder = RunFolder::create(&path, false).unwrap();
    let traced =
        [Traced { population: "a".into(), variable: "v".into(), unit: "mV".into(), neurons: vec![0] }];
    let mut spool = folder.traces(DT, Precision::F64, &traced).unwrap();
    for step in 0..100_000 {
        let value = if step % 1000 == 7 { f64::NAN } else { (step as f64).sin() };
        spool.append(step, 0, &[value][..]).unwrap();
    }
    spool.close().unwrap();
    folder.make_tables(Format::Npz).unwrap();
    let populations = vec![Population { name: "a".into(), size: 1, ..Population::default() }];
    Run { populations, traces: traced.to_vec(), ..Run::default() }.write(&path).unwrap();
    let html = fs::read_to_string(report::write_report(&path).unwrap()).unwrap();
    assert!(html.contains("\"variable\":\"v\"") && html.contains("This run recorded no spikes."));
    assert!(html.len() < 200_000, "{} bytes", html.len());
    fs::remove_dir_all(path).unwrap();
}
