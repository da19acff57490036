//! Noise: what multiplies each white noise is taken out of the derivative, which keeps the rest as it is written.

use crate::made::hand;
use crate::rig::{assert_same, parameters};
use ecs_core::number::{Expr, Real, trace};
use equations::{ModelText, neuron};

fn var(name: &str) -> Expr {
    Expr::variable(name)
}

fn made(equations: &str) -> ecs_core::model::Equations {
    let params = parameters(&["tau=10 ms", "sigma=2 mV", "e_l=-70 mV", "s=1"]);
    let text = ModelText { equations, parameters: &params, ..ModelText::default() };
    neuron(&text, &[]).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

#[test]
fn an_ornstein_uhlenbeck_process_has_drift_and_noise() {
    let made = made("dv/dt = (e_l - v)/tau + sigma*sqrt(2/tau)*xi : mV");
    assert_same(&made.derivative, &hand("v", || (var("e_l") - var("v")) / var("tau")));
    assert_eq!(made.noise.len(), 1);
    let factor = || var("sigma") * (Expr::lit(2.0) / var("tau")).sqrt();
    assert_same(&made.noise[0], &hand("v", factor));
}

#[test]
fn names_are_independent_sources_and_one_name_is_one_source() {
    let made = made(
        "dv/dt = -v/tau + sigma*(xi_a - xi)/sqrt(tau) : mV\ndx/dt = -x/tau - xi_a*s/sqrt(tau) : 1\ndy/dt = -y/tau : 1",
    );
    let (sigma, tau, s) = (|| var("sigma"), || var("tau"), || var("s"));
    let zero = || Expr::lit(0.0);
    let first = trace(|| {
        let x = -(s() / tau().sqrt());
        vec![("v".into(), sigma() / tau().sqrt()), ("x".into(), x), ("y".into(), zero())]
    });
    assert_same(&made.noise[0], &first);
    let second = trace(|| {
        let v = sigma() * Expr::lit(-1.0) / tau().sqrt();
        vec![("v".into(), v), ("x".into(), zero()), ("y".into(), zero())]
    });
    assert_same(&made.noise[1], &second);
}

#[test]
fn noise_may_stand_in_definitions_branches_and_alone() {
    let made = made("dv/dt = where(v > e_l, n, 0) : mV\nn = sigma*xi/sqrt(tau) : mV/ms");
    assert_same(
        &made.noise[0],
        &hand("v", || {
            let above = Expr::lit(1.0) - (var("e_l") - var("v")).spike();
            above.select(var("sigma") / var("tau").sqrt(), Expr::lit(0.0))
        }),
    );
    let alone = self::made("dv/dt = sigma*xi/sqrt(tau) : V");
    assert_same(&alone.derivative, &hand("v", || Expr::lit(0.0)));
    assert_same(&alone.noise[0], &hand("v", || var("sigma") / var("tau").sqrt() / 1000.0));
}

#[test]
fn parts_of_the_other_graph_are_left_out() {
    let made = made("dv/dt = exp(v/sigma)*sigma/tau + s*sigma*sqrt(1/tau)*xi : mV");
    assert!(made.derivative.variables.iter().all(|name| name != "s"), "{:?}", made.derivative.variables);
    assert!(made.noise[0].variables.iter().all(|name| name != "v"), "{:?}", made.noise[0].variables);
}
