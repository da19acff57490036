//! What does a synaptic event cost, stored and regenerated, from 10^4 to 4x10^6 neurons, with 80, 1,000 and 4,000 synapses each?
//!
//! One projection of a population to itself, fixed probability, one weight, counted in bytes or words, one thread; in each step one
//! neuron of 500 fires (20 Hz at 0.1 ms), always others. Both forms take turns. Where stored synapses would take more than 2 GB,
//! they are left out.

use std::io::Write;
use std::time::{Duration, Instant};

use benches::measure::in_turns;
use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput};
use ecs_core::allocator::Aligned;
use ecs_core::network::{
    Arrivals, ConnectPlan, ConnectorModel, Inbox, Operator, OperatorModel, Registry, Target,
};
use ecs_core::random::Distribution;
use scenarios as _;

#[global_allocator]
static ALLOCATOR: Aligned = Aligned;

const NEURONS: [u32; 5] = [10_000, 40_000, 400_000, 1_000_000, 4_000_000];
const SYNAPSES: [u32; 3] = [80, 1_000, 4_000];
/// Bytes of synapses that are stored.
const MOST_BYTES: f64 = 2e9;
/// One neuron of so many fires in a step.
const FIRING: u32 = 500;
/// Events timed together, at least.
const EVENTS: u32 = 2_000_000;
/// Turns; the fastest counts, as other programs only add time.
const ROUNDS: usize = 15;

fn main() -> Result<(), String> {
    let mut criterion = Criterion::default().sample_size(10).warm_up_time(Duration::from_millis(100));
    criterion = criterion.measurement_time(Duration::from_millis(500)).configure_from_args();
    for synapses in SYNAPSES {
        for neurons in NEURONS {
            compare(&mut criterion, neurons, synapses)?;
        }
    }
    criterion.final_summary();
    Ok(())
}

/// An operator, the spikes of some steps, and what they reach.
struct Case {
    operator: Box<dyn Operator>,
    steps: Vec<Vec<u32>>,
    counts: Vec<u8>,
    wide: Vec<u16>,
    events: f64,
}

impl Case {
    fn new(storage: &str, neurons: u32, synapses: u32) -> Result<Self, String> {
        let registry = Registry::linked().map_err(|e| e.to_string())?;
        let rule = registry.find::<ConnectorModel>("fixed_probability").ok_or("no such rule")?;
        let model = registry.find::<OperatorModel>(storage).ok_or("no such storage")?;
        let (n, p) = (u64::from(neurons), f64::from(synapses) / f64::from(neurons));
        let (weight, delay) = (Distribution::Constant(1.0), Distribution::Constant(0.1));
        let plan = ConnectPlan {
            pre: 0..n,
            post: 0..n,
            sizes: (n, n),
            recurrent: true,
            weight,
            delay,
            dt: 0.1,
            seed: 1,
            stream: 0,
            double: false,
            bounds: &[0, neurons],
            threads: 2,
            params: &[p, 1.0],
            edges: None,
            spaces: [None, None],
            initialisers: [None, None],
            plasticity: None,
        };
        let operator = (model.connect)(rule, plan, &mut |_, _| ())?;
        let step = |first: u32| {
            (0..neurons).filter(move |k| (k * 7 + first).is_multiple_of(FIRING)).collect::<Vec<u32>>()
        };
        let steps: Vec<Vec<u32>> =
            (0..(EVENTS / (neurons / FIRING * synapses)).max(3)).map(|k| step(k * 37)).collect();
        let mean = operator.transfer().synapses as f64 / f64::from(neurons);
        let events = steps.iter().map(Vec::len).sum::<usize>() as f64 * mean;
        let wide = if operator.transfer().most_per_neuron > 255 { neurons as usize } else { 0 };
        let narrow = neurons as usize - wide;
        Ok(Self { operator, steps, counts: vec![0; narrow], wide: vec![0; wide], events })
    }

    fn run(&mut self) {
        let neurons = self.counts.len().max(self.wide.len());
        for spikes in &self.steps {
            let inbox = match self.wide.is_empty() {
                true => Inbox::Count8(&mut self.counts),
                false => Inbox::Count16(&mut self.wide),
            };
            let mut target = Target { inbox, first: 0, neurons, slots: 1, slot: 0 };
            self.operator.deliver(0, Arrivals::plain(0, spikes), &mut target);
        }
    }

    /// The fastest of some turns, in ns for each event.
    fn fastest(times: &[f64], events: f64) -> f64 {
        times.iter().copied().fold(f64::INFINITY, f64::min) * 1e9 / events
    }
}

fn compare(criterion: &mut Criterion, neurons: u32, synapses: u32) -> Result<(), String> {
    let stored =
        f64::from(neurons) * f64::from(synapses) * if neurons > 65_536 { 4.0 } else { 2.0 } < MOST_BYTES;
    let mut jit = Case::new("just_in_time", neurons, synapses)?;
    let mut kept = if stored { Some(Case::new("stored", neurons, synapses)?) } else { None };
    let (mut of_jit, mut of_kept) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let mut nothing = || Ok(());
        let mut regenerate = || {
            jit.run();
            Ok(())
        };
        match &mut kept {
            Some(kept) => {
                let [a, b] = in_turns(
                    1,
                    [&mut regenerate, &mut || {
                        kept.run();
                        Ok(())
                    }],
                )?;
                of_jit.push(a);
                of_kept.push(b);
            }
            None => of_jit.push(in_turns(1, [&mut regenerate, &mut nothing])?[0]),
        }
    }
    let regenerated = Case::fastest(&of_jit, jit.events);
    let stored = match &kept {
        Some(kept) => format!("{:.2} ns stored", Case::fastest(&of_kept, kept.events)),
        None => "not stored".into(),
    };
    writeln!(
        std::io::stdout(),
        "{neurons} x {synapses}: {regenerated:.2} ns an event regenerated, {stored}; {:.2e} events a turn, 20 Hz",
        jit.events
    )
    .map_err(|e| e.to_string())?;
    let mut group = criterion.benchmark_group("just_in_time");
    group.sampling_mode(SamplingMode::Flat).throughput(Throughput::Elements(jit.events as u64));
    for (name, case) in [("regenerated", Some(jit)), ("stored", kept)] {
        let Some(mut case) = case else { continue };
        group.bench_function(BenchmarkId::new(name, format!("{neurons} x {synapses}")), |bencher| {
            bencher.iter_custom(|times| {
                let start = Instant::now();
                (0..times).for_each(|_| case.run());
                start.elapsed()
            });
        });
    }
    group.finish();
    Ok(())
}
