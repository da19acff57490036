//! How many nanoseconds does a neuron take: each model, each integrator, each instruction set?
//!
//! The loop over a block that stays in the first-level cache, at rest, with the inputs of conductances present.

use std::time::Duration;

use arrayvec::ArrayVec;
use criterion::{Criterion, Throughput};
use ecs_core::allocator::Aligned;
use ecs_core::model::{Block, Column, INTEGRATORS, Instructions, Kernel, NeuronModel};
use neurons as _;

#[global_allocator]
static ALLOCATOR: Aligned = Aligned;

/// Neurons of the block.
const NEURONS: usize = 512;
/// Step, in ms.
const DT: f64 = 0.1;

fn main() {
    let mut criterion = Criterion::default().sample_size(10).warm_up_time(Duration::from_millis(50));
    criterion = criterion.measurement_time(Duration::from_millis(200)).configure_from_args();
    let mut models: Vec<&NeuronModel> = inventory::iter::<NeuronModel>.into_iter().collect();
    models.sort_by_key(|model| model.entry.name);
    for model in models {
        let shared = vec![true; model.entry.params.len()];
        let mut group = criterion.benchmark_group(format!("kernels/{}", model.entry.name));
        group.throughput(Throughput::Elements(NEURONS as u64));
        for integrator in INTEGRATORS {
            for level in Instructions::available() {
                let Some(kernel) = model.kernels.single(integrator.name, *level, &shared) else { continue };
                let mut cells = Cells::at_rest(model);
                group.bench_function(format!("{}/{level:?}", integrator.name), |bencher| {
                    bencher.iter(|| cells.advance(&kernel));
                });
            }
        }
        group.finish();
    }
    criterion.final_summary();
}

/// Columns of a block.
struct Cells {
    params: Vec<Column<'static, f32>>,
    state: Vec<Vec<f32>>,
    refractory: Vec<f32>,
    input: Vec<f32>,
    spikes: Vec<u32>,
    marks: Vec<u8>,
    saved: Vec<f32>,
    registers: Vec<f32>,
}

impl Cells {
    /// Neurons with the model's own parameters and initial state.
    fn at_rest(model: &NeuronModel) -> Self {
        let state = model.entry.state.iter().map(|field| vec![field.default as f32; NEURONS]);
        Self {
            params: model.entry.params.iter().map(|field| Column::Uniform(field.default as f32)).collect(),
            state: state.collect(),
            refractory: vec![0.0; NEURONS],
            input: vec![0.0; NEURONS],
            spikes: Vec::with_capacity(NEURONS),
            marks: vec![0; NEURONS],
            saved: vec![0.0; NEURONS * model.entry.state.len()],
            registers: Vec::new(),
        }
    }

    fn advance(&mut self, kernel: &Kernel<f32>) {
        self.spikes.clear();
        self.registers.resize(kernel.registers(), 0.0);
        let mut state: ArrayVec<&mut [f32], 16> =
            self.state.iter_mut().map(|column| &mut column[..]).collect();
        let mut block = Block {
            params: &self.params,
            state: &mut state,
            refractory: &mut self.refractory,
            inputs: [(&self.input, &self.input); 3],
            conducts: true,
            jump: &self.input,
            noise: &[],
            dt: DT,
            first: 0,
            spikes: &mut self.spikes,
            bad: &mut None,
            marks: &mut self.marks,
            saved: &mut self.saved,
            save: false,
            registers: &mut self.registers,
        };
        kernel.advance(&mut block, &mut []);
    }
}
