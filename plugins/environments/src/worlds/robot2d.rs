//! Robot: two wheels, two light sensors and rays that measure how far obstacles are.
//!
//! ```text
//! v = (left + right) / 2,  dφ/dt = (right − left) / 53 mm         wheels: the action, in mm/s, −`speed` to `speed`
//! light_k = (1 + cos α_k) / 2 / (1 + (d / half)²)                 α_k: angle between the light and sensor k, which looks 45° to its side
//! ```
//!
//! A disc of 37 mm radius in an arena of `width` by `height` mm, with walls around it and round `obstacles`, (x, y, radius) one after the
//! other. Midpoint rule in steps of at most 10 ms; where it meets something it slides along, without friction. Obstacles are lower than the
//! light and throw no shadow. Ports: `light` (left, right), `range` (in mm, `rays` of them from the right side to the left, `reach` where nothing is nearer),
//! `touch` (whether it touches anything). A tick's reward is how many metres nearer the light it is; an episode ends with success where
//! its middle is within `goal` mm of the light, and is cut off after `limit` ticks. It begins at one of `starts`, (x, y, direction in
//! rad), or where there are none anywhere free of obstacles, half the arena's width from the light or more, in any direction.
//!
//! Source: Braitenberg (1984), Vehicles, MIT Press; size and speed of Mondada et al. (2009), The e-puck, a robot designed for education in
//! engineering, Proc. 9th Conference on Autonomous Robot Systems and Competitions 1, 59-65. Rays and distances are those of parry2d, <https://parry.rs>.

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, TAU};

use ecs_core::control::{Environment, EnvironmentPlan, Outcome, Picture, Port, Spec};
use ecs_core::registry::{Bound, Field};
use parry2d_f64::math::{Pose, Vector};
use parry2d_f64::query::{PointQuery, Ray, RayCast};
use parry2d_f64::shape::{Ball, Cuboid};

use super::pcg::Pcg;
use super::{sin_cos, whole};

/// Its scenario table.
pub const PARAMS: &[Field] = &[
    Field::number("width", 1500.0, "mm", "width of the arena").within(Bound::Positive),
    Field::number("height", 1000.0, "mm", "height of the arena").within(Bound::Positive),
    Field::number("rays", 8.0, "", "rays that measure distances").within(Bound::Positive),
    Field::number("reach", 300.0, "mm", "how far they reach").within(Bound::Positive),
    Field::number("speed", 130.0, "mm/s", "the fastest a wheel goes").within(Bound::Positive),
    Field::number("half", 500.0, "mm", "distance at which the light is half as bright").within(Bound::Positive),
    Field::number("goal", 80.0, "mm", "how near the light it has arrived").within(Bound::Positive),
    Field::number("limit", 1e9, "", "ticks after which an episode is cut off").within(Bound::Positive),
    Field::list("light", "mm", "where the light is, (x, y); left out: in the middle of the arena"),
    Field::list("obstacles", "mm", "`[obstacle, 3]`, x, y and radius of one after the other"),
    Field::list("starts", "", "`[start, 3]`, x and y in mm and the direction in rad; the seed chooses one"),
];

const RADIUS: f64 = 37.0;
const AXLE: f64 = 53.0;
/// The longest step, ms.
const STEP: f64 = 10.0;
/// Free space around where it begins, mm.
const CLEAR: f64 = 20.0;
/// Places that are tried before an arena counts as full.
const TRIES: u32 = 10_000;
/// How often it is pushed out of what it meets, in turn; in a corner it meets two things at once.
const PUSHES: u32 = 4;

/// What rays meet, and what the robot slides along.
trait Solid: RayCast + PointQuery + Send + Sync {}

impl<T: RayCast + PointQuery + Send + Sync> Solid for T {}

/// What stays as it is.
struct Arena {
    size: [f64; 2],
    reach: f64,
    half: f64,
    goal: f64,
    light: [f64; 2],
    obstacles: Vec<[f64; 3]>,
    starts: Vec<[f64; 3]>,
    /// Walls and obstacles, each at its place.
    solids: Vec<(Pose, Box<dyn Solid>)>,
}

/// The robot in its arena.
pub struct Robot {
    spec: Spec,
    arena: Arena,
    limit: u64,
    place: [f64; 2],
    heading: f64,
    touches: bool,
    /// Distances along the rays, mm.
    ranges: Vec<f64>,
    ticks: u64,
}

/// Makes one.
///
/// # Errors
/// On a number of rays or a limit that is no whole number, lists of a wrong length, a light or a start outside the arena or in an
/// obstacle, and an arena without a free place.
pub fn build(plan: &EnvironmentPlan) -> Result<Box<dyn Environment>, String> {
    let [width, height, rays, reach, speed, half, goal, limit] = plan.given.numbers();
    let light = match plan.given.list("light") {
        [] => [width / 2.0, height / 2.0],
        [x, y] => [*x, *y],
        other => return Err(format!("`light` has {} numbers; 2 are allowed: x and y", other.len())),
    };
    let [obstacles, starts] = [triples(plan, "obstacles", "radius")?, triples(plan, "starts", "direction")?];
    let solids = solids([width, height], &obstacles);
    let arena = Arena { size: [width, height], reach, half, goal, light, obstacles, starts, solids };
    if !(0.0..=width).contains(&light[0]) || !(0.0..=height).contains(&light[1]) {
        return Err(format!("`light` = {light:?} is outside the arena of {width} mm by {height} mm"));
    }
    if let Some(start) = arena.starts.iter().find(|start| !arena.free(start[0], start[1], 0.0)) {
        return Err(format!("the start {start:?} is in a wall or an obstacle, {RADIUS} mm around it have to be free"));
    }
    let start = arena.place(&mut Pcg::seeded(0)).ok_or_else(|| {
        format!("no place is free half of `width` = {width} mm from the light; give `starts`, or fewer obstacles")
    })?;
    let rays = whole("rays", rays)? as usize;
    let spec = Spec {
        observation: vec![
            Port::continuous("light", "", &[(0.0, 1.0); 2]),
            Port::continuous("range", "mm", &vec![(0.0, reach); rays]),
            Port::discrete("touch", 2),
        ],
        action: vec![Port::continuous("wheels", "mm/s", &[(-speed, speed); 2])],
        interval: None,
    };
    let (limit, ranges, [x, y, heading]) = (whole("limit", limit)?, vec![reach; rays], start);
    Ok(Box::new(Robot { spec, arena, limit, place: [x, y], heading, touches: false, ranges, ticks: 0 }))
}

fn triples(plan: &EnvironmentPlan, name: &str, third: &str) -> Result<Vec<[f64; 3]>, String> {
    let (triples, rest) = plan.given.list(name).as_chunks::<3>();
    match rest.len() {
        0 => Ok(triples.to_vec()),
        _ => Err(format!("`{name}` has {} numbers; x, y and {third} of each are allowed", triples.len() * 3 + rest.len())),
    }
}

/// Four walls as thick as the robot, and the obstacles.
fn solids([width, height]: [f64; 2], obstacles: &[[f64; 3]]) -> Vec<(Pose, Box<dyn Solid>)> {
    let (x, y, thick) = (width / 2.0, height / 2.0, RADIUS);
    let wall = |place: [f64; 2], size: [f64; 2]| -> (Pose, Box<dyn Solid>) {
        let [half_width, half_height] = size;
        (Pose::translation(place[0], place[1]), Box::new(Cuboid::new(Vector::new(half_width, half_height))))
    };
    let round = |[x, y, radius]: &[f64; 3]| -> (Pose, Box<dyn Solid>) {
        (Pose::translation(*x, *y), Box::new(Ball::new(*radius)))
    };
    let walls = [
        wall([x, -thick], [x + 2.0 * thick, thick]),
        wall([x, height + thick], [x + 2.0 * thick, thick]),
        wall([-thick, y], [thick, y + 2.0 * thick]),
        wall([width + thick, y], [thick, y + 2.0 * thick]),
    ];
    walls.into_iter().chain(obstacles.iter().map(round)).collect()
}

/// How far two points are from each other; of sums and roots alone, which are the same on every machine.
fn apart(a: [f64; 2], b: [f64; 2]) -> f64 {
    let [x, y] = [a[0] - b[0], a[1] - b[1]];
    (x * x + y * y).sqrt()
}

impl Arena {
    /// Whether the robot fits there with that much space around it.
    fn free(&self, x: f64, y: f64, clear: f64) -> bool {
        let [width, height] = self.size;
        let room = RADIUS + clear;
        let within = (room..=width - room).contains(&x) && (room..=height - room).contains(&y);
        within && self.obstacles.iter().all(|[a, b, radius]| apart([x, y], [*a, *b]) >= radius + room)
    }

    /// Where an episode begins: x, y, direction. None where no place was found.
    fn place(&self, draws: &mut Pcg) -> Option<[f64; 3]> {
        if !self.starts.is_empty() {
            let which = draws.uniform(0.0, self.starts.len() as f64) as usize;
            return Some(self.starts[which]);
        }
        let [width, height] = self.size;
        (0..TRIES).find_map(|_| {
            let [x, y] = [draws.uniform(0.0, width), draws.uniform(0.0, height)];
            let far = apart([x, y], self.light) >= width / 2.0;
            (far && self.free(x, y, CLEAR)).then(|| [x, y, draws.uniform(0.0, TAU)])
        })
    }
}

impl Robot {
    /// Goes on for `time` s at wheel speeds that go `ahead` in mm/s and `turn` in rad/s.
    fn roll(&mut self, ahead: f64, turn: f64, time: f64) {
        let (sin, cos) = sin_cos(self.heading + 0.5 * turn * time);
        self.place[0] += ahead * time * cos;
        self.place[1] += ahead * time * sin;
        self.heading = (self.heading + turn * time).rem_euclid(TAU);
        self.touches = false;
        for _ in 0..PUSHES {
            for (place, solid) in &self.arena.solids {
                let centre = Vector::new(self.place[0], self.place[1]);
                let nearest = solid.project_point(place, centre, false).point;
                let far = apart(self.place, [nearest.x, nearest.y]);
                if far > 0.0 && far < RADIUS {
                    self.place[0] += (self.place[0] - nearest.x) / far * (RADIUS - far);
                    self.place[1] += (self.place[1] - nearest.y) / far * (RADIUS - far);
                    self.touches = true;
                }
            }
        }
    }

    fn distance(&self) -> f64 {
        apart(self.place, self.arena.light)
    }

    /// Of a light sensor that looks `aside` of ahead.
    fn brightness(&self, aside: f64) -> f64 {
        let ([x, y], [a, b], far) = (self.place, self.arena.light, self.distance());
        let (sin, cos) = sin_cos(self.heading + aside);
        let towards = if far > 0.0 { ((a - x) * cos + (b - y) * sin) / far } else { 1.0 };
        let faded = 1.0 + (far / self.arena.half) * (far / self.arena.half);
        (0.5 + 0.5 * towards.clamp(-1.0, 1.0)) / faded
    }

    /// Direction of a ray.
    fn ray(&self, k: usize) -> [f64; 2] {
        let aside = match self.ranges.len() {
            1 => 0.0,
            rays => std::f64::consts::PI * k as f64 / (rays - 1) as f64 - FRAC_PI_2,
        };
        let (sin, cos) = sin_cos(self.heading + aside);
        [cos, sin]
    }

    /// Measures along the rays, which begin at the edge of the disc.
    fn measure(&mut self) {
        let [x, y] = self.place;
        let reach = self.arena.reach;
        for k in 0..self.ranges.len() {
            let [cos, sin] = self.ray(k);
            let ray = Ray::new(Vector::new(x + RADIUS * cos, y + RADIUS * sin), Vector::new(cos, sin));
            let hits = self.arena.solids.iter().filter_map(|(place, solid)| solid.cast_ray(place, &ray, reach, true));
            self.ranges[k] = hits.fold(reach, f64::min);
        }
    }

    fn show(&mut self, observation: &mut [f64]) {
        self.measure();
        let (lights, others) = observation.split_at_mut(2);
        lights.copy_from_slice(&[self.brightness(FRAC_PI_4), self.brightness(-FRAC_PI_4)]);
        let (ranges, touch) = others.split_at_mut(self.ranges.len());
        ranges.copy_from_slice(&self.ranges);
        touch[0] = f64::from(u8::from(self.touches));
    }
}

impl Environment for Robot {
    fn spec(&self) -> &Spec {
        &self.spec
    }

    fn reset(&mut self, seed: u64, observation: &mut [f64]) -> Result<(), String> {
        let start = self.arena.place(&mut Pcg::seeded(seed)).ok_or("no free place was found to begin at")?;
        (self.place, self.heading) = ([start[0], start[1]], start[2]);
        (self.touches, self.ticks) = (false, 0);
        self.show(observation);
        Ok(())
    }

    fn step(&mut self, action: &[f64], interval: f64, observation: &mut [f64]) -> Result<Outcome, String> {
        let (before, steps) = (self.distance(), (interval / STEP).ceil());
        let time = interval * 1e-3 / steps;
        let (ahead, turn) = ((action[0] + action[1]) / 2.0, (action[1] - action[0]) / AXLE);
        for _ in 0..steps as u64 {
            self.roll(ahead, turn, time);
        }
        self.ticks += 1;
        self.show(observation);
        let (arrived, truncated) = (self.distance() <= self.arena.goal, self.ticks >= self.limit);
        let (reward, success) = ((before - self.distance()) * 1e-3, (arrived || truncated).then_some(arrived));
        Ok(Outcome { reward, terminated: arrived, truncated, success, finished: false })
    }

    fn draw(&self, picture: &mut Picture) {
        let [width, height] = self.arena.size.map(|x| x as f32);
        let ([x, y], (sin, cos), radius) = (self.place, sin_cos(self.heading), RADIUS as f32);
        let along = |[cos, sin]: [f64; 2], far: f64| [(x + far * cos) as f32, (y + far * sin) as f32];
        let edge = 0.03 * width;
        picture.begin([-edge, -edge, width + edge, height + edge]);
        picture.circle(self.arena.light.map(|x| x as f32), self.arena.goal as f32, 3);
        picture.line(&[[0.0, 0.0], [width, 0.0], [width, height], [0.0, height], [0.0, 0.0]], 8.0, 0);
        for [x, y, radius] in &self.arena.obstacles {
            picture.circle([*x as f32, *y as f32], *radius as f32, 0);
        }
        for (k, range) in self.ranges.iter().enumerate() {
            picture.line(&[along(self.ray(k), RADIUS), along(self.ray(k), RADIUS + range)], 2.0, 2);
        }
        picture.circle([x as f32, y as f32], radius, 1);
        picture.line(&[[x as f32, y as f32], along([cos, sin], RADIUS)], 8.0, 0);
    }
}
