//! Sheet: any graph made ready to run over columns, without the roles that a neuron's step gives to its variables.

use super::allocate::{Names, Place, Plan, Role, plan};
use super::evaluate::{INPUTS, OWN};
use super::instruction::InstructionSet;
use super::{cover, fold, tag};
use crate::model::kernel::{Column, Instructions};
use crate::number::{Float, Graph, Num, Real};

/// A graph over columns, ready to run.
#[derive(Debug)]
pub struct Sheet<T> {
    plan: Plan<T>,
    tag: u32,
}

impl<T: Float> Sheet<T>
where
    Num<T>: Real,
{
    /// The sheet of `graph`; `shared` says which variables are given as one number for all rows.
    ///
    /// # Errors
    /// More columns than a sheet takes, or an operation that no model may use.
    pub fn new(graph: &Graph, shared: &[bool], level: Instructions) -> Result<Self, String> {
        let set = InstructionSet::new(level);
        let names = Names {
            variables: (0..graph.variables.len()).map(Role::Param).collect(),
            outputs: (0..graph.outputs.len()).map(|k| Some(Place::Own(k))).collect(),
            rows: graph.outputs.len(),
        };
        let folded = fold::fold(graph, |variable| shared[variable as usize], &set)?;
        let plan = plan(&folded, &cover::cover(&folded, &set), &names, &set);
        if names.rows >= OWN || plan.inputs.len() > INPUTS {
            let (results, inputs) = (names.rows, plan.inputs.len());
            return Err(format!("{results} results of {inputs} columns are too many"));
        }
        Ok(Self { plan, tag: tag() })
    }

    /// How many numbers of scratch [`run`](Self::run) needs; zeros at first, and nobody else's.
    pub fn scratch_len(&self) -> usize {
        self.plan.scratch_len()
    }

    /// Computes the outputs, `to`, from the variables, both in the order of the graph; all columns are of equal length.
    ///
    /// # Panics
    /// If `scratch` is too short, or a variable is not given as `shared` said.
    pub fn run<'a>(&self, variables: &[Column<'a, T>], to: &'a mut [&mut [T]], scratch: &mut [T]) {
        let to = to.iter_mut().map(|column| &mut **column);
        self.plan.columns((variables, 0.0), to, scratch, self.tag);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::{Expr, trace};

    #[test]
    fn outputs_are_computed_from_columns_shared_numbers_and_inputs_themselves() {
        let graph = trace(|| {
            let [x, y, p] = ["x", "y", "p"].map(Expr::variable);
            let product = x * y;
            let named = [("x", x), ("p", p), ("product", product), ("sum", product + p * 2.0)];
            named.map(|(name, e)| (name.to_string(), e)).to_vec()
        });
        let sheet = Sheet::<f64>::new(&graph, &[false, false, true], Instructions::Baseline);
        let sheet = sheet.expect("the graph is small");
        let mut scratch = vec![0.0; sheet.scratch_len()];
        for p in [3.0, 4.0] {
            let x: Vec<f64> = (0..700).map(f64::from).collect();
            let y: Vec<f64> = x.iter().map(|x| x + 0.5).collect();
            let mut to = vec![vec![0.0; 700]; 4];
            let mut columns: Vec<&mut [f64]> = to.iter_mut().map(|column| &mut column[..]).collect();
            let variables = [Column::Each(&x), Column::Each(&y), Column::Uniform(p)];
            sheet.run(&variables, &mut columns, &mut scratch);
            for k in 0..700 {
                assert_eq!([to[0][k], to[1][k], to[2][k]], [x[k], p, x[k] * y[k]]);
                assert_eq!(to[3][k], x[k] * y[k] + p * 2.0);
            }
        }
    }
}
