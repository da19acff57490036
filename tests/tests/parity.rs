//! Parity: one neuron advanced alone, the vector kernel at every instruction set, and the C text traced from the model give
//! the same bits. Every registered neuron model enters by being registered, every output as well.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, thread};

use ecs_core::model::{
    Arriving, Block, Column, INTEGRATORS, Instructions, Kernel, Language, Moment, NeuronModel, OutputModel,
    Precision, Propagator, Received, STAGES, SynapseModel, emit, math_prelude,
};
use ecs_core::number::Float;
use neurons as _;
use synapses as _;
use tests::draws::Draws;
use tests::models::every_neuron;
use tests::rig::{named, neuron};
use tests::skipped;

/// Neurons of a block: two whole groups of lanes and a part of one.
const SIZE: usize = 37;
const STEPS: usize = 200;

/// A precision, as the tests see it.
trait Number: Float {
    fn kernel(model: &NeuronModel, setting: Setting, level: Instructions) -> Option<Kernel<Self>>;
    fn run(kernel: &Kernel<Self>, block: &mut Block<'_, '_, Self>);
    fn step(model: &NeuronModel, integrator: &str, moment: &Moment) -> Option<Vec<Self>>;
    /// Its bits; all that is no number counts as one, for the sign of such a result is not defined.
    fn bits(self) -> u64;
}

macro_rules! number {
    ($t:ty, $kernel:ident, $step:ident) => {
        impl Number for $t {
            fn kernel(model: &NeuronModel, setting: Setting, level: Instructions) -> Option<Kernel<Self>> {
                let shared = vec![!setting.own_params; model.entry.params.len()];
                model.kernels.$kernel(setting.integrator, level, &shared)
            }
            fn run(kernel: &Kernel<Self>, block: &mut Block<'_, '_, Self>) {
                kernel.advance(block, &mut []);
            }
            fn step(model: &NeuronModel, integrator: &str, moment: &Moment) -> Option<Vec<Self>> {
                model.inspect.$step(integrator, moment)
            }
            fn bits(self) -> u64 {
                if self.is_nan() { u64::MAX } else { u64::from(self.to_bits()) }
            }
        }
    };
}

number!(f32, single, step_f32);
number!(f64, double, step_f64);

/// What differs between the blocks that a model is tried on.
#[derive(Clone, Copy, Debug)]
struct Setting {
    integrator: &'static str,
    own_params: bool,
    conducts: bool,
}

fn settings() -> Vec<Setting> {
    let pairs = [(false, false), (false, true), (true, false), (true, true)];
    let of =
        |i: &'static str| pairs.map(|(own_params, conducts)| Setting { integrator: i, own_params, conducts });
    INTEGRATORS.iter().flat_map(|i| of(i.name)).collect()
}

/// A block of neurons, kept as columns and as moments.
struct Cells<T> {
    moments: Vec<Moment>,
    params: Vec<Vec<T>>,
    state: Vec<Vec<T>>,
    refractory: Vec<T>,
}

/// The moment with the input of `fresh`, and its state where the state is no longer finite.
fn revive(moment: &mut Moment, fresh: Moment) {
    (moment.inputs, moment.jump, moment.noise) = (fresh.inputs, fresh.jump, fresh.noise);
    if moment.state.iter().any(|x| !x.is_finite()) {
        moment.state = fresh.state;
    }
}

fn columns<T: Float>(moments: &[Moment], of: impl Fn(&Moment) -> &[f64]) -> Vec<Vec<T>> {
    (0..of(&moments[0]).len()).map(|k| moments.iter().map(|m| T::of(of(m)[k])).collect()).collect()
}

impl<T: Number> Cells<T> {
    fn new(model: &NeuronModel, setting: Setting, draws: &mut Draws) -> Self {
        let mut moments: Vec<Moment> = (0..SIZE).map(|_| draws.moment(model, setting.conducts)).collect();
        if !setting.own_params {
            let shared = moments[0].params.clone();
            moments.iter_mut().for_each(|m| m.params.clone_from(&shared));
        }
        let params = columns(&moments, |m| &m.params);
        let state = columns(&moments, |m| &m.state);
        let refractory = moments.iter().map(|m| T::of(m.refractory)).collect();
        let mut cells = Self { moments, params, state, refractory };
        cells.round();
        cells
    }

    /// Makes the moments hold what the columns can.
    fn round(&mut self) {
        for (k, m) in self.moments.iter_mut().enumerate() {
            m.params.iter_mut().zip(&self.params).for_each(|(x, column)| *x = column[k].to_f64());
            m.state.iter_mut().zip(&self.state).for_each(|(x, column)| *x = column[k].to_f64());
            m.refractory = self.refractory[k].to_f64();
        }
    }

    /// New input, as it changes from step to step; a neuron whose numbers ran away starts anew.
    fn drive(&mut self, model: &NeuronModel, conducts: bool, draws: &mut Draws) {
        for (k, m) in self.moments.iter_mut().enumerate() {
            revive(m, draws.moment(model, conducts));
            self.state.iter_mut().zip(&m.state).for_each(|(column, x)| column[k] = T::of(*x));
        }
        self.round();
    }

    /// Advances the columns by the kernel; who fired.
    fn advance(&mut self, kernel: &Kernel<T>, setting: Setting) -> Vec<u32> {
        let shared: Vec<Column<'_, T>> = self.params.iter().map(|c| Column::Uniform(c[0])).collect();
        let own: Vec<Column<'_, T>> = self.params.iter().map(|c| Column::Each(c)).collect();
        let input =
            |c: usize, part: usize| self.moments.iter().map(|m| T::of(m.inputs[c][part])).collect::<Vec<T>>();
        let inputs: [_; STAGES] = std::array::from_fn(|c| (input(c, 0), input(c, 1)));
        let noise = columns::<T>(&self.moments, |m| &m.noise).concat();
        let jump: Vec<T> = self.moments.iter().map(|m| T::of(m.jump)).collect();
        let mut state: Vec<&mut [T]> = self.state.iter_mut().map(|c| &mut c[..]).collect();
        let (mut spikes, mut bad) = (Vec::new(), None);
        let (mut marks, mut saved) = (vec![0; SIZE], vec![T::default(); SIZE * state.len()]);
        T::run(
            kernel,
            &mut Block {
                params: if setting.own_params { &own } else { &shared },
                state: &mut state,
                refractory: &mut self.refractory,
                inputs: std::array::from_fn(|c| (&inputs[c].0[..], &inputs[c].1[..])),
                conducts: setting.conducts,
                jump: &jump,
                noise: &noise,
                dt: self.moments[0].dt,
                first: 0,
                spikes: &mut spikes,
                bad: &mut bad,
                marks: &mut marks,
                saved: &mut saved,
                save: true,
                registers: &mut vec![T::default(); kernel.registers()],
            },
        );
        spikes
    }
}

/// Runs a model both ways; how many spikes there were.
fn run<T: Number>(model: &NeuronModel, setting: Setting, level: Instructions) -> Option<usize> {
    let kernel = T::kernel(model, setting, level)?;
    let mut draws = Draws::new(7);
    let mut cells = Cells::<T>::new(model, setting, &mut draws);
    let mut total = 0;
    for step in 0..STEPS {
        cells.drive(model, setting.conducts, &mut draws);
        let alone = |m| T::step(model, setting.integrator, m).expect("a kernel is there, so a step is");
        let expected: Vec<Vec<T>> = cells.moments.iter().map(alone).collect();
        let spikes = cells.advance(&kernel, setting);
        for (k, e) in expected.iter().enumerate() {
            let finite = |x: T| x.to_f64().is_finite();
            if !e.iter().all(|x| finite(*x)) && !cells.state.iter().all(|c| finite(c[k])) {
                continue; // Where a stage overflowed, a conductance of zero and none at all differ.
            }
            let fired = T::of(if spikes.contains(&(k as u32)) { 1.0 } else { 0.0 });
            let got = cells.state.iter().map(|c| c[k]).chain([cells.refractory[k], fired]);
            let (got, e): (Vec<u64>, Vec<u64>) =
                (got.map(T::bits).collect(), e.iter().map(|x| x.bits()).collect());
            assert_eq!(got, e, "{} {setting:?} {level:?}: neuron {k}, step {step}", model.entry.name);
        }
        total += spikes.len();
        cells.round();
    }
    Some(total)
}

fn kernels_equal_the_single_neuron<T: Number>() {
    for model in every_neuron() {
        let mut spikes = 0;
        for setting in settings() {
            for level in Instructions::available() {
                spikes += run::<T>(model, setting, *level).unwrap_or(0);
            }
        }
        let silent = model.inspect.equations("", "").condition.is_none();
        assert!(silent || spikes > 0, "{} never fired: the test missed its reset", model.entry.name);
    }
}

#[test]
fn every_kernel_in_single_precision_equals_the_single_neuron_bit_for_bit() {
    kernels_equal_the_single_neuron::<f32>();
}

#[test]
fn every_kernel_in_double_precision_equals_the_single_neuron_bit_for_bit() {
    kernels_equal_the_single_neuron::<f64>();
}

#[test]
fn every_model_can_be_advanced_by_some_integrator() {
    assert_eq!(neuron("lif").entry.name, "lif", "the models are linked in");
    for model in every_neuron() {
        let by = |i: &str| model.kernels.single(i, Instructions::Baseline, &[]).is_some();
        assert!(by(model.integrator), "{}", model.entry.name);
        for i in INTEGRATORS {
            assert_eq!(
                by(i.name),
                model.inspect.graph(i.name, true).is_some(),
                "{} {}",
                model.entry.name,
                i.name
            );
        }
    }
}

/// What a device's compiler knows by itself, for a compiler of this machine.
const SHIM: &str = "#include <math.h>\n#include <stdint.h>\n#include <string.h>\n#define __device__\n#define __forceinline__ inline\n\
static float __uint_as_float(uint32_t u) { float x; memcpy(&x, &u, sizeof x); return x; }\n\
static uint32_t __float_as_uint(float x) { uint32_t u; memcpy(&u, &x, sizeof u); return u; }\n\
static double __longlong_as_double(uint64_t u) { double x; memcpy(&x, &u, sizeof x); return x; }\n\
static uint64_t __double_as_longlong(double x) { uint64_t u; memcpy(&u, &x, sizeof u); return u; }\n";

/// The program of a model: it reads an integrator's number and a moment, and writes what is after the step.
fn program(model: &NeuronModel, integrators: &[&str], language: Language, precision: Precision) -> String {
    let shim = if language == Language::Cuda { SHIM } else { "" };
    let real = if precision == Precision::F32 { "float" } else { "double" };
    let graphs: Vec<_> =
        integrators.iter().map(|i| model.inspect.graph(i, true).expect("it applies")).collect();
    let functions: String =
        (0..).zip(&graphs).map(|(k, g)| emit(g, &format!("step_{k}"), language, precision)).collect();
    let names: String = (0..graphs.len()).map(|k| format!("step_{k}, ")).collect();
    let (inputs, outputs) = (graphs[0].variables.len(), graphs[0].outputs.len());
    format!(
        "#include <stdio.h>\n#include <stdint.h>\n{shim}{prelude}{functions}\
         static void (*const steps[])(const {real} *, {real} *) = {{{names}}};\n\
         int main(void) {{\n    uint32_t k;\n    {real} x[{inputs}], y[{outputs}];\n\
         \x20   while (fread(&k, sizeof k, 1, stdin) == 1 && fread(x, sizeof x, 1, stdin) == 1) {{\n\
         \x20       steps[k](x, y);\n        fwrite(y, sizeof y, 1, stdout);\n    }}\n    return 0;\n}}\n",
        prelude = math_prelude(language, precision)
    )
}

/// Compiles `text`; `None` where there is no compiler.
fn compile(text: &str, name: &str, language: Language) -> Option<std::path::PathBuf> {
    let compiler = env::var("CC").unwrap_or_else(|_| "cc".into());
    let kind = if language == Language::C { ["-xc", "-std=c99"] } else { ["-xc++", "-std=c++14"] };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (source, program) = (folder.join(format!("{name}.c")), folder.join(name));
    fs::write(&source, text).expect("the target folder can be written");
    let mut command = Command::new(&compiler);
    command.args(kind).args(["-O2", "-ffp-contract=off", "-Wall", "-o"]);
    let output = command.arg(&program).arg(&source).arg("-lm").output().ok()?;
    assert!(output.status.success(), "{name}.c: {}", String::from_utf8_lossy(&output.stderr));
    Some(program)
}

/// What a number is in the file that the program reads.
trait Wire: Number {
    const PRECISION: Precision;
    fn put(self, bytes: &mut Vec<u8>);
    fn take(bytes: &[u8]) -> Self;
}

macro_rules! wire {
    ($t:ty, $precision:ident) => {
        impl Wire for $t {
            const PRECISION: Precision = Precision::$precision;
            fn put(self, bytes: &mut Vec<u8>) {
                bytes.extend(self.to_ne_bytes());
            }
            fn take(bytes: &[u8]) -> Self {
                <$t>::from_ne_bytes(bytes.try_into().expect("the bytes of one number"))
            }
        }
    };
}

wire!(f32, F32);
wire!(f64, F64);

/// The program's answer to `input`, which is written while the answer is read, or both sides would wait.
fn answer(program: &Path, input: Vec<u8>) -> Vec<u8> {
    let mut child = Command::new(program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a program that was just compiled runs");
    let mut stdin = child.stdin.take().expect("the input is a pipe");
    let writer = thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().expect("the program ends with its input");
    writer.join().expect("the writer does not panic").expect("the program reads all");
    output.stdout
}

/// States along the way of neurons driven by changing input, for each integrator, and where each step leads.
fn way<T: Wire>(model: &NeuronModel, integrators: &[&str]) -> (Vec<u8>, Vec<Vec<T>>) {
    let (mut asked, mut expected) = (Vec::new(), Vec::new());
    for (k, integrator) in (0u32..).zip(integrators) {
        let mut draws = Draws::new(11);
        for _ in 0..SIZE {
            let mut moment = draws.moment(model, true);
            for _ in 0..STEPS {
                revive(&mut moment, draws.moment(model, true));
                let after = T::step(model, integrator, &moment).expect("it applies");
                asked.extend(k.to_ne_bytes());
                moment.values().iter().for_each(|x| T::of(*x).put(&mut asked));
                let state = moment.state.len();
                moment.state = after[..state].iter().map(|x| x.to_f64()).collect();
                moment.refractory = after[state].to_f64();
                expected.push(after);
            }
        }
    }
    (asked, expected)
}

fn text_equals_the_single_neuron<T: Wire>(language: Language) {
    for model in every_neuron() {
        let applies = |i: &&str| model.inspect.graph(i, true).is_some();
        let integrators: Vec<&str> = INTEGRATORS.iter().map(|i| i.name).filter(applies).collect();
        let text = program(model, &integrators, language, T::PRECISION);
        let Some(program) =
            compile(&text, &format!("{}_{language:?}_{:?}", model.entry.name, T::PRECISION), language)
        else {
            return skipped("no C compiler `cc`; CC names another");
        };
        let (asked, expected) = way::<T>(model, &integrators);
        let answer = answer(&program, asked);
        let got: Vec<u64> = answer.chunks_exact(size_of::<T>()).map(|b| T::take(b).bits()).collect();
        let width = expected[0].len();
        assert_eq!(got.len(), expected.len() * width, "{}", model.entry.name);
        for (k, (got, expected)) in got.chunks_exact(width).zip(&expected).enumerate() {
            let expected: Vec<u64> = expected.iter().map(|x| x.bits()).collect();
            let integrator = integrators[k / (SIZE * STEPS)];
            assert_eq!(got, expected, "{} {integrator}: step {}", model.entry.name, k % STEPS);
        }
    }
}

#[test]
fn the_c_text_in_single_precision_equals_the_single_neuron_bit_for_bit() {
    text_equals_the_single_neuron::<f32>(Language::C);
}

#[test]
fn the_c_text_in_double_precision_equals_the_single_neuron_bit_for_bit() {
    text_equals_the_single_neuron::<f64>(Language::C);
}

#[test]
fn the_cuda_text_in_single_precision_equals_the_single_neuron_bit_for_bit() {
    text_equals_the_single_neuron::<f32>(Language::Cuda);
}

#[test]
fn the_cuda_text_in_double_precision_equals_the_single_neuron_bit_for_bit() {
    text_equals_the_single_neuron::<f64>(Language::Cuda);
}

/// A receptor's columns after some steps, as bits: state, current, conductance.
fn receive(output: &OutputModel, system: &Propagator<f32>, n: usize, level: Instructions) -> Vec<u32> {
    let mut draws = Draws::new(13);
    let mut column =
        |low: f64, high: f64| (0..n).map(|_| draws.between(low, high) as f32).collect::<Vec<f32>>();
    let params: Vec<f32> = output.entry.params.iter().map(|f| f.default as f32).collect();
    let (mut state, mut inputs) =
        ([column(0.0, 5.0), column(0.0, 5.0)], [(); STAGES].map(|()| [column(-1.0, 1.0), column(0.0, 1.0)]));
    let mut seen = Vec::new();
    for step in 0..STEPS {
        let mut sums = column(-1.0, 1.0);
        let mut bytes: Vec<u8> = column(0.0, 255.9).iter().map(|x| *x as u8).collect();
        let mut words: Vec<u16> = column(0.0, 65_535.9).iter().map(|x| *x as u16).collect();
        let v = column(-90.0, 40.0);
        let mut columns: Vec<&mut [f32]> = state.iter_mut().take(system.order).map(|c| &mut c[..]).collect();
        let mut moments: Vec<_> = inputs.iter_mut().map(|[i, g]| (&mut i[..], &mut g[..])).collect();
        (output.kernel_f32)(level)(&mut Received {
            params: &params,
            system,
            state: &mut columns,
            arriving: &mut [
                Arriving::Sum(&mut sums),
                Arriving::Count8(&mut bytes, 0.1),
                Arriving::Count16(&mut words, -0.000_3),
            ],
            v: &v,
            inputs: &mut moments,
            fresh: step % 2 == 0,
        });
        assert!(
            sums.iter().all(|x| *x == 0.0) && bytes.iter().all(|x| *x == 0) && words.iter().all(|x| *x == 0)
        );
        seen.extend(state.iter().chain(inputs.as_flattened()).flatten().map(|x| x.to_bits()));
    }
    seen
}

#[test]
fn every_receptor_gives_the_same_bits_at_every_instruction_set() {
    for synapse in inventory::iter::<SynapseModel>.into_iter().filter(|s| s.entry.drive.is_none()) {
        let params: Vec<f64> = synapse.entry.params.iter().map(|f| f.default).collect();
        let system = (synapse.linear)(&params).propagator::<f32>(0.1, &[0.0, 0.5, 1.0], None);
        for output in inventory::iter::<OutputModel> {
            for n in [1, 15, SIZE] {
                let baseline = receive(output, &system, n, Instructions::Baseline);
                for level in Instructions::available() {
                    let names = (synapse.entry.name, output.entry.name);
                    assert!(
                        receive(output, &system, n, *level) == baseline,
                        "{names:?} {level:?}, {n} neurons"
                    );
                }
            }
        }
    }
}

#[test]
fn a_receptor_does_what_the_equations_of_its_output_say() {
    /// Single precision: some ten operations of half a unit in the last place each.
    const ROUNDING: f64 = 1e-6;
    let linear = (named::<SynapseModel>("exponential").linear)(&[5.0]);
    let system = linear.propagator::<f32>(0.1, &[0.0], None);
    for output in inventory::iter::<OutputModel> {
        let defaults: Vec<f64> = output.entry.params.iter().map(|f| f.default).collect();
        let params: Vec<f32> = defaults.iter().map(|x| *x as f32).collect();
        let (mut g, mut arrived, v) = ([2.0f32], [0.5f32], [-50.0f32]);
        let mut input = ([0.0f32], [0.0f32]);
        (output.kernel_f32)(Instructions::Baseline)(&mut Received {
            params: &params,
            system: &system,
            state: &mut [&mut g],
            arriving: &mut [Arriving::Sum(&mut arrived)],
            v: &v,
            inputs: &mut [(&mut input.0, &mut input.1)],
            fresh: true,
        });
        let [i, conductance] = (output.input)(&defaults, 2.5, -50.0);
        let near = |got: f32, right: f64| (f64::from(got) - right).abs() <= ROUNDING * (1.0 + right.abs());
        assert!(near(input.0[0], i) && near(input.1[0], conductance), "{}: {input:?}", output.entry.name);
        assert!(near(g[0], 2.5 * (-0.1f64 / 5.0).exp()), "{}: {g:?}", output.entry.name);
    }
}
