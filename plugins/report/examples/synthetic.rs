//! Writes the folder and the report of a run that never was: `cargo run -p report --example synthetic -- <folder> [kind]`.
//!
//! Kinds: `network` (4,000 irregular neurons for 1 s; the default), `large` (100,000 neurons in eight populations), `one`
//! (a single neuron), `silent`, `failed` and `killed`. Times to the next spike are drawn from gamma distributions.

use recording::{
    Cells, Expectation, Machine, Population, Precision, RecordError, Run, RunFolder, Scenario, Status,
    Traced, Window,
};
use std::path::Path;

const DT: f64 = 0.1;

fn main() -> Result<(), RecordError> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().unwrap_or_else(|| "out/synthetic".into());
    let kind = arguments.next().unwrap_or_else(|| "network".into());
    simulate(Path::new(&path), &kind)?;
    report::write_report(Path::new(&path)).map(drop)
}

/// Name, neurons, rate in Hz, order of the gamma distribution.
type Group = (&'static str, u32, f64, u32);

fn groups(kind: &str) -> (Vec<Group>, f64) {
    match kind {
        "large" => {
            let names = ["L23E", "L23I", "L4E", "L4I", "L5E", "L5I", "L6E", "L6I"];
            let sizes = [26_889, 7_584, 28_495, 7_124, 6_305, 1_385, 18_712, 3_834];
            let rates = [0.9, 3.0, 4.4, 5.9, 7.6, 8.6, 1.1, 7.8];
            let all =
                names.into_iter().zip(sizes).zip(rates).map(|((name, size), rate)| (name, size, rate, 1));
            (all.collect(), 10_000.0)
        }
        "one" => (vec![("neuron", 1, 40.0, 9)], 500.0),
        "silent" => (vec![("excitatory", 800, 0.0, 1), ("inhibitory", 200, 0.0, 1)], 200.0),
        _ => (vec![("excitatory", 3200, 19.0, 1), ("inhibitory", 800, 23.0, 2)], 1000.0),
    }
}

/// A generator of Lehmer's kind, good enough for a picture.
struct Random(u64);

impl Random {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(0xda94_2042_e4dd_58b5);
        ((self.0 >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    fn interval(&mut self, rate: f64, order: u32) -> f64 {
        (0..order).map(|_| -self.uniform().ln()).sum::<f64>() * 1000.0 / (rate * f64::from(order))
    }
}

fn simulate(path: &Path, kind: &str) -> Result<(), RecordError> {
    let (groups, until) = groups(kind);
    let folder = RunFolder::create(path, true)?;
    let cells: Vec<Cells> =
        groups.iter().map(|(name, size, ..)| Cells { name: (*name).into(), size: *size }).collect();
    let traced: Vec<Traced> = groups
        .iter()
        .take(3)
        .map(|(name, size, ..)| Traced {
            population: (*name).into(),
            variable: "v".into(),
            unit: "mV".into(),
            neurons: (0..2.min(*size)).map(|n| n * 7).collect(),
        })
        .collect();
    let mut run = Run { dt_ms: DT, scenario: scenario(kind), version: "0.1.0".into(), ..Run::default() };
    run.populations = groups.iter().map(|(name, size, ..)| population(name, *size)).collect();
    run.traces = traced.clone();
    run.write(path)?;

    let mut random = Random(0x1234_5678_9abc_def1);
    let mut due: Vec<Vec<f64>> = Vec::new();
    for (_, size, rate, order) in &groups {
        let first =
            |_| if *rate > 0.0 { random.interval(*rate, *order) * random.uniform() } else { f64::INFINITY };
        due.push((0..*size).map(first).collect());
    }
    let mut spikes = folder.spikes(DT, &cells)?;
    let mut traces = folder.traces(DT, Precision::F32, &traced)?;
    let mut v: Vec<Vec<f32>> = traced.iter().map(|t| vec![-60.0; t.neurons.len()]).collect();
    let mut fired = Vec::new();
    for step in 1..=(until / DT) as u64 {
        let time = step as f64 * DT;
        // A slow swell and two short volleys, so that the rate has something to show.
        let swell =
            1.0 + 0.35 * (time / 60.0).sin() + if (time % 400.0 - 250.0).abs() < 6.0 { 3.0 } else { 0.0 };
        for (place, (_, _, rate, order)) in groups.iter().enumerate() {
            fired.clear();
            for (neuron, due) in due[place].iter_mut().enumerate() {
                *due -= (swell - 1.0) * DT;
                if *due <= time {
                    fired.push(neuron as u32);
                    *due = time + 1.5 + random.interval(*rate, *order);
                }
            }
            spikes.append(step, place, &fired)?;
            if let Some(traced) = traced.get(place) {
                for (v, neuron) in v[place].iter_mut().zip(&traced.neurons) {
                    *v += (-56.0 - *v) * 0.01 + (random.uniform() as f32 - 0.5) * 1.2;
                    *v = if fired.contains(neuron) { -68.0 } else { v.min(-50.0) };
                }
                traces.append(step, place, v[place].as_slice())?;
            }
        }
    }
    spikes.close()?;
    traces.close()?;
    if kind == "killed" {
        return Ok(());
    }
    folder.make_tables(tables::Format::Parquet)?;
    run.tally(path, Window::of_run(0.0, until))?;
    run.files = vec!["spikes.parquet".into(), "traces.parquet".into(), "run.json".into()];
    finish(&mut run, kind, until);
    run.write(path)
}

fn scenario(kind: &str) -> Scenario {
    Scenario {
        title: format!("Asynchronous irregular activity ({kind})"),
        file: format!("scenarios/{kind}.toml"),
        source: "Vogels & Abbott 2005, doi 10.1523/JNEUROSCI.3508-05.2005".into(),
        sha256: recording::sha256(kind.as_bytes()),
    }
}

fn population(name: &str, size: u32) -> Population {
    Population { name: name.into(), model: "lif".into(), size: size.into(), ..Population::default() }
}

fn finish(run: &mut Run, kind: &str, until: f64) {
    run.machine = Machine::here();
    run.peak_rss_bytes = recording::peak_rss_bytes();
    (run.threads, run.seed) = (2, 1234);
    (run.biological_s, run.wall_s, run.build_s) = (until / 1e3, until / 1e3 * 0.027, 0.011);
    run.steps = (until / DT) as u64;
    run.synapses = 320_000;
    run.synaptic_events = Some(run.populations.iter().map(|p| p.spikes * 80).sum());
    run.status = if kind == "failed" { Status::Failed } else { Status::Finished };
    run.error = (kind == "failed")
        .then(|| "`v` of `excitatory` neuron 17 is not finite at 812.3 ms; last good value -54.2".into());
    for p in run.populations.iter().take(2) {
        for (what, value, low, high) in [
            ("rate_hz", Some(p.rate_hz), 15.0, 24.0),
            ("cv", p.cv, 0.7, 1.1),
            ("silent_fraction", Some(p.silent_fraction), 0.0, 0.1),
        ] {
            let passed = value.is_some_and(|v| v >= low && v <= high);
            let source = "Brian 2, 8 seeds".into();
            let reference = Some((low + high) / 2.0);
            let (of, what) = (p.name.clone(), what.into());
            run.expectations.push(Expectation { of, what, value, low, high, reference, source, passed });
        }
    }
}
