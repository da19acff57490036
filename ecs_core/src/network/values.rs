//! Values: numbers for a population, one for all or one for each neuron.

/// Numbers for a population.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// The same for all.
    Uniform(f64),
    /// `[neuron]`.
    Each(Vec<f64>),
}

impl Values {
    /// That of neuron `k`.
    pub fn at(&self, k: usize) -> f64 {
        match self {
            Values::Uniform(x) => *x,
            Values::Each(x) => x[k],
        }
    }

    /// One value for all, or `[neuron]`.
    pub fn as_slice(&self) -> &[f64] {
        match self {
            Values::Uniform(x) => std::slice::from_ref(x),
            Values::Each(x) => x,
        }
    }

    /// The one value, if there is one.
    pub fn uniform(&self) -> Option<f64> {
        match self {
            Values::Uniform(x) => Some(*x),
            Values::Each(_) => None,
        }
    }
}
