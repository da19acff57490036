//! Rules that go by place: neighbours on grids exactly, probabilities by distance as laws.

use ecs_core::network::{Placement, Space};
use ecs_core::random::{Key, Purpose};
use event_driven::build::{Plan, build};
use event_driven::csr::Csr;
use event_driven::ends::Ends;
use event_driven::estimate::estimate;
use event_driven::rules::{Ball, Gaussian, Kernel, Lattice, Nearby, Neighbours, Rule, Stream};

use crate::{connect, connected, plan, row};

/// Standard deviations a statistic may be off; see `laws`.
const SIGMA: f64 = 4.5;

pub fn grid(counts: [u64; 3], axes: usize, periodic: bool) -> Space {
    let extent = [0, 1, 2].map(|axis| if axis < axes { counts[axis] as f64 } else { 0.0 });
    Space { placement: Placement::Grid(counts), axes, origin: [0.0; 3], extent, periodic, channels: 1 }
}

pub fn random(axes: usize, side: f64, periodic: bool, seed: u64) -> Space {
    let placement = Placement::Random(Key::new(seed, 0, Purpose::Position));
    let extent = [0, 1, 2].map(|axis| if axis < axes { side } else { 0.0 });
    Space { placement, axes, origin: [0.0; 3], extent, periodic, channels: 1 }
}

/// A population on itself.
fn inside(space: &Space, n: u64) -> Ends {
    Ends { spaces: [Some(space.clone()), Some(space.clone())], ..Ends::within(n) }
}

pub fn on_a_grid(counts: [u64; 3], axes: usize, periodic: bool) -> Ends {
    inside(&grid(counts, axes, periodic), counts.iter().product())
}

fn lattice(neighbours: Neighbours, self_connections: bool) -> Lattice {
    Lattice { name: "grid", neighbours, self_connections }
}

fn ball(radius: f64, p: f64) -> Nearby<Ball> {
    Nearby { name: "distance", kernel: Ball { radius, p }, self_connections: true }
}

fn gaussian(sigma: f64, p: f64) -> Nearby<Gaussian> {
    Nearby { name: "gaussian", kernel: Gaussian { sigma, p }, self_connections: true }
}

/// Steps between two places of an axis.
fn apart(a: u64, b: u64, count: u64, periodic: bool) -> u64 {
    let steps = a.abs_diff(b);
    if periodic { steps.min(count - steps) } else { steps }
}

#[test]
fn neighbours_on_a_grid_are_those_of_the_definition() {
    for (counts, axes) in [([7, 1, 1], 1), ([5, 6, 1], 2), ([4, 3, 5], 3), ([2, 9, 1], 2), ([3, 3, 3], 3)] {
        for (periodic, own) in [(false, false), (true, false), (true, true)] {
            let ends = on_a_grid(counts, axes, periodic);
            let space = grid(counts, axes, periodic);
            let steps = |i: u64, j: u64| -> [u64; 3] {
                let (a, b) = (space.cell(i), space.cell(j));
                [0, 1, 2].map(|axis| apart(a[axis], b[axis], counts[axis], periodic))
            };
            for neighbours in [Neighbours::Axes, Neighbours::Box(1), Neighbours::Box(2), Neighbours::Box(50)]
            {
                let rule = lattice(neighbours, own);
                let csr = connected(&rule, &ends, 1);
                let near = |steps: [u64; 3]| match neighbours {
                    Neighbours::Axes => steps.iter().sum::<u64>() <= 1,
                    Neighbours::Box(reach) => steps.iter().all(|&step| step <= reach),
                };
                for i in 0..ends.pre_size {
                    let right: Vec<u32> = (0..ends.pre_size)
                        .filter(|&j| near(steps(i, j)) && (own || i != j))
                        .map(|j| j as u32)
                        .collect();
                    assert_eq!(row(&csr, i as u32), right, "{neighbours:?} {counts:?} {periodic}");
                }
                assert_eq!(rule.expected(&ends).round() as u64, csr.synapses(), "{neighbours:?} {counts:?}");
            }
        }
    }
}

#[test]
fn everybody_within_the_radius_is_joined_where_the_probability_is_one() {
    let mut spaces = vec![(grid([20, 20, 1], 2, true), 400), (grid([6, 7, 8], 3, false), 336)];
    for periodic in [false, true] {
        spaces.extend([1, 2, 3].map(|axes| (random(axes, 4.0, periodic, 9), 500)));
    }
    for (space, n) in spaces {
        // From within one cell to beyond the whole box; 1 and 2 are distances on the grids.
        for radius in [0.05, 0.3, 1.0, 2.0, 50.0] {
            let csr = connected(&ball(radius, 1.0), &inside(&space, n), 2);
            for i in 0..n {
                let near = |&j: &u64| {
                    let square = space.distance_squared(space.position(i), space.position(j));
                    square.sqrt() <= radius + 1e-9
                };
                let right: Vec<u32> = (0..n).filter(near).map(|j| j as u32).collect();
                assert_eq!(row(&csr, i as u32), right, "{radius} {space:?}");
            }
        }
    }
}

#[test]
fn nobody_is_joined_beyond_the_radius_and_neurons_meet_themselves_only_where_that_is_on() {
    let space = random(2, 1.0, true, 4);
    for own in [true, false] {
        let rule = Nearby { self_connections: own, ..ball(0.1, 1.0) };
        let csr = connected(&rule, &inside(&space, 2_000), 3);
        assert!((0..2_000).all(|i| row(&csr, i).contains(&i) == own));
    }
    let csr = connected(&ball(0.1, 0.5), &inside(&space, 2_000), 3);
    for i in 0..2_000u32 {
        let place = space.position(i.into());
        assert!(
            row(&csr, i)
                .iter()
                .all(|&j| space.distance_squared(place, space.position(j.into())) <= 0.010_001)
        );
    }
}

/// Chi-square of synapses against the probability of each pair, in bins of distance: how many standard deviations it is off, by Wilson
/// and Hilferty's cube root, and the worst bin.
fn misfit(csr: &Csr, space: &Space, probability: impl Fn(f64) -> f64, width: f64) -> (f64, f64) {
    const BINS: usize = 40;
    let (mut expected, mut variance, mut found) = ([0.0; BINS], [0.0; BINS], [0.0; BINS]);
    let places: Vec<_> = (0..u64::from(csr.n_post)).map(|i| space.position(i)).collect();
    let bin = |distance: f64| ((distance / width * BINS as f64) as usize).min(BINS - 1);
    for i in 0..csr.n_pre {
        let distance = |j: u32| space.distance_squared(places[i as usize], places[j as usize]).sqrt();
        for j in 0..csr.n_post {
            let (at, p) = (bin(distance(j)), probability(distance(j)));
            expected[at] += p;
            variance[at] += p * (1.0 - p);
        }
        row(csr, i).into_iter().for_each(|j| found[bin(distance(j))] += 1.0);
    }
    let off: Vec<f64> = (0..BINS)
        .filter(|&at| variance[at] > 20.0)
        .map(|at| (found[at] - expected[at]) / variance[at].sqrt())
        .collect();
    assert!(off.len() > 8, "{} bins", off.len());
    let freedom = off.len() as f64;
    let square: f64 = off.iter().map(|z| z * z).sum();
    let wilson = ((square / freedom).cbrt() - (1.0 - 2.0 / (9.0 * freedom))) / (2.0 / (9.0 * freedom)).sqrt();
    (wilson, off.iter().fold(0.0, |worst: f64, z| worst.max(z.abs())))
}

#[test]
fn gaussian_probabilities_hold_at_every_distance() {
    for (axes, periodic, sigma, p, n) in [
        (2, true, 0.1, 0.8, 3_000),
        (2, false, 0.02, 1.0, 3_000),
        (1, true, 0.05, 0.3, 3_000),
        (3, false, 0.15, 1.0, 2_000),
    ] {
        let space = random(axes, 1.0, periodic, 5);
        let csr = connected(&gaussian(sigma, p), &inside(&space, n), 6);
        let law = |d: f64| p * (-0.5 * (d / sigma) * (d / sigma)).exp();
        let (all, worst) = misfit(&csr, &space, law, 5.0 * sigma);
        assert!(all.abs() < SIGMA && worst < SIGMA, "{axes} {sigma}: {all} {worst}");
        // The test sees a sigma that is 3 % wider.
        let wider = |d: f64| p * (-0.5 * (d / sigma / 1.03) * (d / sigma / 1.03)).exp();
        assert!(misfit(&csr, &space, wider, 5.0 * sigma).0 > SIGMA, "{axes} {sigma}");
    }
}

#[test]
fn probabilities_within_a_radius_hold_at_every_distance() {
    let space = random(2, 1.0, true, 5);
    let csr = connected(&ball(0.2, 0.3), &inside(&space, 3_000), 6);
    let (all, worst) = misfit(&csr, &space, |d| if d <= 0.2 { 0.3 } else { 0.0 }, 0.25);
    assert!(all.abs() < SIGMA && worst < SIGMA, "{all} {worst}");
}

#[test]
fn every_single_pair_has_its_probability_and_neighbours_are_independent() {
    const NETWORKS: u32 = 20_000;
    let (space, n) = (grid([3, 3, 1], 2, false), 9);
    let (rule, ends) = (gaussian(0.9, 0.9), on_a_grid([3, 3, 1], 2, false));
    let mut counts = [[0.0; 9]; 9];
    let mut both = 0.0;
    for projection in 0..NETWORKS {
        let plan = Plan { stream: Stream { seed: 8, projection }, ..plan(8, &[0, 9]) };
        let csr = build(&rule, &ends, &plan, &mut |_, _| {}).expect("a possible request");
        for i in 0..n {
            row(&csr, i as u32).into_iter().for_each(|j| counts[i as usize][j as usize] += 1.0);
        }
        both += f64::from(u8::from(row(&csr, 4).starts_with(&[0, 1])));
    }
    let total = f64::from(NETWORKS);
    let p = |i: u64, j: u64| {
        rule.kernel.probability(space.distance_squared(space.position(i), space.position(j)))
    };
    for i in 0..n {
        for j in 0..n {
            let off = (counts[i as usize][j as usize] - total * p(i, j))
                / (total * p(i, j) * (1.0 - p(i, j))).sqrt();
            assert!(off.abs() < SIGMA, "{i} {j}: {off}");
        }
    }
    let joint = p(4, 0) * p(4, 1);
    assert!((both - total * joint).abs() < SIGMA * (total * joint * (1.0 - joint)).sqrt(), "{both}");
}

#[test]
fn threads_and_shards_change_nothing() {
    let space = random(2, 1.0, true, 7);
    let rules: [Box<dyn Rule>; 3] = [
        Box::new(gaussian(0.05, 1.0)),
        Box::new(ball(0.1, 0.4)),
        Box::new(lattice(Neighbours::Box(9), false)),
    ];
    for (at, rule) in rules.into_iter().enumerate() {
        let ends = if at == 2 { on_a_grid([100, 100, 1], 2, true) } else { inside(&space, 10_000) };
        let [one, two, three] = [1, 2, 3].map(|threads| {
            let plan = Plan { threads, ..plan(21, &[0, 4_000, 10_000]) };
            build(&*rule, &ends, &plan, &mut |_, _| {}).expect("a possible request")
        });
        assert!(one.synapses() > 500_000 && one == two && one == three, "{rule:?}");
        assert_eq!(one.targets, connected(&*rule, &ends, 21).targets);
    }
}

#[test]
fn ranges_take_their_part_of_the_network_within_reach() {
    let space = grid([20, 20, 1], 2, false);
    let whole = connected(&ball(3.0, 1.0), &inside(&space, 400), 1);
    let ends = Ends { pre: 100..150, post: 90..300, ..inside(&space, 400) };
    let part = connected(&ball(3.0, 1.0), &ends, 1);
    for i in 0..50 {
        let right: Vec<u32> = row(&whole, i + 100).into_iter().filter(|j| (90..300).contains(j)).collect();
        assert_eq!(row(&part, i), right);
    }
}

#[test]
fn estimates_of_rules_by_distance_hold() {
    let far = Space { extent: [1.0, 1.0, 0.0], ..grid([200, 200, 1], 2, false) };
    for (space, n) in [(random(2, 1.0, true, 1), 20_000), (random(2, 1.0, false, 1), 10_000), (far, 40_000)] {
        for rule in [Box::new(gaussian(0.02, 0.7)) as Box<dyn Rule>, Box::new(ball(0.03, 1.0))] {
            let bounds = [0, n as u32];
            let guess = estimate(&*rule, &inside(&space, n), &plan(1, &bounds)).synapses;
            let right = connected(&*rule, &inside(&space, n), 1).synapses() as f64;
            assert!((guess / right - 1.0).abs() < 0.05, "{rule:?}: {guess} {right}");
        }
    }
    // Populations that nobody can build are estimated as well: sides of 10^6 and a reach of 8.6 * 0.02.
    let huge = inside(&random(2, 1.0, true, 1), 1_000_000_000_000);
    let guess = gaussian(0.02, 1.0).expected(&huge) / 1e24;
    let right = 2.0 * std::f64::consts::PI * 0.02 * 0.02;
    assert!((guess / right - 1.0).abs() < 0.05, "{guess} against {right}");
}

#[test]
fn rules_by_place_refuse_what_has_no_place() {
    let refusal = |rule: &dyn Rule, ends: &Ends| connect(rule, ends, 1).expect_err("impossible").to_string();
    let nowhere = Ends::within(9);
    assert_eq!(
        refusal(&gaussian(0.1, 1.0), &nowhere),
        "`gaussian`: the pre-neurons have no places; distances need them; give their population `grid` or `positions`"
    );
    let random = inside(&random(2, 1.0, true, 1), 9);
    assert_eq!(
        refusal(&lattice(Neighbours::Axes, false), &random),
        "`grid`: the pre-neurons lie on no grid with one neuron at each place; such a grid is needed; give their population `grid = [ROWS, COLUMNS]`, without `channels`"
    );
    let unlike =
        Ends { spaces: [Some(grid([3, 3, 1], 2, true)), Some(grid([9, 1, 1], 2, true))], ..Ends::within(9) };
    assert!(
        refusal(&lattice(Neighbours::Axes, false), &unlike)
            .contains("the grids of the two populations differ")
    );
    assert!(refusal(&ball(0.1, 1.0), &unlike).contains("the spaces of the two populations do not fit"));
    assert_eq!(
        refusal(&gaussian(-0.1, 1.0), &random),
        "`gaussian`: `sigma` is -0.1 mm; a length above zero is allowed; give one such as `\"0.1 mm\"`"
    );
    assert!(refusal(&ball(0.1, 1.5), &random).contains("`p` is 1.5; 0 to 1 is allowed"));
}
