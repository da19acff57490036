//! Channels: the graphs of channels inside the graph of their neuron.

use ecs_core::number::{Expr, Graph};

use super::{Lower, Refused};
use crate::scale::Scale;
use crate::scope::Meaning;
use crate::syntax::{Expression, Form};
use crate::term::Term;
use crate::value::Value;

impl Lower<'_> {
    /// What a channel computes, with the neuron's voltage.
    pub fn channel(&mut self, graph: &Graph) -> Result<Vec<Expr>, Refused> {
        self.spend(graph.nodes.len(), &(0..0))?;
        let names: Vec<Expr> = graph.variables.iter().map(|name| self.channel_variable(name)).collect();
        let mut names = names.into_iter();
        Ok(graph.evaluate(|_| names.next().expect("every variable is asked for once, in order")))
    }

    fn channel_variable(&mut self, name: &str) -> Expr {
        match (name, self.model.scope.lookup(name)) {
            ("v", Some(symbol)) => self.read(name, symbol).expr(),
            _ => self.variable(name),
        }
    }

    pub(super) fn are_channels(&self, e: &Expression<'_>) -> bool {
        let Form::Name(name) = e.form else { return false };
        self.model.scope.lookup(name).is_some_and(|symbol| symbol.meaning == Meaning::Channels)
    }

    pub(super) fn channels(&mut self) -> Result<Value, Refused> {
        let sum = self.currents()?.into_iter().reduce(Term::plus);
        Ok(sum.expect("`i_channels` has no meaning without channels").into())
    }

    /// The currents of the channels, in coherent units.
    pub(super) fn currents(&mut self) -> Result<Vec<Term>, Refused> {
        if self.currents.is_none() {
            let mut currents = Vec::new();
            for channel in self.model.channels {
                let current = self.channel(&channel.current)?[0];
                let scale = Scale::parse(&channel.unit).expect("units of channels were looked at");
                currents.push(Term::Node(scale.factor_in_graph().map_or(current, |factor| current * factor)));
            }
            self.currents = Some(currents);
        }
        let currents = self.currents.clone().expect("they were computed just now");
        self.spend(currents.len(), &(0..0))?;
        Ok(currents)
    }
}
