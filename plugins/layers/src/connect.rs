//! Connect: layers as connection rules: what they ask of the two grids, and the operator that they become.

use std::sync::Arc;

use ecs_core::network::stencil::{Channels, Stencil};
use ecs_core::network::{ConnectPlan, Cost, Filling, Initialiser, Matrix, Operator, Space};
use ecs_core::random::{Distribution, Key, Purpose};
use ecs_core::registry::{Entry, Field, Kind};

use crate::axis::{Axis, product};
use crate::operator::Shared;

/// The most joins of places: what memory and 32 bits hold.
const MOST: f64 = 1e9;

/// A connection rule between grids.
#[derive(Clone, Copy)]
pub struct Layer {
    /// Name, documentation and parameters.
    pub entry: Entry,
    /// Its synapses for these parameters, or what is wrong.
    pub make: fn(&[f64], &Grids) -> Result<Made, String>,
}

/// Synapses of a layer.
pub struct Made {
    /// Which share which weight.
    pub stencil: Stencil,
    /// Weights in parts of the projection's one weight, where they are not learned.
    pub factors: Option<Vec<f64>>,
}

/// The grids of the two ends.
#[derive(Clone, Debug)]
pub struct Grids {
    /// Places along each axis.
    pub places: [Vec<u64>; 2],
    /// Neurons at each place.
    pub channels: [u64; 2],
}

pub const fn entry(name: &'static str, doc: &'static str, params: &'static [Field]) -> Entry {
    Entry {
        kind: Kind::Connector,
        name,
        origin: concat!("crate `", env!("CARGO_PKG_NAME"), "`"),
        doc,
        params,
        state: &[],
        input: "",
        drive: None,
    }
}

macro_rules! layers {
    ($($layer:expr),* $(,)?) => {$(
        inventory::submit! {
            ecs_core::network::ConnectorModel {
                entry: { const LAYER: Layer = $layer; LAYER.entry },
                check: &|plan| $crate::connect::check(&$layer, plan),
                connect: &|plan, _| $crate::connect::connect(&$layer, &plan),
                scaled: &|_, _| None,
            }
        }
    )*};
}
pub(crate) use layers;

/// A whole number from `least`.
pub fn whole(name: &str, found: f64, least: u64) -> Result<u64, String> {
    const MOST: f64 = 1e6;
    if found.fract() == 0.0 && (least as f64..=MOST).contains(&found) {
        return Ok(found as u64);
    }
    Err(format!("`{name}` is {found}; a whole number from {least} to {MOST} is allowed; give one"))
}

fn listed(counts: &[u64]) -> String {
    let counts: Vec<String> = counts.iter().map(u64::to_string).collect();
    format!("[{}]", counts.join(", "))
}

impl Grids {
    fn of(plan: &ConnectPlan<'_>) -> Result<Self, String> {
        let grid = |end: &str, space: Option<&Space>| match space.map(|space| (space.counts(), space)) {
            Some((counts, space)) if counts[0] > 0 => Ok((counts[..space.axes].to_vec(), space.channels)),
            _ => Err(format!(
                "the {end}-neurons lie on no grid; a layer joins grids; give their population `grid = [ROWS, COLUMNS]` and `channels`"
            )),
        };
        let [(pre, inputs), (post, outputs)] = [grid("pre", plan.spaces[0])?, grid("post", plan.spaces[1])?];
        if pre.len() != post.len() {
            return Err(format!(
                "grids of {} and of {} axes; as many at both ends are allowed; change a `grid`",
                pre.len(),
                post.len()
            ));
        }
        if [&plan.pre, &plan.post] != [&(0..plan.sizes.0), &(0..plan.sizes.1)] {
            return Err(
                "a range of a population; a layer joins whole grids; name populations without a range".into(),
            );
        }
        Ok(Self { places: [pre, post], channels: [inputs, outputs] })
    }

    /// Places of senders and receivers along each axis.
    pub fn axes(&self) -> impl Iterator<Item = [u64; 2]> + '_ {
        self.places[0].iter().zip(&self.places[1]).map(|(from, to)| [*from, *to])
    }

    /// Refuses receivers that have not as many places along an axis as `expected(senders, receivers)`.
    pub fn expect(&self, expected: impl Fn(u64, u64) -> u64) -> Result<(), String> {
        let wanted: Vec<u64> = self.axes().map(|[from, to]| expected(from, to)).collect();
        if wanted.contains(&0) {
            return Err(format!(
                "the window is longer than the grid {} of the pre-neurons; a shorter one is allowed; lower `kernel` or `dilation`, or \
                 raise `padding`",
                listed(&self.places[0])
            ));
        }
        if wanted == self.places[1] {
            return Ok(());
        }
        let [from, to] = self.places.each_ref().map(|places| listed(places));
        let wanted = listed(&wanted);
        Err(format!(
            "the post-neurons have a grid {to}; from {from} this layer leads to {wanted}; give their population `grid = {wanted}`"
        ))
    }

    /// As many groups as channels, which both ends must have alike.
    pub fn each_channel(&self) -> Result<usize, String> {
        let [from, to] = self.channels;
        if from == to {
            return Ok(from as usize);
        }
        Err(format!(
            "{from} channels of the pre-neurons and {to} of the post-neurons; as many at both ends are allowed, for each is pooled by \
             itself; give the post-population `channels = {from}`"
        ))
    }

    /// The synapses of these axes; `factors` are those of the taps.
    pub fn made(&self, groups: usize, axes: &[Axis], factors: Option<Vec<f64>>) -> Result<Made, String> {
        let joins: f64 = axes.iter().map(|axis| axis.joins.len() as f64).product();
        if joins > MOST {
            return Err(format!(
                "{joins:.0} pairs of places are joined; up to {MOST:.0} are allowed; make the grids smaller"
            ));
        }
        let ends = self.channels.map(|count| count as usize);
        let places = self.places[1].iter().product::<u64>() as usize;
        let taps = axes.iter().map(|axis| axis.taps as usize).product();
        let stencil = Stencil::new(Channels { ends, groups }, (places, taps), product(axes));
        let each = |factor: f64| std::iter::repeat_n(factor, ends[1]);
        let factors = factors.map(|taps| taps.into_iter().flat_map(each).collect());
        Ok(Made { stencil, factors })
    }
}

/// The synapses, and the law of what is drawn: a kernel, or one weight.
fn made(layer: &Layer, plan: &ConnectPlan<'_>) -> Result<(Made, Distribution), String> {
    let name = layer.entry.name;
    let named = |found: String| format!("`{name}`: {found}");
    let made = (layer.make)(plan.params, &Grids::of(plan).map_err(named)?).map_err(named)?;
    if plan.initialisers[1].is_some() || plan.delay.constant().is_none() {
        return Err(named("delays that differ; one for all synapses is allowed; give one".into()));
    }
    let law = match plan.initialisers[0] {
        None => plan.weight,
        Some(initialiser) => filling(initialiser, &made.stencil, plan)?,
    };
    law.check().map_err(|found| named(format!("`weight`: {found}")))?;
    if made.factors.is_some() && law.constant().is_none() {
        return Err(named(
            "weights that differ; pooling has one weight, which is not learned; give one".into(),
        ));
    }
    Ok((made, law))
}

/// The law by which an initialiser fills a kernel: its fans are those of a neuron, channels times taps.
fn filling(
    initialiser: Initialiser<'_>,
    stencil: &Stencil,
    plan: &ConnectPlan<'_>,
) -> Result<Distribution, String> {
    let Initialiser { model, params } = initialiser;
    let [_, inputs, outputs] = stencil.shape().map(|n| n as u64);
    let matrix = Matrix {
        pre: 0..inputs,
        post: 0..outputs,
        synapses: stencil.weights() as f64,
        full: false,
        spaces: [None, None],
        key: Key::new(plan.seed, plan.stream, Purpose::Weight),
        threads: plan.threads,
    };
    (model.check)(params, &matrix)?;
    match (model.fill)(params, &matrix) {
        Filling::Law(law) => Ok(law),
        Filling::Pairs(_) => Err(format!(
            "`{}` goes by pairs of neurons; a kernel takes laws; use one such as `kaiming_normal`",
            model.entry.name
        )),
    }
}

/// Refuses what is impossible, and estimates the rest.
pub fn check(layer: &Layer, plan: &ConnectPlan<'_>) -> Result<Cost, String> {
    let (Made { stencil, factors }, _) = made(layer, plan)?;
    let [taps, inputs, outputs] = stencil.shape();
    let layout = match factors {
        None => format!("a kernel that all places share: {taps} taps, {inputs} by {outputs} channels"),
        Some(_) => "one weight, pairs of places".into(),
    };
    let number = if plan.double { 8 } else { 4 };
    let bytes = (stencil.bytes() + number * stencil.weights()) as f64;
    Ok(Cost { synapses: stencil.synapses() as f64, bytes, building: 3.0 * stencil.bytes() as f64, layout })
}

/// The operator. Weight k of a kernel is draw (0, k).
pub fn connect(layer: &Layer, plan: &ConnectPlan<'_>) -> Result<Box<dyn Operator>, String> {
    let (Made { stencil, factors }, law) = made(layer, plan)?;
    let (learned, mut weights) = (factors.is_none(), vec![0.0; stencil.weights()]);
    law.sampler().fill(Key::new(plan.seed, plan.stream, Purpose::Weight), 0, &mut weights);
    weights.iter_mut().zip(factors.iter().flatten()).for_each(|(weight, factor)| *weight *= factor);
    let delay = (plan.delay.constant().unwrap_or(plan.dt) / plan.dt).round().max(1.0) as u32;
    Ok(Box::new(Shared::new(Arc::new(stencil), weights, (delay, plan.double, learned))))
}
