//! How fast does a world go on: in this process, and over the bridge with frames of numbers or lines of JSON? Goals: 5 million steps of
//! cart-pole in a second here, 25,000 round trips. Over the bridge it is Gymnasium's, in the Python that `SYNFIRE_PYTHON` names.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput};
use ecs_core::control::{Environment, EnvironmentModel, EnvironmentPlan, Spec};
use ecs_core::network::Registry;
use ecs_core::training::Plan;
// Links the worlds.
use environments as _;

const INTERVAL: f64 = 20.0;

fn world(name: &str, id: &str, json: bool) -> Result<Box<dyn Environment>, String> {
    let registry = Registry::linked().map_err(|error| error.to_string())?;
    let model = registry.find::<EnvironmentModel>(name).ok_or("it is registered")?;
    let mut given = Plan::defaults(model.entry.params);
    if json {
        given = given.with(model.entry.params, "frames", 1.0);
    }
    let texts = vec![("id", id.to_owned())];
    (model.build)(&EnvironmentPlan { given, texts, interval: INTERVAL, task: None })
}

fn main() -> Result<(), String> {
    let mut criterion = Criterion::default().sample_size(20).warm_up_time(Duration::from_millis(300));
    criterion = criterion.measurement_time(Duration::from_secs(2)).configure_from_args();
    let cases = [
        ("cartpole", "cartpole", "", false),
        ("gym, binary", "gym", "CartPole-v1", false),
        ("gym, json", "gym", "CartPole-v1", true),
    ];
    for (name, kind, id, json) in cases {
        let mut env = match world(kind, id, json) {
            Ok(env) => env,
            Err(found) if kind == "gym" => {
                use std::io::Write;
                writeln!(std::io::stdout(), "{name}: skipped: {found}").map_err(|e| e.to_string())?;
                continue;
            }
            Err(found) => return Err(found),
        };
        let mut seen = vec![0.0; Spec::width(&env.spec().observation)];
        env.reset(1, &mut seen)?;
        let mut group = criterion.benchmark_group("environments");
        group.throughput(Throughput::Elements(1));
        group.bench_function(name, |bencher| {
            // A controller that keeps the pole up, so that hardly any of the steps is a reset.
            let mut seed = 0;
            bencher.iter(|| {
                let push = f64::from(u8::from(seen[2] + 0.3 * seen[3] > 0.0));
                let outcome = env.step(black_box(&[push]), INTERVAL, &mut seen).expect("it answers");
                if outcome.ended() {
                    seed += 1;
                    env.reset(seed, &mut seen).expect("it answers");
                }
            });
        });
        group.finish();
    }
    criterion.final_summary();
    Ok(())
}
