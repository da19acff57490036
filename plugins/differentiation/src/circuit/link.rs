//! Link: a projection as the tape sees it, and what of it can be learned besides stored weights.

use std::ops::Range;

use ecs_core::network::{Projection, ShortTermState, Summed, Wire};
use ecs_core::number::{Float, Num, Real};
use ecs_core::random::Distribution;

use super::short_term::ShortTerm;
use crate::matrix::Matrix;

/// Parameters of a law.
const LAW: usize = 2;

/// A projection.
pub struct Link<T> {
    /// Its name.
    pub name: String,
    /// Number of the population it comes from.
    pub pre: usize,
    /// Number of the population it goes to.
    pub post: usize,
    /// The receptor it acts on, 0 being the voltage.
    pub receptor: usize,
    /// The inbox of the receptor: sums of inboxes are added up.
    pub inbox: usize,
    /// Its weights.
    pub matrix: Matrix<T>,
    /// How spikes change the strength of those that follow.
    pub short_term: Option<ShortTerm>,
    /// Steps after which a spike is looked at, by which `short_term` counts.
    pub lag: usize,
    /// Whether parameters of the law of its weights are learned.
    pub learns_law: bool,
    /// How many delays are learned: none, one for all, or those of all synapses.
    pub delays: usize,
}

impl<T: Summed> Link<T>
where
    Num<T>: Real,
{
    /// The link of a projection from population `pre` to `post`, of these sizes; receivers are in shards with these bounds.
    ///
    /// # Errors
    /// What cannot be differentiated.
    pub fn new(
        projection: &Projection,
        short_term: Option<&ShortTermState>,
        ((pre, post), sizes): ((usize, usize), (usize, usize)),
        bounds: Vec<u32>,
    ) -> Result<Self, String> {
        if projection.operator.learner().is_some() {
            return Err(
                "weights that learn by themselves are not differentiated; remove the key `plasticity`".into(),
            );
        }
        let mut wires: Vec<Wire> = Vec::new();
        let matrix = if let Some(tied) = projection.operator.tied() {
            Matrix::shared(tied, projection.transfer.delay as usize)
        } else if projection.operator.wires(&mut |wire| wires.push(wire)) {
            Matrix::new(&wires, sizes)?
        } else {
            Matrix::carried(projection.operator.clone(), sizes, bounds, T::inbox)?
        };
        Ok(Self {
            name: projection.name.clone(),
            pre,
            post,
            receptor: projection.inbox.0,
            inbox: projection.inbox.1,
            matrix,
            short_term: short_term.map(|state| ShortTerm::new(state.plan())).transpose()?,
            lag: projection.lag() as usize,
            learns_law: false,
            delays: 0,
        })
    }
}

impl<T: Float> Link<T>
where
    Num<T>: Real,
{
    /// How many numbers there are to learn besides stored weights: those of the law, of the rule, and delays.
    pub fn sums(&self) -> usize {
        self.of_delays().end
    }

    /// The place of the law's parameters among them.
    pub fn of_law(&self) -> Range<usize> {
        0..LAW
    }

    /// The place of the parameters of short-term plasticity.
    pub fn of_rule(&self) -> Range<usize> {
        LAW..LAW + self.short_term.as_ref().map_or(0, |rule| rule.params.len())
    }

    /// The place of the delays.
    pub fn of_delays(&self) -> Range<usize> {
        let first = self.of_rule().end;
        first..first + self.delays
    }

    /// Lets delays be learned: one where all synapses share one, or that of each. They may double, and no more.
    pub fn free_delays(&mut self) {
        let delays = self.matrix.delays();
        let one = delays.iter().all(|d| *d == delays[0]);
        self.delays = if one { 1 } else { delays.len() };
        self.matrix.free_delays(2 * self.matrix.delay + 1);
    }

    /// Parameter `k` of the law of its weights.
    pub fn law_value(&self, k: usize) -> f64 {
        self.matrix.law().map_or(0.0, |law| law.values()[k])
    }

    /// Changes it.
    pub fn obey(&mut self, k: usize, value: f64) {
        let Some(law) = self.matrix.law() else { return };
        let mut values = law.values();
        values[k] = value;
        self.matrix.obey(law.with_values(values));
    }

    /// The names of the parameters of its law, where they can be learned.
    pub fn law_names(&self) -> &'static [&'static str] {
        self.matrix.law().map_or(&[], |law: Distribution| law.parameters())
    }
}
