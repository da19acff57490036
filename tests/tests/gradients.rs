//! Gradients: what dual numbers say equals differences of what the plain numbers do, for every registered neuron model.

use ecs_core::model::NeuronModel;
use ecs_core::number::{Dual, Num, Real};
use neurons as _;
use tests::draws::Draws;
use tests::models::every_neuron;
use tests::rig::neuron;

/// The five-point rule errs by h⁴, some 1e-12 here, and rounding by 1e-16 / h; both are relative to the largest value
/// that was seen around.
const AGREEMENT: f64 = 1e-9;
/// Width of the differences, relative to the size of what is varied.
const WIDTH: f64 = 1e-3;

/// The slope of `f` at `x`, and the size of the numbers it was made from.
fn slope(x: f64, size: f64, f: impl Fn(f64) -> f64) -> (f64, f64) {
    let h = WIDTH * size;
    let y = [f(x - 2.0 * h), f(x - h), f(x + h), f(x + 2.0 * h)];
    let largest = y.iter().fold(0.0, |m: f64, y| m.max(y.abs()));
    ((y[0] - 8.0 * y[1] + 8.0 * y[2] - y[3]) / (12.0 * h), largest / h)
}

/// Compares a whole Jacobian with differences.
fn check(model: &NeuronModel, params: &[f64], state: &[f64], input: [f64; 2]) {
    let jacobian = model.inspect.jacobian(params, state, input);
    let (n, m) = (state.len(), params.len());
    let all: Vec<f64> = state.iter().chain(params).chain(&input).copied().collect();
    for (row, rates) in jacobian.iter().enumerate() {
        for (column, dual) in rates.iter().enumerate() {
            let derivative = |x: f64| {
                let mut all = all.clone();
                all[column] = x;
                let input = [all[n + m], all[n + m + 1]];
                model.inspect.derivative(&all[n..n + m], &all[..n], input)[row]
            };
            let (right, size) = slope(all[column], all[column].abs().clamp(0.1, 5.0), derivative);
            let close =
                (dual - right).abs() <= AGREEMENT * (size * WIDTH + right.abs() + 1.0) + f64::EPSILON * size;
            assert!(
                close,
                "{}: derivative {row} by variable {column} is {dual:e}, not {right:e}; state {state:?}",
                model.entry.name
            );
        }
    }
}

#[test]
fn every_jacobian_equals_the_differences_of_the_derivative() {
    assert_eq!(neuron("lif").entry.name, "lif", "the models are linked in");
    for model in every_neuron() {
        let mut draws = Draws::new(3);
        for _ in 0..20 {
            let moment = draws.moment(model, true);
            check(model, &moment.params, &moment.state, moment.inputs[0]);
        }
    }
}

#[test]
fn jacobians_hold_where_a_rate_is_zero_over_zero() {
    // Where a rate of the squid axon or of the Traub-Miles cell is x / (eˣ − 1) with x = 0, and next to it.
    for v in [-40.0, -55.0, -50.0, -23.0, -48.0] {
        for offset in [0.0, 1e-12, -1e-9, 1e-6] {
            for model in every_neuron() {
                let params: Vec<f64> = model.entry.params.iter().map(|f| f.default).collect();
                let mut state: Vec<f64> = model.entry.state.iter().map(|f| f.default).collect();
                state[0] = v + offset;
                check(model, &params, &state, [1.0, 0.5]);
            }
        }
    }
}

#[test]
fn the_rate_of_a_linear_membrane_is_found_and_that_of_others_is_not() {
    let rate = |name: &str| {
        let model = neuron(name);
        let params: Vec<f64> = model.entry.params.iter().map(|f| f.default).collect();
        model.inspect.membrane_rate(&params)
    };
    assert_eq!(rate("lif"), Some(-0.1));
    assert_eq!([rate("izhikevich"), rate("hh")], [None; 2]);
}

type D = Dual<Num<f64>, 2>;
type Operation = fn(D, D) -> D;

/// Value and derivatives of a function of two variables.
fn of(f: Operation, x: f64, y: f64) -> (f64, [f64; 2]) {
    let result = f(Dual::variable(Num(x), 0), Dual::variable(Num(y), 1));
    (result.x.0, result.d.map(|d| d.map_or(0.0, |d| d.0)))
}

#[test]
fn every_operation_has_the_slope_of_its_values() {
    let operations: [(&str, Operation); 18] = [
        ("neg", |x, _| -x),
        ("add", |x, y| x + y),
        ("sub", |x, y| x - y),
        ("mul", |x, y| x * y),
        ("div", |x, y| x / y),
        ("literals", |x, _| (x * 3.0 - 1.0) / 7.0 + 2.0),
        ("exp", |x, _| x.exp()),
        ("expm1", |x, _| x.expm1()),
        ("ln", |_, y| y.ln()),
        ("sqrt", |_, y| y.sqrt()),
        ("tanh", |x, _| x.tanh()),
        ("abs", |x, _| x.abs()),
        ("min", |x, y| x.min(y)),
        ("max", |x, y| x.max(y)),
        ("exprel", |x, _| x.exprel()),
        ("exprelr", |x, _| x.exprelr()),
        ("sigmoid", |x, y| x.sigmoid() * y.recip()),
        ("select", |x, y| (x - y).spike().select(x * x, y * x)),
    ];
    for (name, f) in operations {
        for x in [-30.0, -2.5, -0.7, 0.3, 1.1, 8.0, 30.0] {
            for y in [0.2, 0.9, 3.0, 12.0] {
                let (_, dual) = of(f, x, y);
                let right = [slope(x, 0.1, |x| of(f, x, y).0), slope(y, 0.1, |y| of(f, x, y).0)];
                for ((right, size), dual) in right.into_iter().zip(dual) {
                    let close = (dual - right).abs() <= AGREEMENT * (right.abs() + size * WIDTH + 1e-3);
                    assert!(close, "{name} at ({x}, {y}): {dual:e}, not {right:e}");
                }
            }
        }
    }
}

#[test]
fn the_slope_of_exprel_is_right_near_zero() {
    /// Where the series ends and the quotient begins, 0.02, each is off by some 100 units in the last place.
    const NEAR_ZERO: f64 = 5e-14;
    for x in [0.0, 1e-300, 1e-12, -1e-6, 0.001, -0.0199, 0.0199, 0.0201, -0.0201, 0.1] {
        // ∑ k xᵏ⁻¹ / (k + 1)!
        let term =
            |k: u32| f64::from(k) * f64::powi(x, k as i32 - 1) / (1..=k + 1).map(f64::from).product::<f64>();
        let right: f64 = (1..25).map(term).sum();
        let (_, [dual, _]) = of(|x, _| x.exprel(), x, 1.0);
        assert!((dual - right).abs() <= NEAR_ZERO * right, "{x}: {dual:e}, not {right:e}");
    }
}

#[test]
fn a_spike_carries_no_slope_of_its_own() {
    assert_eq!(of(|x, _| x.spike(), 0.0, 1.0), (1.0, [0.0, 0.0]));
    assert_eq!(of(|x, _| x.spike(), -1e-9, 1.0), (0.0, [0.0, 0.0]));
}
