//! Show: what is printed from a model, read again, is the same model; what is printed as LaTeX is well formed.

mod parts;
mod random;
mod read;
mod tex;

use ecs_core::model::{Equations, NeuronModel};
use ecs_core::registry::Bound;
use equations::{ModelText, Parameter, neuron, show};
use neurons as _;
use read::assert_reads_back;

/// Every registered neuron model.
fn registered() -> Vec<Equations> {
    let mut models: Vec<&NeuronModel> = inventory::iter::<NeuronModel>.into_iter().collect();
    models.sort_by_key(|model| model.entry.name);
    models.iter().map(|model| model.inspect.equations(model.entry.name, model.entry.doc)).collect()
}

#[test]
fn every_registered_model_that_text_can_say_reads_back() {
    let models = registered();
    let said: Vec<&Equations> = models.iter().filter(|model| model.step.is_none()).collect();
    assert!(said.len() >= 4, "the models of `neurons` are registered");
    said.iter().for_each(|model| assert_reads_back(model, true));
}

#[test]
fn a_model_that_states_its_own_step_says_so() {
    let models = registered();
    let steps = models.iter().filter(|model| model.step.is_some());
    assert!(steps.clone().count() > 0);
    steps.for_each(|model| assert!(show(model).contains("# states its own step"), "{}", show(model)));
}

/// Parameters from `name=quantity`.
fn parameters<'a>(rows: &[&'a str]) -> Vec<Parameter<'a>> {
    let row = |row: &&'a str| {
        let (name, value) = row.split_once('=').expect("a test writes `name=quantity`");
        Parameter { name, value, bound: Bound::Any, doc: "" }
    };
    rows.iter().map(row).collect()
}

/// A text model with these lines and parameters `name=quantity`.
fn text(equations: &str, rows: &[&str]) -> Equations {
    let parameters = parameters(rows);
    let text = ModelText {
        equations,
        threshold: Some("v >= -20 mV and w < 3 or not v - 2*v_th >= 0 mV"),
        reset: Some("w += 0.5; v = min(v_th, -3 mV*w)"),
        refractory: Some("max(2 ms, tau/3)"),
        parameters: &parameters,
        ..ModelText::default()
    };
    neuron(&text, &[]).unwrap_or_else(|errors| panic!("{equations}: {errors:#?}"))
}

#[test]
fn every_form_of_a_text_reads_back() {
    let rows = ["v_th=-50 mV", "tau=20 ms", "r=2 Gohm", "f=40 Hz", "c=3 uF/cm2", "big=1 nA", "sigma=2 mV"];
    let bodies = [
        "(v_th - v)/tau",
        "-(v - v_th)/tau + r*i/tau",
        "sigma*sqrt(2/tau)*xi",
        "v_th*f - v*f + sigma*sqrt(2/tau)*xi_b + sqrt(2/ms)*(v - v_th)*xi_a",
        "where(v > v_th and not w >= 2, v_th, v**3/mV**2)/tau",
        "(v - (v_th - v))/(tau*(2*w))*(tau/(3 ms))/w",
        "int(v >= v_th)*abs(v)/ms + clip(v, -1 mV, 1 mV)/tau",
        "(exp(v/v_th) + tanh(w)*ln(w) - expm1(w)*exprel(-w))*mV/ms",
        "big/pF + w*0.3 mS/cm2/c*v - c*v/(2 uF/cm2)/ms",
        "v*w*(0.3 mS/cm2)/c + v*(0.5/ms)*w",
        "v*w**-2/tau + v*(w**2)**3*w**1.5/tau",
    ];
    for body in bodies {
        let lines = format!("dv/dt = {body} : mV (unless refractory)\ndw/dt = -w*f : 1");
        assert_reads_back(&text(&lines, &rows), false);
    }
}

#[test]
fn units_and_brackets_stand_only_where_they_are_needed() {
    let rows = ["v_th=-50 mV", "tau=20 ms", "c=3 uF/cm2"];
    let line = "dv/dt = (v_th - (v - 13 mV))/tau + w*0.3 mS/cm2/c*v : mV (unless refractory)";
    let shown = show(&text(&format!("{line}\ndw/dt = -(w/tau) : 1"), &rows));
    let wanted = [
        line,
        "threshold = \"v >= -20 mV and w <= 3 or v - 2*v_th <= 0\"",
        "reset = \"v = min(v_th, (-3 mV)*(w + 0.5)); w += 0.5\"",
        "refractory = \"max(2 ms, tau/3)\"",
    ];
    wanted.iter().for_each(|line| assert!(shown.lines().any(|shown| shown == *line), "{line}: {shown}"));
}
