//! Evaluate: a program in place run over a block, chunk by chunk.

use std::ops::Range;

use arrayvec::ArrayVec;

use super::allocate::{Given, Place, Plan, Role, Step};
use super::instruction::{OPERANDS, TILE};
use crate::dispatch;
use crate::model::columns::note;
use crate::model::kernel::{Block, Column, Instructions};
use crate::number::{Float, Num, Real};

/// Bytes of a register: as many neurons as an instruction runs over before the next begins. Half as many cost 5 to 8 % more.
const CHUNK: usize = 4096;
/// The most columns that a step may change, and the most that it only reads.
pub const OWN: usize = 64;
pub const INPUTS: usize = 128;

const fn chunk<T>() -> usize {
    CHUNK / size_of::<T>()
}

/// Rows of scratch of one length, without that which is being written.
struct Others<'a, T> {
    before: &'a [T],
    after: &'a [T],
    written: usize,
    length: usize,
}

impl<'a, T> Others<'a, T> {
    /// All rows.
    fn whole(rows: &'a [T], length: usize) -> Self {
        Self { before: rows, after: &[], written: usize::MAX, length }
    }

    /// Row `written` of `rows`, and the others.
    #[inline(always)]
    fn split(rows: &'a mut [T], length: usize, written: usize) -> (&'a mut [T], Self) {
        let (before, rest) = rows.split_at_mut(written * length);
        let (to, after) = rest.split_at_mut(length);
        (to, Self { before, after, written, length })
    }

    #[inline(always)]
    fn row(&self, k: usize) -> &'a [T] {
        let (rows, k) = if k < self.written { (self.before, k) } else { (self.after, k - self.written - 1) };
        &rows[k * self.length..][..self.length]
    }
}

/// The columns of a block.
struct Columns<'a, T> {
    own: ArrayVec<&'a mut [T], OWN>,
    inputs: ArrayVec<&'a [T], INPUTS>,
}

/// What an instruction reads.
struct View<'a, 'b, T> {
    columns: &'a Columns<'b, T>,
    shared: &'a [T],
    registers: Others<'a, T>,
    range: &'a Range<usize>,
    /// How much of a register is read.
    length: usize,
}

impl<'a, T> View<'a, '_, T> {
    #[inline(always)]
    fn row(&self, place: Place) -> &'a [T] {
        match place {
            Place::Nowhere => unreachable!("what an instruction reads has been computed"),
            Place::Shared(k) => &self.shared[k * TILE..][..TILE],
            Place::Register(k) => &self.registers.row(k)[..self.length],
            Place::Own(k) => &self.columns.own[k][self.range.clone()],
            Place::Input(k) => &self.columns.inputs[k][self.range.clone()],
        }
    }

    #[inline(always)]
    fn operands(&self, step: &Step<T>) -> [&'a [T]; OPERANDS] {
        let mut from = [&[][..]; OPERANDS];
        for (row, place) in from.iter_mut().zip(&step.from) {
            *row = self.row(*place);
        }
        from
    }
}

/// Runs a loop over rows that end within a tile.
#[cold]
#[inline(never)]
fn padded<T: Float>(step: &Step<T>, to: &mut [T], from: &[&[T]; OPERANDS]) {
    let whole = to.len() - to.len() % TILE;
    (step.run)(&mut to[..whole], from);
    let mut rest = [[T::default(); TILE]; OPERANDS];
    for (rest, row) in rest.iter_mut().zip(from) {
        let row = if row.len() == to.len() { &row[whole..] } else { row };
        rest[..row.len()].copy_from_slice(row);
    }
    // A loop that works in place reads what stands there.
    let to = &mut to[whole..];
    let mut tile = [T::default(); TILE];
    tile[..to.len()].copy_from_slice(to);
    (step.run)(&mut tile, &rest.each_ref().map(|row| &row[..]));
    to.copy_from_slice(&tile[..to.len()]);
}

#[inline(always)]
fn apply<T: Float>(step: &Step<T>, to: &mut [T], from: &[&[T]; OPERANDS]) {
    if to.len().is_multiple_of(TILE) { (step.run)(to, from) } else { padded(step, to, from) }
}

impl<T: Float> Plan<T>
where
    Num<T>: Real,
{
    fn shared_len(&self) -> usize {
        (self.given.len() + self.shared.len()) * TILE
    }

    /// Numbers of scratch: registers, shared rows, and what the shared rows were computed from.
    pub fn scratch_len(&self) -> usize {
        self.registers * chunk::<T>() + self.shared_len() + 1 + self.given.len()
    }

    /// Advances a block by one step.
    pub fn run(&self, block: &mut Block<'_, '_, T>, scratch: &mut [T], (level, tag): (Instructions, u32)) {
        let n = block.refractory.len();
        if block.save {
            for (saved, column) in block.saved.chunks_exact_mut(n.max(1)).zip(block.state.iter()) {
                saved.copy_from_slice(column);
            }
        }
        let (registers, shared) = self.prepared((block.params, block.dt), tag, scratch);
        let (finite, spikes) = (finite::<T>(level), spikes::<T>(level));
        let inputs = self.inputs.iter().map(|role| input(block, *role)).collect();
        let own = block.state.iter_mut().map(|column| &mut **column).chain([&mut *block.refractory]);
        let mut columns = Columns { own: own.collect(), inputs };
        let mut good = true;
        self.sweep(&mut columns, n, (registers, shared), |columns, registers, range| {
            let state = columns.own.iter().rev().skip(1);
            good &= state.fold(true, |all, column| all & finite(&column[range.clone()]));
            if let Some(k) = self.fired {
                let fired = &registers[k * chunk::<T>()..][..range.len()];
                spikes(fired, block.first + range.start as u32, block.spikes);
            }
        });
        drop(columns);
        if !good {
            note(block);
        }
    }

    /// Computes the columns `own`, of equal length, from `params`, the step, and what stands in them.
    pub fn columns<'a>(
        &self,
        (params, dt): (&[Column<'a, T>], f64),
        own: impl Iterator<Item = &'a mut [T]>,
        scratch: &mut [T],
        tag: u32,
    ) {
        let (registers, shared) = self.prepared((params, dt), tag, scratch);
        let read = |role: &Role| match role {
            Role::Param(k) => each(params, *k),
            _ => unreachable!("what is no neuron has no input"),
        };
        let mut columns = Columns { own: own.collect(), inputs: self.inputs.iter().map(read).collect() };
        let n = columns.own.first().map_or(0, |column| column.len());
        self.sweep(&mut columns, n, (registers, shared), |_, _, _| ());
    }

    /// Registers, and shared rows that are up to date.
    fn prepared<'s>(
        &self,
        (params, dt): (&[Column<'_, T>], f64),
        tag: u32,
        scratch: &'s mut [T],
    ) -> (&'s mut [T], &'s [T]) {
        let (registers, rest) = scratch.split_at_mut(self.registers * chunk::<T>());
        let (shared, key) = rest.split_at_mut(self.shared_len());
        if self.changed((params, dt), tag, key) {
            self.share(key, shared);
        }
        (registers, shared)
    }

    /// Runs all chunks; `after` each, with what stands in registers.
    fn sweep(
        &self,
        columns: &mut Columns<'_, T>,
        n: usize,
        (registers, shared): (&mut [T], &[T]),
        mut after: impl FnMut(&Columns<'_, T>, &[T], Range<usize>),
    ) {
        for start in (0..n).step_by(chunk::<T>()) {
            let range = start..n.min(start + chunk::<T>());
            self.steps.iter().for_each(|step| advance(step, columns, registers, shared, &range));
            after(columns, registers, range);
        }
    }

    /// Whether what is given differs from `key`, which then holds it.
    fn changed(&self, (params, dt): (&[Column<'_, T>], f64), tag: u32, key: &mut [T]) -> bool {
        let (known, key) = key.split_first_mut().expect("scratch has room for the key");
        let tag = T::of(f64::from(tag));
        let mut changed = *known != tag;
        *known = tag;
        for (key, given) in key.iter_mut().zip(&self.given) {
            let now = match given {
                Given::Literal(x) => *x,
                Given::Step => T::of(dt),
                Given::Param(k) => match params[*k] {
                    Column::Uniform(x) => x,
                    Column::Each(_) => panic!("parameter {k} was to be the same for all neurons"),
                },
            };
            // By their bits, for zeros of either sign are equal.
            changed |= key.to_f64().to_bits() != now.to_f64().to_bits();
            *key = now;
        }
        changed
    }

    /// Computes what all neurons share.
    fn share(&self, given: &[T], shared: &mut [T]) {
        for (row, given) in shared.chunks_exact_mut(TILE).zip(&given[1..][..self.given.len()]) {
            row.fill(*given);
        }
        for (k, step) in (self.given.len()..).zip(&self.shared) {
            let (to, rows) = Others::split(shared, TILE, k);
            let mut from = [&[][..]; OPERANDS];
            for (row, place) in from.iter_mut().zip(&step.from) {
                match place {
                    Place::Shared(k) => *row = rows.row(*k),
                    _ => unreachable!("what is shared is computed from what is shared"),
                }
            }
            (step.run)(to, &from);
        }
    }
}

/// The column of a parameter that differs between neurons.
fn each<'a, T>(params: &[Column<'a, T>], k: usize) -> &'a [T] {
    match params[k] {
        Column::Each(column) => column,
        Column::Uniform(_) => panic!("parameter {k} was to differ between neurons"),
    }
}

/// The column of that role.
fn input<'a, T>(block: &Block<'a, '_, T>, role: Role) -> &'a [T] {
    let n = block.refractory.len();
    match role {
        Role::Current(c) => block.inputs[c].0,
        Role::Conductance(c) => block.inputs[c].1,
        Role::Jump => block.jump,
        Role::Noise(j) => &block.noise[j * n..][..n],
        Role::Param(k) => each(block.params, k),
        Role::State(_) | Role::Refractory | Role::Step => unreachable!("these are no columns of input"),
    }
}

/// Runs an instruction over the neurons of `range`.
#[inline(always)]
fn advance<T: Float>(
    step: &Step<T>,
    columns: &mut Columns<'_, T>,
    registers: &mut [T],
    shared: &[T],
    range: &Range<usize>,
) {
    match step.to {
        Place::Register(k) => {
            let (to, registers) = Others::split(registers, chunk::<T>(), k);
            // Registers are whole tiles: only where a column is read does the loop end within one.
            let column = |place: &Place| matches!(place, Place::Own(_) | Place::Input(_));
            let whole = range.len().next_multiple_of(TILE);
            let length = if step.from.iter().any(column) { range.len() } else { whole };
            let from = View { columns, shared, registers, range, length }.operands(step);
            apply(step, &mut to[..length], &from);
        }
        Place::Own(k) => {
            // A column that is written is taken out meanwhile: the instruction reads the others.
            let column = std::mem::take(&mut columns.own[k]);
            let registers = Others::whole(registers, chunk::<T>());
            let from = View { columns, shared, registers, range, length: range.len() }.operands(step);
            apply(step, &mut column[range.clone()], &from);
            columns.own[k] = column;
        }
        _ => unreachable!("results go to registers and to columns of the state"),
    }
}

dispatch!(
    /// Whether all numbers of a row are finite.
    fn finite<T: Float>(row: &[T]) -> bool
    where
        Num<T>: Real,
    {
        let mut all = true;
        row.iter().for_each(|x| all &= Num(*x).is_finite());
        all
    }
);

dispatch!(
    /// Appends the neurons whose number is not zero.
    fn spikes<T: Float>(fired: &[T], first: u32, spikes: &mut Vec<u32>)
    where
        Num<T>: Real,
    {
        // Most chunks hold few spikes or none, and so do the tiles of the others: both are passed in one look.
        if !any(fired) {
            return;
        }
        for (t, tile) in fired.chunks(TILE).enumerate().filter(|(_, tile)| any(tile)) {
            let set = (first + (t * TILE) as u32..).zip(tile).filter(|(_, f)| **f != T::default());
            spikes.extend(set.map(|(k, _)| k));
        }
    }
);

/// Whether any number is not zero.
#[inline(always)]
fn any<T: Float>(row: &[T]) -> bool {
    row.iter().fold(false, |any, x| any | (*x != T::default()))
}
