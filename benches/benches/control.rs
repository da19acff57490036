//! What does a closed loop add to a step, with a tick of 20 ms around 10,000 neurons?
//!
//! CUBA of `workloads/` alone, and the same with a pole that its neurons balance: angle and speed are currents, and the counts of two
//! halves of the excitatory neurons decide. Currents are as weak as can be, so that the network fires alike; the rates stand beside the
//! times. Neurons with a current take longer, whoever it comes from, so there is a third network, whose currents stay as they are: what the
//! loop adds is what it takes beyond that one. All take turns, and the fastest of each counts.

use std::io::Write;
use std::time::Instant;

use benches::workload::{Setup, Workload};
use ecs_core::allocator::Aligned;
use ecs_core::network::{Clock, Spikes};
use scenarios::assemble::{Simulation, assemble};
use scenarios::schema::Scenario;

#[global_allocator]
static ALLOCATOR: Aligned = Aligned;

const NEURONS: usize = 10_000;
/// Steps timed together: ten ticks.
const STEPS: u64 = 2000;
const WARM: u64 = 1000;
const TURNS: usize = 12;

const CURRENTS: &str = r#"
[[stimulus]]
to        = ["exc", "inh"]
kind      = "constant"
amplitude = "0.001 pA"
"#;

const LOOP: &str = r#"
[env]
kind    = "cartpole"
control = "20 ms"

[[env.sense]]
port    = "obs[2]"
into    = "exc"
encoder = { current_encoder = { gain = "0.001 pA" } }

[[env.sense]]
port    = "obs[3]"
into    = "inh"
encoder = { current_encoder = { gain = "0.001 pA" } }

[[env.act]]
from    = ["exc[0..4000]", "exc[4000..8000]"]
decoder = "argmax_count"
"#;

fn main() -> Result<(), String> {
    let workload = Workload::named("cuba").expect("it is one of them");
    let mut networks = Vec::new();
    for more in ["", CURRENTS, LOOP] {
        networks.push(Timed::new(&workload.scenario_with(more, &Setup::of(NEURONS))?)?);
    }
    for _ in 0..TURNS {
        networks.iter_mut().try_for_each(Timed::turn)?;
    }
    let figures = networks.iter().map(|timed| (timed.fastest / STEPS as f64 * 1e9, timed.rate()));
    let figures: Vec<(f64, f64)> = figures.collect();
    let [(alone, one), (driven, two), (closed, three)] = figures[..] else {
        unreachable!("three were timed")
    };
    let out = &mut std::io::stdout();
    writeln!(
        out,
        "a step takes {alone:.0} ns alone at {one:.2} Hz, {driven:.0} ns with currents at {two:.2} Hz and {closed:.0} ns in the loop at \
         {three:.2} Hz: {:+.2} % beyond currents",
        (closed / driven - 1.0) * 100.0
    )
    .map_err(|e| e.to_string())
}

struct Timed {
    simulation: Simulation,
    /// Seconds of its fastest turn.
    fastest: f64,
    spikes: usize,
    steps: u64,
}

impl Timed {
    fn new(scenario: &Scenario) -> Result<Self, String> {
        let simulation = assemble(scenario, None, &mut |_, _, _| ()).map_err(|e| e.to_string())?;
        let mut timed = Self { simulation, fastest: f64::INFINITY, spikes: 0, steps: 0 };
        timed.advance(WARM)?;
        (timed.spikes, timed.steps) = (0, 0);
        Ok(timed)
    }

    fn turn(&mut self) -> Result<(), String> {
        let start = Instant::now();
        self.advance(STEPS)?;
        self.fastest = self.fastest.min(start.elapsed().as_secs_f64());
        Ok(())
    }

    fn advance(&mut self, steps: u64) -> Result<(), String> {
        let Simulation { app, runner, populations, .. } = &mut self.simulation;
        for _ in 0..steps {
            let step = app.world().resource::<Clock>().step;
            runner.step(app.world_mut())?;
            let fired = populations.iter().filter_map(|p| app.world().get::<Spikes>(*p));
            self.spikes += fired.map(|spikes| spikes.of(step).len()).sum::<usize>();
        }
        self.steps += steps;
        Ok(())
    }

    /// Spikes of a neuron in a second.
    fn rate(&self) -> f64 {
        self.spikes as f64 / NEURONS as f64 / (self.steps as f64 * 1e-4)
    }
}
