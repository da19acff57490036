//! Naming: which parts of equations get a name and a line of their own: the rates of gates, the currents of channels, and what
//! is used more than once, unless it is as short as a name.

use std::collections::{BTreeMap, BTreeSet};

use super::formula::{Form, Formulas, Id, Operator};

/// Parts with fewer operations are written out wherever they are used.
const SHORTEST: usize = 3;

/// Parts inside each other beyond this get a name: readers refuse brackets beyond 100.
const DEEPEST: usize = 80;

/// The derivatives of a model with the variables they are of, and what it calls its own.
pub(crate) struct Roots<'a> {
    pub derivatives: Vec<(&'a str, Id)>,
    /// Whether the first is a voltage.
    pub is_neuron: bool,
    pub taken: BTreeSet<String>,
}

/// Names for parts.
#[derive(Debug, Default)]
pub(crate) struct Naming {
    names: BTreeMap<Id, String>,
    taken: BTreeSet<String>,
}

impl Naming {
    /// Chooses names for parts that `can` have one, besides those that the equations of `roots` have from their form.
    pub fn of(formulas: &Formulas, roots: &Roots<'_>, uses: &[usize], can: impl Fn(Id) -> bool) -> Self {
        let mut naming = Self { names: BTreeMap::new(), taken: roots.taken.clone() };
        for (name, root) in &roots.derivatives {
            naming.gate(formulas, name, formulas.inside(*root));
        }
        if let Some((voltage, root)) = roots.derivatives.first().filter(|_| roots.is_neuron) {
            naming.currents(formulas, voltage, *root);
        }
        let costs = costs(formulas);
        let mut depths: Vec<usize> = Vec::with_capacity(formulas.len());
        for id in 0..formulas.len() {
            let depth = formulas.form(id).parts().iter().map(|part| depths[*part] + 1).max().unwrap_or(0);
            let long = uses[id] > 1 && costs[id] >= SHORTEST || uses[id] > 0 && depth >= DEEPEST;
            let number = !formulas.form(id).is_condition() && !matches!(formulas.form(id), Form::Whole(_));
            if long && number && can(id) && !naming.names.contains_key(&id) {
                naming.number(id);
            }
            depths.push(if naming.names.contains_key(&id) { 0 } else { depth });
        }
        naming
    }

    /// The name of a part.
    pub fn name(&self, id: Id) -> Option<&str> {
        self.names.get(&id).map(String::as_str)
    }

    /// The named parts of `root`, each behind those it uses, without those that are `done` already.
    pub fn needed(&self, formulas: &Formulas, root: Id, done: &mut BTreeSet<Id>) -> Vec<Id> {
        let mut list = Vec::new();
        let mut open = vec![(root, false)];
        while let Some((id, parts_done)) = open.pop() {
            if parts_done {
                list.extend(self.names.contains_key(&id).then_some(id));
            } else if done.insert(id) {
                open.push((id, true));
                open.extend(formulas.form(id).parts().into_iter().rev().map(|part| (part, false)));
            }
        }
        list
    }

    fn give(&mut self, id: Id, name: String) {
        if !self.names.contains_key(&id) && self.taken.insert(name.clone()) {
            self.names.insert(id, name);
        }
    }

    fn number(&mut self, id: Id) {
        let free = (1..).map(|k| format!("x{k}")).find(|name| !self.taken.contains(name));
        self.give(id, free.expect("numbers do not end"));
    }

    /// `alpha (1 - x) - beta x`, or `(x_inf - x) / tau_x`.
    fn gate(&mut self, formulas: &Formulas, x: &str, root: Id) {
        let sides = |operator, id| formulas.sides(operator, id);
        let made = |id: Id| !matches!(formulas.form(id), Form::Name(_) | Form::Literal(_));
        if let Some((gain, loss)) = sides(Operator::Sub, root)
            && let (Some((alpha, rest)), Some((beta, of))) =
                (sides(Operator::Mul, gain), sides(Operator::Mul, loss))
            && formulas.is_complement(rest, x)
            && formulas.is_name(of, x)
        {
            let rates = [(alpha, "alpha"), (beta, "beta")];
            rates
                .iter()
                .filter(|(id, _)| made(*id))
                .for_each(|(id, name)| self.give(*id, format!("{name}_{x}")));
        }
        if let Some((distance, tau)) = sides(Operator::Div, root)
            && let Some((limit, of)) = sides(Operator::Sub, distance)
            && formulas.is_name(of, x)
        {
            let parts = [(limit, format!("{x}_inf")), (tau, format!("tau_{x}"))];
            parts.into_iter().filter(|(id, _)| made(*id)).for_each(|(id, name)| self.give(id, name));
        }
    }

    /// Products of a conductance `g_x` and a driving force `v - e_x` become `i_x`.
    fn currents(&mut self, formulas: &Formulas, v: &str, root: Id) {
        let mut open = vec![root];
        while let Some(id) = open.pop() {
            let all = factors(formulas, id);
            if all.len() > 1
                && let Some(kind) = kind_of_current(formulas, v, &all)
            {
                self.give(id, format!("i_{kind}"));
            }
            for factor in all {
                if let Form::Whole(_) | Form::Binary(Operator::Add | Operator::Sub | Operator::Div, ..) =
                    formulas.form(factor)
                {
                    open.extend(formulas.form(factor).parts());
                }
            }
        }
    }
}

/// The x, where the factors are those of a current.
fn kind_of_current<'a>(formulas: &'a Formulas, v: &str, all: &[Id]) -> Option<&'a str> {
    let kind = all.iter().find_map(|factor| formulas.name(*factor)?.strip_prefix("g_"))?;
    let reversal = format!("e_{kind}");
    let mut forces = all.iter().filter_map(|factor| formulas.sides(Operator::Sub, *factor));
    forces.any(|(a, b)| formulas.is_name(a, v) && formulas.is_name(b, &reversal)).then_some(kind)
}

/// The factors of a product; what is none is its own.
fn factors(formulas: &Formulas, id: Id) -> Vec<Id> {
    let (mut list, mut open) = (Vec::new(), vec![id]);
    while let Some(id) = open.pop() {
        match formulas.sides(Operator::Mul, id) {
            Some((a, b)) => open.extend([b, a]),
            None => list.push(id),
        }
    }
    list
}

/// How many operations each formula is.
fn costs(formulas: &Formulas) -> Vec<usize> {
    let mut costs: Vec<usize> = Vec::with_capacity(formulas.len());
    for id in 0..formulas.len() {
        let parts = formulas.form(id).parts();
        let inside = parts.iter().fold(0, |all: usize, part| all.saturating_add(costs[*part]));
        let own = !matches!(formulas.form(id), Form::Whole(_) | Form::Literal(_) | Form::Name(_));
        costs.push(inside.saturating_add(usize::from(own)));
    }
    costs
}
