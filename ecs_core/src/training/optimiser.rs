//! Optimiser: how parameters follow their gradient.

use crate::dispatch;
use crate::model::{LANES, ParamsOf, StateOf, Table, Tables, instructions, load, model_entry, store};
use crate::number::special::whole_power;
use crate::number::{Float, Num, Real};
use crate::registry::{Entry, Kind};

/// One array of parameters during an update. All lengths are those that [`OptimiserModel::columns`] and the shape ask for.
#[derive(Debug)]
pub struct Descent<'a, T> {
    /// The parameters, `[entry]`, in row-major order of `shape`.
    pub values: &'a mut [T],
    /// The derivative of the loss by each of them, `[entry]`.
    pub gradient: &'a [T],
    /// Sizes along the axes of the array.
    pub shape: &'a [usize],
    /// What the optimiser remembers, one column for each row of its state.
    pub columns: &'a mut [Vec<T>],
    /// The learning rate.
    pub rate: f64,
    /// Which update it is, from 1.
    pub step: u64,
}

/// What is the same for all entries of an array.
#[derive(Clone, Copy, Debug)]
pub struct At {
    /// The learning rate.
    pub rate: f64,
    /// Which update it is, from 1.
    pub step: u64,
    /// Euclidean norms of the values and of their gradient; 0 where the rule does not ask for them.
    pub norms: [f64; 2],
}

impl At {
    /// 1 − βᵗ, by which a mean that began at 0 is too small.
    #[must_use]
    pub fn correction(&self, beta: f64) -> f64 {
        1.0 - whole_power(beta, self.step)
    }
}

/// An optimiser that treats every entry of an array by itself. The first row of its parameters is `lr`, which is where the schedule
/// starts from; what it gives is [`At::rate`].
pub trait Rule: Tables {
    /// Whether it asks for the norms of the whole array.
    const NORMS: bool = false;

    /// What becomes of a value with this gradient and state. Evaluated once for an array, and what it returns for each entry.
    fn rule<R: Real>(
        p: &ParamsOf<Self, f64>,
        at: &At,
    ) -> impl Fn(R, R, &StateOf<Self, R>) -> (R, StateOf<Self, R>);
}

/// Any optimiser.
pub trait Optimiser: Tables {
    /// Numbers in each column of state for an array of this shape.
    fn columns(shape: &[usize]) -> Vec<usize>;
    /// An update.
    fn update<T: Float>(p: &ParamsOf<Self, f64>, of: &mut Descent<'_, T>)
    where
        Num<T>: Real;
}

fn params<M: Tables>(params: &[f64]) -> ParamsOf<M, f64> {
    M::P::build(|k: usize| params[k])
}

dispatch!(
    /// The loop over entries.
    fn entries<M: Rule, T: Float>(p: &ParamsOf<M, f64>, at: At, of: &mut Descent<'_, T>)
    where
        Num<T>: Real,
    {
        let rule = M::rule::<Num<T>>(p, &at);
        for at in (0..of.values.len()).step_by(LANES) {
            let (mut values, gradient) = (load(of.values, at), load(of.gradient, at));
            let mut state = M::S::build(|k: usize| load(&of.columns[k], at));
            for l in 0..LANES {
                let before = M::S::build(|k: usize| Num(M::S::at(&state, k)[l]));
                let (value, after) = rule(Num(values[l]), Num(gradient[l]), &before);
                values[l] = value.0;
                for k in 0..M::S::FIELDS.len() {
                    M::S::at_mut(&mut state, k)[l] = M::S::at(&after, k).0;
                }
            }
            store(of.values, at, &values);
            for (k, column) in of.columns.iter_mut().enumerate() {
                store(column, at, M::S::at(&state, k));
            }
        }
    }
);

/// √Σx², summed in double precision from the first entry to the last.
fn norm<T: Float>(x: &[T]) -> f64 {
    x.iter().map(|x| x.to_f64() * x.to_f64()).sum::<f64>().sqrt()
}

impl<M: Rule> Optimiser for M {
    fn columns(shape: &[usize]) -> Vec<usize> {
        vec![shape.iter().product(); M::S::FIELDS.len()]
    }

    fn update<T: Float>(p: &ParamsOf<Self, f64>, of: &mut Descent<'_, T>)
    where
        Num<T>: Real,
    {
        let norms = if M::NORMS { [norm(of.values), norm(of.gradient)] } else { [0.0; 2] };
        let at = At { rate: of.rate, step: of.step, norms };
        entries::<M, T>(instructions())(p, at, of);
    }
}

/// A registered optimiser.
#[derive(Clone, Copy)]
pub struct OptimiserModel {
    /// What it says of itself; its state is what it remembers for an array, with the values it begins with.
    pub entry: Entry,
    /// Numbers in each column of state for an array of a shape.
    pub columns: fn(&[usize]) -> Vec<usize>,
    /// An update in single precision, by parameters in table order.
    pub single: fn(&[f64], &mut Descent<'_, f32>),
    /// The same in double precision.
    pub double: fn(&[f64], &mut Descent<'_, f64>),
}

inventory::collect!(OptimiserModel);

impl OptimiserModel {
    /// The registration of `M`; `register!` calls this.
    pub const fn of<M: Optimiser>(name: &'static str, doc: &'static str, origin: &'static str) -> Self {
        Self {
            entry: model_entry::<M>(Kind::Optimiser, name, doc, origin),
            columns: M::columns,
            single: |p, of| M::update(&params::<M>(p), of),
            double: |p, of| M::update(&params::<M>(p), of),
        }
    }
}

/// What an optimiser remembers for one array, by name, as it stands in a checkpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Columns<T> {
    /// Names, in the order of the state's table.
    pub names: Vec<&'static str>,
    /// The columns.
    pub columns: Vec<Vec<T>>,
}

impl<T: Float> Columns<T> {
    /// What it begins with for an array of this shape.
    #[must_use]
    pub fn new(model: &OptimiserModel, shape: &[usize]) -> Self {
        let rows = model.entry.state.iter().zip((model.columns)(shape));
        let (names, columns) =
            rows.map(|(field, size)| (field.name, vec![T::of(field.default); size])).unzip();
        Self { names, columns }
    }
}
