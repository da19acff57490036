//! A value that rises with distance d: offset + slope d. As a delay it is conduction at a speed of 1 / slope.

use ecs_core::network::{Filling, InitialiserModel, Pairs, Space};
use ecs_core::registry::Field;

use super::{entry, spaces};

inventory::submit! {
    InitialiserModel {
        entry: entry(
            "per_distance",
            "Rises with distance d: offset + slope d, as delays of conduction do.",
            &[
                Field::number("slope", f64::NAN, "value/mm", "What a distance adds."),
                Field::number("offset", 0.0, "value", "Value at no distance."),
            ],
        ),
        check: |_, matrix| spaces("per_distance", matrix).map(drop),
        fill: |params, matrix| {
            let spaces = matrix.spaces.map(|space| space.expect("`check` asks for both").clone());
            Filling::Pairs(Box::new(PerDistance { slope: params[0], offset: params[1], spaces }))
        },
    }
}

#[derive(Debug)]
struct PerDistance {
    slope: f64,
    offset: f64,
    spaces: [Space; 2],
}

impl Pairs for PerDistance {
    fn value(&self, pre: u32, post: u32) -> f64 {
        let [from, to] = &self.spaces;
        let square = from.distance_squared(from.position(pre.into()), to.position(post.into()));
        self.offset + self.slope * square.sqrt()
    }
}
