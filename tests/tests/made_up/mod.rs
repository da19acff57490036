//! Made up: a small catalogue, one entry for each way in which a scenario can use one.

use std::sync::LazyLock;

use ecs_core::control::{DecoderModel, EnvironmentModel};
use ecs_core::model::{
    ChannelModel, CouplingModel, NeuronModel, OutputModel, PlasticityModel, ShortTermModel, SurrogateModel,
    SynapseModel,
};
use ecs_core::network::{
    ConnectorModel, InitialiserModel, OperatorModel, Registered, Registry, SourceModel, StimulusModel,
};
use ecs_core::registry::{Bound, Drive, Entry, Field, Form, Kind};
use ecs_core::training::{
    FeaturesModel, LearnerModel, LossModel, MetricModel, OptimiserModel, RegulariserModel, ScheduleModel,
    TransformModel,
};
use tests::rig::named;

/// Made up and fixed, so that a message changes when a message changes, and not when a model joins.
pub fn registry() -> Registry {
    static MADE_UP: LazyLock<Registry> = LazyLock::new(|| {
        let mut registry = Registry::default();
        CATALOGUE.iter().for_each(|entry| add(&mut registry, *entry));
        registry
    });
    MADE_UP.clone()
}

/// An entry on the body of a model that exists: here only what an entry says of itself is looked at.
fn add(registry: &mut Registry, entry: Entry) {
    fn with<M: Registered + Copy>(registry: &mut Registry, body: &str, entry: impl FnOnce(&mut M)) {
        let mut model = *named::<M>(body);
        entry(&mut model);
        registry.add(Box::leak(Box::new(model))).expect("names are unique");
    }
    match entry.kind {
        Kind::Neuron => with::<NeuronModel>(registry, "lif", |m| m.entry = entry),
        Kind::Channel => with::<ChannelModel>(registry, "leak", |m| m.entry = entry),
        Kind::Source => with::<SourceModel>(registry, "poisson", |m| m.entry = entry),
        Kind::Synapse => with::<SynapseModel>(registry, "delta", |m| m.entry = entry),
        Kind::Output => with::<OutputModel>(registry, "current", |m| m.entry = entry),
        Kind::ShortTerm => with::<ShortTermModel>(registry, "stp", |m| m.entry = entry),
        Kind::Plasticity => with::<PlasticityModel>(registry, entry.name, |m| m.entry = entry),
        Kind::Connector => with::<ConnectorModel>(registry, "one_to_one", |m| m.entry = entry),
        Kind::Operator => with::<OperatorModel>(registry, "stored", |m| m.entry = entry),
        Kind::Coupling => with::<CouplingModel>(registry, "additive", |m| m.entry = entry),
        Kind::Initialiser => with::<InitialiserModel>(registry, "identity", |m| m.entry = entry),
        Kind::System => unreachable!("no system is made up"),
        Kind::Surrogate => with::<SurrogateModel>(registry, "relu_grad", |m| m.entry = entry),
        Kind::Optimiser => with::<OptimiserModel>(registry, "sgd", |m| m.entry = entry),
        Kind::Schedule => with::<ScheduleModel>(registry, "constant", |m| m.entry = entry),
        Kind::Loss => with::<LossModel>(registry, entry.name, |m| m.entry = entry),
        Kind::Regulariser => with::<RegulariserModel>(registry, "mean_square", |m| m.entry = entry),
        Kind::Metric => with::<MetricModel>(registry, entry.name, |m| m.entry = entry),
        Kind::Transform => with::<TransformModel>(registry, "identity", |m| m.entry = entry),
        Kind::Learner => with::<LearnerModel>(registry, "linear", |m| m.entry = entry),
        Kind::Features => with::<FeaturesModel>(registry, "nvar", |m| m.entry = entry),
        Kind::Environment => with::<EnvironmentModel>(registry, "cartpole", |m| m.entry = entry),
        Kind::Decoder => with::<DecoderModel>(registry, "argmax_count", |m| m.entry = entry),
        Kind::Stimulus => with::<StimulusModel>(registry, "poisson", |m| m.entry = entry),
    }
}

const fn number(name: &'static str, default: f64, unit: &'static str, bound: Bound) -> Field {
    Field { name, default, unit, doc: "a field of the catalogue of this test", bound, form: Form::Number }
}

const fn other(name: &'static str, unit: &'static str, form: Form) -> Field {
    Field { name, default: f64::NAN, unit, doc: "data of the user", bound: Bound::Any, form }
}

const fn entry(kind: Kind, name: &'static str, params: &'static [Field]) -> Entry {
    Entry {
        kind,
        name,
        origin: "this test",
        doc: "An entry of this test.",
        params,
        state: &[],
        input: "",
        drive: None,
    }
}

static CATALOGUE: [Entry; 35] = [
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
    entry(
        Kind::ShortTerm,
        "stp",
        &[number("U", 0.15, "", Bound::Fraction), number("tau_f", 1500.0, "ms", Bound::Positive)],
    ),
    entry(
        Kind::Plasticity,
        "stdp",
        &[number("w_max", f64::NAN, "weight", Bound::Any), number("tau_plus", 20.0, "ms", Bound::Positive)],
    ),
    entry(Kind::Plasticity, "clopath", &[]),
    entry(Kind::Plasticity, "stdp_dopamine", &[]),
    entry(Kind::Connector, "one_to_one", &[]),
    entry(Kind::Connector, "fixed_indegree", &[number("k", f64::NAN, "", Bound::NonNegative)]),
    entry(
        Kind::Connector,
        "fixed_probability",
        &[number("p", f64::NAN, "", Bound::Fraction), number("self_connections", 0.0, "", Bound::Fraction)],
    ),
    entry(Kind::Connector, "table", &[other("file", "", Form::File)]),
    entry(Kind::Operator, "stored", &[]),
    entry(Kind::Operator, "just_in_time", &[]),
    entry(Kind::Initialiser, "kaiming_normal", &[number("gain", f64::NAN, "weight", Bound::Any)]),
    entry(
        Kind::Initialiser,
        "gaussian_decay",
        &[number("peak", f64::NAN, "value", Bound::Any), number("sigma", f64::NAN, "mm", Bound::Positive)],
    ),
    entry(
        Kind::Initialiser,
        "per_distance",
        &[number("slope", f64::NAN, "value/mm", Bound::Any), number("offset", 0.0, "value", Bound::Any)],
    ),
    entry(Kind::Stimulus, "poisson", &[number("rate", f64::NAN, "Hz", Bound::NonNegative)]),
    Entry {
        drive: Some(Drive::Current),
        ..entry(Kind::Stimulus, "dc", &[number("amplitude", 0.0, "input", Bound::Any)])
    },
    Entry { drive: Some(Drive::Conductance), input: "mV", ..entry(Kind::Coupling, "gap_junction", &[]) },
    Entry { drive: Some(Drive::Current), input: "variable", ..entry(Kind::Coupling, "additive", &[]) },
    Entry {
        drive: Some(Drive::Conductance),
        input: "mV",
        ..entry(Kind::Coupling, "graded", &[number("k", 8.0, "mV", Bound::Positive)])
    },
    entry(Kind::Surrogate, "relu_grad", &[number("width", 1.0, "", Bound::Positive)]),
    entry(
        Kind::Optimiser,
        "adam",
        &[number("lr", 0.001, "", Bound::NonNegative), number("beta1", 0.9, "", Bound::Fraction)],
    ),
    entry(Kind::Schedule, "step", &[number("size", f64::NAN, "", Bound::Positive)]),
    entry(Kind::Loss, "mse", &[]),
    entry(Kind::Metric, "accuracy", &[]),
    entry(
        Kind::Features,
        "reservoir",
        &[
            number("units", f64::NAN, "", Bound::Positive),
            number("storage", 0.0, "", Bound::Words(&["stored", "just_in_time"])),
        ],
    ),
    entry(Kind::Learner, "ridge", &[number("alpha", 1.0, "", Bound::NonNegative)]),
    entry(Kind::Environment, "cartpole", &[number("limit", 500.0, "", Bound::Positive)]),
    entry(Kind::Decoder, "argmax_count", &[]),
];
