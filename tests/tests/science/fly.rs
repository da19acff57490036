//! The fly's neuron: order of operations and driven neurons as the authors' model states them.

use std::fs;
use std::path::PathBuf;

use tables::{Column, Table};
use tests::network::{raster, written};

const NEURONS: usize = 40;
const STEPS: u64 = 5_000;
const DELAY: u64 = 18;
/// Of a contact, in mV.
const WEIGHT: f64 = 0.275;

/// Contacts `(pre, post, count)`, from every neuron to five others; one in four inhibits.
fn contacts() -> Vec<(u32, u32, i64)> {
    let n = NEURONS as u32;
    let one = |pre: u32, k: u32| {
        let sign = if pre.is_multiple_of(4) { -1 } else { 1 };
        (pre, (pre * 7 + k * 11 + 3) % n, sign * i64::from(30 + (pre * 13 + k * 29) % 200))
    };
    (0..n).flat_map(|pre| (0..5).map(move |k| one(pre, k))).collect()
}

/// Steps in which neuron `k` is pushed past its threshold from outside.
fn pushed(k: usize, step: u64) -> bool {
    k < 8 && step > 0 && (step + 17 * k as u64).is_multiple_of(53 + 12 * k as u64)
}

/// The authors' step for every neuron: integrate, test, deliver, reset.
fn theirs() -> Vec<(u64, u32)> {
    let (dt, tau_m, tau, rest, threshold) = (0.1f64, 20.0f64, 5.0f64, -52.0f64, -45.0f64);
    let (decay_m, decay) = ((-dt / tau_m).exp(), (-dt / tau).exp());
    let driven = tau / (tau - tau_m) * (decay - decay_m);
    let (mut v, mut g) = ([rest; NEURONS], [0.0; NEURONS]);
    let mut last = [None::<u64>; NEURONS];
    let mut spikes: Vec<(u64, u32)> = Vec::new();
    for step in 0..STEPS {
        let mut fired = Vec::new();
        for k in 0..NEURONS {
            if last[k].is_some_and(|spike| step - spike < 22) {
                continue;
            }
            v[k] = rest + (v[k] - rest) * decay_m + g[k] * driven;
            g[k] *= decay;
            if v[k] > threshold {
                fired.push(k);
            }
        }
        for (pre, post, count) in contacts() {
            if step >= DELAY && spikes.contains(&(step - DELAY, pre)) {
                g[post as usize] += WEIGHT * count as f64;
            }
        }
        for (k, g) in g.iter_mut().enumerate() {
            *g += if pushed(k, step) { 20_000.0 } else { 0.0 };
        }
        for k in fired {
            (v[k], g[k], last[k]) = (rest, 0.0, Some(step));
            spikes.push((step, k as u32));
        }
    }
    spikes
}

/// A folder of this process with the contacts as the connectome is published, and the pushes.
fn folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("synfire_fly_{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a temporary folder");
    let contacts = contacts();
    let column = |f: fn(&(u32, u32, i64)) -> i64| Column::I64(contacts.iter().map(f).collect());
    let columns = [
        ("Presynaptic_Index", column(|c| c.0.into())),
        ("Postsynaptic_Index", column(|c| c.1.into())),
        ("Excitatory x Connectivity", column(|c| c.2)),
    ];
    let with = |table: Table, (name, column)| table.with(name, column).expect("columns of one length");
    let table = columns.into_iter().fold(Table::new(), with);
    tables::write(&folder.join("contacts.parquet"), &table).expect("the disk has room");
    // A push acts in the step after that of its source's spike.
    let all =
        (1..STEPS).flat_map(|step| (0..8).map(move |k| (step, k))).filter(|(step, k)| pushed(*k, *step));
    let (times, who): (Vec<f64>, Vec<u32>) = all.map(|(step, k)| ((step - 1) as f64 * 0.1, k as u32)).unzip();
    let table =
        [("neuron", Column::U32(who)), ("time_ms", Column::F64(times))].into_iter().fold(Table::new(), with);
    tables::write(&folder.join("pushes.parquet"), &table).expect("the disk has room");
    folder
}

const NETWORK: &str = r#"
    [scenario]
    title = "fly"
    source = "a test"
    format = 1

    [run]
    duration = "500 ms"
    dt = "0.1 ms"
    seed = 1
    precision = "f64"

    [population.brain]
    size = 40
    neuron = "lif_shiu2024"

    [population.push]
    size = 8
    neuron = "spike_times"
    params = { file = "pushes.parquet" }

    [[projection]]
    from = "brain"
    to = "brain"
    connect = { table = "contacts.parquet" }
    weight = "0.275 mV"
    delay = "1.8 ms"

    [[projection]]
    from = "push"
    to = "brain[0..8]"
    connect = "one_to_one"
    weight = "20 V"
    delay = "0.1 ms"
"#;

#[test]
fn a_network_from_a_table_of_contacts_fires_as_the_authors_order_of_operations_says() {
    let folder = folder();
    let scenario = written(NETWORK, &folder).unwrap_or_else(|e| panic!("{e}"));
    let mine: Vec<(u64, u32)> = raster(&scenario, STEPS)
        .into_iter()
        .filter(|(_, of, _)| *of == 0)
        .map(|(step, _, k)| (step, k))
        .collect();
    fs::remove_dir_all(&folder).expect("the folder is ours");
    let theirs = theirs();
    let followers = theirs.iter().filter(|(_, k)| *k >= 8).count();
    assert!(followers > 100, "only {followers} spikes were caused inside the network");
    assert_eq!(mine, theirs);
}

const DRIVEN: &str = r#"
    [scenario]
    title = "driven"
    source = "a test"
    format = 1

    [run]
    duration = "10 s"
    seed = 3

    [population.brain]
    size = 200
    neuron = "lif_shiu2024"

    [[set]]
    of = "brain[0..100]"
    params = { t_ref = "0 ms" }

    [[stimulus]]
    to = "brain[0..100]"
    kind = "poisson"
    rate = "202.027 Hz"
    weight = "68.75 V"
"#;

/// Of n such spikes the standard deviation lies below the root of n. Five of these are never reached by chance.
#[test]
fn driven_neurons_lose_what_arrives_with_their_own_spike() {
    let scenario = written(DRIVEN, &std::env::temp_dir()).unwrap_or_else(|e| panic!("{e}"));
    let spikes = raster(&scenario, scenario.run.steps);
    let (steps, neurons, p) = (scenario.run.steps as f64, 100.0, 0.02);
    let expected = p / (1.0 + p) * steps * neurons;
    let found = spikes.len() as f64;
    println!("{found} spikes, {expected:.0} expected");
    assert!((found - expected).abs() < 5.0 * expected.sqrt(), "{found} spikes, {expected} expected");
    assert!(spikes.iter().all(|(.., k)| *k < 100), "the others are at rest");
}
