//! Values: numbers and distributions of a scenario, drawn for the neurons of a population.

use ecs_core::network::{Clock, Frames, Reach, Values};
use ecs_core::random::{Distribution, Key, Purpose};
use ecs_core::registry::Form;

use crate::schema::{Law, Pick, Scenario, SetColumn, Setting, Value};

impl From<&Value> for Distribution {
    fn from(value: &Value) -> Self {
        let (min, max) = (value.min, value.max);
        match value.law {
            Law::Constant(x) => Distribution::Constant(x),
            Law::Uniform { low, high } => Distribution::Uniform { lo: low, hi: high },
            Law::Normal { mean, sd } => Distribution::Normal { mean, sd, min, max },
            Law::TruncatedNormal { mean, sd } => Distribution::TruncatedNormal { mean, sd, min, max },
            Law::LogNormal { mean, sd } => Distribution::LogNormal { mean, sd, min, max },
        }
    }
}

/// Draw `column` of neuron k is numbered (k, column), so no other choice of a scenario changes it.
fn draw(value: &Value, key: Key, column: usize, size: usize) -> Values {
    let law = Distribution::from(value);
    match law.constant() {
        Some(x) => Values::Uniform(x),
        None => {
            let sampler = law.sampler();
            Values::Each((0..size as u64).map(|k| sampler.sample(key, k, column as u64)).collect())
        }
    }
}

fn drawn(settings: &[Setting], key: Key, size: usize) -> Vec<Values> {
    let numbers = settings.iter().filter(|s| s.field.form == Form::Number);
    numbers.enumerate().map(|(column, s)| draw(s.number(), key, column, size)).collect()
}

/// The number parameters of population `index`, in table order.
pub fn params(settings: &[Setting], clock: &Clock, index: usize, size: usize) -> Vec<Values> {
    drawn(settings, Key::new(clock.seed, index as u32, Purpose::Param), size)
}

/// The initial state of population `index`, in table order.
pub fn state(settings: &[Setting], clock: &Clock, index: usize, size: usize) -> Vec<Values> {
    drawn(settings, Key::new(clock.seed, index as u32, Purpose::State), size)
}

/// Streams of values that some neurons have of their own begin here.
const SETS: u32 = 6 << 24;

/// Puts what `[[set]]` says of population `index` into its parameters and initial state.
pub fn set(scenario: &Scenario, index: usize, params: &mut [Values], state: &mut [Values]) {
    let (size, seed) = (scenario.populations[index].size, scenario.run.seed);
    let all = scenario.sets.iter().flat_map(|set| &set.values).zip(SETS..);
    for ((member, column, value), stream) in all.filter(|((member, ..), _)| member.population == index) {
        let column = match column {
            SetColumn::Param(k) => &mut params[*k],
            SetColumn::State(k) => &mut state[*k],
        };
        let drawn = draw(value, Key::new(seed, stream, Purpose::Param), 0, size);
        if let Values::Uniform(x) = column {
            *column = Values::Each(vec![*x; size]);
        }
        let Values::Each(each) = column else { continue };
        for k in reach(member.pick, size, seed, stream).indices() {
            each[k as usize] = drawn.at(k as usize);
        }
    }
}

/// Streams of synaptic state begin here.
const RECEPTORS: u32 = 5 << 24;

/// Initial state of the receptor behind a projection, by row.
pub fn receptor_state(state: &[(usize, Value)], seed: u64, stream: u32, size: usize) -> Vec<(usize, Values)> {
    let key = Key::new(seed, RECEPTORS + stream, Purpose::State);
    state.iter().map(|(row, value)| (*row, draw(value, key, *row, size))).collect()
}

/// Parameters of something that takes no distributions, in table order.
pub fn constants(settings: &[Setting]) -> Vec<f64> {
    settings.iter().map(|s| if s.field.form == Form::Number { s.number().centre() } else { 0.0 }).collect()
}

/// List parameters, by name.
pub fn lists(settings: &[Setting]) -> Vec<(&'static str, Vec<f64>)> {
    let lists = settings.iter().filter(|s| s.field.form == Form::List);
    lists.map(|s| (s.field.name, s.list().to_vec())).collect()
}

/// The numbers of a data file, where a field asks for them and the scenario names one. The first dimension of an array
/// counts frames; one with a single dimension is one frame.
pub fn frames(settings: &[Setting]) -> Result<Frames, String> {
    let asked = settings.iter().filter(|s| s.field.form == Form::Frames);
    let Some(file) = asked.filter_map(Setting::file).next() else { return Ok(Frames::default()) };
    let tables::Array { shape, values } = tables::array(file).map_err(|e| e.to_string())?;
    let width = shape.get(1..).filter(|places| !places.is_empty()).unwrap_or(&shape).iter().product();
    Frames::new(values, width).map_err(|found| format!("`{}`: {found}", file.display()))
}

/// The neurons a pick names; a share is drawn by the seed, `stream` telling one selection from another.
pub fn reach(pick: Pick, size: usize, seed: u64, stream: u32) -> Reach {
    match pick {
        Pick::All => Reach::Range(0..size as u32),
        Pick::Range { start, end } => Reach::Range(start as u32..end as u32),
        Pick::Share(share) => {
            let key = Key::new(seed, stream, Purpose::Select);
            let mut order: Vec<(u64, u32)> =
                (0..size as u32).map(|k| (key.bits(u64::from(k), 0), k)).collect();
            order.sort_unstable();
            let mut chosen: Vec<u32> =
                order.into_iter().take((share * size as f64).round() as usize).map(|(_, k)| k).collect();
            chosen.sort_unstable();
            Reach::List(chosen)
        }
    }
}
