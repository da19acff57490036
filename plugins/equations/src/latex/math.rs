//! Math: formulas in LaTeX. They say the same as the text, in the order of a textbook: fractions, numbers first.

use super::symbol::{number, quantity, symbol, unit};
use crate::show::formula::{Form, Id, Operator};
use crate::show::sheet::Sheet;
use crate::show::unit::{BARE, customary};

/// What holds a formula together, the weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Condition,
    Sum,
    Sign,
    Product,
    Power,
    Operand,
}

type Math = (String, Level);

fn within((text, found): Math, level: Level) -> String {
    if found < level { format!("\\left({text}\\right)") } else { text }
}

/// The factors of a product, those below the line, and its sign.
#[derive(Default)]
struct Factors {
    numbers: Vec<String>,
    above: Vec<Id>,
    below: Vec<Id>,
    negative: bool,
}

impl Sheet<'_> {
    /// What a definition or an equation says.
    pub(crate) fn math(&self, id: Id) -> String {
        within(self.math_written(id), Level::Condition)
    }

    /// The same as a factor.
    pub(crate) fn math_factor(&self, id: Id) -> String {
        self.math_at(id, Level::Product)
    }

    fn math_at(&self, id: Id, level: Level) -> String {
        within(self.math_text(id), level)
    }

    fn math_text(&self, id: Id) -> Math {
        match self.naming.name(id) {
            Some(name) => (symbol(name), Level::Operand),
            None => self.math_written(id),
        }
    }

    /// With the unit that a compiled model leaves out.
    fn math_written(&self, id: Id) -> Math {
        let made = self.math_made(id);
        let literal = self.formulas.literal(id).is_some();
        let unit = self.measure(id);
        match literal || unit.is_empty() {
            true => made,
            false => (format!("{}\\,{unit}", within(made, Level::Product)), Level::Product),
        }
    }

    /// The unit that a formula has as a further factor; empty for none.
    fn measure(&self, id: Id) -> String {
        let of = self.dimensions.factor(id);
        let square = || customary(&of.map(|exponent| 2.0 * exponent)).unwrap_or_default();
        customary(&of).map_or_else(|| format!("\\sqrt{{{}}}", unit(&square())), |text| unit(&text))
    }

    /// A positive number with its unit.
    fn measured(&self, x: f64, id: Id) -> String {
        match customary(&self.dimensions.factor(id)) {
            Some(text) => quantity(x, &text),
            None => format!("{}\\,{}", number(x), self.measure(id)),
        }
    }

    fn math_made(&self, id: Id) -> Math {
        match self.formulas.form(id) {
            Form::Literal(x) => self.math_literal(*x, id),
            Form::Name(name) => (symbol(name), Level::Operand),
            Form::Negative(a) => (format!("-{}", self.math_at(*a, Level::Product)), Level::Sign),
            Form::Binary(Operator::Add, a, b) => self.sum(*a, *b, false),
            Form::Binary(Operator::Sub, a, b) => self.sum(*a, *b, true),
            Form::Binary(..) => self.math_product(id),
            Form::Power(..) => self.math_power(id),
            Form::Call(name, parts) => self.math_call(name, parts),
            Form::Where([condition, yes, no]) => {
                let [yes, no] = [yes, no].map(|id| self.math_at(*id, Level::Sum));
                let condition = self.math_at(*condition, Level::Condition);
                let rows = format!("{yes} & \\text{{if }} {condition} \\\\ {no} & \\text{{otherwise}}");
                (format!("\\begin{{cases}} {rows} \\end{{cases}}"), Level::Operand)
            }
            Form::Indicator(of) => {
                (format!("\\mathbf{{1}}_{{{}}}", self.math_at(*of, Level::Condition)), Level::Operand)
            }
            Form::AtLeast(a, b) => self.relation([*a, *b], ["\\ge", "\\le"]),
            Form::Below(a, b) => self.relation([*a, *b], ["<", ">"]),
            Form::All(a, b) => self.conditions(*a, "\\wedge", *b),
            Form::Any(a, b) => self.conditions(*a, "\\vee", *b),
            Form::Not(a) => {
                (format!("\\neg \\left({}\\right)", self.math_at(*a, Level::Condition)), Level::Operand)
            }
            Form::Whole(a) => self.math_text(*a),
        }
    }

    fn math_literal(&self, x: f64, id: Id) -> Math {
        match x {
            0.0 => ("0".to_owned(), Level::Operand),
            _ if x < 0.0 => (format!("-{}", self.measured(-x, id)), Level::Sign),
            _ => (self.measured(x, id), Level::Product),
        }
    }

    /// What is added to a sum, with its sign.
    pub(crate) fn math_added(&self, id: Id) -> String {
        self.signed_term(id, false)
    }

    fn sum(&self, a: Id, b: Id, minus: bool) -> Math {
        (format!("{} {}", self.math_at(a, Level::Sum), self.signed_term(b, minus)), Level::Sum)
    }

    /// A negative second side turns the sign around.
    fn signed_term(&self, b: Id, minus: bool) -> String {
        let right = self.math_text(b);
        let (minus, right) = match right.0.strip_prefix('-') {
            Some(positive) if right.1 == Level::Sign => (!minus, positive.to_owned()),
            _ => (minus, within(right, Level::Product)),
        };
        format!("{} {right}", if minus { "-" } else { "+" })
    }

    fn relation(&self, [a, b]: [Id; 2], [sign, turned]: [&str; 2]) -> Math {
        let (a, sign, b) = if self.formulas.literal(a).is_some() { (b, turned, a) } else { (a, sign, b) };
        (format!("{} {sign} {}", self.math_at(a, Level::Sum), self.math_at(b, Level::Sum)), Level::Condition)
    }

    fn conditions(&self, a: Id, sign: &str, b: Id) -> Math {
        let side = |id: Id| match self.formulas.form(id) {
            Form::All(..) | Form::Any(..) => format!("\\left({}\\right)", self.math(id)),
            _ => self.math(id),
        };
        (format!("{} {sign} {}", side(a), side(b)), Level::Condition)
    }

    fn math_product(&self, id: Id) -> Math {
        let mut factors = Factors::default();
        self.gather_parts(id, true, &mut factors);
        let Factors { numbers, above, below, negative } = factors;
        // Alone on its side of a line, a sum needs no brackets.
        let alone = |single: bool| if single { Level::Sum } else { Level::Product };
        let first = numbers.join(" \\cdot ");
        let above =
            self.side(&above, first, alone(numbers.is_empty() && above.len() == 1 && !below.is_empty()));
        let below = self.side(&below, String::new(), alone(below.len() == 1));
        let above = if above.is_empty() { "1".to_owned() } else { above };
        let text = if below.is_empty() { above } else { format!("\\frac{{{above}}}{{{below}}}") };
        if negative { (format!("-{text}"), Level::Sign) } else { (text, Level::Product) }
    }

    /// Factors one after another; equal neighbours are a power.
    fn side(&self, ids: &[Id], first: String, level: Level) -> String {
        let same = |a: &Id, b: &Id| a == b && self.formulas.literal(*a).is_none();
        let factor = |group: &[Id]| match group {
            [one] => self.math_at(*one, level),
            _ => format!("{}^{{{}}}", self.math_at(group[0], Level::Operand), group.len()),
        };
        let all = [first].into_iter().filter(|text| !text.is_empty());
        all.chain(ids.chunk_by(same).map(factor)).collect::<Vec<_>>().join("\\, ")
    }

    fn gather(&self, id: Id, above: bool, factors: &mut Factors) {
        let made = self.naming.name(id).is_none() && self.dimensions.factor(id) == BARE;
        match *self.formulas.form(id) {
            Form::Literal(x) => self.gather_number(x, id, above, factors),
            Form::Binary(Operator::Mul | Operator::Div, ..) if made => self.gather_parts(id, above, factors),
            _ if above => factors.above.push(id),
            _ => factors.below.push(id),
        }
    }

    fn gather_parts(&self, id: Id, above: bool, factors: &mut Factors) {
        if let Form::Binary(operator, a, b) = *self.formulas.form(id) {
            self.gather(a, above, factors);
            self.gather(b, above == (operator == Operator::Mul), factors);
        }
    }

    fn gather_number(&self, x: f64, id: Id, above: bool, factors: &mut Factors) {
        match (above, self.measure(id).is_empty()) {
            (false, _) => factors.below.push(id),
            (true, true) if x.abs() == 1.0 => {}
            (true, _) => factors.numbers.push(self.measured(x.abs(), id)),
        }
        factors.negative ^= above && x < 0.0;
    }

    /// Powers of powers are one.
    fn math_power(&self, id: Id) -> Math {
        let (mut base, mut all) = (id, 1);
        while let Form::Power(inner, exponent) = self.formulas.form(base) {
            (base, all) = (*inner, all * exponent);
            if self.naming.name(base).is_some() {
                break;
            }
        }
        (format!("{}^{{{all}}}", self.math_at(base, Level::Operand)), Level::Power)
    }

    fn math_call(&self, name: &str, parts: &[Id]) -> Math {
        let of = self.math_at(parts[0], Level::Condition);
        match name {
            "exp" => (format!("e^{{{of}}}"), Level::Power),
            "expm1" => (format!("e^{{{of}}} - 1"), Level::Sum),
            "sigmoid" => (format!("\\frac{{1}}{{1 + e^{{{}}}}}", self.minus(parts[0])), Level::Product),
            "sqrt" => (format!("\\sqrt{{{of}}}"), Level::Operand),
            "abs" => (format!("\\left|{of}\\right|"), Level::Operand),
            _ => {
                let all: Vec<String> =
                    parts.iter().map(|part| self.math_at(*part, Level::Condition)).collect();
                let operator = match name {
                    "ln" | "tanh" | "min" | "max" => format!("\\{name}"),
                    _ => format!("\\operatorname{{{name}}}"),
                };
                (format!("{operator}\\left({}\\right)", all.join(", ")), Level::Operand)
            }
        }
    }

    fn minus(&self, id: Id) -> String {
        let (text, level) = self.math_text(id);
        match text.strip_prefix('-').filter(|_| level == Level::Sign) {
            Some(positive) => positive.to_owned(),
            None => format!("-{}", within((text, level), Level::Product)),
        }
    }
}
