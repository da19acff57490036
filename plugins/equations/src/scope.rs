//! Scope: what the names of a model mean. Names of the model come first, then constants, then units.

use std::collections::HashMap;
use std::ops::Range;

use crate::dimension::Dimension;
use crate::error::{Errors, Place, Problem, listed, shorten};
use crate::expression::KEYWORDS;
use crate::functions;
use crate::nearest::nearest;
use crate::scale::Scale;
use crate::statement::plain;

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Meaning {
    /// A parameter.
    Parameter,
    /// A state variable, or the voltage that a channel sees.
    State,
    /// The definition of that number.
    Definition(usize),
    /// The total input current.
    Input,
    /// The white noise of that number.
    Noise(usize),
    /// The sum of all channels' currents.
    Channels,
    /// The weight of the spike that arrives.
    Weight,
    /// A trace of the sender's spikes.
    Sender,
    /// A trace of the receiver's spikes, or of its voltage.
    Receiver,
    /// The level of a modulator.
    Level,
    /// The time since the last spike.
    Elapsed,
    /// The receiver's voltage, or the step in which it has it.
    Voltage,
    /// A number that has a name; its size is its scale.
    Constant,
    /// A unit.
    Unit,
}

/// A name with its dimension and unit; `None` where an error hides them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Symbol {
    pub meaning: Meaning,
    pub scale: Option<Scale>,
}

/// Things that an expression depends on, one bit each; not all of them are known everywhere.
pub(crate) type Reach = u16;

/// The input current, or the currents of channels.
pub(crate) const INPUT: Reach = 1;
/// White noise.
pub(crate) const NOISE: Reach = 2;
/// State variables.
pub(crate) const STATE: Reach = 4;
/// The weight of the spike that arrives.
pub(crate) const WEIGHT: Reach = 8;
/// Traces of the sender.
pub(crate) const SENDER: Reach = 16;
/// Traces of the receiver.
pub(crate) const RECEIVER: Reach = 32;
/// The level of a modulator.
pub(crate) const LEVEL: Reach = 64;
/// The time since the last spike.
pub(crate) const ELAPSED: Reach = 128;
/// The receiver's voltage.
pub(crate) const VOLTAGE: Reach = 256;

/// Name, size, power of ten and unit.
const CONSTANTS: &[(&str, f64, &str)] = &[
    ("pi", std::f64::consts::PI, "1"),
    ("e", std::f64::consts::E, "1"),
    ("faraday", 96_485.332_123_310_01, "C/mol"),
    ("gas_constant", 8.314_462_618_153_24, "V*C/mol/K"),
    ("boltzmann", 1.380_649e-23, "V*C/K"),
    ("elementary_charge", 1.602_176_634e-19, "C"),
    ("zero_celsius", 273.15, "K"),
];

/// Names that every model gives a meaning of their own, or none.
const RESERVED: [&str; 5] = ["i", "i_channels", "xi", "t", "dt"];

/// The names of a model.
#[derive(Debug, Default)]
pub(crate) struct Scope<'a> {
    symbols: HashMap<&'a str, Symbol>,
    /// In the order of their declaration, for messages.
    declared: Vec<&'a str>,
    /// White noises, in the order of their first use.
    pub noises: Vec<&'a str>,
    /// What each definition depends on.
    pub reach: Vec<Reach>,
    /// What this kind of model reserves besides.
    reserved: &'static [&'static str],
}

impl<'a> Scope<'a> {
    /// The names of a kind of model that reserves these.
    pub fn new(reserved: &'static [&'static str]) -> Self {
        Self { reserved, ..Self::default() }
    }

    /// Gives a name its meaning.
    pub fn add(&mut self, name: &'a str, meaning: Meaning, scale: Option<Scale>) {
        if self.symbols.insert(name, Symbol { meaning, scale }).is_none() {
            self.declared.push(name);
        }
    }

    /// Gives a name of the author's its meaning, if it may have one.
    pub fn declare(
        &mut self,
        name: &'a str,
        symbol: Symbol,
        (place, span): (&Place, &Range<usize>),
        errors: &mut Errors,
    ) {
        let problem = if let Err(problem) = plain(name, span) {
            problem
        } else if self.is_reserved(name) {
            let words: Vec<&str> = RESERVED.iter().chain(self.reserved).copied().collect();
            let found = format!("the name `{name}` is reserved");
            let allowed = format!("names other than {}, `xi_...` and those of functions", listed(&words));
            Problem::new(span.clone(), found, allowed, "choose another name")
        } else if self.symbols.contains_key(name) {
            let found = format!("a second `{name}`");
            Problem::new(span.clone(), found, "one meaning for each name", "rename or remove one of them")
        } else {
            self.add(name, symbol.meaning, symbol.scale);
            return;
        };
        errors.push(place, problem);
    }

    fn is_reserved(&self, name: &str) -> bool {
        let words = RESERVED.iter().chain(self.reserved).chain(&KEYWORDS);
        words.copied().any(|word| word == name)
            || name.starts_with("xi_")
            || functions::function(name).is_some()
    }

    /// Whether the model gives this name a meaning.
    pub fn declares(&self, name: &str) -> bool {
        self.symbols.contains_key(name)
    }

    /// What a name means.
    pub fn lookup(&self, name: &str) -> Option<Symbol> {
        let unit = |text: &str| Scale::parse(text).ok();
        self.symbols.get(name).copied().or_else(|| {
            if let Some((_, size, text)) = CONSTANTS.iter().find(|row| row.0 == name) {
                let one = unit(text).expect("the units of constants are known");
                let scale = Scale { number: size * one.number, ..one };
                return Some(Symbol { meaning: Meaning::Constant, scale: Some(scale) });
            }
            Some(Symbol { meaning: Meaning::Unit, scale: Some(unit(name)?) })
        })
    }

    /// What the value of a name depends on.
    pub fn reach_of(&self, name: &str) -> Reach {
        match self.symbols.get(name).map(|symbol| symbol.meaning) {
            Some(Meaning::State) => STATE,
            Some(Meaning::Definition(k)) => self.reach.get(k).copied().unwrap_or(0),
            Some(Meaning::Input | Meaning::Channels) => INPUT,
            Some(Meaning::Noise(_)) => NOISE,
            Some(Meaning::Weight) => WEIGHT,
            Some(Meaning::Sender) => SENDER,
            Some(Meaning::Receiver) => RECEIVER,
            Some(Meaning::Level) => LEVEL,
            Some(Meaning::Elapsed) => ELAPSED,
            Some(Meaning::Voltage) => VOLTAGE,
            _ => 0,
        }
    }

    /// Gives white noise its numbers: `xi` and `xi_...` are noise wherever the kind of model has it.
    pub fn add_noise(&mut self, name: &'a str) {
        if (name == "xi" || name.starts_with("xi_")) && !self.declares(name) {
            let scale = Scale::coherent(Dimension::NOISE);
            self.add(name, Meaning::Noise(self.noises.len()), Some(scale));
            self.noises.push(name);
        }
    }

    /// A name without a meaning.
    pub fn unknown(&self, name: &str, span: Range<usize>) -> Problem {
        let advice = match (name, nearest(name, &self.declared)) {
            ("t" | "dt", _) => "let a stimulus change with time: equations do not know it".to_owned(),
            ("i_channels", _) => "give the model channels, or remove it".to_owned(),
            ("xi", _) => "noise acts through the derivatives of neurons".to_owned(),
            (_, Some(near)) => format!("did you mean `{near}`?"),
            _ if functions::function(name).is_some() => {
                "write its arguments in brackets behind it".to_owned()
            }
            _ => "define it, or add it to the parameters".to_owned(),
        };
        let names = listed(&self.declared);
        let names = if self.declared.is_empty() { String::new() } else { format!("{names}, ") };
        Problem::new(
            span,
            format!("unknown name `{}`", shorten(name)),
            format!("{names}constants such as pi, and units such as mV"),
            advice,
        )
    }
}
