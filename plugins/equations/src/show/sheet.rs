//! Sheet: the equations of a model in the order in which they are written, whatever they are written in.

use std::collections::{BTreeMap, BTreeSet};

use ecs_core::model::{Equations, Row};

use super::dimensions::Dimensions;
use super::formula::{Formulas, Id};
use super::naming::Naming;
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
}

/// The formulas of a model with their units and names.
#[derive(Debug)]
pub(crate) struct Sheet<'a> {
    pub model: &'a Equations,
    pub formulas: Formulas,
    /// How often each formula is used.
    pub uses: Vec<usize>,
    pub dimensions: Dimensions,
    pub naming: Naming,
    pub lines: Vec<Line>,
    pub condition: Option<Id>,
    /// State variables that a spike changes, in an order in which each is read before it is changed.
    pub reset: Vec<(&'a Row, Id)>,
    /// Whether there is such an order.
    pub ordered: bool,
    /// `None` where it is zero.
    pub refractory: Option<Id>,
}

/// The wholes of a model.
struct Wholes<'a> {
    derivative: Vec<Id>,
    noise: Vec<Vec<(usize, Id)>>,
    condition: Option<Id>,
    reset: Vec<(&'a Row, Id)>,
    ordered: bool,
    refractory: Option<Id>,
    wanted: BTreeMap<Id, Exponents>,
}

const TIME: Exponents = [0.0, 0.0, 1.0, 0.0, 0.0, 0.0];

/// The exponents of `unit` over a power of time.
fn over_time(unit: &str, power: f64) -> Exponents {
    let of = exponents(unit);
    std::array::from_fn(|k| of[k] - power * TIME[k])
}

impl<'a> Sheet<'a> {
    pub fn of(model: &'a Equations) -> Self {
        let mut pool = Pool::default();
        let derivative = pool.add(&model.derivative);
        let noise: Vec<Vec<usize>> = model.noise.iter().map(|graph| pool.add(graph)).collect();
        let condition = model.condition.as_ref().and_then(|graph| pool.add(graph).first().copied());
        let reset = pool.add(&model.reset);
        let refractory = model.refractory.as_ref().and_then(|graph| pool.add(graph).first().copied());
        let mut read = Recognise::new(&pool, model);
        let mut wholes = Wholes::of(model, &mut read, &derivative, &noise);
        wholes.condition = condition.map(|place| read.margin(place));
        wholes.spike(model, &mut read, &reset);
        let time = refractory.filter(|place| pool.literal(*place) != Some(0.0));
        wholes.refractory = time.map(|place| wholes.whole(&mut read, place, "", TIME));
        Self::assembled(model, read.formulas, wholes)
    }

    fn assembled(model: &'a Equations, formulas: Formulas, wholes: Wholes<'a>) -> Self {
        let rows = || model.params.iter().chain(&model.state);
        let unit = |name: &str| rows().find(|row| row.name == name).map_or(&*model.input, |row| &row.unit);
        let uses = formulas.uses(wholes.all());
        let dimensions = Dimensions::of(&formulas, &uses, |name| exponents(unit(name)), &wholes.wanted);
        let names = model.state.iter().map(|row| row.name.as_str());
        let roots: Vec<(&str, Id)> = names.zip(wholes.derivative.iter().copied()).collect();
        let taken =
            rows().map(|row| row.name.clone()).chain(["i".to_owned(), "i_channels".to_owned()]).collect();
        let has_unit = |id: Id| customary(&dimensions.dimension(id)).is_some();
        let naming = Naming::of(&formulas, &roots, &uses, taken, has_unit);
        let lines = lines(&formulas, &naming, &wholes);
        let Wholes { condition, reset, ordered, refractory, .. } = wholes;
        Self { model, formulas, uses, dimensions, naming, lines, condition, reset, ordered, refractory }
    }

    /// The unit of a formula, as it stands behind a colon.
    pub fn unit(&self, id: Id) -> String {
        customary(&self.dimensions.dimension(id)).unwrap_or_else(|| "1".to_owned())
    }
}

impl<'a> Wholes<'a> {
    fn of(
        model: &'a Equations,
        read: &mut Recognise<'_>,
        derivative: &[usize],
        noise: &[Vec<usize>],
    ) -> Self {
        let mut wholes = Self {
            derivative: Vec::new(),
            noise: Vec::new(),
            condition: None,
            reset: Vec::new(),
            ordered: true,
            refractory: None,
            wanted: BTreeMap::new(),
        };
        for (k, row) in model.state.iter().enumerate() {
            let body = wholes.whole(read, derivative[k], &row.name, over_time(&row.unit, 1.0));
            wholes.derivative.push(body);
            let loud = noise.iter().enumerate().filter(|(_, graph)| read.pool.literal(graph[k]) != Some(0.0));
            let loud: Vec<(usize, usize)> = loud.map(|(j, graph)| (j, graph[k])).collect();
            let parts = loud
                .into_iter()
                .map(|(j, place)| (j, wholes.whole(read, place, &row.name, over_time(&row.unit, 0.5))));
            let parts = parts.collect();
            wholes.noise.push(parts);
        }
        wholes
    }

    fn whole(&mut self, read: &mut Recognise<'_>, place: usize, name: &str, wanted: Exponents) -> Id {
        let id = read.whole(place, name);
        self.wanted.insert(id, wanted);
        id
    }

    /// What a spike changes: a variable that others are made of comes after them.
    fn spike(&mut self, model: &'a Equations, read: &mut Recognise<'_>, places: &[usize]) {
        let stays = |row: &Row, place: usize| *read.pool.node(place) == Shared::Variable(row.name.clone());
        let mut left: Vec<(&Row, usize)> = model.state.iter().zip(places.iter().copied()).collect();
        left.retain(|(row, place)| !stays(row, *place));
        while !left.is_empty() {
            let node = |place: usize| model.reset.outputs[place].1;
            let at = |row: &Row| model.state.iter().position(|other| other.name == row.name);
            let reads = |user: &Row, name: &str| {
                at(user).is_some_and(|k| model.reset.depends(node(k), |variable| variable == name))
            };
            let free = |(row, _): &(&Row, usize)| {
                left.iter().all(|(user, _)| user.name == row.name || !reads(user, &row.name))
            };
            let next = left.iter().position(free);
            self.ordered &= next.is_some();
            let (row, place) = left.remove(next.unwrap_or(0));
            let id = self.whole(read, place, &row.name, exponents(&row.unit));
            self.reset.push((row, id));
        }
    }

    fn all(&self) -> impl Iterator<Item = Id> {
        let noise = self.noise.iter().flatten().map(|(_, id)| *id);
        let reset = self.reset.iter().map(|(_, id)| *id);
        self.derivative.iter().copied().chain(noise).chain(self.condition).chain(reset).chain(self.refractory)
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
        let noise = wholes.noise[row].clone();
        [body].into_iter().chain(noise.iter().map(|(_, id)| *id)).for_each(|id| define(id, &mut lines));
        lines.push(Line::Derivative { row, body, noise });
    }
    let rest = wholes.reset.iter().map(|(_, id)| *id).chain(wholes.condition).chain(wholes.refractory);
    rest.for_each(|id| define(id, &mut lines));
    lines
}
