//! Worlds: step by step beside Gymnasium, and what each promises.

use ecs_core::control::{Environment, EnvironmentModel, EnvironmentPlan, Picture, Spec};
use ecs_core::network::Registry;
use ecs_core::training::Plan;
use environments as _;

fn model(name: &str) -> &'static EnvironmentModel {
    Registry::linked().expect("names are unique").find::<EnvironmentModel>(name).expect("it is registered")
}

fn world(name: &str) -> Box<dyn Environment> {
    let model = model(name);
    let plan = EnvironmentPlan {
        given: Plan::defaults(model.entry.params),
        interval: 20.0,
        ..EnvironmentPlan::default()
    };
    (model.build)(&plan).expect("defaults make a world")
}

/// A row of the reference: environment, seed, action, state, reward, whether it ended.
struct Row {
    name: String,
    seed: u64,
    action: Option<f64>,
    state: Vec<f64>,
    reward: f64,
    terminated: bool,
}

fn reference() -> Vec<Row> {
    let read = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let number = |k: usize| cells[k].parse::<f64>().expect("a number");
        let n = cells.len();
        Row {
            name: cells[0].to_owned(),
            seed: cells[1].parse().expect("a seed"),
            action: (!cells[2].is_empty()).then(|| number(2)),
            state: (3..n - 2).map(number).collect(),
            reward: number(n - 2),
            terminated: cells[n - 1] == "1",
        }
    };
    include_str!("data/gymnasium.csv").lines().filter(|line| !line.starts_with('#')).map(read).collect()
}

/// A seed begins an episode as it does there, and each step from the very state leads to the same state and reward.
#[test]
fn worlds_step_as_those_of_gymnasium_do() {
    let mut env = world("cartpole");
    let (mut name, mut before, mut steps) = (String::new(), Vec::new(), 0);
    for row in reference() {
        let Some(action) = row.action else {
            if row.name != name {
                name = row.name.clone();
                env = world(&name);
            }
            let mut observation = vec![0.0; Spec::width(&env.spec().observation)];
            env.reset(row.seed, &mut observation).expect("it lives here");
            let state = env.snapshot().expect("it has a state");
            assert_eq!(state[..row.state.len()], row.state, "{name}, seed {}", row.seed);
            before = state;
            continue;
        };
        let mut observation = vec![0.0; Spec::width(&env.spec().observation)];
        env.restore(&before);
        let outcome = env.step(&[action], 20.0, &mut observation).expect("it lives here");
        let state = env.snapshot().expect("it has a state");
        for (found, right) in state.iter().zip(&row.state) {
            assert!(
                (found - right).abs() <= 1e-13 * (1.0 + right.abs()),
                "{name}: {state:?} is not {:?}",
                row.state
            );
        }
        assert!((outcome.reward - row.reward).abs() <= 1e-13 * (1.0 + row.reward.abs()), "{name}");
        assert_eq!(outcome.terminated, row.terminated, "{name}");
        before = state;
        before[..row.state.len()].copy_from_slice(&row.state);
        steps += 1;
    }
    assert!(steps >= 120, "{steps} steps were compared");
}

/// The same seeds and actions give the same bits, observations keep to their bounds, and every world draws itself in finite numbers.
#[test]
fn worlds_repeat_themselves_and_keep_their_bounds() {
    let registry = Registry::linked().expect("names are unique");
    // Those of other processes have to be told which; trials need a task.
    let here = |model: &&&EnvironmentModel| {
        model.entry.params.iter().all(|field| !field.default.is_nan()) && model.entry.name != "task"
    };
    for model in registry.all::<EnvironmentModel>().iter().filter(here) {
        let run = || {
            let mut env = world(model.entry.name);
            let spec = env.spec().clone();
            let mut observation = vec![0.0; Spec::width(&spec.observation)];
            let mut action = vec![0.0; Spec::width(&spec.action)];
            let (mut course, mut picture) = (Vec::new(), Picture::default());
            env.reset(7, &mut observation).expect("it lives here");
            for k in 0..200_u32 {
                let mut at = 0;
                for port in &spec.action {
                    let places = &mut action[at..at + port.width()];
                    places.fill(f64::from(k * 7919 % 5) - 2.0);
                    port.clip(places);
                    assert_eq!(port.refuses(places), None);
                    at += port.width();
                }
                let interval = spec.interval.unwrap_or(20.0);
                let outcome = env.step(&action, interval, &mut observation).expect("it lives here");
                let mut at = 0;
                for port in &spec.observation {
                    let seen = &observation[at..at + port.width()];
                    assert_eq!(port.refuses(seen), None, "{}: {} = {seen:?}", model.entry.name, port.name);
                    at += port.width();
                }
                env.draw(&mut picture);
                assert!(picture.frame[0] < picture.frame[2] && picture.frame[1] < picture.frame[3]);
                course.extend(observation.iter().map(|x| x.to_bits()));
                course.push(outcome.reward.to_bits());
                if outcome.ended() {
                    env.reset(u64::from(k), &mut observation).expect("it lives here");
                }
            }
            course
        };
        assert_eq!(run(), run(), "{}", model.entry.name);
    }
}

/// A paddle that follows the ball hits it; one that stays away does not.
#[test]
fn pong_is_won_by_following_the_ball() {
    let played = |away: f64| {
        let mut env = world("pong");
        let mut seen = [0.0; 4];
        env.reset(3, &mut seen).expect("it lives here");
        let (mut hits, mut balls, mut reward) = (0, 0, 0.0);
        for _ in 0..4_000 {
            let target = if away == 0.0 { seen[2] } else { (seen[2] + away) % 20.0 };
            let outcome = env.step(&[target], 20.0, &mut seen).expect("it lives here");
            reward += outcome.reward;
            if let Some(hit) = outcome.success {
                balls += 1;
                hits += u32::from(hit);
            }
        }
        (hits, balls, reward)
    };
    let (hits, balls, reward) = played(0.0);
    assert!(balls > 10 && hits == balls, "{hits} of {balls}");
    assert_eq!(reward, 4_000.0);
    let (hits, balls, reward) = played(10.0);
    assert!(hits * 2 < balls && reward < 400.0, "{hits} of {balls}, {reward}");
}

/// A crawler that turns to the side where there is more arrives.
#[test]
fn chemotaxis_leads_up_the_gradient() {
    let mut env = world("chemotaxis");
    for seed in 0..5 {
        let mut seen = [0.0; 3];
        env.reset(seed, &mut seen).expect("it lives here");
        let arrived = (0..20_000).find_map(|_| {
            let turn = (seen[2] * 1e4).clamp(-2.0, 2.0);
            env.step(&[turn], 20.0, &mut seen).expect("it lives here").success
        });
        assert_eq!(arrived, Some(true), "seed {seed}");
    }
}

/// A robot with these starts and obstacles, the light at (1250, 500), an episode begun.
fn robot(starts: &[f64], obstacles: &[f64]) -> (Box<dyn Environment>, Vec<f64>) {
    let model = model("robot2d");
    let mut given = Plan::defaults(model.entry.params);
    given.lists =
        vec![("light", vec![1250.0, 500.0]), ("starts", starts.to_vec()), ("obstacles", obstacles.to_vec())];
    let plan = EnvironmentPlan { given, texts: vec![], interval: 50.0, task: None };
    let mut env = (model.build)(&plan).expect("it has room");
    let mut seen = vec![0.0; Spec::width(&env.spec().observation)];
    env.reset(1, &mut seen).expect("it lives here");
    (env, seen)
}

/// Rounding of distances of some hundred millimetres.
const NEAR: f64 = 1e-9;

#[test]
fn a_robot_sees_light_and_distances_as_geometry_has_them() {
    // 200 mm in front of the right wall, which it faces; the light is behind it on the left.
    let (_, seen) = robot(&[1300.0, 500.0, 0.0], &[]);
    let faded = 1.0 + (50.0_f64 / 500.0).powi(2);
    let behind = (1.0 - std::f64::consts::FRAC_1_SQRT_2) / 2.0 / faded;
    assert!((seen[0] - behind).abs() < NEAR && (seen[1] - behind).abs() < NEAR, "{seen:?}");
    // Rays 3 and 4 of 8 are π/14 to the right and the left of ahead.
    let ahead = (200.0 - 37.0 * (std::f64::consts::PI / 14.0).cos()) / (std::f64::consts::PI / 14.0).cos();
    assert!((seen[2 + 3] - ahead).abs() < NEAR && (seen[2 + 4] - ahead).abs() < NEAR, "{seen:?}");
    assert_eq!([seen[2], seen[9]], [300.0, 300.0], "nothing is beside it");
    // An obstacle of 50 mm, 200 mm to the left: the last ray meets it, the first does not.
    let (_, seen) = robot(&[700.0, 500.0, 0.0], &[700.0, 700.0, 50.0]);
    assert!((seen[9] - (200.0 - 37.0 - 50.0)).abs() < NEAR && seen[2] == 300.0, "{seen:?}");
}

#[test]
fn a_robot_goes_as_its_wheels_turn_and_stops_at_what_is_in_its_way() {
    let (mut env, mut seen) = robot(&[200.0, 500.0, 0.0], &[]);
    let outcome = env.step(&[100.0, 100.0], 50.0, &mut seen).expect("it lives here");
    assert!((outcome.reward - 0.005).abs() < NEAR, "5 mm towards the light: {}", outcome.reward);
    // A turn on the spot by a quarter of a circle to the left: then the light is on its right.
    let quarter = std::f64::consts::FRAC_PI_2 * 53.0 / 200.0 * 1e3;
    env.step(&[-100.0, 100.0], quarter, &mut seen).expect("it lives here");
    assert!(seen[1] > 2.0 * seen[0], "{seen:?}");
    // Head on into an obstacle it stays outside; beside its middle it slides around it, and passes the light at 37 + 40 mm, within 80.
    let (mut env, mut seen) = robot(&[900.0, 500.0, 0.0], &[1050.0, 500.0, 50.0]);
    let stuck =
        (0..400).find_map(|_| env.step(&[100.0, 100.0], 50.0, &mut seen).expect("it lives here").success);
    assert_eq!(stuck, None);
    assert_eq!(seen[10], 1.0, "it touches");
    let (mut env, mut seen) = robot(&[900.0, 480.0, 0.0], &[1050.0, 500.0, 40.0]);
    let around =
        (0..400).find_map(|_| env.step(&[100.0, 100.0], 50.0, &mut seen).expect("it lives here").success);
    assert_eq!(around, Some(true));
}

#[test]
fn a_robot_without_room_is_refused() {
    let model = model("robot2d");
    let refused = |list: (&'static str, Vec<f64>)| {
        let mut given = Plan::defaults(model.entry.params);
        given.lists = vec![list];
        (model.build)(&EnvironmentPlan { given, texts: vec![], interval: 50.0, task: None })
            .err()
            .expect("it is refused")
    };
    assert!(refused(("obstacles", vec![1.0, 2.0])).contains("`obstacles` has 2 numbers"));
    assert!(refused(("light", vec![-1.0, 2.0])).contains("outside the arena"));
    assert!(refused(("starts", vec![10.0, 500.0, 0.0])).contains("in a wall or an obstacle"));
    assert!(refused(("obstacles", vec![750.0, 500.0, 900.0])).contains("no place is free"));
}
