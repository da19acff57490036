//! Hostile: no text makes the reader panic, overflow the stack, or take more than its limits.

use crate::rig::parameters;
use equations::{Initial, ModelText, channel, neuron, plasticity, rate, short_term, synapse};

const EQUATIONS: &str = "\
dv/dt = (g_l*(e_l - v) + g_l*d*exp((v - e_l)/d) - w + i + x)/c_m + d*xi*sqrt(2/tau) : mV (unless refractory) # v
dw/dt = (a*(v - e_l) - w)/tau : pA
x = where(v > e_l and not v < -80 mV, clip(y, 0, 3 pA), 0.5e1 nA) : pA
y = g_l*2 mV**1 + 1e-3 uA/(v/mV)^2 : pA";

/// Pieces that texts are made of.
const PIECES: [&str; 54] = [
    "v",
    "w",
    "x",
    "i",
    "xi",
    "tau",
    "g_l",
    "e",
    "pi",
    "mV",
    "ms",
    "1",
    "0",
    "2.5e-3",
    "1e308",
    "(",
    ")",
    "((",
    "))",
    "+",
    "-",
    "*",
    "/",
    "**",
    "^",
    "<",
    ">=",
    "==",
    "=",
    "+=",
    ":",
    ";",
    "\n",
    "#",
    ",",
    " ",
    "and",
    "or",
    "not",
    "exp(",
    "where(",
    "min(",
    "dv/dt = ",
    " : mV\n",
    "x : 1\n",
    "-x/tau",
    "(v - x)/tau",
    "elapsed",
    "gain",
    " (event-driven)\n",
    "²",
    "µ",
    "\u{0}",
    "é",
];

/// A generator of numbers that look random, the same ones in every run (Vigna's SplitMix64).
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }

    fn garbage(&mut self) -> String {
        (0..self.below(40)).map(|_| PIECES[self.below(PIECES.len())]).collect()
    }

    /// `text` with a few characters removed, doubled, or replaced by pieces.
    fn mutated(&mut self, text: &str) -> String {
        let mut chars: Vec<char> = text.chars().collect();
        for _ in 0..1 + self.below(4) {
            let at = self.below(chars.len().max(1)).min(chars.len().saturating_sub(1));
            let piece: Vec<char> = PIECES[self.below(PIECES.len())].chars().collect();
            match self.below(3) {
                0 if !chars.is_empty() => drop(chars.remove(at)),
                1 if !chars.is_empty() => chars.insert(at, chars[at]),
                _ => drop(chars.splice(at..at, piece).count()),
            }
        }
        chars.into_iter().collect()
    }
}

/// Reads a text as everything it could be, and looks at what the errors say.
fn read(equations: &str, other: &str) {
    let params = parameters(&["tau=10 ms", "g_l=10 nS", "e_l=-70 mV", "c_m=200 pF", "a=1 nS", "d=2 mV"]);
    let initial = [Initial { name: "v", value: other }];
    let common = ModelText { equations, parameters: &params, initial: &initial, ..ModelText::default() };
    let beside = Some(other);
    let whole = ModelText { threshold: beside, reset: beside, refractory: beside, input: beside, ..common };
    let mut errors = neuron(&whole, &[]).err().unwrap_or_default();
    errors.extend(rate(&common).err().unwrap_or_default());
    errors.extend(channel(&ModelText { current: beside, ..common }).err().unwrap_or_default());
    errors.extend(synapse(&ModelText { on_pre: beside, value: beside, ..common }).err().unwrap_or_default());
    let events = ModelText { on_pre: beside, on_post: beside, between: beside, ..common };
    errors.extend(short_term(&ModelText { on_post: None, ..events }).err().unwrap_or_default());
    let whole = ModelText { on_modulator: beside, on_step: beside, seen: beside, ..events };
    errors.extend(plasticity(&events).err().into_iter().chain(plasticity(&whole).err()).flatten());
    for error in errors {
        let parts = [&error.found, &error.allowed, &error.advice];
        assert!(parts.iter().all(|part| !part.is_empty() && part.len() < 2000), "{error:?}");
        assert!(
            error.span.start <= error.span.end && error.span.end <= equations.len().max(other.len()).max(9)
        );
    }
}

#[test]
fn no_mutation_of_a_model_panics() {
    let mut draw = Draw(1);
    for _ in 0..4000 {
        let (equations, other) = (draw.mutated(EQUATIONS), draw.mutated("v >= e_l and w*2 < 3 pA"));
        read(&equations, &other);
    }
}

#[test]
fn no_garbage_panics() {
    let mut draw = Draw(2);
    for _ in 0..4000 {
        let (equations, other) = (draw.garbage(), draw.garbage());
        read(&equations, &other);
    }
}

#[test]
fn no_prefix_of_a_model_panics() {
    for (end, _) in EQUATIONS.char_indices() {
        read(&EQUATIONS[..end], &EQUATIONS[end..]);
    }
}

/// The only error that a text gives, or the first.
fn error(equations: &str) -> String {
    let params = parameters(&["tau=10 ms"]);
    let text = ModelText { equations, parameters: &params, ..ModelText::default() };
    let errors = neuron(&text, &[]).expect_err("too much");
    assert!(errors.len() <= 50, "{} errors", errors.len());
    errors[0].to_string()
}

#[test]
fn depth_is_limited() {
    for (open, close) in [("(", ")"), ("-", ""), ("exp(", ")"), ("2**", ""), ("not ", ""), ("+", "")] {
        for n in [200, 15_000] {
            let text = format!("dx/dt = {}1{}/tau : 1", open.repeat(n), close.repeat(n));
            if text.len() < 64 << 10 {
                assert!(error(&text).contains("too deep"), "{open}");
            }
        }
    }
}

#[test]
fn length_and_number_of_statements_are_limited() {
    assert!(error(&"x".repeat(70_000)).contains("70000 bytes"));
    assert!(error(&"a\n".repeat(2000)).contains("the line ends here"));
    let lines: String = (0..1001).map(|k| format!("x{k} = 1 : 1\n")).collect();
    assert!(error(&lines).contains("one statement too many"));
}

#[test]
fn operations_are_limited_however_short_the_text() {
    let powers = vec!["(x+1)**64"; 6000].join("*");
    assert!(error(&format!("dx/dt = {powers}/tau : 1")).contains("too many operations"));
    let noises: Vec<String> = (0..8).map(|k| format!("xi_{k}")).collect();
    let product = format!("({}){}", noises.join("+"), "*2*x".repeat(14_000));
    assert!(error(&format!("dx/dt = {product}/sqrt(tau) : 1")).contains("too many operations"));
    assert!(error("dx/dt = x**1000000/tau : 1").contains("1000000"));
    assert!(error("dx/dt = x**-1000000/tau : 1").contains("1000000"));
}

#[test]
fn long_chains_and_long_lists_of_definitions_are_read() {
    let sum = vec!["x"; 30_000].join("+");
    let params = parameters(&["tau=10 ms"]);
    let made =
        |text: &str| neuron(&ModelText { equations: text, parameters: &params, ..ModelText::default() }, &[]);
    assert!(made(&format!("dx/dt = ({sum})/tau : 1")).is_ok());
    let lines: String = (0..900).map(|k| format!("y{k} = y{}+y{} : 1\n", k + 1, k + 1)).collect();
    assert!(made(&format!("dx/dt = y0/tau : 1\n{lines}y900 = x : 1")).is_ok(), "no doubling with each line");
}

#[test]
fn many_resets_of_many_definitions_stay_within_limits() {
    let lines: String = (0..400).map(|k| format!("y{k} = x+y{} : 1\n", k + 1)).collect();
    let equations = format!("dx/dt = y0/tau : 1\n{lines}y400 = x : 1");
    let reset = "x += y0\n".repeat(500);
    let params = parameters(&["tau=10 ms"]);
    let text = ModelText {
        equations: &equations,
        threshold: Some("x > 1"),
        reset: Some(&reset),
        parameters: &params,
        ..ModelText::default()
    };
    let errors = neuron(&text, &[]).expect_err("too much");
    assert!(errors[0].found.contains("too many operations"), "{errors:?}");
}
