//! Tex: LaTeX that compiles by construction: brackets and environments close, and no text of an author is a command.

use equations::{Model, latex};

use crate::parts::{channels, synapses};
use crate::{random, registered};

/// Fails unless braces, `\\left` and environments close in order and every row has the columns of its environment.
fn assert_well_formed<'a>(model: impl Into<Model<'a>>) {
    let text = latex(model);
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text.split_once('\n').expect("the first line is a comment").1;
    while let Some(c) = rest.chars().next() {
        let closes = |open: &mut Vec<&str>, by: &str| assert_eq!(open.pop(), Some(by), "{text}\nat {rest}");
        if let Some(behind) = rest.strip_prefix("\\begin{") {
            open.push(behind.split('}').next().expect("an environment has a name"));
            rest = &behind[behind.find('}').expect("an environment has a name") + 1..];
        } else if let Some(behind) = rest.strip_prefix("\\end{") {
            let (name, after) = behind.split_once('}').expect("an environment has a name");
            closes(&mut open, name);
            rest = after;
        } else if let Some(behind) = rest.strip_prefix("\\left") {
            if !behind.starts_with("arrow") {
                open.push("left");
            }
            rest = behind;
        } else if let Some(behind) = rest.strip_prefix("\\right") {
            closes(&mut open, "left");
            rest = behind;
        } else if ["\\{", "\\}", "\\\\", "\\$", "\\%"].iter().any(|escaped| rest.starts_with(escaped)) {
            rest = &rest[2..];
        } else {
            match c {
                '{' => open.push("{"),
                '}' => closes(&mut open, "{"),
                '$' if open.last() == Some(&"$") => closes(&mut open, "$"),
                '$' => open.push("$"),
                _ => assert!(c == '\n' || !c.is_control(), "{text}"),
            }
            rest = &rest[c.len_utf8()..];
        }
    }
    assert!(open.is_empty(), "{open:?} stay open: {text}");
    assert!(!text.contains("\n\n"), "an empty line ends a paragraph, which no formula may: {text}");
}

#[test]
fn latex_of_every_model_closes_what_it_opens() {
    registered().iter().for_each(assert_well_formed);
    channels().iter().for_each(assert_well_formed);
    synapses().iter().for_each(assert_well_formed);
    (0..200).for_each(|seed| assert_well_formed(&random::random(seed)));
}

#[test]
fn text_of_an_author_is_no_command() {
    let mut model = registered().remove(0);
    model.name = "a_b \\input{x} $ % & # { } ~ ^".to_owned();
    model.params[0].doc = "50 % of v_th & {more \\end{tabular} \n\n next µm² ≥".to_owned();
    model.params[0].unit = "\\write$".to_owned();
    model.state[0].name = "v_{\\x".to_owned();
    assert_well_formed(&model);
    let text = latex(&model);
    ["\\input", "\\write", "\\x", "v_th"]
        .iter()
        .for_each(|bad| assert!(!text.contains(bad), "{bad} in {text}"));
}

#[test]
fn formulas_are_set_as_in_a_textbook() {
    let of =
        |name: &str| latex(registered().iter().find(|model| model.name == name).expect("it is registered"));
    let lif = "\\frac{d v}{dt} &= \\frac{e_l - v}{\\tau_m} + \\frac{i_e + i}{c_m}";
    assert!(of("lif").contains(lif), "{}", of("lif"));
    assert!(of("hh").contains("i_k &= g_k\\, n^{4}\\, \\left(v - e_k\\right)"), "{}", of("hh"));
    let alpha = synapses().into_iter().find(|model| model.name == "alpha").expect("it is registered");
    let added = "h \\leftarrow h + \\frac{2.718281828459045\\, w}{\\tau}";
    assert!(latex(&alpha).contains(added), "{}", latex(&alpha));
    assert!(of("izhikevich").contains("k_2\\, v^{2} + k_1\\, v"), "{}", of("izhikevich"));
}
