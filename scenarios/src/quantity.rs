//! Quantity: numbers with units and distributions, read into the unit of their field and held to its bound.

use ecs_core::registry::Bound;
use ecs_core::units::{self, Unit, UnitError};

use crate::diagnostic::{Problem, Span};
use crate::nearest::advice;
use crate::reader::Reader;
use crate::schema::{Law, Value};
use crate::tree::{Key, Node, Tree, shorten};

/// What a number must be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    pub unit: &'a str,
    pub bound: Bound,
}

impl Wanted<'_> {
    /// The unit; a table with a unit nobody can read is a defect that the registry's test finds.
    pub fn parsed(&self) -> Unit {
        Unit::parse(self.unit).unwrap_or(Unit::ONE)
    }

    /// How a number is written here, such as "a time such as `20 ms`".
    fn form(&self, number: &str) -> String {
        let dimension = self.parsed().dimension;
        let number = if number.is_empty() { "1" } else { number };
        if dimension == Unit::ONE.dimension {
            return format!("a bare number{}", self.limits());
        }
        format!("{dimension}{} such as `\"{number} {}\"`", self.limits(), self.unit)
    }

    fn limits(&self) -> &'static str {
        match self.bound {
            Bound::Any | Bound::Words(_) => "",
            Bound::Positive => " above zero",
            Bound::NonNegative => " of zero or above",
            Bound::Fraction => " from 0 to 1",
        }
    }

    fn holds(&self, number: f64) -> bool {
        match self.bound {
            Bound::Any | Bound::Words(_) => true,
            Bound::Positive => number > 0.0,
            Bound::NonNegative => number >= 0.0,
            Bound::Fraction => (0.0..=1.0).contains(&number),
        }
    }
}

/// The position of a word.
fn word(reader: &Reader<'_>, node: &Node, words: &[&str], place: &str) -> Option<f64> {
    let Some(text) = node.text() else {
        reader.wrong_form(
            node,
            place,
            &format!("one of: {}", words.join(", ")),
            "write the word between quotation marks",
        );
        return None;
    };
    let at = words.iter().position(|word| *word == text);
    if at.is_none() {
        reader.unknown(node.span, place, "unknown word", (text, words));
    }
    at.map(|at| at as f64)
}

/// One number in the unit that is wanted, within the bound.
pub(crate) fn scalar(reader: &Reader<'_>, node: &Node, wanted: Wanted<'_>, place: &str) -> Option<f64> {
    if let Bound::Words(words) = wanted.bound {
        return word(reader, node, words, place);
    }
    let bare = wanted.parsed().dimension == Unit::ONE.dimension;
    let number = match &node.tree {
        Tree::Text(text) => from_text(reader, (text, node.span), wanted, place)?,
        Tree::Bool(yes) if wanted.bound == Bound::Fraction => f64::from(u8::from(*yes)),
        Tree::Integer(_) | Tree::Float(_) if bare => node.number()?,
        Tree::Integer(_) | Tree::Float(_) if node.number().is_some_and(f64::is_finite) => {
            let problem = Problem::new(place, format!("{} has no unit", reader.shown(node)))
                .allowed(wanted.form(&node.number()?.to_string()))
                .advice("write the number with its unit, between quotation marks");
            reader.error(node.span, problem);
            return None;
        }
        Tree::Float(number) => *number,
        _ => {
            reader.wrong_form(node, place, &wanted.form(""), "give one number");
            return None;
        }
    };
    finite_and_inside(reader, (number, node), wanted, place)
}

/// The state is single precision: what does not fit there is not finite.
fn finite_and_inside(
    reader: &Reader<'_>,
    found: (f64, &Node),
    wanted: Wanted<'_>,
    place: &str,
) -> Option<f64> {
    let (number, node) = found;
    let problem = if !number.is_finite() || number.abs() > f64::from(f32::MAX) {
        Problem::new(place, format!("{} is not a finite number", reader.shown(node)))
            .advice("give a finite number")
    } else if !wanted.holds(number) {
        Problem::new(place, format!("{} is out of range", reader.shown(node)))
            .advice("give a number in this range")
    } else {
        return Some(number);
    };
    reader.error(node.span, problem.allowed(wanted.form("")));
    None
}

fn from_text(reader: &Reader<'_>, text: (&str, Span), wanted: Wanted<'_>, place: &str) -> Option<f64> {
    let (text, span) = text;
    let error = match units::to_unit(text, wanted.parsed()) {
        Ok(number) => return Some(number),
        Err(error) => error,
    };
    let written = text.trim().split(|c: char| c.is_alphabetic() || c.is_whitespace()).next().unwrap_or("");
    let number = if written.parse::<f64>().is_ok() { written } else { "" };
    let what_to_do = match &error {
        UnitError::NoNumber => "start with the number".to_owned(),
        UnitError::NoUnit => "write the unit behind the number".to_owned(),
        UnitError::NotFinite => "give a finite number".to_owned(),
        UnitError::UnknownSymbol(symbol) => {
            advice(symbol, &["ms", "mV", "Hz", "kHz", "pA", "nA", "nS", "pF"])
                .replace("take one of the allowed words", "units are products of SI symbols such as `mS/cm2`")
        }
        UnitError::TooLarge => "use a simpler unit".to_owned(),
        UnitError::WrongDimension { .. } => {
            "check the unit, and whether the value stands at the right key".to_owned()
        }
    };
    let problem = Problem::new(place, format!("`\"{}\"` {error}", shorten(text)));
    reader.error(span, problem.allowed(wanted.form(number)).advice(what_to_do));
    None
}

/// The distributions and the numbers each takes, in the order a list gives them.
pub(crate) const DISTRIBUTIONS: &[(&str, &[&str])] = &[
    ("constant", &["value"]),
    ("uniform", &["low", "high"]),
    ("normal", &["mean", "sd"]),
    ("log_normal", &["mean", "sd"]),
    ("truncated_normal", &["mean", "sd", "min", "max"]),
];

/// Keys that clip the draws of a distribution.
pub(crate) const CLIPPING: [&str; 2] = ["min", "max"];

/// A number, or a distribution.
pub(crate) fn value(reader: &Reader<'_>, node: &Node, wanted: Wanted<'_>, place: &str) -> Option<Value> {
    let Tree::Table(rows) = &node.tree else {
        return scalar(reader, node, wanted, place).map(Value::constant);
    };
    let names: Vec<&str> = DISTRIBUTIONS.iter().map(|(name, _)| *name).collect();
    let [(key, inner)] = rows.as_slice() else {
        let advice = match rows.iter().any(|(key, _)| CLIPPING.contains(&key.name.as_str())) {
            true => "limits stand inside: `{ normal = { mean = ..., sd = ..., min = ... } }`",
            false => "write one distribution such as `{ uniform = [low, high] }`",
        };
        reader.wrong_form(node, place, &names.join(", "), advice);
        return None;
    };
    let Some((name, parts)) = DISTRIBUTIONS.iter().find(|(name, _)| *name == key.name) else {
        reader.unknown(key.span, place, "unknown distribution", (&key.name, &names));
        return None;
    };
    let place = format!("{place}.{name}");
    let draw = Draw { reader, wanted, place: &place, name, parts };
    let value = draw.read(inner)?;
    draw.check(value, inner.span)
}

/// One distribution while it is read.
struct Draw<'a> {
    reader: &'a Reader<'a>,
    wanted: Wanted<'a>,
    place: &'a str,
    name: &'static str,
    parts: &'static [&'static str],
}

impl Draw<'_> {
    fn read(&self, node: &Node) -> Option<Value> {
        let (numbers, clip) = match &node.tree {
            Tree::List(items) if items.len() == self.parts.len() => {
                (self.parts.iter().zip(items).map(|(part, item)| self.part(part, item)).collect(), [None; 2])
            }
            Tree::Table(rows) => self.table(node, rows)?,
            Tree::Text(_) | Tree::Integer(_) | Tree::Float(_) if self.parts.len() == 1 => {
                (vec![self.part(self.parts[0], node)], [None; 2])
            }
            _ => {
                let allowed = format!("[{}]", self.parts.join(", "));
                self.reader.wrong_form(node, self.place, &allowed, "give these numbers, in this order");
                return None;
            }
        };
        let numbers: Vec<f64> = numbers.into_iter().collect::<Option<_>>()?;
        let law = match (self.name, numbers.as_slice()) {
            ("uniform", [low, high]) => Law::Uniform { low: *low, high: *high },
            ("normal", [mean, sd]) => Law::Normal { mean: *mean, sd: *sd },
            ("log_normal", [mean, sd]) => Law::LogNormal { mean: *mean, sd: *sd },
            ("truncated_normal", [mean, sd, ..]) => Law::TruncatedNormal { mean: *mean, sd: *sd },
            (_, numbers) => Law::Constant(numbers[0]),
        };
        let [min, max] = match (law, numbers.as_slice()) {
            (Law::TruncatedNormal { .. }, [_, _, min, max]) => [Some(*min), Some(*max)],
            _ => clip,
        };
        Some(Value { law, min: min.unwrap_or(f64::NEG_INFINITY), max: max.unwrap_or(f64::INFINITY) })
    }

    /// One number of the distribution, with the bound that its role has.
    fn part(&self, part: &str, node: &Node) -> Option<f64> {
        let bound = match (part, self.name) {
            ("sd", _) => Bound::NonNegative,
            ("mean", "log_normal") => Bound::Positive,
            // Only what lies between the limits is drawn.
            ("mean", "truncated_normal") => Bound::Any,
            _ => self.wanted.bound,
        };
        scalar(self.reader, node, Wanted { bound, ..self.wanted }, &format!("{}.{part}", self.place))
    }

    #[expect(clippy::type_complexity, reason = "numbers, some of which failed, and the clipping")]
    fn table(&self, node: &Node, rows: &[(Key, Node)]) -> Option<(Vec<Option<f64>>, [Option<f64>; 2])> {
        // A constant and a uniform law have nothing to clip.
        let clips = self.parts.contains(&"mean");
        let limits = CLIPPING.iter().filter(|key| clips && !self.parts.contains(key));
        let known: Vec<&str> = self.parts.iter().chain(limits).copied().collect();
        let get = |name: &str| rows.iter().find(|(key, _)| key.name == name).map(|(_, node)| node);
        for (key, _) in rows.iter().filter(|(key, _)| !known.contains(&key.name.as_str())) {
            self.reader.unknown(key.span, self.place, "unknown key", (&key.name, &known));
        }
        let missing: Vec<&str> = self.parts.iter().copied().filter(|part| get(part).is_none()).collect();
        if let Some(part) = missing.first() {
            let problem = Problem::new(self.place, format!("`{part}` is missing"));
            self.reader
                .error(node.span, problem.allowed(known.join(", ")).advice(format!("add `{part} = ...`")));
            return None;
        }
        let numbers = self.parts.iter().map(|part| self.part(part, get(part)?)).collect();
        let mut clip = [None; 2];
        for (limit, name) in clip.iter_mut().zip(CLIPPING) {
            if let Some(node) = get(name) {
                *limit = Some(self.part(name, node)?);
            }
        }
        Some((numbers, clip))
    }

    /// Refuses what is empty, and what can leave the bound of the field.
    fn check(&self, value: Value, span: Span) -> Option<Value> {
        let empty = value.min > value.max || matches!(value.law, Law::Uniform { low, high } if low > high);
        let below = matches!(value.law, Law::Normal { .. }) && value.min == f64::NEG_INFINITY;
        let above =
            matches!(value.law, Law::Normal { .. } | Law::LogNormal { .. }) && value.max == f64::INFINITY;
        let leaves = match self.wanted.bound {
            Bound::Any | Bound::Words(_) => false,
            Bound::Positive | Bound::NonNegative => below,
            Bound::Fraction => below || above,
        };
        let problem = if empty {
            Problem::new(self.place, "the lower limit is above the upper one")
                .allowed("a lower limit that is not above the upper one")
                .advice("swap the two")
        } else if leaves {
            Problem::new(self.place, "draws of this distribution can be out of range")
                .allowed(self.wanted.form(""))
                .advice("clip the draws: `{ mean = ..., sd = ..., min = ..., max = ... }`")
        } else {
            return Some(value);
        };
        self.reader.error(span, problem);
        None
    }
}
