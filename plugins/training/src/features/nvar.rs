//! Next-generation reservoir: the last inputs and the products of them.
//!
//! ```text
//! linear = x(t), x(t − s), …, x(t − (k − 1) s)      features = linear, and all products of 2 to `order` of its numbers
//! ```
//!
//! Source: Gauthier, Bollt, Griffith & Barbosa (2021), Nature Communications 12, 5564, Eqs. 5 and 6,
//! <https://doi.org/10.1038/s41467-021-25801-2>; BrainPy `NVAR`, whose `delay` is k and whose `stride` is s.
//!
//! Departure: there is no constant among the features, since learners have an intercept, which they do not punish. Before k inputs came,
//! those that are missing are zero.

use crate::readout::each_power;
use ecs_core::registry::{Bound, Field};
use ecs_core::training::{Features, FeaturesPlan, Walk};

/// The table.
pub const PARAMS: &[Field] = &[
    Field::number("delay", 2.0, "", "inputs that are looked at").within(Bound::Positive),
    Field::number("order", 2.0, "", "numbers in a product, at most").within(Bound::Positive),
    Field::number("stride", 1.0, "", "steps from one of these inputs to the one before").within(Bound::Positive),
];

/// More features than this are a mistake.
const MOST: f64 = 1e6;

struct Nvar {
    inputs: usize,
    delay: usize,
    order: usize,
    stride: usize,
    width: usize,
}

/// Features.
///
/// # Errors
/// Numbers that are not whole, and more than a million features.
pub fn build(plan: &FeaturesPlan<'_>) -> Result<Box<dyn Features>, String> {
    for (field, number) in PARAMS.iter().zip(&plan.params) {
        if number.fract() != 0.0 {
            return Err(format!("`{}` is {number}; a whole number from 1 on is allowed", field.name));
        }
    }
    let [delay, order, stride] = [0, 1, 2].map(|k| plan.params[k] as usize);
    let linear = delay as f64 * plan.inputs as f64;
    // Products of d of n numbers: n (n + 1) … (n + d − 1) / d!
    let mut of_degree = 1.0;
    let mut width = 0.0;
    for d in 0..order {
        of_degree *= (linear + d as f64) / (d as f64 + 1.0);
        width += of_degree;
        if width > MOST {
            return Err(format!("more than {MOST} features; lower `delay` or `order`"));
        }
    }
    Ok(Box::new(Nvar { inputs: plan.inputs, delay, order, stride, width: width as usize }))
}

impl Features for Nvar {
    fn width(&self) -> usize {
        self.width
    }

    fn inputs(&self) -> usize {
        self.inputs
    }

    fn memory(&self) -> usize {
        (self.delay - 1) * self.stride
    }

    fn walk(&self) -> Box<dyn Walk + '_> {
        let kept = self.memory() + 1;
        Box::new(Path { of: self, past: vec![0.0; kept * self.inputs], next: 0, linear: vec![0.0; self.delay * self.inputs] })
    }
}

/// A ring of the inputs that still count.
struct Path<'a> {
    of: &'a Nvar,
    /// `[slot, input]`.
    past: Vec<f32>,
    next: usize,
    linear: Vec<f32>,
}

impl Walk for Path<'_> {
    fn step(&mut self, input: &[f32], features: &mut [f32]) {
        let (n, slots) = (self.of.inputs, self.of.memory() + 1);
        self.past[self.next * n..][..n].copy_from_slice(input);
        for (k, linear) in self.linear.chunks_exact_mut(n).enumerate() {
            let slot = (self.next + slots - k * self.of.stride) % slots;
            linear.copy_from_slice(&self.past[slot * n..][..n]);
        }
        self.next = (self.next + 1) % slots;
        let mut features = features.iter_mut();
        each_power(&self.linear, self.of.order, &mut |product| {
            *features.next().expect("there are as many features as products") = product as f32;
        });
    }
}
