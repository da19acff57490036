//! Messages: every wrong text of `messages.txt` gives exactly the errors written below it, with the part that is underlined.
//!
//! `SYNFIRE_BLESS=1 cargo test -p equations --test text` writes the errors anew: read the difference like code.

use std::fmt::Write;
use std::path::Path;

use crate::rig::parameters;
use equations::{
    Initial, ModelText, Parameter, Place, TextError, channel, neuron, plasticity, rate, short_term, synapse,
};

/// Parameters that every case has.
const COMMON: [&str; 6] = ["tau=10 ms", "e_l=-70 mV", "g_l=10 nS", "c_m=200 pF", "b=1 pA", "r=5 Hz"];

/// A case as the file has it: a name, then lines `key: text`, `param a=1 mV`, `initial v=1 mV` and `| equation`.
struct Case<'a> {
    name: &'a str,
    input: Vec<&'a str>,
}

fn cases(file: &str) -> Vec<Case<'_>> {
    let blocks = file.split("\n== ").map(|block| block.trim_start_matches("== "));
    blocks
        .map(|block| {
            let mut lines = block.lines();
            let name = lines.next().unwrap_or("");
            Case { name, input: lines.take_while(|line| *line != "--").collect() }
        })
        .collect()
}

impl Case<'_> {
    fn value(&self, key: &str) -> Option<&str> {
        let key = format!("{key}: ");
        self.input.iter().find_map(|line| line.strip_prefix(key.as_str()))
    }

    fn rows(&self, key: &str) -> Vec<&str> {
        self.input.iter().filter_map(|line| line.strip_prefix(key)).collect()
    }

    fn output(&self) -> String {
        let equations = self.rows("| ").join("\n");
        let list: Vec<&str> = COMMON.into_iter().chain(self.rows("param ")).collect();
        let parameters: Vec<Parameter<'_>> = parameters(&list);
        let initial = self.rows("initial ");
        let initial = initial.iter().map(|row| row.split_once('=').expect("`name=quantity`"));
        let initial: Vec<Initial<'_>> = initial.map(|(name, value)| Initial { name, value }).collect();
        let text = ModelText {
            name: "made",
            doc: "",
            equations: &equations,
            threshold: self.value("threshold"),
            reset: self.value("reset"),
            refractory: self.value("refractory"),
            input: self.value("input"),
            on_pre: self.value("on_pre"),
            value: self.value("value"),
            current: self.value("current"),
            on_post: self.value("on_post"),
            on_modulator: self.value("on_modulator"),
            between: self.value("between"),
            on_step: self.value("on_step"),
            seen: self.value("seen"),
            parameters: &parameters,
            initial: &initial,
        };
        self.shown(&self.errors(&text), &text)
    }

    fn errors(&self, text: &ModelText<'_>) -> Vec<TextError> {
        let made = match self.value("kind").unwrap_or("neuron") {
            "synapse" => synapse(text).map(drop),
            "channel" => channel(text).map(drop),
            "rate" => rate(text).map(drop),
            "plasticity" => plasticity(text).map(drop),
            "short_term" => short_term(text).map(drop),
            _ => {
                let channels: Vec<_> =
                    self.rows("channel ").iter().map(|row| crate::made::leak(row)).collect();
                neuron(text, &channels.iter().collect::<Vec<_>>()).map(drop)
            }
        };
        made.err().unwrap_or_default()
    }

    fn shown(&self, errors: &[TextError], text: &ModelText<'_>) -> String {
        let mut out = String::new();
        for error in errors {
            let whole = match &error.place {
                Place::Equations => text.equations,
                Place::Channels => "012345",
                Place::Parameter(name) => {
                    text.parameters.iter().rev().find(|row| row.name == name).map_or("", |row| row.value)
                }
                Place::Initial(name) => {
                    text.initial.iter().find(|row| row.name == name).map_or("", |row| row.value)
                }
                place => {
                    let beside = text.beside();
                    beside.iter().find(|(other, _)| other == place).and_then(|(_, text)| *text).unwrap_or("")
                }
            };
            let marked = whole.get(error.span.clone()).expect("spans lie in their text").replace('\n', "\\n");
            let TextError { place, found, allowed, advice, .. } = error;
            writeln!(out, "{place} [{marked}]\n  {found}\n  allowed: {allowed}\n  {advice}")
                .expect("a string takes all");
        }
        out
    }
}

#[test]
fn every_wrong_text_gives_its_messages() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/text/messages.txt");
    let file = std::fs::read_to_string(&path).unwrap();
    let mut made = String::new();
    let cases = cases(&file);
    for case in &cases {
        let output = case.output();
        assert!(!output.is_empty(), "`{}` is no error any more", case.name);
        writeln!(made, "== {}\n{}\n--\n{output}", case.name, case.input.join("\n")).unwrap();
    }
    assert!(cases.len() >= 40);
    if std::env::var_os("SYNFIRE_BLESS").is_some() {
        std::fs::write(path, made.trim_end().to_owned() + "\n").unwrap();
        return;
    }
    assert!(made.trim_end() == file.trim_end(), "messages changed; bless and read the difference:\n{made}");
}

#[test]
fn an_error_has_four_parts_in_lower_case() {
    let file = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/text/messages.txt"))
        .unwrap();
    for case in cases(&file) {
        for line in case.output().lines() {
            let rest = line.trim_start_matches("  allowed:").trim();
            assert!(!rest.is_empty(), "{}: a part is empty", case.name);
            assert!(!rest.ends_with('.'), "{}: {line}", case.name);
        }
    }
}
