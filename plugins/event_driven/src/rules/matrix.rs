//! The synapses of a matrix in a file, `[pre, post]`: a dense array or a sparse one, whose entries other than zero are the weights.
//!
//! Read are NumPy's `.npy`, and `.npz` with one array of two dimensions, with the arrays of `scipy.sparse.save_npz` (csr, csc, coo), or with
//! `indptr`, `indices` and, where wanted, `data`. An array of truth values says only who is connected to whom.

use ecs_core::registry::{Bound, Field, Form};

use super::{ConnectError, Connector, Pattern, Progress, Rule, Stream, Table, entry, switch};
use crate::ends::Ends;

const NAME: &str = "matrix";
const WEIGHTS: Field = switch("weights", "1: entries are weights; 0: they say only where a synapse is.");

/// Its scenario table.
pub(super) const CONNECTOR: Connector = Connector {
    entry: entry(
        NAME,
        "The synapses of a matrix [pre, post] in a file: dense, or sparse as SciPy saves it.",
        &[
            Field {
                name: "file",
                default: f64::NAN,
                unit: "",
                doc: "The file of the matrix, relative to the scenario: `.npy` or `.npz`.",
                bound: Bound::Any,
                form: Form::File,
            },
            WEIGHTS,
        ],
    ),
    make: |arguments| {
        let weights = arguments.switch(NAME, 1, WEIGHTS.name)?;
        let mut pairs = arguments.pairs.ok_or(ConnectError::NoMatrix)?;
        pairs.weight = pairs.weight.filter(|_| weights);
        Ok(Box::new(Matrix(Table(pairs))))
    },
};

/// The synapses of a matrix.
#[derive(Clone, Debug)]
pub struct Matrix(pub Table);

impl Rule for Matrix {
    fn check(&self, ends: &Ends) -> Result<(), ConnectError> {
        let pairs = &self.0.0;
        if pairs.shape.is_none() {
            return Err(ConnectError::NoMatrix);
        }
        self.0.check_shape(ends)?;
        let wrong = pairs.weight.iter().flatten().position(|weight| !weight.is_finite());
        if let (Some(k), Some(weights)) = (wrong, &pairs.weight) {
            return Err(ConnectError::Entry { at: [pairs.pre[k], pairs.post[k]], found: weights[k] });
        }
        self.0.check(ends)
    }

    fn expected(&self, ends: &Ends) -> f64 {
        self.0.expected(ends)
    }

    fn pattern<'a>(
        &'a self,
        ends: &'a Ends,
        stream: Stream,
        threads: usize,
        progress: &mut Progress<'_>,
    ) -> Result<Pattern<'a>, ConnectError> {
        self.0.pattern(ends, stream, threads, progress)
    }
}
