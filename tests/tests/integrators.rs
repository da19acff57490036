//! Integrators: each converges at least at the order it claims, on the real models; synaptic propagators equal their closed forms.

use ecs_core::model::{INTEGRATORS, IntegratorInfo, Linear, Moment, STAGES, SynapseModel};
use neurons as _;
use synapses as _;
use tests::rig::{fill, named, neuron};

/// A smooth problem: a model without a reset on the way, and its input over time.
struct Problem {
    model: &'static str,
    params: &'static [(&'static str, f64)],
    state: &'static [(&'static str, f64)],
    input: fn(f64) -> [f64; 2],
    time: f64,
    /// Coarsest step, in parts of `time`.
    steps: u32,
}

impl Problem {
    /// The state at the end, taken with `steps` steps.
    fn solve(&self, integrator: &IntegratorInfo, steps: u32) -> Vec<f64> {
        let model = neuron(self.model);
        let dt = self.time / f64::from(steps);
        let mut moment = Moment {
            params: fill(model.entry.params, self.params),
            state: fill(model.entry.state, self.state),
            refractory: 0.0,
            inputs: [[0.0; 2]; STAGES],
            jump: 0.0,
            noise: Vec::new(),
            dt,
        };
        for n in 0..steps {
            for (input, offset) in moment.inputs.iter_mut().zip(integrator.offsets) {
                *input = (self.input)((f64::from(n) + offset) * dt);
            }
            let after = model.inspect.step_f64(integrator.name, &moment).expect("it applies");
            moment.state.copy_from_slice(&after[..model.entry.state.len()]);
            assert_eq!(after[after.len() - 1], 0.0, "{}: a spike is not smooth", self.model);
        }
        moment.state
    }
}

const PROBLEMS: [Problem; 4] = [
    Problem {
        model: "hh",
        params: &[("v_th", 1e9)],
        state: &[],
        input: |_| [10.0, 0.0],
        time: 4.0,
        steps: 320,
    },
    Problem {
        model: "hh",
        params: &[("v_th", 1e9)],
        state: &[],
        input: |t| [3.0 * t.sin(), 0.05 * (1.0 + (2.0 * t).cos())],
        time: 4.0,
        steps: 320,
    },
    Problem {
        model: "izhikevich",
        params: &[],
        state: &[("v", -64.0)],
        input: |t| [2.0 * (0.7 * t).sin(), 0.0],
        time: 8.0,
        steps: 40,
    },
    Problem {
        model: "lif",
        params: &[],
        state: &[("v", -62.0)],
        input: |t| [200.0 * (0.9 * t).sin(), 5.0 * (1.0 + (0.4 * t).cos())],
        time: 10.0,
        steps: 80,
    },
];

/// How far the measured order may fall short: terms of the next order weigh a tenth at these steps.
const ORDER: f64 = 0.25;

fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

#[test]
fn errors_fall_at_the_order_each_integrator_claims() {
    let finest = INTEGRATORS.iter().find(|i| i.name == "rk4").expect("there is one of order four");
    for p in PROBLEMS {
        let truth = p.solve(finest, p.steps * 64);
        for integrator in INTEGRATORS.iter().filter(|i| i.order != u32::MAX) {
            let error = |finer: u32| distance(&p.solve(integrator, p.steps * finer), &truth);
            let errors = [error(1), error(2), error(4)];
            for pair in errors.windows(2) {
                let order = (pair[0] / pair[1]).log2();
                let claimed = f64::from(integrator.order);
                println!("{} {}: order {order:.2}, errors {errors:?}", p.model, integrator.name);
                assert!(
                    order > claimed - ORDER,
                    "{} {}: {order}, errors {errors:?}",
                    p.model,
                    integrator.name
                );
            }
        }
    }
}

#[test]
fn exponential_euler_solves_a_linear_membrane_exactly() {
    /// Some rounding in each of a hundred steps, in mV.
    const ROUNDING: f64 = 1e-12;
    let (i, g, v_0, tau, c_m, e_l) = (120.0f64, 8.0, -80.0, 10.0, 250.0, -70.0);
    let rate = 1.0 / tau + g / c_m;
    let rest = (e_l / tau + i / c_m) / rate;
    let exponential = &INTEGRATORS[0];
    assert_eq!(exponential.name, "exponential_euler");
    for steps in [1, 7, 100] {
        let problem = Problem {
            model: "lif",
            params: &[("v_th", 1e9)],
            state: &[("v", -80.0)],
            input: |_| [120.0, 8.0],
            time: 20.0,
            steps,
        };
        let right = rest + (v_0 - rest) * (-rate * 20.0).exp();
        let got = problem.solve(exponential, steps)[0];
        assert!((got - right).abs() < ROUNDING, "{steps} steps: {got} instead of {right}");
    }
}

#[test]
fn every_integrator_adds_a_jump_before_the_step_and_not_twice() {
    for model in ["lif", "hh", "izhikevich"].map(neuron) {
        for integrator in INTEGRATORS {
            let mut moment = Moment {
                params: fill(model.entry.params, &[]),
                state: fill(model.entry.state, &[]),
                refractory: 0.0,
                inputs: [[0.0; 2]; STAGES],
                jump: 3.0,
                noise: Vec::new(),
                dt: 0.1,
            };
            let Some(jumped) = model.inspect.step_f64(integrator.name, &moment) else { continue };
            (moment.jump, moment.state[0]) = (0.0, moment.state[0] + 3.0);
            assert_eq!(model.inspect.step_f64(integrator.name, &moment), Some(jumped), "{}", integrator.name);
        }
    }
}

/// Propagators are made by a series in double precision; a handful of products of rounded numbers remain.
const PROPAGATOR: f64 = 1e-13;

fn linear(synapse: &str, params: &[(&str, f64)]) -> Linear {
    let model = named::<SynapseModel>(synapse);
    (model.linear)(&fill(model.entry.params, params))
}

/// The value at time `t` after a spike of weight 1.
fn response(linear: &Linear, t: f64) -> f64 {
    linear.value_at(t).iter().zip(&linear.b).map(|(c, b)| c * b).sum()
}

#[test]
fn responses_equal_their_closed_forms() {
    for t in [0.0, 1e-6, 0.1, 0.25, 1.0, 3.7, 12.0, 60.0] {
        let near = |got: f64, right: f64, what: &str| {
            assert!((got - right).abs() <= PROPAGATOR, "{what} at {t}: {got} instead of {right}");
        };
        for tau in [0.2, 5.0, 100.0] {
            near(response(&linear("exponential", &[("tau", tau)]), t), (-t / tau).exp(), "exponential");
            near(response(&linear("alpha", &[("tau", tau)]), t), t / tau * (1.0 - t / tau).exp(), "alpha");
        }
        for (rise, decay) in [(1.0, 10.0), (0.2, 100.0), (9.0, 10.0)] {
            let dual = linear("dual_exponential", &[("tau_rise", rise), ("tau_decay", decay)]);
            let shape = |t: f64| (-t / decay).exp() - (-t / rise).exp();
            let peak: f64 = (decay / rise).ln() / (1.0 / rise - 1.0 / decay);
            near(response(&dual, t), shape(t) / shape(peak), "dual exponential");
        }
    }
}

#[test]
fn a_dual_exponential_with_nearly_equal_times_becomes_an_alpha_function() {
    for apart in [1e-6, 1e-9, 1e-13, 0.0] {
        let dual = linear("dual_exponential", &[("tau_rise", 10.0), ("tau_decay", 10.0 * (1.0 + apart))]);
        for t in [0.1f64, 3.0, 10.0, 35.0] {
            // The functions themselves differ in proportion to what the times do.
            let right = t / 10.0 * (1.0 - t / 10.0).exp();
            let got = response(&dual, t);
            assert!((got - right).abs() <= apart + PROPAGATOR, "{apart}, {t}: {got} instead of {right}");
        }
    }
}

#[test]
fn two_steps_of_a_propagator_are_one_of_twice_the_length() {
    for synapse in inventory::iter::<SynapseModel>.into_iter().filter(|s| s.entry.drive.is_none()) {
        let linear = (synapse.linear)(&fill(synapse.entry.params, &[]));
        for dt in [0.01, 0.1, 1.0, 20.0] {
            let step = |dt: f64| linear.propagator::<f64>(dt, &[0.0], None).step;
            let (one, two) = (step(dt), step(2.0 * dt));
            for (i, row) in two.iter().enumerate() {
                for (j, whole) in row.iter().enumerate() {
                    let product: f64 = (0..row.len()).map(|k| one[i][k] * one[k][j]).sum();
                    assert!(
                        (product - whole).abs() < PROPAGATOR,
                        "{} {dt}: {product}, {whole}",
                        synapse.entry.name
                    );
                }
            }
        }
    }
}

#[test]
fn a_membrane_receives_the_mean_of_a_decaying_current_exactly() {
    // ∫ e^(a (h − s)) e^(−s / tau) ds over a step, against the same of the constant that stands for it.
    for (tau, rate) in [(2.0, -0.1), (10.0, -0.1), (10.0 * (1.0 + 1e-9), -0.1), (0.5, 0.0)] {
        for h in [0.1f64, 1.0] {
            let decay: f64 = rate + 1.0 / tau;
            let exact =
                (rate * h).exp() * if decay.abs() < 1e-6 { h } else { -(-decay * h).exp_m1() / decay };
            let membrane = if rate == 0.0 { h } else { (rate * h).exp_m1() / rate };
            let mean = linear("exponential", &[("tau", tau)]).value_for_membrane(rate, h)[0];
            assert!((mean * membrane - exact).abs() < 1e-9 * exact, "tau {tau}, rate {rate}, h {h}");
        }
    }
}
