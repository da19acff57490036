//! Draft: what all kinds of model share while they are read: names, lines, their order, and the errors so far.

use ecs_core::model::{ChannelEquations, Row};
use ecs_core::number::{Expr, Graph, Real};

use crate::check::{Check, Setting};
use crate::dimension::Dimension;
use crate::error::{Errors, Place, Problem};
use crate::graph::traced;
use crate::lower::{Lower, Model, Refused};
use crate::order::Order;
use crate::rows;
use crate::scale::{self, Scale};
use crate::scope::{Meaning, Reach, Scope, Symbol};
use crate::statement::{self, Lines};
use crate::syntax::{Equation, Expression, Head};
use crate::text::ModelText;

/// What a statement may use where parameters and state are known.
pub(crate) const PARAMETERS_AND_STATE: &str = "parameters and state variables";

/// A model that is being read.
pub(crate) struct Draft<'a> {
    pub text: &'a ModelText<'a>,
    pub scope: Scope<'a>,
    pub errors: Errors,
    pub params: Vec<Row>,
    /// The lines that give derivatives, that of `v` first.
    pub state: Vec<&'a Equation<'a>>,
    pub definitions: Vec<&'a Equation<'a>>,
    pub order: Order,
}

impl<'a> Draft<'a> {
    /// Gives parameters and lines their names, after what the kind of model put into `scope`.
    pub fn new(
        text: &'a ModelText<'a>,
        lines: &'a Lines<'a>,
        mut scope: Scope<'a>,
        mut errors: Errors,
    ) -> Self {
        let params = rows::parameters(text, &mut scope, &mut errors);
        let all = lines.equations.iter();
        let (mut state, definitions): (Vec<_>, Vec<_>) = all.partition(|line| line.head != Head::Definition);
        // The engine takes the first variable for the voltage.
        state.sort_by_key(|line| line.name != "v");
        let mut draft = Self { text, scope, errors, params, state, definitions, order: Order::default() };
        for line in &lines.equations {
            let number = draft.definitions.iter().position(|one| std::ptr::eq(*one, line));
            draft.declare(line, number.map_or(Meaning::State, Meaning::Definition));
        }
        for head in &lines.heads {
            if !draft.scope.declares(head) {
                draft.scope.add(head, Meaning::Parameter, None);
            }
        }
        draft
    }

    fn declare(&mut self, line: &Equation<'a>, meaning: Meaning) {
        let (unit, span) = &line.unit;
        let scale = Scale::parse(unit);
        if let Err(error) = &scale {
            self.errors.push(&Place::Equations, scale::problem(span.clone(), unit, error));
        }
        let symbol = Symbol { meaning, scale: scale.ok() };
        self.scope.declare(line.name, symbol, (&Place::Equations, &line.at), &mut self.errors);
    }

    /// Checks names and dimensions of all lines, in which `forbidden` must not be used.
    pub fn check(&mut self, forbidden: Reach, allowed: &'static str) {
        self.arrange();
        let lines: Vec<&Equation<'_>> = self.state.iter().chain(&self.definitions).copied().collect();
        for line in lines {
            self.advances(line);
            self.line(line, (forbidden, allowed));
        }
    }

    /// Finds the order in which definitions are computed.
    pub fn arrange(&mut self) {
        match Order::of(&self.definitions, &mut self.scope) {
            Ok(order) => self.order = order,
            Err(problem) => self.errors.push(&Place::Equations, problem),
        }
    }

    /// Refuses what only rules of plasticity know, whose variables wait for spikes.
    fn advances(&mut self, line: &Equation<'_>) {
        let refused = match (line.head, &line.event_driven) {
            (Head::Declaration, _) => {
                (line.at.clone(), format!("`{}` has no expression", line.name), "write `=` and an expression")
            }
            (_, Some(flag)) => (
                flag.clone(),
                "unknown flag `(event-driven)`".to_owned(),
                "remove it: every step advances it",
            ),
            _ => return,
        };
        let allowed = "`dx/dt = EXPRESSION : UNIT` and `x = EXPRESSION : UNIT`";
        self.errors.push(&Place::Equations, Problem::new(refused.0, refused.1, allowed, refused.2));
    }

    /// Checks names and dimensions of a line, in which `forbidden` must not be used.
    pub fn line(&mut self, line: &Equation<'_>, (forbidden, allowed): (Reach, &'static str)) {
        let scale = Scale::parse(line.unit.0).ok();
        let (wanted, advice) = match line.head {
            Head::Derivative | Head::Declaration => {
                let advice = format!("`d{0}/dt` has the unit of `{0}` per time", line.name);
                (scale.map(|scale| scale.dimension.over(Dimension::TIME)), advice)
            }
            Head::Definition => {
                let advice = "the unit behind the colon is that of the expression".to_owned();
                (scale.map(|scale| scale.dimension), advice)
            }
        };
        let setting = Setting { place: &Place::Equations, forbidden, allowed };
        self.checker(self.text.equations, setting).number(&line.body, wanted, &advice);
    }

    /// Checks the expressions of one text.
    pub fn checker<'b>(&'b mut self, text: &'b str, setting: Setting<'b>) -> Check<'b>
    where
        'a: 'b,
    {
        Check { scope: &self.scope, text, setting, errors: &mut self.errors }
    }

    /// Reads the expression of a text that a model may have.
    pub fn expression(&mut self, text: Option<&'a str>, place: &Place) -> Option<Expression<'a>> {
        statement::expression(text?, place, &mut self.errors)
    }

    /// Refuses the texts that this kind of model does not have.
    pub fn refuse(&mut self, kind: &str, has: &[Place], allowed: &str) {
        for (place, text) in self.text.beside() {
            if let Some(text) = text.filter(|_| !has.contains(&place)) {
                let found = format!("`{place}` in a {kind} model");
                self.errors.push(&place, Problem::new(0..text.len(), found, allowed, "remove it"));
            }
        }
    }

    /// Refuses a model without state.
    pub fn need_state(&mut self, example: &str) {
        if self.state.is_empty() && self.errors.is_empty() {
            let advice = format!("write a line such as `{example}`");
            let problem = Problem::new(0..self.text.equations.len(), "no derivative", "at least one", advice);
            self.errors.push(&Place::Equations, problem);
        }
    }

    /// What lowering needs.
    pub fn model<'b>(&'b self, channels: &'b [&'b ChannelEquations]) -> Model<'b>
    where
        'a: 'b,
    {
        Model { scope: &self.scope, definitions: &self.definitions, order: &self.order, channels }
    }
}

/// A graph of one output.
pub(crate) fn single(
    model: Model<'_>,
    place: Place,
    f: impl FnOnce(&mut Lower<'_>) -> Result<Expr, Refused>,
) -> Result<Graph, Refused> {
    traced(|| Ok(vec![(String::new(), f(&mut Lower::new(model, place))?)]))
}

/// `x`, computed in coherent units, in the unit of a variable.
pub(crate) fn in_unit_of(name: &str, x: Expr, scope: &Scope<'_>) -> Expr {
    match scope.lookup(name).and_then(|symbol| symbol.scale).and_then(|scale| scale.factor_in_graph()) {
        Some(factor) => x / factor,
        None => x,
    }
}

/// The number 0.
pub(crate) fn zero() -> Expr {
    Expr::lit(0.0)
}
