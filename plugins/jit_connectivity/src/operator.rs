//! The operator: rows drawn again, sixteen at a time, part by part of the post-neurons.

use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ecs_core::model::instructions;
use ecs_core::network::{Arrivals, ConnectPlan, Operator, Row, Target, Transfer};
use ecs_core::random::{Distribution, Key, Purpose};
use event_driven::ends::Ends;
use event_driven::law::{Ask, Assembly, LANES, Law, ROOM, Scratch, Take};
use event_driven::operators::{Cell, spread};
use event_driven::rules::{Progress, Stream};
use event_driven::with_cells;

use crate::draw::{Count, Product, Rows, Slopes, Spread, Transposed, Visiting, Weight, Weights};

/// A projection whose synapses are never stored.
pub struct JustInTime {
    law: Arc<Law>,
    /// Pre-neurons, as indices of their population.
    pre: Range<u32>,
    weight: Weight,
    weights: Distribution,
    key: Key,
    transfer: Transfer,
    /// Whether weights are rounded to single precision.
    single: bool,
    /// For each shard, where its rows are drawn.
    rooms: Vec<Mutex<Room>>,
    /// Where rows that somebody asks for are drawn: as many as ever asked at once.
    spare: Mutex<Vec<(Room, Rows)>>,
}

/// Where rows are drawn.
struct Room {
    scratch: Scratch,
    weights: Box<Weights>,
}

impl Default for Room {
    fn default() -> Self {
        Self { scratch: Scratch::default(), weights: Box::new([0.0; ROOM]) }
    }
}

/// Rows between two reports of progress.
const STRIDE: usize = 1 << 16;

impl JustInTime {
    /// Draws the rows of `law` between `ends`, with the weights, the delay and the shards of `plan`.
    ///
    /// Counts the synapses once, by as many threads as the plan says.
    pub fn new(law: Law, ends: &Ends, plan: &ConnectPlan<'_>, progress: &mut Progress<'_>) -> Self {
        let key = Stream { seed: plan.seed, projection: plan.stream }.key(Purpose::Weight);
        let single = !plan.double;
        let delay = plan.delay.constant().unwrap_or(plan.dt);
        let transfer = Transfer {
            synapses: count(&law, ends.n_pre() as u32, plan.threads, progress),
            bytes: law.memory_bytes(),
            shared_weight: plan.weight.constant(),
            most_per_neuron: law.most_per_neuron(ends.n_pre()),
            delay: (delay / plan.dt).round().max(1.0) as u32,
            own_delays: false,
        };
        let shards = plan.bounds.len().saturating_sub(1).max(1);
        Self {
            law: Arc::new(law),
            pre: ends.pre.start as u32..ends.pre.end as u32,
            weight: Weight::of(plan.weight, key, single),
            weights: plan.weight,
            key,
            transfer,
            single,
            rooms: (0..shards).map(|_| Mutex::default()).collect(),
            spare: Mutex::default(),
        }
    }

    fn spare(&self) -> MutexGuard<'_, Vec<(Room, Rows)>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nobody else is in it: a shard is worked on by one thread at a time.
    fn room(&self, shard: usize) -> MutexGuard<'_, Room> {
        self.rooms[shard].lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn spread<C: Cell>(&self, first: u32, spikes: Arrivals<'_>, cells: &mut [C], room: &mut Room) {
        let Room { scratch, weights } = room;
        let ask = Ask {
            neurons: spikes.neurons,
            offset: self.pre.start,
            parts: self.law.reaching(first..first + cells.len() as u32),
        };
        let gains = spikes.gains;
        self.law.draw(&ask, scratch, &mut Spread { weight: self.weight, room: weights, gains, first, cells });
    }

    /// Draws all rows.
    fn all(&self, take: &mut impl Take) {
        draw_rows(&self.law, 0..self.pre.end - self.pre.start, 0..self.law.parts(), take);
    }
}

fn draw_rows(law: &Law, rows: Range<u32>, parts: Range<usize>, take: &mut impl Take) {
    let mut scratch = Scratch::default();
    for start in rows.clone().step_by(LANES) {
        let group: [u32; LANES] = std::array::from_fn(|lane| start.wrapping_add(lane as u32));
        let neurons = &group[..LANES.min((rows.end - start) as usize)];
        law.draw(&Ask { neurons, offset: 0, parts: parts.clone() }, &mut scratch, take);
    }
}

/// Synapses of all rows: the same for any number of threads.
fn count(law: &Law, rows: u32, threads: usize, progress: &mut Progress<'_>) -> u64 {
    let of = |rows: Range<u32>| {
        let mut count = Count::default();
        draw_rows(law, rows, 0..law.parts(), &mut count);
        count.0
    };
    let mut total = 0;
    let wave = STRIDE * threads.max(1);
    for first in (0..rows).step_by(wave) {
        let share = |k: usize| {
            let at = |k: usize| (u64::from(first) + (k * STRIDE) as u64).min(rows.into()) as u32;
            at(k)..at(k + 1)
        };
        total += std::thread::scope(|scope| {
            let others: Vec<_> = (1..threads.max(1)).map(|k| scope.spawn(move || of(share(k)))).collect();
            let own = of(share(0));
            own + others.into_iter().map(|other| other.join().expect("counting does not fail")).sum::<u64>()
        });
        progress.advance(((u64::from(first) + wave as u64).min(rows.into())) - u64::from(first));
    }
    total
}

impl Operator for JustInTime {
    fn deliver(&self, shard: usize, spikes: Arrivals<'_>, target: &mut Target<'_>) {
        let spikes = spikes.of(self.pre.clone());
        if spikes.neurons.is_empty() {
            return;
        }
        let (first, now) = (target.first, target.offset(0));
        let here = now..now + target.neurons;
        let room = &mut *self.room(shard);
        with_cells!(&mut target.inbox, cells => self.spread(first, spikes, &mut cells[here], room));
    }

    fn forward(&self, pre: &[f32], post: &mut [f32]) {
        self.forward_many(pre, post, 1);
    }

    fn transposed(&self, post: &[f32], pre: &mut [f32]) {
        self.transposed_many(post, pre, 1);
    }

    fn forward_many(&self, pre: &[f32], post: &mut [f32], columns: usize) {
        let (weight, room, first) = (self.weight, &mut [0.0; ROOM], self.pre.start as usize);
        let times = spread(instructions());
        let mut product = Product { weight, room, times, first, pre, post, columns };
        // The columns of a part's post-neurons stay in the cache while all rows pass.
        for part in 0..self.law.parts() {
            draw_rows(&self.law, 0..self.pre.end - self.pre.start, part..part + 1, &mut product);
        }
    }

    fn transposed_many(&self, post: &[f32], pre: &mut [f32], columns: usize) {
        let (weight, room, first) = (self.weight, &mut [0.0; ROOM], self.pre.start as usize);
        self.all(&mut Transposed { weight, room, first, post, pre, columns });
    }

    fn weight_gradient(&self, pre: &[f32], post: &[f32], add: &mut dyn FnMut(u64, f32)) {
        let (mut assembly, mut synapse) = (Assembly::default(), 0);
        for neuron in self.pre.clone() {
            let row = &assembly.rows(&self.law, &[neuron - self.pre.start], None)[0];
            for target in &row.targets {
                add(synapse, pre[neuron as usize] * post[*target as usize]);
                synapse += 1;
            }
        }
    }

    fn law_gradient(&self, pre: &[f32], post: &[f32], add: &mut dyn FnMut(&'static str, f64)) {
        let first = self.pre.start as usize;
        let mut slopes = Slopes { law: self.weights, key: self.key, first, pre, post, sums: [0.0; 2] };
        self.all(&mut slopes);
        self.weights.parameters().iter().zip(slopes.sums).for_each(|(name, sum)| add(name, sum));
    }

    fn rows(&self, neurons: &[u32], slopes: bool, visit: &mut dyn FnMut(Row<'_>)) -> bool {
        let inside = |bound: u32| neurons.partition_point(|neuron| *neuron < bound);
        let (first, past) = (inside(self.pre.start), inside(self.pre.end));
        if first < past {
            let (mut room, mut rows) = self.spare().pop().unwrap_or_default();
            let neurons = &neurons[first..past];
            let ask = Ask { neurons, offset: self.pre.start, parts: 0..self.law.parts() };
            let slopes = slopes.then_some((self.weights, self.key));
            let Room { scratch, weights } = &mut room;
            let visit = &mut |row: Row<'_>| visit(Row { at: row.at + first, ..row });
            let mut take = Visiting { rows: &mut rows, weight: self.weight, room: weights, slopes, visit };
            self.law.draw(&ask, scratch, &mut take);
            self.spare().push((room, rows));
        }
        true
    }

    fn law(&self) -> Option<Distribution> {
        Some(self.weights)
    }

    fn with_law(&self, law: Distribution) -> Option<Arc<dyn Operator>> {
        Some(Arc::new(Self {
            law: self.law.clone(),
            pre: self.pre.clone(),
            weight: Weight::of(law, self.key, self.single),
            weights: law,
            key: self.key,
            transfer: Transfer { shared_weight: law.constant(), ..self.transfer },
            single: self.single,
            rooms: self.rooms.iter().map(|_| Mutex::default()).collect(),
            spare: Mutex::default(),
        }))
    }

    fn transfer(&self) -> Transfer {
        self.transfer
    }
}
