//! Cells: a population on a table, advanced by one kernel.

use ecs_core::model::{Advance, Arriving, Block, Column, Factors, Kernel, Lane, NotFinite};
use ecs_core::number::{Float, Num, Real};
use ecs_core::registry::{Entry, Field};

/// Columns of a population, and what its kernel said.
#[derive(Clone, Debug, PartialEq)]
pub struct Cells<T> {
    pub params: Vec<T>,
    /// Whether each neuron has its own, if equal, parameters.
    pub own: bool,
    pub state: Vec<Vec<T>>,
    pub refractory: Vec<T>,
    pub values: [Vec<T>; 2],
    pub counts: [Vec<u8>; 2],
    pub spikes: Vec<u32>,
    pub bad: Option<NotFinite>,
}

/// Neurons: some blocks of lanes and a rest.
pub const NEURONS: usize = 83;
/// Index of the first.
pub const FIRST: u32 = 1000;

impl<T: Float> Cells<T>
where
    Num<T>: Real,
{
    /// Neurons with a model's defaults, the voltages spread.
    pub fn of(entry: &Entry, own: bool) -> Self {
        let spread = |k: usize| 0.3 * k as f64;
        let column = |(row, field): (usize, &Field)| {
            let shift = |k| if row == 0 { spread(k) } else { 0.0 };
            (0..NEURONS).map(|k| T::of(field.default + shift(k))).collect()
        };
        Self {
            params: entry.params.iter().map(|field| T::of(field.default)).collect(),
            own,
            state: entry.state.iter().enumerate().map(column).collect(),
            refractory: vec![T::default(); NEURONS],
            values: [vec![T::default(); NEURONS], vec![T::default(); NEURONS]],
            counts: [vec![0; NEURONS], vec![0; NEURONS]],
            spikes: Vec::new(),
            bad: None,
        }
    }

    /// One step; `lanes` receptors are advanced with the neurons, and without any their input stands in columns.
    pub fn advance(&mut self, kernel: &dyn Advance<T>, step: u64, lanes: usize) {
        let input = |k: usize| T::of(600.0 + 5.0 * ((k as u64 * 7 + step * 13) % 50) as f64);
        let count = if lanes > 0 { 0 } else { NEURONS };
        let current: Vec<T> = (0..count).map(input).collect();
        let conductance: Vec<T> = (0..count).map(|k| T::of(0.1 * (k % 5) as f64)).collect();
        let jump: Vec<T> = (0..count).map(|k| T::of(0.01 * (k % 3) as f64)).collect();
        let own: Vec<Vec<T>> = self.params.iter().map(|p| vec![*p; NEURONS]).collect();
        let params: Vec<Column<'_, T>> = match self.own {
            true => own.iter().map(|column| Column::Each(column)).collect(),
            false => self.params.iter().map(|p| Column::Uniform(*p)).collect(),
        };
        let mut state: Vec<&mut [T]> = self.state.iter_mut().map(|column| &mut column[..]).collect();
        let rows = state.len();
        for (k, count) in self.counts.iter_mut().flatten().enumerate() {
            *count = ((k as u64 + step) % 11 / 9) as u8;
        }
        let factors = [(1.0, 900.0, 0.0), (1.0, -70.0, 1.0)].map(|(weight, current, conductance)| Factors {
            weight: T::of(weight),
            decay: T::of(0.98),
            current: T::of(current),
            conductance: T::of(conductance),
        });
        let receptors = self.values.iter_mut().zip(&mut self.counts).zip(factors).take(lanes);
        let mut receptors: Vec<Lane<'_, T>> = receptors
            .map(|((value, count), factors)| Lane {
                value,
                arriving: Arriving::Count8(count, factors.weight),
                factors,
            })
            .collect();
        kernel.advance(
            &mut Block {
                params: &params,
                state: &mut state,
                refractory: &mut self.refractory,
                inputs: [(&current, &conductance); 3],
                conducts: true,
                jump: &jump,
                noise: &[],
                dt: 0.1,
                first: FIRST,
                spikes: &mut self.spikes,
                bad: &mut self.bad,
                marks: &mut [0; NEURONS],
                saved: &mut vec![T::default(); NEURONS * rows],
                save: step.is_multiple_of(32),
                registers: &mut vec![T::default(); kernel.registers()],
            },
            &mut receptors,
        );
    }

    /// Many steps.
    pub fn run(mut self, kernel: &Kernel<T>, steps: u64, lanes: usize) -> Self {
        (0..steps).for_each(|step| self.advance(&**kernel, step, lanes));
        self
    }
}
