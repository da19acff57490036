//! A model in a library gives the bits of the same file compiled in.

use ecs_core::model::{INTEGRATORS, Instructions, Moment, NeuronModel, SynapseModel};
use ecs_core::number::Num;

use crate::cells::Cells;
use crate::example::adaptive;

#[path = "../../../examples/adaptive/src/adaptive.rs"]
mod adaptive_here;
#[path = "../../../examples/adaptive/src/charge.rs"]
mod charge_here;

const HERE: NeuronModel = NeuronModel::of::<adaptive_here::Model>("adaptive", "", "");

const STEPS: u64 = 1000;

#[test]
fn the_example_loads() {
    let library = libraries::load(adaptive(), None).unwrap();
    assert_eq!((library.name, library.version), ("adaptive_example", env!("CARGO_PKG_VERSION")));
    let model = library.neurons[0];
    assert_eq!(
        (model.entry.name, model.entry.input, model.integrator),
        ("adaptive", "pA", "exponential_euler")
    );
    assert_eq!(format!("{:?}", model.entry.params), format!("{:?}", HERE.entry.params));
    assert_eq!(format!("{:?}", model.entry.state), format!("{:?}", HERE.entry.state));
    assert!(model.entry.doc.contains("Naud"), "the documentation comes with the model");
    assert_eq!(library.connectors[0].entry.name, "ring");
    assert_eq!(library.systems[0].name, "settle");
}

#[test]
fn every_integrator_and_instruction_set_gives_the_same_bits() {
    let model = libraries::load(adaptive(), None).unwrap().neurons[0];
    let shared = vec![true; model.entry.params.len()];
    for integrator in INTEGRATORS.iter().map(|i| i.name) {
        for level in Instructions::available().iter().copied() {
            let name = format!("{integrator}, {level:?}");
            for own in [false, true] {
                let given = vec![!own; shared.len()];
                let [there, here] = [model, &HERE].map(|m| m.kernels.single(integrator, level, &given));
                let (Some(there), Some(here)) = (there, here) else {
                    assert_eq!(integrator, "exact", "{name}");
                    continue;
                };
                assert_eq!((there.fuses(), there.registers()), (here.fuses(), here.registers()), "{name}");
                let cells = Cells::<f32>::of(&HERE.entry, own);
                let (a, b) = (cells.clone().run(&there, STEPS, 0), cells.run(&here, STEPS, 0));
                assert!(
                    a == b && a.bad.is_none() && a.spikes.len() > 40,
                    "{name}, own: {own}, {} spikes",
                    a.spikes.len()
                );
            }
            let [there, here] = [model, &HERE].map(|m| m.kernels.double(integrator, level, &shared));
            let (Some(there), Some(here)) = (there, here) else { continue };
            let cells = Cells::<f64>::of(&HERE.entry, false);
            let (a, b) = (cells.clone().run(&there, STEPS, 0), cells.run(&here, STEPS, 0));
            assert!(a == b && a.bad.is_none() && a.spikes.len() > 40, "{name}, double");
        }
    }
}

#[test]
fn receptors_advanced_in_the_same_pass_give_the_same_bits() {
    let model = libraries::load(adaptive(), None).unwrap().neurons[0];
    let level = ecs_core::model::instructions();
    let [there, here] =
        [model, &HERE].map(|m| m.kernels.single("exponential_euler", level, &[true; 12]).unwrap());
    assert!(there.fuses());
    for lanes in [1, 2] {
        let cells = Cells::<f32>::of(&HERE.entry, false);
        let (a, b) = (cells.clone().run(&there, STEPS, lanes), cells.run(&here, STEPS, lanes));
        assert!(a == b && a.bad.is_none() && a.spikes.len() > 40, "{lanes} lanes, {} spikes", a.spikes.len());
    }
}

#[test]
fn the_graphs_of_a_library_compute_what_the_model_does() {
    let model = libraries::load(adaptive(), None).unwrap().neurons[0];
    let moment = Moment {
        params: model.entry.params.iter().map(|field| field.default).collect(),
        state: vec![-51.0, 30.0],
        refractory: 0.0,
        inputs: [[500.0, 1.0], [510.0, 1.5], [520.0, 2.0]],
        jump: 0.25,
        noise: Vec::new(),
        dt: 0.1,
    };
    for integrator in INTEGRATORS.iter().map(|i| i.name) {
        let [there, here] = [model, &HERE].map(|m| m.inspect.step_f64(integrator, &moment));
        assert!(there == here, "{integrator}: {there:?}, {here:?}");
    }
    let [there, here] =
        [model, &HERE].map(|m| m.inspect.jacobian(&moment.params, &moment.state, moment.inputs[0]));
    assert_eq!(there, here);
}

#[test]
fn a_synapse_gives_the_same_system() {
    let synapse = libraries::load(adaptive(), None).unwrap().synapses[0];
    let here = SynapseModel::of::<charge_here::Model>("charge", "", "");
    for tau in [0.5, 5.0, 20.0] {
        assert_eq!((synapse.linear)(&[tau]), (here.linear)(&[tau]));
    }
    assert_eq!(format!("{:?}", synapse.entry.state), format!("{:?}", here.entry.state));
}

#[test]
fn a_channel_comes_with_its_graphs() {
    let channel = libraries::load(adaptive(), None).unwrap().channels[0];
    assert_eq!((channel.name, channel.unit), ("slow_potassium", "uA/cm2"));
    let value = |name: &str| match name {
        "v" => Num(-40.0_f64),
        "p" => Num(0.25),
        param => Num(channel.params.iter().find(|field| field.name == param).unwrap().default),
    };
    let derivative = channel.derivative.as_ref().unwrap().evaluate(value)[0].0;
    let x: f64 = -0.5;
    let tau = 1000.0 / (3.3 * (x / 2.0).exp() + (-x / 2.0).exp());
    assert!((derivative - (1.0 / (1.0 + (-x).exp()) - 0.25) / tau).abs() < 1e-15);
    assert!((channel.current.evaluate(value)[0].0 - 0.07 * 0.25 * 50.0).abs() < 1e-12);
}
