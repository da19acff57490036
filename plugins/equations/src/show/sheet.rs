//! Sheet: the equations of a model in the order in which they are written, whatever they are written in.

use std::collections::{BTreeMap, BTreeSet};

use ecs_core::number::{Graph, Op};

use super::dimensions::Dimensions;
use super::formula::{Formulas, Id};
use super::model::{Change, Model};
use super::naming::{Naming, Roots};
use super::pool::{Pool, Shared};
use super::recognise::Recognise;
use super::unit::{Exponents, customary, exponents};

/// A line of the equations.
#[derive(Debug)]
pub(crate) enum Line {
    /// A name for a part.
    Definition(Id),
    /// The derivative of that state variable, and what multiplies each white noise in it.
    Derivative { row: usize, body: Id, noise: Vec<(usize, Id)> },
    /// A variable that only statements change.
    Declaration { row: usize },
}

/// The formulas of a model with their units and names.
#[derive(Debug)]
pub(crate) struct Sheet<'a> {
    pub model: Model<'a>,
    pub formulas: Formulas,
    /// How often each formula is used.
    pub uses: Vec<usize>,
    pub dimensions: Dimensions,
    pub naming: Naming,
    pub lines: Vec<Line>,
    pub condition: Option<Id>,
    /// What happens, by its key, with the variables that it changes, in an order in which each is read before it is changed.
    pub events: Vec<(&'static str, Vec<Becomes<'a>>)>,
    /// Whether there is such an order.
    pub ordered: bool,
    /// `None` where it is zero.
    pub refractory: Option<Id>,
    /// State variables of a synapse, or the level of a modulator, that a spike adds to.
    pub arrive: Vec<Becomes<'a>>,
    /// What a channel or a synapse gives to the neuron.
    pub output: Option<Id>,
    /// Above 0 where synapses see a step of the receiver.
    pub seen: Option<Id>,
}

/// A variable, and what it becomes.
pub(crate) type Becomes<'a> = (&'a str, Id);

/// The wholes of a model.
#[derive(Default)]
struct Wholes<'a> {
    derivative: Vec<Option<Id>>,
    noise: Vec<Vec<(usize, Id)>>,
    condition: Option<Id>,
    events: Vec<(&'static str, Vec<Becomes<'a>>)>,
    ordered: bool,
    refractory: Option<Id>,
    arrive: Vec<Becomes<'a>>,
    output: Option<Id>,
    seen: Option<Id>,
    wanted: BTreeMap<Id, Exponents>,
}

const TIME: Exponents = [0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0];

/// The exponents of `unit` over a power of time.
fn over_time(unit: &str, power: f64) -> Exponents {
    let of = exponents(unit);
    std::array::from_fn(|k| of[k] - power * TIME[k])
}

impl<'a> Sheet<'a> {
    pub fn of(model: Model<'a>) -> Self {
        let mut pool = Pool::default();
        let lines = model.lines();
        let derivative: Vec<Option<usize>> =
            lines.iter().map(|(_, of)| of.map(|(graph, output)| pool.add(graph)[output])).collect();
        let noise: Vec<Vec<usize>> = model.noise().iter().map(|graph| pool.add(graph)).collect();
        let neuron = model.neuron();
        let one = |pool: &mut Pool, graph: Option<&Graph>| pool.add(graph?).first().copied();
        let condition = one(&mut pool, neuron.and_then(|neuron| neuron.condition.as_ref()));
        let mut placed = |list: Vec<Change<'a>>| -> Vec<(Change<'a>, usize)> {
            list.into_iter()
                .map(|one| (pool.add(one.graph)[one.output], one))
                .map(|(at, one)| (one, at))
                .collect()
        };
        let events: Vec<_> = model.events().into_iter().map(|(key, list)| (key, placed(list))).collect();
        let arrive = placed(model.additions());
        let refractory = one(&mut pool, neuron.and_then(|neuron| neuron.refractory.as_ref()));
        let output = model.output().map(|(graph, unit)| (pool.add(graph)[0], unit));
        let seen = model.seen().map(|(graph, output)| pool.add(graph)[output]);
        let mut read = Recognise::new(&pool, model);
        let mut wholes = Wholes::of(model, &mut read, &derivative, &noise);
        wholes.condition = condition.map(|place| read.margin(place));
        for (key, changes) in events {
            let changes = wholes.at_once(&mut read, changes);
            wholes.events.push((key, changes));
        }
        let time = refractory.filter(|place| pool.literal(*place) != Some(0.0));
        wholes.refractory = time.map(|place| wholes.whole(&mut read, place, "", TIME));
        wholes.arrive(&mut read, arrive);
        wholes.output = output.map(|(place, unit)| wholes.whole(&mut read, place, unit, exponents(unit)));
        wholes.seen = seen.map(|place| read.any(place));
        Self::assembled(model, read.formulas, wholes)
    }

    fn assembled(model: Model<'a>, formulas: Formulas, wholes: Wholes<'a>) -> Self {
        let uses = formulas.uses(wholes.all());
        let unit =
            |name: &str| model.variables().find(|(other, _)| *other == name).map_or("", |(_, unit)| unit);
        let dimensions = Dimensions::of(&formulas, &uses, |name| exponents(unit(name)), &wholes.wanted);
        let names = model.state().into_iter().map(|row| row.name.as_str());
        let own = model.variables().map(|(name, _)| name).chain(["i", "i_channels"]);
        let roots = Roots {
            derivatives: names
                .zip(&wholes.derivative)
                .filter_map(|(name, id)| Some((name, (*id)?)))
                .collect(),
            is_neuron: model.neuron().is_some(),
            taken: own.map(str::to_owned).collect(),
        };
        // Lines of a synapse are about its state; only `on_pre` knows the weight of a spike.
        let arriving = matches!(model, Model::Synapse(_)).then(|| formulas.made_of("w"));
        let can = |id: Id| {
            customary(&dimensions.dimension(id)).is_some() && arriving.as_ref().is_none_or(|made| !made[id])
        };
        let naming = Naming::of(&formulas, &roots, &uses, can);
        let lines = lines(&formulas, &naming, &wholes);
        let Wholes { condition, events, ordered, refractory, arrive, output, seen, .. } = wholes;
        Self {
            model,
            formulas,
            uses,
            dimensions,
            naming,
            lines,
            condition,
            events,
            ordered,
            refractory,
            arrive,
            output,
            seen,
        }
    }

    /// What an event changes.
    pub fn event(&self, key: &str) -> &[Becomes<'a>] {
        self.events.iter().find(|(other, _)| *other == key).map_or(&[], |(_, changes)| changes)
    }

    /// The unit of a formula, as it stands behind a colon.
    pub fn unit(&self, id: Id) -> String {
        customary(&self.dimensions.dimension(id)).unwrap_or_else(|| "1".to_owned())
    }
}

impl<'a> Wholes<'a> {
    fn of(
        model: Model<'a>,
        read: &mut Recognise<'_>,
        derivative: &[Option<usize>],
        noise: &[Vec<usize>],
    ) -> Self {
        let mut wholes = Self { ordered: true, ..Self::default() };
        for (k, row) in model.state().into_iter().enumerate() {
            // What a rule says nothing of stays.
            let still = |place: &usize| model.neuron().is_none() && read.pool.literal(*place) == Some(0.0);
            let place = derivative[k].filter(|place| !matches!(model, Model::Plasticity(_)) || !still(place));
            let body = place.map(|place| wholes.whole(read, place, &row.unit, over_time(&row.unit, 1.0)));
            wholes.derivative.push(body);
            let loud = noise.iter().enumerate().filter(|(_, graph)| read.pool.literal(graph[k]) != Some(0.0));
            let loud: Vec<(usize, usize)> = loud.map(|(j, graph)| (j, graph[k])).collect();
            let parts = loud
                .into_iter()
                .map(|(j, place)| (j, wholes.whole(read, place, &row.unit, over_time(&row.unit, 0.5))));
            let parts = parts.collect();
            wholes.noise.push(parts);
        }
        wholes
    }

    fn whole(&mut self, read: &mut Recognise<'_>, place: usize, unit: &str, wanted: Exponents) -> Id {
        let id = read.whole(place, unit);
        self.wanted.insert(id, wanted);
        id
    }

    /// What happens at once: a variable that others are made of comes after them.
    fn at_once(&mut self, read: &mut Recognise<'_>, changes: Vec<(Change<'a>, usize)>) -> Vec<Becomes<'a>> {
        let stays = |change: &Change<'_>, place: usize| {
            *read.pool.node(place) == Shared::Variable(change.name.to_owned())
        };
        let mut left = changes;
        left.retain(|(change, place)| !stays(change, *place));
        let mut list = Vec::new();
        while !left.is_empty() {
            let reads = |user: &Change<'_>, name: &str| {
                user.graph.depends(user.graph.outputs[user.output].1, |variable| variable == name)
            };
            let free = |(change, _): &(Change<'_>, usize)| {
                left.iter().all(|(user, _)| user.name == change.name || !reads(user, change.name))
            };
            let next = left.iter().position(free);
            self.ordered &= next.is_some();
            let (change, place) = left.remove(next.unwrap_or(0));
            list.push((change.name, self.whole(read, place, change.unit, exponents(change.unit))));
        }
        list
    }

    /// What a spike adds. Compiled models write `w * 0` where that is nothing.
    fn arrive(&mut self, read: &mut Recognise<'_>, changes: Vec<(Change<'a>, usize)>) {
        for (change, place) in changes {
            let zero = |place: usize| read.pool.literal(place) == Some(0.0);
            if !zero(place) && !read.pool.pair(Op::Mul, place).is_some_and(|(a, b)| zero(a) || zero(b)) {
                let id = self.whole(read, place, change.unit, exponents(change.unit));
                self.arrive.push((change.name, id));
            }
        }
    }

    fn all(&self) -> impl Iterator<Item = Id> {
        let noise = self.noise.iter().flatten().map(|(_, id)| *id);
        self.derivative.iter().copied().flatten().chain(noise).chain(self.others())
    }

    fn others(&self) -> impl Iterator<Item = Id> {
        let events = self.events.iter().flat_map(|(_, changes)| changes);
        let changes = events.chain(&self.arrive).map(|(_, id)| *id);
        changes.chain(self.condition).chain(self.refractory).chain(self.output).chain(self.seen)
    }
}

/// Every derivative behind the definitions it needs, then those that only a spike needs.
fn lines(formulas: &Formulas, naming: &Naming, wholes: &Wholes<'_>) -> Vec<Line> {
    let mut done = BTreeSet::new();
    let mut lines = Vec::new();
    let mut define = |id: Id, lines: &mut Vec<Line>| {
        lines.extend(naming.needed(formulas, id, &mut done).into_iter().map(Line::Definition));
    };
    for (row, body) in wholes.derivative.iter().copied().enumerate() {
        let Some(body) = body else {
            lines.push(Line::Declaration { row });
            continue;
        };
        let noise = wholes.noise[row].clone();
        [body].into_iter().chain(noise.iter().map(|(_, id)| *id)).for_each(|id| define(id, &mut lines));
        lines.push(Line::Derivative { row, body, noise });
    }
    wholes.others().for_each(|id| define(id, &mut lines));
    lines
}
