//! Order: definitions may use each other in any order of lines, but not in a circle.

use crate::error::{Problem, shorten};
use crate::scope::{Meaning, Scope};
use crate::syntax::{Equation, Expression};

/// The order in which definitions can be computed.
#[derive(Debug, Default)]
pub(crate) struct Order {
    /// Definitions, each behind those it uses.
    pub order: Vec<usize>,
    /// Which definitions each one uses.
    uses: Vec<Vec<usize>>,
}

/// The definitions that an expression names.
fn used(body: &Expression<'_>, scope: &Scope<'_>) -> Vec<usize> {
    let mut used = Vec::new();
    body.names(&mut |name, _| {
        if let Some(Meaning::Definition(k)) = scope.lookup(name).map(|symbol| symbol.meaning) {
            used.push(k);
        }
    });
    used.sort_unstable();
    used.dedup();
    used
}

impl Order {
    /// Finds the order, and what each definition depends on.
    pub fn of(definitions: &[&Equation<'_>], scope: &mut Scope<'_>) -> Result<Self, Problem> {
        let uses: Vec<Vec<usize>> = definitions.iter().map(|one| used(&one.body, scope)).collect();
        let mut users = vec![Vec::new(); uses.len()];
        let mut waiting: Vec<usize> = uses.iter().map(Vec::len).collect();
        for (user, list) in uses.iter().enumerate() {
            list.iter().for_each(|of| users[*of].push(user));
        }
        let mut order: Vec<usize> = (0..uses.len()).filter(|k| waiting[*k] == 0).collect();
        let mut next = 0;
        while let Some(done) = order.get(next).copied() {
            next += 1;
            for user in &users[done] {
                waiting[*user] -= 1;
                if waiting[*user] == 0 {
                    order.push(*user);
                }
            }
        }
        if let Some(stuck) = waiting.iter().position(|left| *left > 0) {
            return Err(circle(definitions, &uses, &waiting, stuck));
        }
        scope.reach = vec![0; uses.len()];
        for k in &order {
            let mut reach = 0;
            definitions[*k].body.names(&mut |name, _| reach |= scope.reach_of(name));
            scope.reach[*k] = reach;
        }
        Ok(Self { order, uses })
    }

    /// What `body` needs, each definition behind those it uses.
    pub fn needed(&self, body: &Expression<'_>, scope: &Scope<'_>) -> Vec<usize> {
        let mut wanted = vec![false; self.uses.len()];
        let mut open = used(body, scope);
        while let Some(k) = open.pop() {
            if !std::mem::replace(&mut wanted[k], true) {
                open.extend(&self.uses[k]);
            }
        }
        self.order.iter().copied().filter(|k| wanted[*k]).collect()
    }
}

/// Names a circle: from any definition that waits, each step goes to one that waits as well.
fn circle(definitions: &[&Equation<'_>], uses: &[Vec<usize>], waiting: &[usize], stuck: usize) -> Problem {
    let mut path = vec![stuck];
    let mut seen = vec![false; uses.len()];
    let mut at = stuck;
    while !std::mem::replace(&mut seen[at], true) {
        at = uses[at].iter().copied().find(|k| waiting[*k] > 0).unwrap_or(at);
        path.push(at);
    }
    let first = path.iter().position(|k| *k == at).unwrap_or(0);
    let names: Vec<String> = path[first..].iter().map(|k| format!("`{}`", definitions[*k].name)).collect();
    let found = format!("a circle: {}", shorten(&names.join(" needs ")));
    let advice = "write one of them as a derivative, or in terms of the others' parts";
    Problem::new(definitions[at].at.clone(), found, "definitions that do not need themselves", advice)
}
