//! Delays: from the same closed forms shifted, and from the method of steps.

use crate::{beside, run, scenario, traces};

/// A bare variable that decays.
const LINEAR: &str = r#"
[model.linear]
kind       = "rate"
equations  = "dx/dt = -a*x + i : 1"
input      = "1/ms"
parameters = { a = "0.2/ms" }
initial    = { x = 0 }
"#;

/// Σ_n of the Laplace expansion of y' = −k y + c y(t − τ) with y = 1 before 0:
/// y(t) = Σ_n cⁿ [g_n(t − nτ) + c (G_n(t − nτ) − G_n(t − (n + 1)τ))], g_n(t) = tⁿ e^{−kt} / n!, G_n its integral.
fn method_of_steps(k: f64, c: f64, tau: f64, t: f64) -> f64 {
    let g = |n: u32, t: f64| (1..=n).fold((-k * t).exp(), |x, j| x * t / f64::from(j));
    let integral = |n: u32, t: f64| match t > 0.0 {
        false => 0.0,
        true => {
            let sum: f64 = (0..=n).map(|j| g(j, t) * k.powi(j as i32)).sum();
            (1.0 - sum) / k.powi(n as i32 + 1)
        }
    };
    let term = |n: u32| {
        let (late, later) = (t - f64::from(n) * tau, t - f64::from(n + 1) * tau);
        let own = if late >= 0.0 { g(n, late) } else { 0.0 };
        c.powi(n as i32) * (own + c * (integral(n, late) - integral(n, later)))
    };
    (0..=(t / tau) as u32 + 1).map(term).sum()
}

/// Two systems that draw each other from `delay` ms ago, one beginning at 1 and one at −1 (their difference mode) or both at 1.
fn drawn(dt: f64, delay: f64, signs: [f64; 2]) -> Vec<Vec<f64>> {
    let population = |name: &str, x: f64| {
        format!("[population.{name}]\nsize = 1\nneuron = \"linear\"\nstate = {{ x = {x} }}\n\n")
    };
    let both = population("one", signs[0]) + &population("two", signs[1]);
    let coupling = |from: &str, to: &str| {
        format!(
            "[[coupling]]\nfrom = \"{from}\"\nto = \"{to}\"\nkind = \"diffusive\"\nconnect = \"one_to_one\"\n\
             weight = \"0.5/ms\"\ndelay = \"{delay} ms\"\n\n"
        )
    };
    let text =
        scenario(dt, "", &(LINEAR.to_owned() + &both + &coupling("one", "two") + &coupling("two", "one")));
    run(&text, (20.0 / dt).round() as usize, &[(0, 0, 0), (1, 0, 0)])
}

#[test]
fn delayed_diffusion_follows_the_method_of_steps_with_first_order() {
    for (signs, sign) in [([1.0, 1.0], 1.0), ([1.0, -1.0], -1.0)] {
        let error = |dt: f64| {
            let all = drawn(dt, 4.0, signs);
            let distance = |(n, x): (usize, &Vec<f64>)| {
                let right = method_of_steps(0.7, sign * 0.5, 4.0, n as f64 * dt);
                (x[0] - right).abs().max((x[1] - sign * right).abs())
            };
            all.iter().enumerate().map(distance).fold(0.0, f64::max)
        };
        let errors = [0.2, 0.1, 0.05].map(error);
        println!("signs {signs:?}: {errors:?} at 0.2, 0.1, 0.05 ms");
        for pair in errors.windows(2) {
            let order = (pair[0] / pair[1]).log2();
            assert!((order - 1.0).abs() < 0.1, "order {order}");
        }
        assert!(errors[2] < 0.2 * 0.05, "a fifth of dt, of a value that begins at 1");
    }
}

/// Each synapse of a delay matrix brings the same thing, as many steps later as it says.
#[test]
fn a_delay_matrix_shifts_each_signal_by_its_own_steps() {
    let folder = beside(
        "matrix",
        &[(
            "links.csv",
            "pre,post,weight,delay_ms\n0,0,0.3,0.1\n0,1,0.3,0.7\n0,2,0.3,2.5\n0,3,0.3,0.1\n1,3,-0.5,1.9\n",
        )],
    );
    let text = scenario(
        0.1,
        "",
        &format!(
            r#"{LINEAR}
[population.senders]
size   = 2
neuron = "linear"

[population.hearers]
size   = 4
neuron = "linear"

[[stimulus]]
to        = "senders"
kind      = "constant"
amplitude = "1/ms"

[[coupling]]
from    = "senders"
to      = "hearers"
kind    = "additive"
connect = {{ table = "links.csv" }}
"#
        ),
    );
    let places: Vec<_> = (0..4).map(|k| (1, 0, k)).collect();
    let all = traces(&text, &folder, 200, &places);
    for (neuron, shift) in [(1, 6), (2, 24)] {
        for n in 0..=200 - shift {
            assert!(all[n + shift][neuron] == all[n][0], "hearer {neuron}, step {n}");
        }
        assert!(all[..=shift].iter().all(|x| x[neuron] == 0.0));
    }
    assert!(all[200][0] > 1.0, "something was heard");
    // The equation is linear: two senders add up.
    let alone =
        |n: usize, shift: usize, weight: f64| n.checked_sub(shift).map_or(0.0, |n| weight / 0.3 * all[n][0]);
    for (n, heard) in all.iter().enumerate() {
        let right = alone(n, 0, 0.3) + alone(n, 18, -0.5);
        assert!((heard[3] - right).abs() < 1e-12, "step {n}: {} instead of {right}", heard[3]);
    }
}

/// Without a delay the state at the start of a step acts in that step; with one of a step, that of the step before.
#[test]
fn a_delay_of_one_step_is_one_step_later_than_none() {
    let text = |delay: &str| {
        scenario(
            0.1,
            "",
            &format!(
                r#"{LINEAR}
[population.sender]
size   = 1
neuron = "linear"

[population.hearer]
size   = 1
neuron = "linear"

[[stimulus]]
to        = "sender"
kind      = "constant"
amplitude = "1/ms"

[[coupling]]
from    = "sender"
to      = "hearer"
kind    = "additive"
connect = "one_to_one"
weight  = "1/ms"
{delay}
"#
            ),
        )
    };
    let heard = |delay: &str| run(&text(delay), 40, &[(1, 0, 0)]);
    let (now, later) = (heard(""), heard("delay = \"0.1 ms\""));
    assert!(now[1][0] == 0.0 && now[2][0] > 0.0, "the first step makes what the second one hears");
    assert!((0..40).all(|n| later[n + 1] == now[n]));
}
