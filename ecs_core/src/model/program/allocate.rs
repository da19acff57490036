//! Allocate: where each value of a program stands, so that few registers are live and results go straight to their columns.

use std::collections::HashSet;

use arrayvec::ArrayVec;

use super::cover::Covered;
use super::fold::Folded;
use super::instruction::{Instruction, InstructionSet, Loop, OPERANDS};
use crate::number::{Float, Node, Num, Real};

/// What a variable of a step's graph is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Parameter of that row.
    Param(usize),
    /// State variable of that row.
    State(usize),
    /// Steps of refractoriness left.
    Refractory,
    /// Current at a moment of the integrator.
    Current(usize),
    /// Conductance at a moment of the integrator.
    Conductance(usize),
    /// What delta synapses add.
    Jump,
    /// A white noise.
    Noise(usize),
    /// Step, in ms.
    Step,
}

/// Where a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Nowhere yet.
    Nowhere,
    /// A row of one tile, the same for all neurons.
    Shared(usize),
    /// A row of one chunk.
    Register(usize),
    /// A column of the block that a step may change: state, in table order, then refractoriness.
    Own(usize),
    /// A column that it only reads, by its number in [`Plan::inputs`].
    Input(usize),
}

/// A number that all neurons share, known before the first instruction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Given<T> {
    /// A literal.
    Literal(T),
    /// A parameter.
    Param(usize),
    /// Step, in ms.
    Step,
}

/// An instruction with its operands in place.
#[derive(Clone, Debug)]
pub struct Step<T> {
    /// Its loop.
    pub run: Loop<T>,
    /// Where the result goes; never one of the operands.
    pub to: Place,
    /// Where the operands stand.
    pub from: ArrayVec<Place, OPERANDS>,
}

/// A program in place.
#[derive(Debug)]
pub struct Plan<T> {
    /// What the first shared rows hold.
    pub given: Vec<Given<T>>,
    /// What computes the other shared rows, one after the other.
    pub shared: Vec<Step<T>>,
    /// The columns that are only read.
    pub inputs: Vec<Role>,
    /// What is run for each chunk.
    pub steps: Vec<Step<T>>,
    /// Registers.
    pub registers: usize,
    /// The register that holds who fired.
    pub fired: Option<usize>,
}

impl<T> Default for Plan<T> {
    fn default() -> Self {
        let (given, shared, inputs, steps) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { given, shared, inputs, steps, registers: 0, fired: None }
    }
}

/// An instruction whose result has no place yet; the values are nodes, and beyond them copies of nodes.
struct Open<T> {
    run: Loop<T>,
    in_place: Option<Loop<T>>,
    from: Vec<usize>,
    value: usize,
    /// Whether it is an output, and the column that it goes to.
    target: Option<Option<Place>>,
}

/// What the names in a step's graph stand for.
pub struct Names {
    /// The variables, in the order of the graph.
    pub variables: Vec<Role>,
    /// The columns of the outputs, in the order of the graph; `None` for who fired, which has none.
    pub outputs: Vec<Option<Place>>,
    /// State variables.
    pub rows: usize,
}

/// Puts every value of a program in its place.
pub fn plan<T: Float>(folded: &Folded, covered: &[Covered], names: &Names, set: &InstructionSet<T>) -> Plan<T>
where
    Num<T>: Real,
{
    let mut plan = Plan::default();
    let mut places = plan.leaves(folded, covered, names);
    let mut open = Vec::new();
    for step in covered {
        let from: Vec<usize> = step.from.iter().flatten().map(|a| *a as usize).collect();
        let Instruction { run, in_place, .. } = set.list[step.instruction];
        let value = step.node as usize;
        if folded.shared[value] {
            places[value] = Place::Shared(plan.given.len() + plan.shared.len());
            plan.shared.push(Step { run, to: places[value], from: operands(&from, &places) });
        } else {
            open.push(Open { run, in_place, from, value, target: None });
        }
    }
    let outputs: Vec<_> = names.outputs.iter().copied().zip(&folded.outputs).collect();
    let open = aimed(open, &mut places, &outputs, set.copy);
    plan.place(&open, places, set.copy);
    plan
}

fn operands(from: &[usize], places: &[Place]) -> ArrayVec<Place, OPERANDS> {
    from.iter().map(|value| places[*value]).collect()
}

/// The instructions with what outputs they make, and with copies for outputs that no instruction makes.
fn aimed<T>(
    mut open: Vec<Open<T>>,
    places: &mut Vec<Place>,
    outputs: &[(Option<Place>, &u32)],
    copy: Loop<T>,
) -> Vec<Open<T>> {
    // Columns are copied before any is written, other values after all are made.
    let (mut first, mut last) = (Vec::new(), Vec::new());
    for (target, node) in outputs {
        let node = **node as usize;
        if Some(places[node]) == *target {
            continue;
        }
        match open.iter_mut().find(|o| o.value == node && o.target.is_none()) {
            Some(maker) => maker.target = Some(*target),
            None => {
                let copied = Open {
                    run: copy,
                    in_place: None,
                    from: vec![node],
                    value: places.len(),
                    target: Some(*target),
                };
                if matches!(places[node], Place::Own(_) | Place::Input(_)) { &mut first } else { &mut last }
                    .push(copied);
                places.push(Place::Nowhere);
            }
        }
    }
    first.into_iter().chain(open).chain(last).collect()
}

/// The column that instruction `k` can write: that of its output, once nobody reads what stands there but, as its last
/// operand, an instruction that can work in place.
fn column<T>(open: &[Open<T>], places: &[Place], k: usize) -> Option<Place> {
    let column = open[k].target??;
    let reads = |from: &[usize]| from.iter().any(|a| places[*a] == column);
    let others = open[k].from.len() - usize::from(open[k].in_place.is_some());
    let free = !reads(&open[k].from[..others]) && !open[k + 1..].iter().any(|later| reads(&later.from));
    free.then_some(column)
}

impl<T> Plan<T> {
    /// The places of literals and variables that an instruction reads.
    fn leaves(&mut self, folded: &Folded, covered: &[Covered], names: &Names) -> Vec<Place>
    where
        T: Float,
    {
        let mut places = vec![Place::Nowhere; folded.nodes.len()];
        let operands = covered.iter().flat_map(|step| step.from.iter().flatten());
        let read: HashSet<u32> = operands.chain(&folded.outputs).copied().collect();
        for (k, node) in folded.nodes.iter().enumerate().filter(|(k, _)| read.contains(&(*k as u32))) {
            places[k] = match node {
                Node::Literal(bits) => self.give(Given::Literal(T::of(f64::from_bits(*bits)))),
                Node::Variable(v) => match names.variables[*v as usize] {
                    Role::Param(p) if folded.shared[k] => self.give(Given::Param(p)),
                    Role::Step => self.give(Given::Step),
                    Role::State(row) => Place::Own(row),
                    Role::Refractory => Place::Own(names.rows),
                    role => {
                        self.inputs.push(role);
                        Place::Input(self.inputs.len() - 1)
                    }
                },
                Node::Apply(..) => Place::Nowhere,
            };
        }
        places
    }

    fn give(&mut self, given: Given<T>) -> Place {
        self.given.push(given);
        Place::Shared(self.given.len() - 1)
    }

    /// A register that nobody reads any more.
    fn register(&mut self, free: &mut Vec<Place>) -> Place {
        free.pop().unwrap_or_else(|| {
            self.registers += 1;
            Place::Register(self.registers - 1)
        })
    }

    /// Gives each instruction a place for its result: its column, once nobody reads what stands there, or else a register.
    fn place(&mut self, open: &[Open<T>], mut places: Vec<Place>, copy: Loop<T>) {
        let columns: Vec<Option<Place>> = (0..open.len()).map(|k| column(open, &places, k)).collect();
        let mut last_read = vec![0; places.len()];
        for (k, o) in open.iter().enumerate() {
            o.from.iter().for_each(|a| last_read[*a] = k);
        }
        let (mut free, mut late) = (Vec::new(), Vec::new());
        for (k, o) in open.iter().enumerate() {
            let to = columns[k].unwrap_or_else(|| self.register(&mut free));
            self.steps.push(o.step(to, &places));
            places[o.value] = to;
            if let (None, Some(target)) = (columns[k], o.target) {
                last_read[o.value] = usize::MAX;
                late.push((target, to));
            }
            let mut done: Vec<usize> = o.from.iter().copied().filter(|a| last_read[*a] == k).collect();
            done.sort_unstable();
            done.dedup();
            free.extend(done.into_iter().map(|a| places[a]).filter(|p| matches!(p, Place::Register(_))));
        }
        for (column, from) in late {
            match (column, from) {
                (Some(to), _) => self.steps.push(Step { run: copy, to, from: operands(&[0], &[from]) }),
                (None, Place::Register(k)) => self.fired = Some(k),
                (None, _) => unreachable!("who fired has no column, so it stands in a register"),
            }
        }
    }
}

impl<T> Open<T> {
    /// The instruction with its result in `to`.
    fn step(&self, to: Place, places: &[Place]) -> Step<T> {
        match (self.in_place, self.from.split_last()) {
            (Some(run), Some((last, from))) if places[*last] == to => {
                Step { run, to, from: operands(from, places) }
            }
            _ => Step { run: self.run, to, from: operands(&self.from, places) },
        }
    }
}
