//! Bridge: Gymnasium in a process beside this one, and others that misbehave. Skips with a message where there is no Python that has it.

use std::process::Command;
use std::time::Duration;

use ecs_core::control::{Environment, EnvironmentModel, EnvironmentPlan, Spec};
use ecs_core::network::Registry;
use ecs_core::training::Plan;
use environments::bridge::{Bridge, Greeting, Link};

/// A Python that can be started, with Gymnasium if that is asked for.
fn python(with: &str) -> Option<String> {
    let name = std::env::var("SYNFIRE_PYTHON").unwrap_or_else(|_| "python3".into());
    let found = Command::new(&name).args(["-c", with]).output().is_ok_and(|run| run.status.success());
    if !found {
        eprintln_once(&format!("skipped: `{name}` cannot run `{with}`; name another by SYNFIRE_PYTHON"));
    }
    found.then_some(name)
}

#[expect(clippy::print_stderr, reason = "the reader of a test log should see what was skipped")]
fn eprintln_once(text: &str) {
    eprintln!("{text}");
}

fn gym(id: &str, kwargs: &str, numbers: &[(&str, f64)]) -> Result<Box<dyn Environment>, String> {
    let registry = Registry::linked().expect("names are unique");
    let model = registry.find::<EnvironmentModel>("gym").expect("it is registered");
    let given = Plan::defaults(model.entry.params);
    let given = numbers.iter().fold(given, |plan, (name, value)| plan.with(model.entry.params, name, *value));
    let texts = vec![("id", id.to_owned()), ("kwargs", kwargs.to_owned())];
    (model.build)(&EnvironmentPlan { given, texts, interval: 20.0, task: None })
}

/// The course of a pole that is pushed by turns.
fn course(env: &mut dyn Environment, steps: usize) -> Vec<f64> {
    let mut seen = vec![0.0; Spec::width(&env.spec().observation)];
    let mut all = Vec::new();
    env.reset(42, &mut seen).expect("it answers");
    all.extend(&seen);
    for k in 0..steps {
        let action = vec![f64::from(u8::from(k % 3 == 0)); Spec::width(&env.spec().action)];
        let outcome = env.step(&action, 20.0, &mut seen).expect("it answers");
        all.extend(&seen);
        all.push(outcome.reward);
        if outcome.ended() {
            env.reset(k as u64, &mut seen).expect("it answers");
        }
    }
    all
}

/// The same seed gives the same course in process and over the bridge, whose observations are single precision.
#[test]
fn a_pole_falls_alike_on_both_sides() {
    if python("import gymnasium").is_none() {
        return;
    }
    let registry = Registry::linked().expect("names are unique");
    let model = registry.find::<EnvironmentModel>("cartpole").expect("it is registered");
    let plan = EnvironmentPlan {
        given: Plan::defaults(model.entry.params),
        interval: 20.0,
        ..EnvironmentPlan::default()
    };
    let here = course(&mut *(model.build)(&plan).expect("it is built"), 40);
    for json in [0.0, 1.0] {
        let mut there = gym("CartPole-v1", "", &[("frames", json)]).expect("it is made");
        assert_eq!(there.spec().interval, Some(20.0));
        let there = course(&mut *there, 40);
        let rounded: Vec<f64> = here.iter().map(|x| f64::from(*x as f32)).collect();
        assert_eq!(there, rounded, "json: {json}");
    }
}

/// Every kind of space has ports, and copies step in one frame.
#[test]
fn spaces_become_ports() {
    if python("import gymnasium").is_none() {
        return;
    }
    let blackjack = gym("CliffWalking-v1", "", &[]).expect("it is made");
    assert_eq!((blackjack.spec().observation[0].width(), blackjack.spec().action[0].width()), (1, 1));
    let copies = gym("CartPole-v1", "", &[("copies", 3.0)]).expect("it is made");
    assert_eq!(copies.spec().observation[0].shape, [3, 4]);
    assert_eq!(copies.spec().action[0].width(), 3);
    let kwargs = gym("CartPole-v1", "{\"sutton_barto_reward\": true}", &[]);
    let mut env = kwargs.expect("it is made");
    let mut seen = vec![0.0; 4];
    env.reset(1, &mut seen).expect("it answers");
    assert_eq!(env.step(&[1.0], 20.0, &mut seen).expect("it answers").reward, 0.0);
}

#[test]
fn what_cannot_be_made_says_why() {
    if python("import gymnasium").is_none() {
        return;
    }
    let refusal = |id: &str, kwargs: &str| gym(id, kwargs, &[]).map(|_| ()).expect_err("it is refused");
    let unknown = refusal("NoSuchPole-v1", "");
    assert!(unknown.contains("NoSuchPole-v1") && unknown.contains("NameNotFound"), "{unknown}");
    assert!(refusal("CartPole-v1", "nonsense").contains("`kwargs` is no JSON object"));
    let mut env = gym("CartPole-v1", "", &[]).expect("it is made");
    let mut seen = vec![0.0; 4];
    let early = env.step(&[1.0], 20.0, &mut seen).expect_err("an episode was not begun");
    assert!(early.contains("ResetNeeded"), "{early}");
}

/// A process that dies, hangs, babbles or is of another version is a named error, in time.
#[test]
fn others_that_misbehave_are_named() {
    let Some(python) = python("pass") else { return };
    let greeted = "import sys,time;sys.stdin.readline();";
    let ports = r#"\"observation\":[{\"name\":\"obs\",\"kind\":\"box\",\"shape\":[1],\"low\":[null],\"high\":[null]}],\"action\":[{\"name\":\"a\",\"kind\":\"discrete\",\"shape\":[1],\"n\":[2]}]"#;
    let hello = |version: u32| {
        format!(
            "print('{{\"protocol\":\"synfire-env\",\"version\":{version},{}}}',flush=True);",
            ports.replace('\\', "")
        )
    };
    let open = |code: &str| {
        let mut command = Command::new(&python);
        command.args(["-u", "-c", code]);
        let link = Link::start(command, Duration::from_millis(1500)).expect("Python starts");
        Bridge::open(link, &Greeting::ask("robot"))
    };
    let refused = |code: String| open(&code).map(|_| ()).expect_err("it is refused");
    let dead = refused("import sys; sys.exit(3)".into());
    assert!(dead.contains("robot") && dead.contains("ended") && dead.contains('3'), "{dead}");
    let hung = refused(format!("{greeted}time.sleep(60)"));
    assert!(hung.contains("no answer within 1500 ms"), "{hung}");
    let babble = refused(format!("{greeted}print('hello')"));
    assert!(babble.contains("does not speak the protocol") && babble.contains("hello"), "{babble}");
    let newer = refused(format!("{greeted}{}", hello(2)));
    assert!(newer.contains("version 2") && newer.contains("version 1"), "{newer}");
    let mut half = open(&format!("{greeted}{}sys.stdin.buffer.read(17)", hello(1))).expect("it greets");
    let mut seen = [0.0];
    let gone = half.reset(1, &mut seen).expect_err("it dies");
    assert!(gone.contains("ended"), "{gone}");
}

/// An environment whose observation is the action before, each of a Dict of all other kinds of spaces.
const ECHO: &str = r#"
import gymnasium, numpy
from gymnasium import spaces
class Echo(gymnasium.Env):
    action_space = spaces.Dict({"box": spaces.Box(-1, 1, (2, 2)), "multi": spaces.MultiDiscrete([2, 5]), "switches": spaces.MultiBinary(3),
                                "turn": spaces.Discrete(3, start=-1)})
    observation_space = action_space
    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return {key: numpy.zeros(space.shape, space.dtype) if space.shape else 0 for key, space in self.action_space.spaces.items()}, {}
    def step(self, action):
        assert self.action_space.contains(action), action
        return action, float(action["turn"]), False, True, {}
serve(lambda name, **_: Echo(), socket.socket(fileno=sys.stdin.fileno()))
"#;

#[test]
fn spaces_of_every_kind_go_round() {
    let Some(python) = python("import gymnasium") else { return };
    let client = include_str!("../python/synfire_env.py");
    let (client, _) = client.split_once("if __name__").expect("it is a program as well");
    for json in [false, true] {
        let mut command = Command::new(&python);
        command.args(["-u", "-c", &format!("{client}\n{ECHO}")]);
        let link = Link::start(command, Duration::from_secs(60)).expect("Python starts");
        let mut env = Bridge::open(link, &Greeting { json, ..Greeting::ask("echo") }).expect("it greets");
        let names: Vec<&str> = env.spec().action.iter().map(|port| port.name.as_str()).collect();
        assert_eq!(names, ["box", "multi", "switches", "turn"]);
        let shapes: Vec<&[usize]> = env.spec().observation.iter().map(|port| port.shape.as_slice()).collect();
        assert_eq!(shapes, [&[2, 2][..], &[2], &[3], &[1]]);
        let mut seen = [0.0; 10];
        env.reset(1, &mut seen).expect("it answers");
        assert_eq!(
            seen,
            [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0],
            "a Discrete counts from its start"
        );
        let action = [-1.0, 0.5, 0.25, 1.0, 1.0, 4.0, 1.0, 0.0, 1.0, 2.0];
        let outcome = env.step(&action, 20.0, &mut seen).expect("it answers");
        assert_eq!((seen, outcome.reward), (action, 1.0));
        assert!(outcome.truncated && !outcome.terminated);
    }
}
