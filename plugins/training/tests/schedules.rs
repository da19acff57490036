//! Schedules: the rate over some epochs or updates, against other implementations.

use ecs_core::network::Registry;
use ecs_core::training::{Plan, Progress, Rate, ScheduleModel};
use training::schedule;

fn models() -> Vec<&'static ScheduleModel> {
    let registry = Registry::linked().expect("names are unique");
    registry.all::<ScheduleModel>().to_vec()
}

type Lists<'a> = &'a [(&'static str, &'a [f64])];

fn built(name: &str, numbers: &[(&str, f64)], lists: Lists<'_>) -> Result<Rate, String> {
    let model = models().into_iter().find(|model| model.entry.name == name).expect("it is registered");
    let defaults = Plan::defaults(model.entry.params);
    let mut plan =
        numbers.iter().fold(defaults, |plan, (name, value)| plan.with(model.entry.params, name, *value));
    for (key, list) in &mut plan.lists {
        let given = lists.iter().find(|(name, _)| name == key);
        *list = given.map_or(Vec::new(), |(_, list)| list.to_vec());
    }
    (model.build)(&plan)
}

/// What `f64` rounding and one evaluation of an exponential may add.
const ROUNDING: f64 = 1e-14;

fn assert_rates(name: &str, numbers: &[(&str, f64)], lists: Lists<'_>, steps_per_epoch: u64, right: &[f64]) {
    let rate = built(name, numbers, lists).expect("the plan is right");
    for (k, right) in right.iter().enumerate() {
        let found = rate(0.2, Progress { step: k as u64, steps_per_epoch });
        assert!((found - right).abs() < ROUNDING, "{name} at {k}: {found}, not {right}");
    }
}

/// PyTorch 2.15.0, base rate 0.2, one update in an epoch: `StepLR(3, 0.5)`, `MultiStepLR([2, 5], 0.1)`, `CosineAnnealingLR(6, 0.02)`,
/// `CosineAnnealingWarmRestarts(2, 2, 0.02)`, `ExponentialLR(0.9)`, `LinearLR(0.25, 1.0, 4)`.
#[test]
fn rates_by_epochs_are_those_of_pytorch() {
    assert_rates("constant", &[], &[], 1, &[0.2; 4]);
    let right = [0.2, 0.2, 0.2, 0.1, 0.1, 0.1, 0.05, 0.05];
    assert_rates("step", &[("size", 3.0), ("gamma", 0.5)], &[], 1, &right);
    let right = [0.2, 0.2, 0.02, 0.02, 0.02, 0.002, 0.002, 0.002];
    assert_rates("multi_step", &[], &[("milestones", &[2.0, 5.0])], 1, &right);
    let right = [0.2, 0.1879422863405995, 0.155, 0.11, 0.065, 0.03205771365940052, 0.02, 0.03205771365940052];
    assert_rates("cosine_annealing", &[("period", 6.0), ("eta_min", 0.02)], &[], 1, &right);
    let right = [0.2, 0.11, 0.2, 0.1736396103067893, 0.11, 0.04636038969321073, 0.2, 0.1931491579260158];
    let numbers = [("period", 2.0), ("factor", 2.0), ("eta_min", 0.02)];
    assert_rates("cosine_annealing_warm_restarts", &numbers, &[], 1, &right);
    let right = [0.2, 0.18, 0.162, 0.1458, 0.13122, 0.118098, 0.1062882, 0.09565938];
    assert_rates("exponential", &[("gamma", 0.9)], &[], 1, &right);
    let right = [0.05, 0.0875, 0.125, 0.1625, 0.2, 0.2, 0.2, 0.2];
    assert_rates("linear_warmup", &[("steps", 4.0), ("start", 0.25)], &[], 1, &right);
}

/// BrainPy 2.8.2, base rate 0.2: `ExponentialDecayLR(3, 0.5)`, `InverseTimeDecayLR(3, 0.5)` without and with `staircase`,
/// `PolynomialDecayLR(5, 0.02, 2.0)`, `PiecewiseConstantLR([2, 4], [0.3, 0.2, 0.1])`.
#[test]
fn rates_by_updates_are_those_of_brainpy() {
    let right =
        [0.2, 0.15874010519681997, 0.12599210498948732, 0.1, 0.07937005259840998, 0.06299605249474366];
    let decay = [("steps", 3.0), ("rate", 0.5)];
    assert_rates("exponential_decay", &decay, &[], 1000, &right);
    let right = [0.2, 0.17142857142857143, 0.15, 0.13333333333333333, 0.12, 0.10909090909090909, 0.1];
    assert_rates("inverse_time_decay", &decay, &[], 1000, &right);
    let third = 0.13333333333333333;
    let staircase = [("steps", 3.0), ("rate", 0.5), ("staircase", 1.0)];
    assert_rates("inverse_time_decay", &staircase, &[], 1000, &[0.2, 0.2, 0.2, third, third, third, 0.1]);
    let right = [0.2, 0.1352, 0.0848, 0.0488, 0.0272, 0.02, 0.02];
    assert_rates("polynomial_decay", &[("steps", 5.0), ("eta_end", 0.02), ("power", 2.0)], &[], 1000, &right);
    let lists: Lists<'_> = &[("boundaries", &[2.0, 4.0]), ("values", &[0.3, 0.2, 0.1])];
    assert_rates("piecewise_constant", &[], lists, 1000, &[0.3, 0.3, 0.3, 0.2, 0.2, 0.1, 0.1]);
}

#[test]
fn epochs_are_counted_by_their_updates() {
    let step = built("step", &[("size", 2.0), ("gamma", 0.5)], &[]).expect("the plan is right");
    let rates = |step_at: u64| step(1.0, Progress { step: step_at, steps_per_epoch: 10 });
    assert_eq!([rates(0), rates(19), rates(20), rates(40)], [1.0, 1.0, 0.5, 0.25]);
    let restarts =
        built("cosine_annealing_warm_restarts", &[("period", 2.0)], &[]).expect("the plan is right");
    let halfway = restarts(1.0, Progress { step: 10, steps_per_epoch: 10 });
    assert!((halfway - 0.5).abs() < ROUNDING, "parts of an epoch count: {halfway}");
}

#[test]
fn a_warm_up_leads_into_the_schedule_behind_it() {
    let rates = [
        built("linear_warmup", &[("steps", 4.0)], &[]).expect("the plan is right"),
        built("exponential", &[("gamma", 0.5)], &[]).expect("the plan is right"),
    ];
    let at = |step| schedule::rate(&rates, 0.8, Progress { step, steps_per_epoch: 2 });
    assert_eq!([at(0), at(2), at(4)], [0.0, 0.2, 0.2]);
}

#[test]
fn lists_that_do_not_fit_are_refused() {
    let falling = built("multi_step", &[], &[("milestones", &[5.0, 2.0])]).err();
    assert_eq!(falling.as_deref(), Some("`milestones` do not ascend"));
    let few = built("piecewise_constant", &[], &[("boundaries", &[5.0]), ("values", &[1.0])]).err();
    let right = "1 `values` for 1 `boundaries`: there is one value more than boundaries";
    assert_eq!(few.as_deref(), Some(right));
    assert!(built("cosine_annealing_warm_restarts", &[("period", 2.0), ("factor", 0.5)], &[]).is_err());
}

#[test]
fn every_schedule_of_the_field_is_there() {
    assert_eq!(models().len(), 11);
}
