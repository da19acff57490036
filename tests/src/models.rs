//! Models: every neuron that enters the contracts: those that are registered, the same written as text and read again, and
//! some that only text can say.

use std::path::Path;
use std::sync::LazyLock;

use ecs_core::model::NeuronModel;
use ecs_core::network::Registry;
use scenarios::parse;

use crate::network::registry;

/// Ends the name of a registered model that was written as text and read again.
pub const IN_TEXT: &str = "_in_text";

/// A model with two noises, one of which depends on the state, and one that never fires.
const OTHERS: &str = r#"
[model.noisy]
equations = """
dv/dt = (e_l - v + r*i) / tau_m + sigma*sqrt(2/tau_m)*xi + k*(v - e_l)/sqrt(tau_m)*xi_slow - w/c : mV (unless refractory)
dw/dt = (a*(v - e_l) - w) / tau_w : pA
"""
threshold = "v > v_th"
reset = "v = e_l; w += b"
refractory = "t_ref"
[model.noisy.parameters]
e_l = "-70 mV"
r = "0.1 GOhm"
tau_m = "10 ms"
sigma = "2 mV"
k = 0.05
c = "200 pF"
a = "2 nS"
tau_w = "100 ms"
v_th = "-50 mV"
b = "20 pA"
t_ref = "2 ms"
[model.noisy.initial]
v = "-65 mV"

[model.rate]
kind = "rate"
input = "1"
equations = "dx/dt = (tanh(w*x + i) - x) / tau : 1"
parameters = { w = 1.5, tau = "20 ms" }
initial = { x = 0.1 }
"#;

/// A scenario around some models.
fn around(models: &str) -> String {
    format!(
        "[scenario]\ntitle = \"models\"\nsource = \"tests\"\nformat = 1\n[run]\nduration = \"1 ms\"\nseed = 1\n\
         [population.p]\nsize = 1\nneuron = \"lif\"\n{models}"
    )
}

/// Models from text.
///
/// # Panics
/// If the text is wrong.
pub fn written(models: &str) -> Registry {
    let scenario = parse(&around(models), "models.toml", Path::new(""), &registry(), &[]);
    scenario.unwrap_or_else(|e| panic!("{e}")).registry
}

/// Every neuron.
///
/// # Panics
/// If one cannot be written and read.
pub fn every_neuron() -> Vec<&'static NeuronModel> {
    static ALL: LazyLock<Vec<&'static NeuronModel>> = LazyLock::new(|| {
        let linked = registry();
        let twin = |model: &&'static NeuronModel| {
            let equations =
                model.inspect.equations(&format!("{}{IN_TEXT}", model.entry.name), model.entry.doc);
            equations.step.is_none().then(|| equations::show(&equations))
        };
        let twins: String = linked.all::<NeuronModel>().iter().filter_map(twin).collect();
        written(&format!("{OTHERS}{twins}")).all::<NeuronModel>().to_vec()
    });
    ALL.clone()
}
