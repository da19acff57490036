//! Value: what an expression is worth, apart from white noise, and what multiplies each white noise in it.

use crate::term::Term;

/// `base + Σ noise[j] ξ_j`, which an expression that is linear in noise always is.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    /// `None` where there is nothing but noise.
    pub base: Option<Term>,
    /// Ascending in the number of the noise.
    pub noise: Vec<(usize, Term)>,
}

impl From<Term> for Value {
    fn from(term: Term) -> Self {
        Self { base: Some(term), noise: Vec::new() }
    }
}

impl Value {
    /// White noise number `j`.
    pub fn noise(j: usize, one: Term) -> Self {
        Self { base: None, noise: vec![(j, one)] }
    }

    /// Every part, changed in the same way.
    pub fn each(self, f: impl Fn(Term) -> Term) -> Self {
        Self {
            base: self.base.map(&f),
            noise: self.noise.into_iter().map(|(j, term)| (j, f(term))).collect(),
        }
    }

    pub fn plus(self, other: Self) -> Self {
        self.joined(other, Term::plus, |term| term)
    }

    pub fn minus(self, other: Self) -> Self {
        self.joined(other, Term::minus, Term::negative)
    }

    /// The product; one of the two has no noise.
    pub fn times(self, other: Self) -> Self {
        match (self.pure(), other.pure()) {
            (_, Some(factor)) => self.each(|part| part.times(factor)),
            (Some(factor), None) => other.each(|part| factor.times(part)),
            (None, None) => unreachable!("a product of noises was refused"),
        }
    }

    /// The quotient; `other` has no noise.
    pub fn over(self, other: Self) -> Self {
        let below = other.pure().expect("a division by noise was refused");
        self.each(|part| part.over(below))
    }

    /// Part by part: `both` where both have one, else `second` of the other's.
    pub fn joined(
        self,
        other: Self,
        both: impl Fn(Term, Term) -> Term,
        second: impl Fn(Term) -> Term,
    ) -> Self {
        let base = match (self.base, other.base) {
            (Some(a), Some(b)) => Some(both(a, b)),
            (a, b) => a.or(b.map(&second)),
        };
        let mut noise = self.noise;
        for (j, b) in other.noise {
            match noise.binary_search_by_key(&j, |part| part.0) {
                Ok(at) => noise[at].1 = both(noise[at].1, b),
                Err(at) => noise.insert(at, (j, second(b))),
            }
        }
        Self { base, noise }
    }

    /// The value, where there is no noise in it.
    pub fn pure(&self) -> Option<Term> {
        self.base.filter(|_| self.noise.is_empty())
    }

    /// Whether every known number in it is one that single precision holds.
    pub fn is_finite(&self) -> bool {
        self.base.is_none_or(Term::is_finite) && self.noise.iter().all(|(_, term)| term.is_finite())
    }
}
