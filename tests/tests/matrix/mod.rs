//! Matrix: the operator of a scenario's one projection, asked in each of its directions.

use ecs_core::model::Precision;
use ecs_core::network::{Arrivals, Inbox, Network, Operator, Projection, Target};
use scenarios::schema::{Precision as Kept, Scenario};
use tests::network::built;

/// Sums of some hundred products near 1, in another order.
const ROUNDING: f32 = 1e-4;

/// An operator and its sizes.
pub struct Matrix {
    operator: std::sync::Arc<dyn Operator>,
    pre: usize,
    post: usize,
    bounds: Vec<u32>,
    double: bool,
    /// `[pre, post]`, by products with unit vectors.
    rows: Vec<Vec<f32>>,
}

impl PartialEq for Matrix {
    fn eq(&self, other: &Self) -> bool {
        self.rows == other.rows && self.operator.transfer() == other.operator.transfer()
    }
}

impl Matrix {
    /// The operator that the scenario's first projection becomes.
    pub fn of(scenario: &Scenario) -> Self {
        let mut simulation = built(scenario);
        let world = simulation.app.world_mut();
        let entity = world
            .query::<(bevy_ecs::entity::Entity, &Projection)>()
            .iter(world)
            .next()
            .expect("one projection")
            .0;
        let projection = world.entity_mut(entity).take::<Projection>().expect("it is one");
        let size = |k: usize| scenario.populations[k].size;
        let (pre, post) = (size(0), size(scenario.populations.len() - 1));
        let bounds = Network::new(world, Precision::F32, simulation.threads).bounds(post);
        let double = scenario.run.precision == Kept::F64;
        let mut matrix = Self { operator: projection.operator, pre, post, bounds, double, rows: Vec::new() };
        matrix.rows = (0..pre).map(|i| matrix.forward(&unit(pre, i))).collect();
        matrix
    }

    /// `[pre, post]`.
    pub fn rows(&self) -> Vec<Vec<f32>> {
        self.rows.clone()
    }

    fn forward(&self, pre: &[f32]) -> Vec<f32> {
        let mut post = vec![0.0; self.post];
        self.operator.forward(pre, &mut post);
        post
    }

    /// What arrives, in all slots together, when these neurons fire.
    fn delivered(&self, spikes: &[u32]) -> Vec<f32> {
        let transfer = self.operator.transfer();
        let slots = if transfer.own_delays { transfer.delay as usize + 1 } else { 1 };
        let mut post = Vec::new();
        for (shard, bounds) in self.bounds.windows(2).enumerate() {
            let neurons = (bounds[1] - bounds[0]) as usize;
            let cells = neurons * slots;
            let deliver = |inbox: Inbox<'_>| {
                let mut target = Target { inbox, first: bounds[0], neurons, slots, slot: slots - 1 };
                self.operator.deliver(shard, Arrivals::plain(0, spikes), &mut target);
            };
            let arrived: Vec<f32> = match (transfer.shared_weight, self.double) {
                (Some(weight), _) => {
                    let mut counts = vec![0u16; cells];
                    deliver(Inbox::Count16(&mut counts));
                    counts.into_iter().map(|n| f32::from(n) * weight as f32).collect()
                }
                (None, false) => {
                    let mut sums = vec![0f32; cells];
                    deliver(Inbox::Sum32(&mut sums));
                    sums
                }
                (None, true) => {
                    let mut sums = vec![0f64; cells];
                    deliver(Inbox::Sum64(&mut sums));
                    sums.into_iter().map(|x| x as f32).collect()
                }
            };
            post.extend(
                (0..neurons).map(|j| (0..slots).map(|slot| arrived[slot * neurons + j]).sum::<f32>()),
            );
        }
        post
    }

    /// `deliver` of some spikes is `forward` of a vector of zeros and ones, and that is the sum of the rows.
    pub fn is_what_arrives(&self, place: &str) {
        for stride in [1, 3, 7, self.pre] {
            let spikes: Vec<u32> = (0..self.pre as u32).step_by(stride).collect();
            let mut fired = vec![0.0; self.pre];
            spikes.iter().for_each(|k| fired[*k as usize] = 1.0);
            let by_rows = |j: usize| spikes.iter().map(|k| self.rows[*k as usize][j]).sum::<f32>();
            let sums: Vec<f32> = (0..self.post).map(by_rows).collect();
            near(&self.forward(&fired), &sums, place);
            near(&self.delivered(&spikes), &sums, place);
        }
        assert!(self.rows.iter().flatten().any(|w| *w != 0.0), "{place}: nothing is connected");
    }

    /// `transposed` is the product with the transposed matrix.
    pub fn is_transposed(&self, place: &str) {
        let post = wave(self.post, 0.3);
        let mut pre = vec![0.0; self.pre];
        self.operator.transposed(&post, &mut pre);
        let by_rows = |row: &Vec<f32>| row.iter().zip(&post).map(|(w, x)| w * x).sum::<f32>();
        near(&pre, &self.rows.iter().map(by_rows).collect::<Vec<f32>>(), place);
    }

    /// `weight_gradient` is the outer product at the synapses, in the order of rows.
    pub fn has_a_gradient_for_each_synapse(&self, place: &str) {
        let (pre, post) = (wave(self.pre, 0.3), wave(self.post, 0.7));
        let (mut numbers, mut found) = (Vec::new(), Vec::new());
        self.operator.weight_gradient(&pre, &post, &mut |synapse, gradient| {
            numbers.push(synapse);
            found.push(gradient);
        });
        let synapses = self.operator.transfer().synapses;
        assert!(numbers.into_iter().eq(0..synapses), "{place}: each synapse once, in order");
        let repeats = |w: f32| match self.operator.transfer().shared_weight {
            Some(weight) => (w / weight as f32).round() as usize,
            None => usize::from(w != 0.0),
        };
        let (rows, post) = (self.rows.iter().zip(&pre), &post);
        let expected = rows.flat_map(|(row, x)| {
            row.iter().zip(post).flat_map(move |(w, y)| std::iter::repeat_n(x * y, repeats(*w)))
        });
        assert!(found.into_iter().eq(expected), "{place}: the outer product");
    }
}

fn unit(size: usize, at: usize) -> Vec<f32> {
    (0..size).map(|k| f32::from(u8::from(k == at))).collect()
}

/// Numbers between −1 and 1 that no permutation leaves as they are.
fn wave(size: usize, step: f32) -> Vec<f32> {
    (0..size).map(|k| (k as f32 * step + 0.1).sin()).collect()
}

#[track_caller]
fn near(found: &[f32], expected: &[f32], place: &str) {
    assert_eq!(found.len(), expected.len(), "{place}");
    for (k, (x, y)) in found.iter().zip(expected).enumerate() {
        assert!((x - y).abs() <= ROUNDING * y.abs().max(1.0), "{place}: entry {k} is {x}, expected {y}");
    }
}
