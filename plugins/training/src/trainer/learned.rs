//! Learned: a parameter, the numbers that an optimiser moves in its place, and what the optimiser remembers of them.

use differentiation::{Circuit, What};
use ecs_core::training::{Columns, Descent, OptimiserModel, Side, TransformModel, Transformed};

/// A transform with its parameters, in table order.
#[derive(Clone)]
pub struct Bent {
    /// What it is.
    pub model: &'static TransformModel,
    /// Its parameters.
    pub params: Vec<f64>,
}

/// A parameter that is learned.
#[derive(Clone)]
pub struct Learned {
    /// Its path.
    pub path: String,
    /// What stands between it and the numbers that are moved.
    pub bent: Option<Bent>,
    /// Sizes along its axes: sender and receiver of dense weights.
    pub shape: Vec<usize>,
    /// Those numbers; empty where they are the values themselves.
    pub x: Vec<f32>,
    /// What the optimiser remembers.
    pub columns: Columns<f32>,
    /// What each entry brings along.
    side: Vec<f32>,
}

/// What a transform asks of each entry, told by the values that training begins with: their signs, zeros having that of the sum; or
/// whether they are other than zero.
fn sides(side: Side, values: &[f32]) -> Vec<f32> {
    let sign = |x: f32| if x < 0.0 { -1.0 } else { 1.0 };
    match side {
        Side::None => Vec::new(),
        Side::Sign => {
            let most = sign(values.iter().sum());
            values.iter().map(|x| if *x == 0.0 { most } else { sign(*x) }).collect()
        }
        Side::Mask => values.iter().map(|x| f32::from(u8::from(*x != 0.0))).collect(),
    }
}

impl Learned {
    /// Parameter `k` of a circuit, as it is before anything was learned.
    pub fn new(circuit: &Circuit<f32>, k: usize, optimiser: &OptimiserModel, bent: Option<Bent>) -> Self {
        let parameter = &circuit.parameters[k];
        let values = circuit.values(k);
        let shape = match parameter.what {
            What::Weights(link) => circuit.links[link].matrix.shape(),
            _ => vec![values.len()],
        };
        let side = bent.as_ref().map_or(Vec::new(), |bent| sides(bent.model.side, values));
        let number = |bent: &Bent| {
            let side = |k: usize| side.get(k).map_or(1.0, |s| f64::from(*s));
            let of = |(k, w): (usize, &f32)| (bent.model.number)(&bent.params, f64::from(*w), side(k)) as f32;
            values.iter().enumerate().map(of).collect()
        };
        let x = bent.as_ref().map_or(Vec::new(), number);
        let columns = Columns::new(optimiser, &shape);
        Self { path: parameter.path.clone(), bent, shape, x, columns, side }
    }

    /// Entries of a row of a matrix.
    fn columns(&self) -> usize {
        if self.shape.len() > 1 { self.shape[self.shape.len() - 1] } else { 0 }
    }

    /// Makes derivatives by the values derivatives by the numbers that are moved.
    pub fn pull(&self, gradient: &mut [f32]) {
        if let Some(bent) = &self.bent {
            let mut of = Transformed { x: &self.x, side: &self.side, columns: self.columns(), w: gradient };
            (bent.model.backward)(&bent.params, &mut of);
        }
    }

    /// Moves the numbers, and writes the values that follow.
    pub fn descend(
        &mut self,
        (optimiser, params): (&OptimiserModel, &[f64]),
        gradient: &[f32],
        (rate, step): (f64, u64),
        values: &mut [f32],
    ) {
        let moved = if self.bent.is_some() { &mut self.x[..] } else { &mut values[..] };
        let columns = &mut self.columns.columns;
        let mut descent = Descent { values: moved, gradient, shape: &self.shape, columns, rate, step };
        (optimiser.single)(params, &mut descent);
        self.settle(values);
    }

    /// Puts the numbers back within bounds, and writes the values that follow from them.
    pub fn settle(&mut self, values: &mut [f32]) {
        let Some(bent) = &self.bent else { return };
        // Frozen entries stay to the bit, whatever an optimiser does to an entry without a gradient.
        let frozen = |k: usize| bent.model.side == Side::Mask && self.side[k] == 0.0;
        if let Some(project) = bent.model.project {
            project(&bent.params, &mut self.x);
        }
        let kept: Vec<f32> = if bent.model.side == Side::Mask { values.to_vec() } else { Vec::new() };
        let mut of = Transformed { x: &self.x, side: &self.side, columns: self.columns(), w: values };
        (bent.model.forward)(&bent.params, &mut of);
        for k in (0..kept.len()).filter(|k| frozen(*k)) {
            (values[k], self.x[k]) = (kept[k], kept[k]);
        }
    }
}
