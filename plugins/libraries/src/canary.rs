//! Canary: columns between numbers that nobody may touch, so that a loop that writes beside its columns is found.

use ecs_core::model::{Advance, Block, Column, NeuronModel};
use ecs_core::number::{Float, Num, Real};

/// Numbers before and behind a column.
const MARGIN: usize = 32;
/// What stands there.
const CANARY: f64 = -1234.5;

/// A column with its margins.
#[derive(Clone, Debug, PartialEq)]
struct Kept<T>(Vec<T>);

impl<T: Float> Kept<T> {
    fn of(n: usize, value: impl Fn(usize) -> f64) -> Self {
        let margin = || std::iter::repeat_n(T::of(CANARY), MARGIN);
        Self(margin().chain((0..n).map(|k| T::of(value(k)))).chain(margin()).collect())
    }

    fn inner(&self) -> &[T] {
        &self.0[MARGIN..self.0.len() - MARGIN]
    }

    fn inner_mut(&mut self) -> &mut [T] {
        let end = self.0.len() - MARGIN;
        &mut self.0[MARGIN..end]
    }

    fn whole(&self) -> bool {
        let (first, last) = (&self.0[..MARGIN], &self.0[self.0.len() - MARGIN..]);
        first.iter().chain(last).all(|x| *x == T::of(CANARY))
    }
}

/// A population between canaries.
pub(crate) struct Guarded<T> {
    names: Vec<&'static str>,
    params: Vec<T>,
    state: Vec<Kept<T>>,
    refractory: Kept<T>,
    current: Kept<T>,
    conductance: Kept<T>,
    jump: Kept<T>,
    noise: Vec<T>,
    saved: Vec<T>,
    marks: Vec<u8>,
    registers: Vec<T>,
}

impl<T: Float> Guarded<T>
where
    Num<T>: Real,
{
    /// Neurons; not a multiple of any vector.
    pub const NEURONS: usize = 67;

    /// Neurons with a model's defaults.
    pub fn of(model: &NeuronModel, registers: usize) -> Self {
        let n = Self::NEURONS;
        let entry = &model.entry;
        let shift = |row: usize, k: usize| if row == 0 { 0.01 * k as f64 } else { 0.0 };
        let state = entry.state.iter().enumerate();
        Self {
            names: entry.state.iter().map(|field| field.name).collect(),
            params: entry.params.iter().map(|field| T::of(field.default)).collect(),
            state: state.map(|(row, field)| Kept::of(n, |k| field.default + shift(row, k))).collect(),
            refractory: Kept::of(n, |_| 0.0),
            current: Kept::of(n, |k| Self::input(k)[0]),
            conductance: Kept::of(n, |k| Self::input(k)[1]),
            jump: Kept::of(n, |_| 0.0),
            noise: vec![T::default(); model.noises * n],
            saved: vec![T::default(); entry.state.len() * n],
            marks: vec![0; n],
            registers: vec![T::default(); registers],
        }
    }

    /// Current and conductance of a neuron, exact in single precision.
    pub fn input(k: usize) -> [f64; 2] {
        [k as f64 * 0.5, (k % 4) as f64 * 0.125]
    }

    /// The state, `[variable, neuron]`.
    pub fn state(&self) -> Vec<Vec<f64>> {
        self.state.iter().map(|column| column.inner().iter().map(|x| x.to_f64()).collect()).collect()
    }

    /// One step; an error says what was touched that must not be.
    pub fn advance(&mut self, kernel: &dyn Advance<T>, dt: f64, step: u64) -> Result<(), String> {
        let inputs = [self.current.clone(), self.conductance.clone(), self.jump.clone()];
        let params: Vec<Column<'_, T>> = self.params.iter().map(|p| Column::Uniform(*p)).collect();
        let mut state: Vec<&mut [T]> = self.state.iter_mut().map(Kept::inner_mut).collect();
        let input = (self.current.inner(), self.conductance.inner());
        kernel.advance(
            &mut Block {
                params: &params,
                state: &mut state,
                refractory: self.refractory.inner_mut(),
                inputs: [input; 3],
                conducts: true,
                jump: self.jump.inner(),
                noise: &self.noise,
                dt,
                first: 0,
                spikes: &mut Vec::new(),
                bad: &mut None,
                marks: &mut self.marks,
                saved: &mut self.saved,
                save: step.is_multiple_of(32),
                registers: &mut self.registers,
            },
            &mut [],
        );
        if [&self.current, &self.conductance, &self.jump] != [&inputs[0], &inputs[1], &inputs[2]] {
            return Err(
                "writes its input; reading is allowed; keep to `state`, `refractory` and scratch".into()
            );
        }
        let columns = self.names.iter().copied().chain(["refractory"]);
        let mut kept = columns.zip(self.state.iter().chain([&self.refractory]));
        match kept.find(|(_, column)| !column.whole()) {
            Some((name, _)) => Err(format!(
                "writes beside the column `{name}`; `neurons` numbers are allowed; correct the loop"
            )),
            None => Ok(()),
        }
    }
}
