//! Made up: a small catalogue, one entry for each way in which a scenario can use one.

use ecs_core::registry::{Bound, Drive, Entry, Field, Form, Kind};

/// Made up and fixed, so that a message changes when a message changes, and not when a model joins.
pub fn catalogue() -> Vec<Entry> {
    CATALOGUE.to_vec()
}

const fn number(name: &'static str, default: f64, unit: &'static str, bound: Bound) -> Field {
    Field { name, default, unit, doc: "a field of the catalogue of this test", bound, form: Form::Number }
}

const fn other(name: &'static str, unit: &'static str, form: Form) -> Field {
    Field { name, default: f64::NAN, unit, doc: "data of the user", bound: Bound::Any, form }
}

const fn entry(kind: Kind, name: &'static str, params: &'static [Field]) -> Entry {
    Entry { kind, name, doc: "An entry of this test.", params, state: &[], input: "", drive: None }
}

static CATALOGUE: [Entry; 14] = [
    Entry {
        state: &[number("v", 0.0, "mV", Bound::Any)],
        input: "pA",
        ..entry(
            Kind::Neuron,
            "lif",
            &[
                number("tau_m", 20.0, "ms", Bound::Positive),
                number("t_ref", 2.0, "ms", Bound::NonNegative),
                number("v_th", 20.0, "mV", Bound::Any),
                number("v_reset", 0.0, "mV", Bound::Any),
            ],
        )
    },
    Entry {
        state: &[number("v", -65.0, "mV", Bound::Any), number("u", -13.0, "mV/ms", Bound::Any)],
        input: "mV/ms",
        ..entry(Kind::Neuron, "izhikevich", &[number("a", 0.02, "1/ms", Bound::Positive)])
    },
    entry(Kind::Source, "poisson", &[number("rate", f64::NAN, "Hz", Bound::NonNegative)]),
    entry(Kind::Source, "spike_times", &[other("times", "ms", Form::List)]),
    Entry { drive: Some(Drive::Jump), ..entry(Kind::Synapse, "delta", &[]) },
    entry(Kind::Synapse, "exponential", &[number("tau", 5.0, "ms", Bound::Positive)]),
    Entry { drive: Some(Drive::Current), ..entry(Kind::Output, "current", &[]) },
    Entry {
        drive: Some(Drive::Conductance),
        ..entry(Kind::Output, "conductance", &[number("e", 0.0, "mV", Bound::Any)])
    },
    entry(Kind::Connector, "one_to_one", &[]),
    entry(Kind::Connector, "fixed_indegree", &[number("k", f64::NAN, "", Bound::NonNegative)]),
    entry(
        Kind::Connector,
        "fixed_probability",
        &[number("p", f64::NAN, "", Bound::Fraction), number("self_connections", 0.0, "", Bound::Fraction)],
    ),
    entry(Kind::Connector, "table", &[other("file", "", Form::File)]),
    entry(Kind::Stimulus, "poisson", &[number("rate", f64::NAN, "Hz", Bound::NonNegative)]),
    Entry {
        drive: Some(Drive::Current),
        ..entry(Kind::Stimulus, "dc", &[number("amplitude", 0.0, "input", Bound::Any)])
    },
];
