//! Reference: the examples of `docs/equations.md` are models that can be read.

use ecs_core::registry::Bound;
use equations::{Initial, ModelText, Parameter, channel, neuron, plasticity, short_term};

const PAGE: &str = include_str!("../../../../docs/equations.md");

/// The text of a key in a block of TOML, as plain as the page writes it.
fn key<'a>(block: &'a str, name: &str) -> Option<&'a str> {
    let line = block.lines().find(|line| line.split('=').next().is_some_and(|key| key.trim() == name))?;
    let behind = block[line.as_ptr() as usize - block.as_ptr() as usize..].split_once('=')?.1.trim_start();
    let quote = if behind.starts_with("'''") { "'''" } else { &behind[..1] };
    let inside = &behind[quote.len()..];
    Some(&inside[..inside.find(if quote == "{" { "}" } else { quote })?])
}

/// The rows of an inline table of quantities.
fn rows(table: &str) -> Vec<(&str, &str)> {
    table
        .split(',')
        .filter_map(|row| row.split_once('='))
        .map(|(a, b)| (a.trim(), b.trim().trim_matches('"')))
        .collect()
}

#[test]
fn the_examples_of_the_page_are_models() {
    let blocks: Vec<&str> =
        PAGE.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(blocks.len(), 4);
    for block in blocks {
        let parameters: Vec<Parameter<'_>> = rows(key(block, "parameters").unwrap())
            .into_iter()
            .map(|(name, value)| Parameter { name, value, bound: Bound::Any, doc: "" })
            .collect();
        let initial: Vec<Initial<'_>> = rows(key(block, "initial").unwrap())
            .into_iter()
            .map(|(name, value)| Initial { name, value })
            .collect();
        let text = ModelText {
            equations: key(block, "equations").unwrap(),
            threshold: key(block, "threshold"),
            reset: key(block, "reset"),
            refractory: key(block, "refractory"),
            current: key(block, "current"),
            parameters: &parameters,
            initial: &initial,
            ..ModelText::default()
        };
        let text = ModelText { on_pre: key(block, "on_pre"), on_post: key(block, "on_post"), ..text };
        let state = match key(block, "kind").unwrap() {
            "channel" => channel(&text).unwrap().state,
            "short_term" => short_term(&text).unwrap().state,
            "plasticity" => {
                let rule = plasticity(&text).unwrap();
                assert_eq!((rule.pre[0].name.as_str(), rule.post[0].name.as_str()), ("x", "y"));
                assert_ne!(rule.pre[0].doc, "", "the comment arrived");
                continue;
            }
            _ => neuron(&text, &[]).unwrap().state,
        };
        assert_ne!(state[0].default, 0.0, "the initial value arrived");
        assert_ne!(state[0].doc, "", "the comment arrived");
    }
}

#[test]
fn lines_of_the_page_read_as_it_says() {
    let list = ["mu=1 mV", "tau=10 ms", "sigma=1 mV"];
    let noise = PAGE.lines().find_map(|line| line.strip_suffix("`.")?.strip_prefix('`')).unwrap();
    crate::made::derivative_of(noise, &list);
    let power = |text: &str| crate::made::derivative_of(&format!("dx/dt = {text} : 1"), &[]);
    crate::rig::assert_same(&power("1/2 ms*x"), &power("1/(2 ms)*x"));
    crate::rig::assert_same(&power("-x**2/ms"), &power("-(x**2)/ms"));
}
