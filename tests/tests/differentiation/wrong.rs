//! Wrong adjoints do not agree with differences: the comparison can fail. And operators of which nothing is known but their
//! products are differentiated through.

use std::sync::Arc;

use differentiation::{Circuit, Settings, Spiking, Tape};
use ecs_core::model::{Surrogate, SurrogateModel};
use ecs_core::network::{Arrivals, Operator, Projection, Target, Team, Transfer};
use tests::network::registry;

use crate::agree::{Comparison, Distance, errors};
use crate::carried::{around, projection};
use crate::nets::{built, circuit, spiking};

const COMPARISON: Comparison =
    Comparison { steps: 60, segment: None, around: (-60.0, 10.0), tolerance: 0.0, matters: None };
/// Products of such operators are in single precision.
const SINGLE: f64 = 1e-4;
/// By how much the wrong ones are wrong.
const OFF: f32 = 1.1;

/// An operator that keeps its synapses to itself, and whose transposed product is `off` times what it should be.
struct Hidden {
    operator: Arc<dyn Operator>,
    off: f32,
    scales: bool,
}

impl Operator for Hidden {
    fn deliver(&self, shard: usize, spikes: Arrivals<'_>, target: &mut Target<'_>) {
        self.operator.deliver(shard, spikes, target);
    }
    fn forward(&self, pre: &[f32], post: &mut [f32]) {
        self.operator.forward(pre, post);
    }
    fn transposed(&self, post: &[f32], pre: &mut [f32]) {
        let post: Vec<f32> = post.iter().map(|x| x * self.off).collect();
        self.operator.transposed(&post, pre);
    }
    fn weight_gradient(&self, _: &[f32], _: &[f32], _: &mut dyn FnMut(u64, f32)) {}
    fn transfer(&self) -> Transfer {
        self.operator.transfer()
    }
    fn scales(&self) -> bool {
        self.scales
    }
}

/// What is learned beside them.
const PATHS: [&str; 4] =
    ["population.a.tau_m", "population.a.initial.v", "projection.in.tau", "population.b.i_e"];

/// A circuit in which hidden operators join `a` to `b` and to itself.
fn hidden(off: f32, scales: bool) -> Circuit<f64> {
    let more = "connect = { fixed_probability = 0.6 }\nweight = { normal = [\"60 pA\", \"20 pA\"] }\ndelay = \"1 ms\"";
    let text = projection("in", ("input", "a"), more)
        + &projection("on", ("a", "b"), more)
        + &projection("self", ("a", "a"), more);
    let mut simulation = built(&around("f64", &text));
    let world = simulation.app.world_mut();
    for mut projection in world.query::<&mut Projection>().iter_mut(world) {
        projection.operator = Arc::new(Hidden { operator: projection.operator.clone(), off, scales });
    }
    circuit::<f64>(&mut simulation, &PATHS, spiking(&registry(), "sigmoid", true))
}

/// The largest error of its gradient.
fn worst(mut circuit: Circuit<f64>) -> f64 {
    errors(&mut circuit, COMPARISON).into_iter().map(|(_, error, _)| error).fold(0.0, f64::max)
}

#[test]
fn operators_that_do_not_scale_carry_spikes_of_any_amount_by_their_product() {
    let team = Team::new(1);
    let settings = Settings { steps: COMPARISON.steps, segment: None, truncate: None, smooth: true };
    let [scaling, other] = [true, false].map(|scales| {
        let circuit = hidden(1.0, scales);
        let task = Distance::of(&circuit, COMPARISON.around, COMPARISON.steps);
        let done = Tape::new(&circuit, settings, 1, &team).gradient(&circuit, &team, 0..1, &task);
        done.expect("it runs").gradient.concat()
    });
    for (a, b) in scaling.iter().zip(&other) {
        assert!((a - b).abs() < SINGLE * a.abs().max(1e-3), "{a} against {b}");
    }
}

#[test]
fn operators_that_state_their_products_are_differentiated_through_and_wrong_ones_are_found() {
    let (right, wrong) = (worst(hidden(1.0, true)), worst(hidden(OFF, true)));
    assert!(right < SINGLE, "right ones agree: {right:.1e}");
    assert!(wrong > 10.0 * SINGLE, "wrong ones do not: {wrong:.1e}");
}

#[test]
fn the_wires_of_a_hidden_operator_are_nothing_that_can_be_learned() {
    let more = "connect = { fixed_probability = 0.6 }\nweight = \"60 pA\"\ndelay = \"1 ms\"";
    let mut simulation = built(&around("f64", &projection("in", ("input", "a"), more)));
    let world = simulation.app.world_mut();
    for mut projection in world.query::<&mut Projection>().iter_mut(world) {
        projection.operator =
            Arc::new(Hidden { operator: projection.operator.clone(), off: 1.0, scales: true });
    }
    let spiking = spiking(&registry(), "sigmoid", true);
    let learned = ["projection.in.weight".to_owned()];
    let refused = Circuit::<f64>::new(world, &learned, &|_: &differentiation::Neurons<f64>| spiking);
    let refused = refused.err().expect("it is refused");
    assert!(refused.contains("`projection.in.weight` is nothing that can be learned"), "{refused}");
}

#[test]
fn a_surrogate_whose_integral_is_another_is_found() {
    let registry = registry();
    let more = "connect = { fixed_probability = 0.6 }\nweight = \"60 pA\"\ndelay = \"1 ms\"";
    let text = around("f64", &(projection("in", ("input", "a"), more) + &projection("on", ("a", "b"), more)));
    let surrogate = |name: &str| *registry.find::<SurrogateModel>(name).expect("it is registered");
    let mut wrong = surrogate("sigmoid");
    wrong.gradient = surrogate("arctan").gradient;
    let worst = |model: SurrogateModel| {
        let mut simulation = built(&text);
        let spiking = Spiking {
            surrogate: Surrogate::new(Box::leak(Box::new(model)), &[]),
            ..spiking(&registry, "sigmoid", true)
        };
        let mut circuit = circuit::<f64>(&mut simulation, &["population.a.tau_m"], spiking);
        errors(&mut circuit, COMPARISON)[0].1
    };
    assert!(worst(surrogate("sigmoid")) < 1e-6);
    assert!(worst(wrong) > 1e-2);
}
