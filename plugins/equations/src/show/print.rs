//! Print: formulas as the text that reads as the same operations in the same order, with the fewest brackets.

use super::formula::{Form, Id, Operator};
use super::sheet::Sheet;
use super::unit::{BARE, customary, factor, number};

/// What holds a text together, the weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    Any,
    All,
    Not,
    Comparison,
    Sum,
    Sign,
    Product,
    /// A number with units that may stand behind `*`.
    Quantity,
    Power,
    Operand,
}

type Text = (String, Level);

/// The text, in brackets where it holds together more weakly than `level`.
fn within((text, found): Text, level: Level) -> String {
    if found < level { format!("({text})") } else { text }
}

impl Sheet<'_> {
    /// What a definition or an equation says.
    pub fn body(&self, id: Id) -> String {
        within(self.written(id), Level::Any)
    }

    /// The sign and the `y` of `x + y` or `x - y`, where `x` is that variable and the sum needs no further unit.
    pub fn change(&self, name: &str, id: Id) -> Option<(&'static str, Id)> {
        let of = |operator, sign| {
            let (a, b) = self.formulas.sides(operator, self.formulas.inside(id))?;
            (self.formulas.is_name(a, name) && self.dimensions.factor(id) == BARE).then_some((sign, b))
        };
        of(Operator::Add, "+=").or_else(|| of(Operator::Sub, "-="))
    }

    /// The sign of what is added to a variable, and what stands behind it.
    pub fn signed(&self, id: Id) -> (char, Id) {
        let inside = self.formulas.inside(id);
        match self.formulas.form(inside) {
            Form::Negative(by)
                if self.dimensions.factor(id) == BARE && self.naming.name(inside).is_none() =>
            {
                ('-', *by)
            }
            _ => ('+', id),
        }
    }

    /// The term that a white noise enters with.
    pub fn noise_term(&self, id: Id, noise: &str) -> String {
        format!("{}*{noise}", within(self.text(id), Level::Product))
    }

    fn at(&self, id: Id, level: Level) -> String {
        within(self.text(id), level)
    }

    /// The name of a part, or what it is made of.
    fn text(&self, id: Id) -> Text {
        match self.naming.name(id) {
            Some(name) => (name.to_owned(), Level::Operand),
            None => self.written(id),
        }
    }

    fn written(&self, id: Id) -> Text {
        let made = self.made(id);
        let literal = matches!(self.formulas.form(id), Form::Literal(_));
        match factor(&self.dimensions.factor(id)).filter(|_| !literal) {
            None => made,
            Some(factor) => (within(made, Level::Product) + &factor, Level::Product),
        }
    }

    fn made(&self, id: Id) -> Text {
        let joined = |a: Id, word: &str, b: Id, level: Level, right: Level| {
            (format!("{} {word} {}", self.at(a, level), self.at(b, right)), level)
        };
        match self.formulas.form(id) {
            Form::Literal(x) => self.literal(*x, id),
            Form::Name(name) => (name.clone(), Level::Operand),
            Form::Negative(a) => (format!("-{}", self.at(*a, Level::Power)), Level::Sign),
            Form::Binary(Operator::Add, a, b) => joined(*a, "+", *b, Level::Sum, Level::Product),
            Form::Binary(Operator::Sub, a, b) => joined(*a, "-", *b, Level::Sum, Level::Product),
            Form::Binary(operator, a, b) => self.product(*operator, *a, *b),
            Form::Power(a, exponent) => {
                (format!("{}**{exponent}", self.at(*a, Level::Operand)), Level::Power)
            }
            Form::Call(name, parts) => (self.call(name, parts), Level::Operand),
            Form::Where(parts) => (self.call("where", parts), Level::Operand),
            Form::Indicator(of) => (self.call("int", &[*of]), Level::Operand),
            Form::AtLeast(a, b) => self.compared([*a, *b], [">=", "<="]),
            Form::Below(a, b) => self.compared([*a, *b], ["<", ">"]),
            Form::All(a, b) => joined(*a, "and", *b, Level::All, Level::Not),
            Form::Any(a, b) => joined(*a, "or", *b, Level::Any, Level::All),
            Form::Not(a) => (format!("not {}", self.at(*a, Level::Not)), Level::Not),
            Form::Whole(a) => self.text(*a),
        }
    }

    /// A number stands on the right.
    fn compared(&self, [a, b]: [Id; 2], [sign, turned]: [&str; 2]) -> Text {
        let (a, sign, b) = if self.formulas.literal(a).is_some() { (b, turned, a) } else { (a, sign, b) };
        (format!("{} {sign} {}", self.at(a, Level::Sum), self.at(b, Level::Sum)), Level::Comparison)
    }

    fn call(&self, name: &str, parts: &[Id]) -> String {
        let parts: Vec<String> = parts.iter().map(|part| self.at(*part, Level::Any)).collect();
        format!("{name}({})", parts.join(", "))
    }

    fn product(&self, operator: Operator, a: Id, b: Id) -> Text {
        // A bare 0 has any unit in a sum, and none in a product.
        let side = |id: Id, level: Level| match self.formulas.literal(id) {
            Some(x) if x == 0.0 => within(self.quantity(x, id), level),
            _ => self.at(id, level),
        };
        let (sign, level) = match operator {
            Operator::Div => ("/", Level::Power),
            _ => ("*", Level::Quantity),
        };
        (format!("{}{sign}{}", side(a, Level::Product), side(b, level)), Level::Product)
    }

    fn literal(&self, x: f64, id: Id) -> Text {
        if x == 0.0 { ("0".to_owned(), Level::Operand) } else { self.quantity(x, id) }
    }

    /// A number with its unit.
    fn quantity(&self, x: f64, id: Id) -> Text {
        let of = self.dimensions.factor(id);
        let Some(unit) = customary(&of) else {
            return (number(x) + &factor(&of).unwrap_or_default(), Level::Sign);
        };
        let text = number(x);
        let ratio = text.contains('/');
        // Behind a fraction a unit has to be multiplied: it would belong to the number below.
        let behind = match unit.strip_prefix('1') {
            Some(below) => below.to_owned(),
            None if ratio => format!("*{unit}"),
            None => format!(" {unit}"),
        };
        let level = match unit.as_str() {
            _ if x.is_sign_negative() => Level::Sign,
            _ if ratio => Level::Product,
            "1" => Level::Operand,
            _ if !unit.contains(['/', '*']) => Level::Power,
            _ => Level::Quantity,
        };
        (text + &behind, level)
    }
}
