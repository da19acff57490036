//! Ring: neurons on a circle, each joined to its neighbours, the stronger the nearer.
//!
//! ```text
//! w(d) = weight exp(−d² / (2 sigma²))      d = 1, 2, ..., reach steps to either side
//! ```
//!
//! No synapse is stored: a row is computed again for each spike.

use std::ops::Range;

use ecs_core::model;
use sdk::prelude::*;

model! {
    /// A Gaussian neighbourhood on a circle.
    Ring
    params {
        sigma = 10.0, "", "width, in neurons", positive;
        reach = 30.0, "", "neighbours to either side", non_negative;
    }
    state {}
}

impl Connector for Ring {
    fn check(p: &Params<f64>, plan: &Plan<'_>) -> Result<Cost, String> {
        let n = plan.sizes.0;
        if !plan.recurrent || plan.pre != (0..n) || plan.post != (0..n) {
            return Err("`ring` joins the neurons of one population; give the whole of it as `pre` and `post`".into());
        }
        if p.reach.fract() != 0.0 || p.reach * 2.0 >= n as f64 {
            let most = n.saturating_sub(1) / 2;
            return Err(format!("`reach` is {}; a whole number up to {most} is allowed; lower it", p.reach));
        }
        if plan.weight.is_none() || plan.steps().is_none() {
            return Err("`ring` computes its weights; give one `weight` and one `delay` for all".into());
        }
        Ok(Cost { synapses: n as f64 * 2.0 * p.reach, bytes: 8.0 * p.reach })
    }

    fn connect(p: &Params<f64>, plan: &Plan<'_>) -> Result<Synapses, String> {
        Self::check(p, plan)?;
        let (weight, delay) = plan.weight.zip(plan.steps()).ok_or("one weight and one delay are needed")?;
        let fall = |d: u32| weight * (-f64::from(d).powi(2) / (2.0 * p.sigma * p.sigma)).exp();
        let weights = (1..=p.reach as u32).map(fall).collect();
        Ok(Synapses::Carried(Box::new(Circle { neurons: plan.sizes.0 as u32, weights, delay })))
    }
}

/// The matrix: weights by distance.
struct Circle {
    neurons: u32,
    weights: Vec<f64>,
    delay: u32,
}

impl Operator for Circle {
    fn transfer(&self) -> Transfer {
        let neighbours = 2 * self.weights.len() as u64;
        Transfer {
            synapses: u64::from(self.neurons) * neighbours,
            bytes: 8 * self.weights.len() as u64,
            shared_weight: None,
            most_per_neuron: neighbours,
            delay: self.delay,
        }
    }

    fn pre(&self) -> Range<u32> {
        0..self.neurons
    }

    fn row(&self, pre: u32, synapse: &mut dyn FnMut(u32, f64)) {
        let (n, i, reach) = (i64::from(self.neurons), i64::from(pre), self.weights.len() as i64);
        // Beyond the last neuron, around the pre-neuron, before the first neuron: in this order targets ascend.
        let parts = [0..i + reach + 1 - n, (i - reach).max(0)..(i + reach + 1).min(n), n + i - reach..n];
        for post in parts.into_iter().flatten().filter(|post| *post != i) {
            let d = post.abs_diff(i);
            synapse(post as u32, self.weights[d.min(n as u64 - d) as usize - 1]);
        }
    }
}
