//! Options: each switch does what it says, each subcommand answers, and each exit code means what `--help` says.

use crate::{Desk, SMALL, run_of};

#[test]
fn switches_replace_values_of_the_scenario() {
    let desk = Desk::with(SMALL);
    let line = "run case.toml --set population.exc.size=50 --seed 7 --threads 2 --duration 50ms --out there --no-report -q";
    let line: Vec<&str> = line.split(' ').map(|word| if word == "50ms" { "50 ms" } else { word }).collect();
    let answer = desk.call(&line).expect(0);
    assert!(answer.out.is_empty() && answer.err.is_empty(), "quiet: {answer:?}");
    let run = run_of(&desk.file("there"));
    assert_eq!((run.seed, run.threads, run.biological_s, run.populations[0].size), (7, 2, 0.05, 50));
    assert!(!desk.file("there/report.html").exists() && !desk.results().exists());
}

#[test]
fn the_exit_code_says_how_it_went() {
    let desk = Desk::with(SMALL);
    desk.call(&["run", "case.toml", "-q"]).expect(0);
    desk.call(&["run", "case.toml", "-q"]).expect(1);
    let wrong = desk
        .call(&["run", "case.toml", "-q", "--set", "population.exc.neuron=lfi", "--out", "wrong"])
        .expect(2);
    assert!(wrong.err.contains("lif") && !desk.file("wrong").exists(), "{}", wrong.err);
    desk.call(&["run"]).expect(2);
    desk.call(&["run", "case.toml", "--sed", "1"]).expect(2);
    desk.call(&["run", "nowhere.toml"]).expect(2);
    let line = ["run", "case.toml", "--set", "expect.0.within=[\"1 Hz\", \"2 Hz\"]", "--out", "unexpected"];
    let unexpected = desk.call(&line).expect(3);
    assert!(unexpected.out.contains("UNEXPECTED: rate_hz of exc"), "{}", unexpected.out);
    assert!(desk.file("unexpected/report.html").exists(), "what was computed is kept all the same");
    let help = desk.call(&["--help"]).expect(0);
    assert!(
        ["0 all", "1 the run", "2 the scenario", "3 the run ended", "130"]
            .iter()
            .all(|c| help.out.contains(c))
    );
}

#[test]
fn a_network_too_large_for_the_machine_is_refused_before_anything_is_written() {
    let desk = Desk::with(SMALL);
    for size in ["100_000_000_000", "1_000_000_000_000"] {
        let answer =
            desk.call(&["run", "case.toml", "--set", &format!("population.exc.size={size}")]).expect(2);
        assert!(
            answer.err.contains("population.exc.size") || answer.err.contains("memory"),
            "{}",
            answer.err
        );
        assert!(!desk.file("out").exists());
    }
}

#[test]
fn check_says_what_a_scenario_needs_and_all_that_is_wrong_with_it() {
    let desk = Desk::with(SMALL);
    let answer = desk.call(&["check", "case.toml"]).expect(0);
    for part in ["small: no errors", "100 neurons", "1000 steps of 0.1 ms", "memory about", "neuron updates"]
    {
        assert!(answer.out.contains(part), "`{part}` in {}", answer.out);
    }
    let changes = ["--set", "run.dt=-1 ms", "--set", "population.exc.sise=3"];
    let answer = desk.call(&[&["check", "case.toml"], &changes[..]].concat()).expect(2);
    assert_eq!(answer.err.matches("error").count(), 2, "{}", answer.err);
    assert!(answer.err.contains("`sise`") && answer.err.contains("size"), "{}", answer.err);
}

#[test]
fn models_are_listed_and_described() {
    let desk = Desk::with(SMALL);
    let list = desk.call(&["models"]).expect(0).out;
    for name in
        ["lif", "izhikevich", "hh_traub", "exponential", "conductance", "fixed_indegree", "poisson", "table"]
    {
        assert!(list.lines().any(|line| line.split_whitespace().next() == Some(name)), "`{name}` in {list}");
    }
    let lif = desk.call(&["models", "lif"]).expect(0).out;
    for part in ["v' =", "Source: Brette", "tau_m", "10 ms", "membrane time constant", "-70 mV"] {
        assert!(lif.contains(part), "`{part}` in {lif}");
    }
    // A synapse without state has no equations: then it is described.
    let shown = [
        ("lif", "[model.lif]"),
        ("k_hh", "kind = \"channel\""),
        ("alpha", "value = \"g\""),
        ("delta", "v + w"),
    ];
    for (name, part) in shown {
        let text = desk.call(&["models", "--show", name]).expect(0).out;
        assert!(text.contains(part), "`{part}` in {text}");
        assert_eq!(text.contains("\\begin{align*}"), name != "delta", "{text}");
    }
    let unknown = desk.call(&["models", "izikevich"]).expect(2).err;
    assert!(unknown.contains("did you mean `izhikevich`"), "{unknown}");
}

#[test]
fn schema_and_completions_are_for_machines_to_read() {
    let desk = Desk::with(SMALL);
    let schema: serde_json::Value = serde_json::from_str(&desk.call(&["schema"]).expect(0).out).unwrap();
    assert!(schema["properties"]["population"].is_object(), "{schema}");
    for shell in ["bash", "zsh", "fish"] {
        assert!(desk.call(&["completions", shell]).expect(0).out.contains("overwrite"), "{shell}");
    }
    let script = desk.shell("$SYNFIRE completions bash > c.bash && bash -n c.bash");
    script.expect(0);
}

#[test]
fn a_reader_that_goes_away_is_a_normal_end() {
    let desk = Desk::with(SMALL);
    for command in ["schema", "models", "completions zsh", "run case.toml"] {
        let answer = desk.shell(&format!("set -o pipefail; $SYNFIRE {command} | true")).expect(0);
        assert!(!answer.err.contains("panicked"), "{}", answer.err);
    }
    let answer = desk.shell("set -o pipefail; $SYNFIRE schema | head -1").expect(0);
    assert_eq!(answer.out, "{\n");
}
