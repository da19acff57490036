//! Dimensions: finds the unit of every literal, so that the text passes the check of dimensions that a reader makes.
//!
//! Numbers inside a compiled model are bare, in units whose size is 1. Each literal is an unknown dimension; sums, comparisons,
//! functions and the equations themselves say which must be equal; products add them. Where no literal can make two dimensions
//! equal (the rate of a gate that is 1 per ms has none), a function, then an equation, then a variable gets a unit as a factor,
//! which is an unknown as well: it is only used if nothing else helps. Exponents are wholes and halves; an equation whose
//! units make no sense may need quarters, and then its text is refused.

use std::collections::BTreeMap;

use super::formula::{Form, Formulas, Id, Operator};
use super::unit::{BARE, Exponents};

/// Known exponents and multiples of unknown ones.
#[derive(Clone, Debug, Default)]
struct Sum {
    known: Exponents,
    unknown: BTreeMap<usize, f64>,
}

/// How readily an unknown gives way: the lowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Literal,
    /// A 1 is rather a bare number, as in 1 - x and 1 / x.
    One,
    Function,
    Whole,
    Name,
}

/// The dimensions of all formulas.
#[derive(Debug, Default)]
pub(crate) struct Dimensions {
    sums: Vec<Sum>,
    ranks: Vec<Rank>,
    solved: Vec<Option<Sum>>,
    /// Formulas that have an unknown of their own.
    own: BTreeMap<Id, usize>,
}

impl Sum {
    fn plus(&self, other: &Self, times: f64) -> Self {
        let mut sum = self.clone();
        for (mine, theirs) in sum.known.iter_mut().zip(other.known) {
            *mine += times * theirs;
        }
        for (unknown, count) in &other.unknown {
            let entry = sum.unknown.entry(*unknown).or_default();
            *entry += times * count;
            if entry.abs() < 1e-9 {
                sum.unknown.remove(unknown);
            }
        }
        sum
    }

    fn times(&self, factor: f64) -> Self {
        Self::default().plus(self, factor)
    }
}

impl Dimensions {
    /// Finds them for all formulas that are used. `variable` gives the exponents of a variable, `wanted` those of wholes.
    pub fn of(
        formulas: &Formulas,
        uses: &[usize],
        variable: impl Fn(&str) -> Exponents,
        wanted: &BTreeMap<Id, Exponents>,
    ) -> Self {
        let mut all = Self::default();
        for id in 0..formulas.len() {
            let sum = all.sum(formulas.form(id), &variable);
            let sum = match all.rank(formulas.form(id)) {
                Some(rank) => sum.plus(&all.unknown(id, rank), 1.0),
                None => sum,
            };
            all.sums.push(sum);
        }
        for id in (0..formulas.len()).filter(|id| uses[*id] > 0) {
            all.constrain(id, formulas, wanted);
        }
        all
    }

    fn sum(&self, form: &Form, variable: impl Fn(&str) -> Exponents) -> Sum {
        let of = |id: Id| &self.sums[id];
        match form {
            Form::Name(name) => Sum { known: variable(name), unknown: BTreeMap::new() },
            Form::Binary(Operator::Mul, a, b) => of(*a).plus(of(*b), 1.0),
            Form::Binary(Operator::Div, a, b) => of(*a).plus(of(*b), -1.0),
            Form::Binary(_, a, _) | Form::Negative(a) | Form::Whole(a) => of(*a).clone(),
            Form::Power(a, exponent) => of(*a).times(f64::from(*exponent)),
            Form::Where([_, a, _]) => of(*a).clone(),
            Form::Call("sqrt", parts) => of(parts[0]).times(0.5),
            Form::Call("abs" | "min" | "max", parts) => of(parts[0]).clone(),
            _ => Sum::default(),
        }
    }

    fn rank(&self, form: &Form) -> Option<Rank> {
        match form {
            Form::Literal(number) => Some(if number.abs() == 1.0 { Rank::One } else { Rank::Literal }),
            Form::Call("sqrt" | "abs" | "min" | "max", _) => None,
            Form::Call(..) | Form::Indicator(_) | Form::Power(..) => Some(Rank::Function),
            Form::Whole(_) => Some(Rank::Whole),
            Form::Name(_) => Some(Rank::Name),
            _ => None,
        }
    }

    fn unknown(&mut self, id: Id, rank: Rank) -> Sum {
        let next = self.ranks.len();
        self.ranks.push(rank);
        self.solved.push(None);
        self.own.insert(id, next);
        Sum { unknown: [(next, 1.0)].into(), ..Sum::default() }
    }

    fn constrain(&mut self, id: Id, formulas: &Formulas, wanted: &BTreeMap<Id, Exponents>) {
        match formulas.form(id) {
            Form::Binary(Operator::Add | Operator::Sub, a, b)
            | Form::AtLeast(a, b)
            | Form::Below(a, b)
            | Form::Where([_, a, b]) => self.equal(*a, *b),
            Form::Call("min" | "max", parts) => self.equal(parts[0], parts[1]),
            Form::Call("sqrt" | "abs", _) => {}
            Form::Call(_, parts) => parts.iter().for_each(|part| self.vanish(self.sums[*part].clone())),
            Form::Whole(_) => {
                let known = wanted.get(&id).copied().unwrap_or_default();
                self.vanish(self.sums[id].plus(&Sum { known, unknown: BTreeMap::new() }, -1.0));
            }
            _ => {}
        }
    }

    fn equal(&mut self, a: Id, b: Id) {
        self.vanish(self.sums[a].plus(&self.sums[b], -1.0));
    }

    /// Makes a sum zero by solving it for the unknown that gives way most readily, the outermost of those. One that stands
    /// below a power comes last: its exponents might not be whole.
    fn vanish(&mut self, sum: Sum) {
        let mut rest = self.reduced(sum);
        let ready = |(unknown, count): &(usize, f64)| {
            (count.abs() != 1.0, self.ranks[*unknown], std::cmp::Reverse(*unknown))
        };
        let all = rest.unknown.iter().map(|(unknown, count)| (*unknown, *count));
        let Some((first, count)) = all.min_by_key(ready) else { return };
        rest.unknown.remove(&first);
        self.solved[first] = Some(rest.times(-1.0 / count));
    }

    /// The sum with everything put in that was solved for.
    fn reduced(&self, mut sum: Sum) -> Sum {
        while let Some((unknown, count)) =
            sum.unknown.iter().map(|(u, c)| (*u, *c)).find(|(u, _)| self.solved[*u].is_some())
        {
            sum.unknown.remove(&unknown);
            sum = sum.plus(self.solved[unknown].as_ref().expect("it was found solved"), count);
        }
        sum
    }

    /// The exponents of a sum; what stayed unknown is a bare number.
    fn value(&self, sum: Sum) -> Exponents {
        self.reduced(sum).known.map(|exponent| (exponent * 2.0).round() / 2.0)
    }

    /// The dimension of a formula.
    pub fn dimension(&self, id: Id) -> Exponents {
        self.value(self.sums[id].clone())
    }

    /// The unit that a formula needs as a further factor; of a literal, its own.
    pub fn factor(&self, id: Id) -> Exponents {
        let own = self.own.get(&id);
        own.map_or(BARE, |unknown| self.value(Sum { unknown: [(*unknown, 1.0)].into(), ..Sum::default() }))
    }
}
