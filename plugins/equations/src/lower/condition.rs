//! Condition: comparisons as graphs, which have numbers only: 0 or 1 inside an expression, a margin for a threshold.

use ecs_core::number::{Expr, Real};

use super::{Lower, Refused};
use crate::syntax::{Expression, Form, Relation};

impl Lower<'_> {
    /// 1 where a condition holds, else 0.
    pub(super) fn mask(&mut self, e: &Expression<'_>) -> Result<Expr, Refused> {
        self.spend(3, &e.span)?;
        match &e.form {
            Form::Compare(relation, sides) => {
                let (a, b) = (self.term(&sides[0])?, self.term(&sides[1])?);
                Ok(match relation {
                    Relation::GreaterOrEqual => (a - b).spike(),
                    Relation::LessOrEqual => (b - a).spike(),
                    Relation::Greater => (b - a).spike().complement(),
                    Relation::Less => (a - b).spike().complement(),
                })
            }
            Form::All(parts) => self.folded(parts, Self::mask, Expr::min),
            Form::Any(parts) => self.folded(parts, Self::mask, Expr::max),
            Form::Not(inner) => Ok(self.mask(inner)?.complement()),
            _ => unreachable!("numbers in place of conditions were refused"),
        }
    }

    /// Zero or above where a condition holds, or where it does not; either way at equality.
    pub(super) fn distance(&mut self, e: &Expression<'_>, holds: bool) -> Result<Expr, Refused> {
        self.spend(2, &e.span)?;
        let part = |lower: &mut Self, part: &Expression<'_>| lower.distance(part, holds);
        match &e.form {
            Form::Compare(relation, sides) => {
                let (a, b) = (self.term(&sides[0])?, self.term(&sides[1])?);
                let above = matches!(relation, Relation::Greater | Relation::GreaterOrEqual);
                Ok(if above == holds { a - b } else { b - a })
            }
            Form::All(parts) => self.folded(parts, part, if holds { Expr::min } else { Expr::max }),
            Form::Any(parts) => self.folded(parts, part, if holds { Expr::max } else { Expr::min }),
            Form::Not(inner) => self.distance(inner, !holds),
            _ => unreachable!("numbers in place of conditions were refused"),
        }
    }

    fn folded(
        &mut self,
        parts: &[Expression<'_>],
        part: impl Fn(&mut Self, &Expression<'_>) -> Result<Expr, Refused>,
        join: fn(Expr, Expr) -> Expr,
    ) -> Result<Expr, Refused> {
        let mut all = part(self, &parts[0])?;
        for one in &parts[1..] {
            all = join(all, part(self, one)?);
        }
        Ok(all)
    }
}
