//! Registered: a synapse from text as one that a projection can name.

use ecs_core::model::{Linear, SynapseModel, fields, kept};
use ecs_core::number::{Dual, Graph, Num};
use ecs_core::registry::{Entry, Kind};

use crate::synapse::SynapseEquations;

impl SynapseEquations {
    /// The linear system for these parameters.
    pub fn linear(&self, params: &[f64]) -> Linear {
        let (n, row) = (self.state.len(), |k: usize| self.state[k].name.as_str());
        let columns: Vec<Vec<f64>> = (0..n).map(|k| self.slopes(&self.derivative, params, row(k))).collect();
        Linear {
            a: (0..n).map(|to| columns.iter().map(|column| column[to]).collect()).collect(),
            b: self.slopes(&self.arrive, params, "w"),
            c: (0..n).map(|k| self.slopes(&self.value, params, row(k))[0]).collect(),
        }
    }

    /// The slopes of a graph's outputs in one variable; the others are zero.
    fn slopes(&self, graph: &Graph, params: &[f64], of: &str) -> Vec<f64> {
        let param = |name: &str| self.params.iter().position(|row| row.name == name).map(|k| params[k]);
        let out = graph.evaluate(|name| match param(name) {
            Some(x) => Dual::<Num<f64>, 1>::constant(Num(x)),
            None if name == of => Dual::variable(Num(0.0), 0),
            None => Dual::constant(Num(0.0)),
        });
        out.into_iter().map(|x| x.d[0].map_or(0.0, |d| d.0)).collect()
    }

    /// The registration of a synapse that came from `origin`; it lives as long as the program.
    pub fn registered(self, origin: &str) -> &'static SynapseModel {
        let entry = Entry {
            kind: Kind::Synapse,
            name: kept(&self.name),
            origin: kept(origin),
            doc: kept(&self.doc),
            params: fields(&self.params),
            state: fields(&self.state),
            input: "",
            drive: None,
        };
        let linear = Box::leak(Box::new(move |params: &[f64]| self.linear(params)));
        Box::leak(Box::new(SynapseModel { entry, linear }))
    }
}
