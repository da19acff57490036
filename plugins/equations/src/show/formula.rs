//! Formula: a graph as people write it: powers, comparisons and branches instead of the operations they are made of.

/// The place of a formula among all of a model.
pub(crate) type Id = usize;

/// An operator between two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Add,
    Sub,
    Mul,
    Div,
}

/// A formula or a condition.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Form {
    /// A number. Each place where one is written has its own, since its unit follows from the place.
    Literal(f64),
    Name(String),
    Negative(Id),
    Binary(Operator, Id, Id),
    Power(Id, u32),
    /// A function of that name in a text.
    Call(&'static str, Vec<Id>),
    /// The second where the first holds, else the third.
    Where([Id; 3]),
    /// 1 where a condition holds, else 0.
    Indicator(Id),
    /// The first is at least the second.
    AtLeast(Id, Id),
    /// The first is below the second.
    Below(Id, Id),
    All(Id, Id),
    Any(Id, Id),
    Not(Id),
    /// What an equation says that something is.
    Whole(Id),
}

/// All formulas of a model, parts before wholes.
#[derive(Debug, Default)]
pub(crate) struct Formulas(Vec<Form>);

impl Form {
    /// The formulas that it is made of.
    pub fn parts(&self) -> Vec<Id> {
        match self {
            Self::Literal(_) | Self::Name(_) => Vec::new(),
            Self::Negative(a) | Self::Power(a, _) | Self::Indicator(a) | Self::Not(a) | Self::Whole(a) => {
                vec![*a]
            }
            Self::Binary(_, a, b)
            | Self::AtLeast(a, b)
            | Self::Below(a, b)
            | Self::All(a, b)
            | Self::Any(a, b) => {
                vec![*a, *b]
            }
            Self::Call(_, parts) => parts.clone(),
            Self::Where(parts) => parts.to_vec(),
        }
    }

    /// Whether it is true or false rather than a number.
    pub fn is_condition(&self) -> bool {
        matches!(self, Self::AtLeast(..) | Self::Below(..) | Self::All(..) | Self::Any(..) | Self::Not(_))
    }
}

impl Formulas {
    pub fn push(&mut self, form: Form) -> Id {
        self.0.push(form);
        self.0.len() - 1
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn form(&self, id: Id) -> &Form {
        &self.0[id]
    }

    /// How often each formula is used in what the roots are made of. Nodes of a graph that became part of another form, such
    /// as the sum in a sigmoid, are not.
    pub fn uses(&self, roots: impl Iterator<Item = Id>) -> Vec<usize> {
        let mut uses = vec![0; self.len()];
        roots.for_each(|root| uses[root] += 1);
        for id in (0..self.len()).rev() {
            if uses[id] > 0 {
                self.form(id).parts().iter().for_each(|part| uses[*part] += 1);
            }
        }
        uses
    }

    /// Whether each formula is made of a name.
    pub fn made_of(&self, name: &str) -> Vec<bool> {
        let mut made: Vec<bool> = Vec::with_capacity(self.len());
        for id in 0..self.len() {
            made.push(self.is_name(id, name) || self.form(id).parts().iter().any(|part| made[*part]));
        }
        made
    }

    /// The formula behind the whole.
    pub fn inside(&self, id: Id) -> Id {
        match self.form(id) {
            Form::Whole(inner) => *inner,
            _ => id,
        }
    }

    pub fn literal(&self, id: Id) -> Option<f64> {
        match self.form(id) {
            Form::Literal(number) => Some(*number),
            _ => None,
        }
    }

    pub fn name(&self, id: Id) -> Option<&str> {
        match self.form(id) {
            Form::Name(name) => Some(name),
            _ => None,
        }
    }

    pub fn is_name(&self, id: Id, name: &str) -> bool {
        self.name(id) == Some(name)
    }

    /// The two sides of `operator`, where it stands there.
    pub fn sides(&self, operator: Operator, id: Id) -> Option<(Id, Id)> {
        match self.form(id) {
            Form::Binary(other, a, b) if *other == operator => Some((*a, *b)),
            _ => None,
        }
    }

    /// Whether `id` is 1 - `name`.
    pub fn is_complement(&self, id: Id, name: &str) -> bool {
        self.sides(Operator::Sub, id)
            .is_some_and(|(a, b)| self.literal(a) == Some(1.0) && self.is_name(b, name))
    }
}
