//! Program: a step of a model that arrives as a graph, made ready to run without a compiler.
//!
//! What all neurons share is computed once, into rows of one tile; the rest is covered with instructions, each of which
//! runs over a chunk of neurons in one vector loop before the next begins. State, refractoriness and inputs are read, and
//! where possible written, in their columns; the values between stand in registers, rows of a chunk that stay in the
//! first-level cache. No operation is reordered or fused in rounding, so the bits are those of the compiled loops.

mod allocate;
mod cover;
mod evaluate;
mod fold;
mod instruction;
mod sheet;

use std::sync::atomic::{AtomicU32, Ordering};

use allocate::{Names, Place, Plan, Role};
use evaluate::{INPUTS, OWN};
use instruction::InstructionSet;
pub(super) use instruction::TILE;

pub use sheet::Sheet;

use super::kernel::{Advance, Block, Column, Instructions};
use super::{Lane, NOISES, STAGES};
use crate::number::{Float, Graph, Num, Real};

/// What the variables of a step's graph are: names in table order, and which parameters all neurons share.
#[derive(Clone, Copy, Debug)]
pub struct Layout<'a> {
    /// Parameters.
    pub params: &'a [String],
    /// State variables.
    pub state: &'a [String],
    /// Whether all neurons share a parameter; those beyond the end of the list are not shared.
    pub shared: &'a [bool],
}

/// A step of a model, ready to run.
#[derive(Debug)]
pub struct Program<T> {
    plan: Plan<T>,
    level: Instructions,
    /// What tells its scratch from that of another.
    tag: u32,
}

impl<T: Float> Program<T>
where
    Num<T>: Real,
{
    /// The program of `graph`, whose variables and outputs are named as [`Inspect::graph`](super::Inspect::graph) names them.
    /// What the graph leaves out stays as it is.
    ///
    /// # Errors
    /// A variable or an output that no step has, or an operation that no model may use.
    pub fn new(graph: &Graph, layout: &Layout<'_>, level: Instructions) -> Result<Self, String> {
        let set = InstructionSet::new(level);
        let names = Names {
            variables: layout.roles(&graph.variables)?,
            outputs: layout.outputs(graph)?,
            rows: layout.state.len(),
        };
        let shared = |variable: u32| match names.variables[variable as usize] {
            Role::Param(k) => layout.shared.get(k).is_some_and(|shared| *shared),
            role => role == Role::Step,
        };
        let folded = fold::fold(graph, shared, &set)?;
        let plan = allocate::plan(&folded, &cover::cover(&folded, &set), &names, &set);
        if names.rows >= OWN || plan.inputs.len() > INPUTS {
            return Err(format!(
                "{} state variables and {} inputs are too many",
                names.rows,
                plan.inputs.len()
            ));
        }
        Ok(Self { plan, level, tag: tag() })
    }

    /// How many numbers of scratch [`run`](Program::run) needs.
    pub fn scratch_len(&self) -> usize {
        self.plan.scratch_len()
    }

    /// Advances a block by one step.
    ///
    /// # Panics
    /// If `scratch` is too short, or a parameter is not given as the layout said.
    pub fn run(&self, block: &mut Block<'_, '_, T>, scratch: &mut [T]) {
        self.plan.run(block, scratch, (self.level, self.tag));
    }

    /// Computes over columns that are no neurons: `own` are those that the layout calls state, and may be changed. `dt` is known
    /// to the graph. Scratch belongs to this program alone.
    ///
    /// # Panics
    /// If `scratch` is too short, a parameter is not given as the layout said, or the graph names what only neurons have.
    pub fn over<'a>(
        &self,
        params: (&[Column<'a, T>], f64),
        own: impl Iterator<Item = &'a mut [T]>,
        scratch: &mut [T],
    ) where
        T: 'a,
    {
        self.plan.columns(params, own, scratch, self.tag);
    }
}

impl<T: Float> Advance<T> for Program<T>
where
    Num<T>: Real,
{
    fn advance(&self, block: &mut Block<'_, '_, T>, _: &mut [Lane<'_, T>]) {
        let scratch = std::mem::take(&mut block.registers);
        self.run(block, scratch);
        block.registers = scratch;
    }

    fn registers(&self) -> usize {
        self.scratch_len()
    }
}

/// What tells the scratch of a program from that of another.
fn tag() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// The roles of a step's variables besides parameters and state, by name.
fn inputs() -> Vec<(String, Role)> {
    let moments = (0..STAGES)
        .flat_map(|c| [(format!("i{c}"), Role::Current(c)), (format!("g{c}"), Role::Conductance(c))]);
    let noises = (0..NOISES).map(|j| (format!("noise{j}"), Role::Noise(j)));
    let once = [("refractory", Role::Refractory), ("jump", Role::Jump), ("dt", Role::Step)];
    once.map(|(name, role)| (name.to_string(), role)).into_iter().chain(moments).chain(noises).collect()
}

impl Layout<'_> {
    /// The role of each variable: the first of its name that no earlier variable took, for a parameter may be named as an
    /// input is.
    fn roles(&self, variables: &[String]) -> Result<Vec<Role>, String> {
        let params = self.params.iter().cloned().zip((0..).map(Role::Param));
        let state = self.state.iter().cloned().zip((0..).map(Role::State));
        let mut free: Vec<(String, Role)> = params.chain(state).chain(inputs()).collect();
        let mut take = |name: &String| {
            let at = free.iter().position(|(known, _)| known == name);
            let at =
                at.ok_or_else(|| format!("`{name}` is no parameter, state variable or input of a step"))?;
            Ok(free.remove(at).1)
        };
        variables.iter().map(&mut take).collect()
    }

    /// The column of each output.
    fn outputs(&self, graph: &Graph) -> Result<Vec<Option<Place>>, String> {
        let columns = self.state.iter().map(String::as_str).chain(["refractory"]).enumerate();
        let columns = columns.map(|(k, name)| (name, Some(Place::Own(k))));
        let mut free: Vec<_> = columns.chain([("fired", None)]).collect();
        let mut take = |(name, _): &(String, u32)| {
            let at = free.iter().position(|(known, _)| known == name);
            let at = at.ok_or_else(|| format!("`{name}` is no state variable or result of a step"))?;
            Ok(free.remove(at).1)
        };
        graph.outputs.iter().map(&mut take).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::allocate::Given;
    use super::*;
    use crate::number::{Expr, trace};

    /// The plan of x' = `f`(x, p, i), in single precision.
    fn plan(shared: bool, f: impl FnOnce(Expr, Expr, Expr) -> Expr) -> Plan<f32> {
        let graph = trace(|| {
            let x = f(Expr::variable("x"), Expr::variable("p"), Expr::variable("i0"));
            vec![("x".into(), x)]
        });
        let (params, state) = (["p".to_string()], ["x".to_string()]);
        let layout = Layout { params: &params, state: &state, shared: &[shared] };
        Program::new(&graph, &layout, Instructions::Baseline).expect("all names are known").plan
    }

    #[test]
    fn literals_are_folded_in_the_precision_of_the_program() {
        let plan = plan(true, |_, _, i| i * (Expr::lit(0.1) + 0.2).exp());
        assert_eq!(plan.given, [Given::Literal(Num(0.1f32 + 0.2f32).exp().0)]);
        assert_eq!((plan.shared.len(), plan.steps.len()), (0, 1));
    }

    #[test]
    fn what_all_neurons_share_is_computed_once_and_nothing_else() {
        let f = |x: Expr, p: Expr, i: Expr| (p.recip() * 2.0).sqrt() * i + x.exp();
        let (once, each) = (plan(true, f), plan(false, f));
        assert_eq!((once.shared.len(), each.shared.len()), (3, 0));
        assert!(each.steps.len() > once.steps.len());
    }

    #[test]
    fn what_no_result_needs_is_not_computed() {
        let plan = plan(true, |x, p, i| {
            let _ = (x / p).ln();
            i.sqrt()
        });
        assert_eq!((plan.steps.len(), plan.given.len(), plan.inputs.len()), (1, 0, 1));
    }

    #[test]
    fn a_long_chain_needs_two_registers() {
        let plan = plan(false, |x, _, i| (0..50).fold(x, |x, _| (x / i).tanh()));
        assert_eq!((plan.steps.len(), plan.registers), (100, 2));
    }

    #[test]
    fn a_result_goes_straight_to_its_column_once_nobody_reads_it() {
        let places = |plan: Plan<f32>| plan.steps.iter().map(|step| step.to).collect::<Vec<_>>();
        assert_eq!(places(plan(true, |_, _, i| i.exp())), [Place::Own(0)]);
        assert_eq!(places(plan(true, |x, _, _| x.exp())), [Place::Register(0), Place::Own(0)]);
        let in_place = plan(true, |x, p, i| crate::model::advance::flush(i * p + x));
        assert_eq!(places(in_place), [Place::Own(0)]);
    }

    #[test]
    fn operations_that_occur_together_are_one_instruction() {
        assert_eq!(plan(false, |x, p, i| (x - p) * i).steps.len(), 2, "one, and the copy into its column");
        let shared_part = plan(false, |x, p, i| {
            let product = p * i;
            (product + x) / product
        });
        assert_eq!(shared_part.steps.len(), 3, "a product that is needed twice is computed once");
    }
}
