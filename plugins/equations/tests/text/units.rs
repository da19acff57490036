//! Units: what is declared in another than a coherent unit keeps it at the border, and the graph converts.

use crate::made::{derivative_of, hand};
use crate::rig::{assert_same, parameters};
use ecs_core::number::{Expr, Real, trace};
use equations::{Initial, ModelText, neuron, rate, synapse};

fn var(name: &str) -> Expr {
    Expr::variable(name)
}

#[test]
fn a_parameter_is_multiplied_where_it_is_read() {
    let graph = derivative_of("dx/dt = -x*rate : 1", &["rate=20 Hz"]);
    assert_same(&graph, &hand("x", || -var("x") * (var("rate") * 0.001)));
    let graph = derivative_of("dv/dt = (k + i)/c : mV", &["k=2 nA", "c=1 pF"]);
    assert_same(&graph, &hand("v", || (var("k") * 1000.0 + var("i")) / var("c")));
    let graph = derivative_of("dv/dt = g*(e - v)/c : mV", &["g=1 mS/cm2", "e=1 mV", "c=1 uF/cm2"]);
    assert_same(&graph, &hand("v", || var("g") * (var("e") - var("v")) / var("c")));
}

#[test]
fn a_variable_is_divided_where_it_is_written() {
    let params = parameters(&["tau=10 ms", "e=-70 mV", "q=20 %"]);
    let text = ModelText {
        equations: "dv/dt = (e - v)/tau : V\ndr/dt = -r/tau + q*i/pA/tau/s : Hz",
        threshold: Some("v >= 3 mV"),
        reset: Some("v = e; v += 2 V; r += 5 Hz"),
        input: Some("nA"),
        parameters: &params,
        initial: &[Initial { name: "v", value: "-65 mV" }, Initial { name: "r", value: "0.002 kHz" }],
        ..ModelText::default()
    };
    let made = neuron(&text, &[]).unwrap();
    let by_hand = trace(|| {
        let (v, r) = (var("v") * 1000.0, var("r") * 0.001);
        let (tau, e) = (var("tau"), var("e"));
        let rise = var("q") * 0.01 * (var("i") * 1000.0) / tau / 1000.0;
        vec![("v".into(), (e - v) / tau / 1000.0), ("r".into(), (-r / tau + rise) / 0.001)]
    });
    assert_same(&made.derivative, &by_hand);
    assert_same(made.condition.as_ref().unwrap(), &hand("", || var("v") * 1000.0 - 3.0));
    let reset = trace(|| {
        let r = (var("r") * 0.001 + 0.005) / 0.001;
        vec![("v".into(), (var("e") + 2000.0) / 1000.0), ("r".into(), r)]
    });
    assert_same(&made.reset, &reset);
    let defaults: Vec<(f64, &str)> = made.state.iter().map(|row| (row.default, row.unit.as_str())).collect();
    assert_eq!(defaults, [(-0.065, "V"), (2.0, "Hz")]);
    assert_eq!((made.input.as_str(), made.params[2].unit.as_str()), ("nA", "%"));
}

#[test]
fn coherent_units_leave_no_operation() {
    for unit in
        ["mV", "ms", "pA", "nS", "pF", "GOhm", "mM", "mS/cm2", "uF/cm2", "uA/cm2", "K", "mV/ms", "kHz", "1"]
    {
        let graph = derivative_of(&format!("dx/dt = k/ms : {unit}"), &[&format!("k=1 {unit}")]);
        assert_same(&graph, &hand("x", || var("k")));
    }
}

#[test]
fn constants_of_physics_are_coherent() {
    let value = |text: &str| {
        let graph = derivative_of(&format!("dx/dt = {text}/ms : mV"), &["k=300 K"]);
        graph.evaluate(|_| ecs_core::number::Num(300.0_f64))[0].0
    };
    let nernst = value("gas_constant*k/faraday");
    assert!((nernst - 25.85).abs() < 0.01, "{nernst}");
    let same = value("boltzmann*k/elementary_charge");
    assert!((same - nernst).abs() < 1e-6, "{same}");
    assert!((value("zero_celsius*mV/K") - 273.15).abs() < 1e-12);
}

#[test]
fn names_of_the_model_come_before_units_and_constants() {
    let graph = derivative_of("dm/dt = e*m : 1", &["e=3 1/ms"]);
    assert_same(&graph, &hand("m", || var("e") * var("m")));
}

#[test]
fn a_rate_model_has_neither_threshold_nor_reset() {
    let params = parameters(&["tau=10 ms", "gain=2 Hz/pA"]);
    let text = ModelText {
        equations: "dr/dt = (gain*max(i, 0) - r)/tau : Hz",
        parameters: &params,
        ..ModelText::default()
    };
    let made = rate(&text).unwrap();
    assert!(made.condition.is_none() && made.refractory.is_none());
    assert_same(&made.reset, &hand("r", || var("r")));
    let drive = || var("gain") * 0.001 * var("i").max(Expr::lit(0.0));
    let slope = || (drive() - var("r") * 0.001) / var("tau") / 0.001;
    assert_same(&made.derivative, &hand("r", slope));
}

#[test]
fn a_synapse_is_the_compiled_one() {
    let params = parameters(&["tau=2 ms"]);
    let text = ModelText {
        equations: "dg/dt = h - g/tau : weight # synaptic value\ndh/dt = -(h/tau) : weight/ms",
        on_pre: Some("h += w*e/tau"),
        value: Some("g"),
        parameters: &params,
        ..ModelText::default()
    };
    let made = synapse(&text).unwrap();
    let derivative = trace(|| {
        let (g, h, tau) = (var("g"), var("h"), var("tau"));
        vec![("g".into(), h - g / tau), ("h".into(), -(h / tau))]
    });
    assert_same(&made.derivative, &derivative);
    let arrive = trace(|| {
        vec![("g".into(), Expr::lit(0.0)), ("h".into(), var("w") * std::f64::consts::E / var("tau"))]
    });
    assert_same(&made.arrive, &arrive);
    assert_same(&made.value, &hand("", || var("g")));
    let units: Vec<&str> = made.state.iter().map(|row| row.unit.as_str()).collect();
    assert_eq!(units, ["weight", "weight/ms"]);
}
