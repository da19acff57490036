//! Graded synapses onto a passive cell, the sender's voltage being held: closed forms of release and of what it does.

use crate::{PASSIVE, run, scenario};

/// A sender at rest at `before` and from 5 ms on held at `after`, and a receiver.
fn held(kind: &str, before: f64, after: f64) -> Vec<f64> {
    let text = scenario(
        DT,
        "",
        &format!(
            r#"{PASSIVE}
[population.sender]
size   = 1
neuron = "passive"
params = {{ e_l = "{before} mV" }}
state  = {{ v = "{before} mV" }}

[population.receiver]
size   = 1
neuron = "passive"
params = {{ c_m = "0.001 pF" }}

[[clamp]]
of    = "sender"
v     = "{after} mV"
start = "5 ms"

[[coupling]]
from    = "sender"
to      = "receiver"
connect = "one_to_one"
weight  = "{WEIGHT} nS"
{kind}
"#
        ),
    );
    run(&text, 400, &[(1, 0, 0)]).into_iter().map(|v| v[0]).collect()
}

const DT: f64 = 0.05;
const WEIGHT: f64 = 4.0;
/// A receiver this fast stands at any moment where its conductances want it; this is what they then have to be.
fn release(v: f64, e_rev: f64) -> f64 {
    10.0 * (-70.0 - v) / (v - e_rev) / WEIGHT
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// Release in each step against `right(t)`, t counted from 5 ms; what acts in step n is the state at n dt.
fn compare(kind: &str, e_rev: f64, (before, after): (f64, f64), right: impl Fn(f64) -> f64) {
    let all = held(kind, before, after);
    for n in 0..399 {
        // The receiver after step n shows what acted in it.
        let (found, expected) = (release(all[n + 1], e_rev), right(n as f64 * DT - 5.0));
        assert!((found - expected).abs() < 1e-9, "{kind}: {found} instead of {expected} in step {n}");
    }
}

#[test]
fn release_without_memory_is_the_sigmoid_of_the_voltage() {
    let s = |v: f64| sigmoid((v + 40.0) / 6.0);
    let kind = "kind = \"graded\"\ne_rev = \"-10 mV\"\nv_half = \"-40 mV\"\nk = \"6 mV\"";
    compare(kind, -10.0, (-60.0, -35.0), |t| s(if t > -1e-9 { -35.0 } else { -60.0 }));
}

/// From where it was to where it goes, exponentially, with a rate of `rate` per ms.
fn relaxing(from: f64, to: f64, rate: f64) -> impl Fn(f64) -> f64 {
    move |t| to + (from - to) * (-rate * t.max(0.0)).exp()
}

#[test]
fn release_of_first_order_relaxes_with_its_time_constant() {
    let s = |v: f64| sigmoid((v + 40.0) / 6.0);
    let kind =
        "kind = \"graded_relaxing\"\ne_rev = \"-10 mV\"\nv_half = \"-40 mV\"\nk = \"6 mV\"\ntau = \"3 ms\"";
    compare(kind, -10.0, (-60.0, -35.0), relaxing(s(-60.0), s(-35.0), 1.0 / 3.0));
}

#[test]
fn kinetic_release_has_the_steady_state_and_the_rate_of_its_paper() {
    let rise = |v: f64| 0.3 * sigmoid(0.125 * (v + 40.0));
    let steady = |v: f64| rise(v) / (rise(v) + 0.5);
    let kind = "kind = \"graded_kinetic\"\nv_half = \"-40 mV\"\na_r = \"300/s\"\na_d = \"0.5/ms\"";
    compare(kind, 0.0, (-60.0, -35.0), relaxing(steady(-60.0), steady(-35.0), rise(-35.0) + 0.5));
}

#[test]
fn release_in_the_stomatogastric_ganglion_is_the_faster_the_more_is_released() {
    let s = |v: f64| sigmoid((v + 40.0) / 5.0);
    let kind = "kind = \"graded_stomatogastric\"\ne_rev = \"-10 mV\"\nv_half = \"-40 mV\"\nk = \"0.1/ms\"";
    for after in [-35.0, -45.0] {
        let rate = 0.1 / (1.0 - s(after));
        compare(kind, -10.0, (-60.0, after), relaxing(s(-60.0), s(after), rate));
    }
}
