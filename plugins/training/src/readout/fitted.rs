//! Fitted: what all offline learners share: expansion of features, centring, and reading out.

use ecs_core::number::{Num, Real};
use ecs_core::training::{Fitted, Samples};

/// What is made of a weighted sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    /// The sum.
    Identity,
    /// 1 / (1 + e^(−sum)).
    Logistic,
}

/// Weights of expanded features.
pub(super) struct Readout {
    pub weights: Vec<f64>,
    pub intercepts: Vec<f64>,
    /// Highest power of the features; 1 for the features themselves.
    pub degree: usize,
    pub link: Link,
}

impl Fitted for Readout {
    fn weights(&self) -> &[f64] {
        &self.weights
    }

    fn intercepts(&self) -> &[f64] {
        &self.intercepts
    }

    fn predict(&self, features: &[f32], outputs: &mut [f64]) {
        outputs.copy_from_slice(&self.intercepts);
        let width = outputs.len();
        let mut rows = self.weights.chunks_exact(width);
        each_power(features, self.degree, &mut |x| {
            let row = rows.next().expect("there are as many weights as powers");
            outputs.iter_mut().zip(row).for_each(|(output, weight)| *output += weight * x);
        });
        if self.link == Link::Logistic {
            outputs.iter_mut().for_each(|output| *output = Num(*output).sigmoid().0);
        }
    }
}

/// All products of up to `degree` features, lower degrees first and in each the first features first: the order of scikit-learn's
/// `PolynomialFeatures` without its constant.
pub(super) fn each_power(features: &[f32], degree: usize, visit: &mut dyn FnMut(f64)) {
    fn products(features: &[f32], left: usize, product: f64, visit: &mut dyn FnMut(f64)) {
        if left == 0 {
            return visit(product);
        }
        for k in 0..features.len() {
            products(&features[k..], left - 1, product * f64::from(features[k]), visit);
        }
    }
    (1..=degree).for_each(|degree| products(features, degree, 1.0, visit));
}

/// Expanded features and targets, each less its mean, so that the intercept is neither fitted nor penalised.
pub(super) struct Centred {
    /// `[sample, feature]`.
    pub x: Vec<f64>,
    /// `[sample, output]`.
    pub y: Vec<f64>,
    /// Features after expansion.
    pub width: usize,
    pub outputs: usize,
    means: [Vec<f64>; 2],
    degree: usize,
}

fn means(x: &[f64], width: usize) -> Vec<f64> {
    let rows = (x.len() / width.max(1)) as f64;
    let mut sums = vec![0.0; width];
    for row in x.chunks_exact(width.max(1)) {
        sums.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
    }
    sums.iter_mut().for_each(|sum| *sum /= rows);
    sums
}

impl Centred {
    /// # Errors
    /// There is no sample.
    pub(super) fn new(of: &Samples<'_>, degree: usize, intercept: bool) -> Result<Self, String> {
        if of.is_empty() || of.width == 0 {
            return Err("there is nothing to fit: no sample, or no feature".to_owned());
        }
        let mut x = Vec::with_capacity(of.features.len());
        for features in of.features.chunks_exact(of.width) {
            each_power(features, degree, &mut |power| x.push(power));
        }
        let (mut y, width, outputs) = (of.targets.to_vec(), x.len() / of.len(), of.outputs);
        let means = match intercept {
            true => [means(&x, width), means(&y, outputs)],
            false => [vec![0.0; width], vec![0.0; outputs]],
        };
        for (matrix, means) in [(&mut x, &means[0]), (&mut y, &means[1])] {
            for row in matrix.chunks_exact_mut(means.len()) {
                row.iter_mut().zip(means).for_each(|(x, mean)| *x -= mean);
            }
        }
        Ok(Self { x, y, width, outputs, means, degree })
    }

    /// Samples.
    pub(super) fn rows(&self) -> usize {
        self.x.len() / self.width
    }

    /// With the intercept that belongs to weights, `[feature, output]`.
    pub(super) fn readout(self, weights: Vec<f64>) -> Readout {
        let [x, mut intercepts] = self.means;
        for (row, mean) in weights.chunks_exact(self.outputs).zip(x) {
            intercepts.iter_mut().zip(row).for_each(|(intercept, weight)| *intercept -= weight * mean);
        }
        Readout { weights, intercepts, degree: self.degree, link: Link::Identity }
    }
}
