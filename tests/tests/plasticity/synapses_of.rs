//! Synapses of a test: a matrix of which the sequence of spikes is given, without a network around it.

use ecs_core::model::{PlasticityModel, Rule};
use ecs_core::network::{Arrivals, Inbox, Learner, Learning, Operator, Target};
use ecs_core::number::{Float, Num, Real};
use event_driven::csr::{Csr, Delays, Targets, Weights};
use event_driven::operators::Plastic;
use tests::rig::{fill, named};

/// Step, in ms.
pub const DT: f64 = 0.1;

/// Who is connected to whom, and who fires when.
pub struct Case {
    /// Receivers of each sender, ascending; some more than once.
    pub rows: Vec<Vec<u32>>,
    /// Receivers.
    pub posts: u32,
    /// Weight at the start.
    pub weight: f64,
    /// Steps.
    pub steps: u64,
    /// Steps in which spikes arrive, by sender.
    pub pre: Vec<Vec<u64>>,
    /// Steps in which the receivers' spikes are seen, by receiver.
    pub post: Vec<Vec<u64>>,
    /// Steps in which spikes of the modulator are seen, one for each time that they stand here.
    pub modulator: Vec<u64>,
    /// Voltages of the receivers at the end of steps, by receiver; empty where the rule looks at none.
    pub voltage: Vec<Vec<f64>>,
}

/// A small generator for who is connected and who fires; its quality does not matter.
pub struct Dice(pub u64);

impl Dice {
    /// True in one of `n` cases.
    pub fn one_of(&mut self, n: u64) -> bool {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33).is_multiple_of(n)
    }

    /// True with this chance.
    pub fn below(&mut self, chance: f64) -> bool {
        self.one_of(1);
        ((self.0 >> 11) as f64) < chance * (1_u64 << 53) as f64
    }
}

impl Case {
    /// Everybody fires now and then; the last sender and the last receiver never do.
    pub fn random(pres: usize, posts: u32, steps: u64) -> Self {
        let mut dice = Dice(7);
        let mut train = |rare: u64| (0..steps).filter(|_| dice.one_of(rare)).collect::<Vec<u64>>();
        let mut pre: Vec<_> = (0..pres as u64).map(|k| train(40 + 60 * (k % 5))).collect();
        let mut post: Vec<_> = (0..u64::from(posts)).map(|k| train(30 + 50 * (k % 7))).collect();
        pre[pres - 1].clear();
        post[posts as usize - 1].clear();
        let mut dice = Dice(11);
        let mut row = || {
            let mut row: Vec<u32> = (0..posts).filter(|_| dice.one_of(2)).collect();
            row.extend((0..posts).filter(|_| dice.one_of(10)));
            row.sort_unstable();
            row
        };
        let rows = (0..pres).map(|_| row()).collect();
        let mut dice = Dice(13);
        let mut modulator: Vec<u64> = (0..steps).filter(|_| dice.one_of(120)).collect();
        modulator.extend((0..steps).filter(|_| dice.one_of(400)));
        modulator.sort_unstable();
        // Up and down in loops of different lengths, above both thresholds of voltage-based rules at times.
        let of = |receiver: u64, step: u64| {
            let phase = (step % (170 + 11 * receiver)) as f64 / 40.0;
            -75.0 + 6.0 * (step as f64 / 300.0 + receiver as f64).sin() + 70.0 * (-phase * phase).exp()
        };
        let voltage = (0..u64::from(posts))
            .map(|receiver| (0..steps).map(|step| of(receiver, step)).collect())
            .collect();
        Self { rows, posts, weight: 0.5, steps, pre, post, modulator, voltage }
    }

    /// Its matrix, split over shards.
    pub fn csr(&self, bounds: &[u32]) -> Csr {
        let mut indptr = vec![0];
        for row in &self.rows {
            for shard in bounds.windows(2) {
                let here = row.iter().filter(|j| (shard[0]..shard[1]).contains(j)).count() as u64;
                indptr.push(indptr[indptr.len() - 1] + here);
            }
        }
        Csr {
            pre_offset: 0,
            n_pre: self.rows.len() as u32,
            n_post: self.posts,
            bounds: bounds.to_vec(),
            indptr,
            targets: Targets::U32(self.rows.concat()),
            weights: Weights::Shared(self.weight),
            delays: Delays::Shared(1),
        }
    }

    /// Weights at the end, and what was delivered to each receiver, summed. `kept` spikes are kept of each receiver.
    pub fn learnt(
        &self,
        model: &PlasticityModel,
        params: &[f64],
        bounds: &[u32],
        kept: usize,
    ) -> [Vec<f64>; 2] {
        self.learnt_in((model.double)(params), bounds, kept)
    }

    /// The same of a rule with its parameters, in whatever precision.
    pub fn learnt_in<T: Float>(&self, rule: Box<dyn Rule<T>>, bounds: &[u32], kept: usize) -> [Vec<f64>; 2]
    where
        Num<T>: Real,
    {
        let operator = Plastic::new(self.csr(bounds), rule, DT, kept).unwrap_or_else(|e| panic!("{e}"));
        let mut sums: Vec<Vec<f64>> = bounds.windows(2).map(|b| vec![0.0; (b[1] - b[0]) as usize]).collect();
        for step in 0..self.steps {
            let firing = |trains: &[Vec<u64>]| -> Vec<u32> {
                (0..trains.len() as u32)
                    .filter(|k| trains[*k as usize].binary_search(&step).is_ok())
                    .collect()
            };
            let (pre, post) = (firing(&self.pre), firing(&self.post));
            for (shard, sums) in sums.iter_mut().enumerate() {
                let neurons = sums.len();
                let inbox = Inbox::Sum64(sums);
                let mut target = Target { inbox, first: bounds[shard], neurons, slots: 1, slot: 0 };
                operator.deliver(shard, Arrivals::plain(step, &pre), &mut target);
            }
            let modulators = self.modulator.iter().filter(|spike| **spike == step).count() as u32;
            for (shard, bounds) in bounds.windows(2).enumerate() {
                operator.learn(shard, Learning { step, neurons: &post, modulators: f64::from(modulators) });
                if operator.follows() {
                    let here = &self.voltage[bounds[0] as usize..bounds[1] as usize];
                    let mut v: Vec<f64> = here.iter().map(|v| v[step as usize]).collect();
                    operator.follow(shard, step, Inbox::Sum64(&mut v));
                }
            }
        }
        (0..sums.len()).for_each(|shard| operator.settle(shard, self.steps));
        let mut weights = Vec::new();
        operator.weights(&mut |_, _, weight| weights.push(weight));
        [weights, sums.concat()]
    }
}

/// A rule and its parameters, at their defaults but for what is given.
pub fn rule(name: &str, params: &[(&str, f64)]) -> (&'static PlasticityModel, Vec<f64>) {
    let model: &PlasticityModel = named(name);
    (model, fill(model.entry.params, params))
}

#[test]
fn synapses_with_delays_of_their_own_cannot_learn() {
    let case = Case::random(3, 5, 10);
    let csr = case.csr(&[0, 5]);
    let delays = Delays::U16(vec![1; csr.targets.len()]);
    let (model, params) = rule("stdp", &[("w_max", 1.0)]);
    let made = Plastic::new(Csr { delays, ..csr }, (model.single)(&params), DT, 8);
    assert!(made.err().expect("it is refused").contains("share one delay"));
}
