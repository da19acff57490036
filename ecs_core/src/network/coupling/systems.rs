//! The two systems of couplings.

use bevy_ecs::prelude::*;

use super::{Numbers, columns};
use crate::network::accumulator::Summed;
use crate::network::cells::Cells;
use crate::network::neurons::Sealed;
use crate::network::phase::Clock;
use crate::network::team::Team;
use crate::number::{Num, Real};

/// Signals are taken from the state at the start of the step, for all couplings before anybody hears them.
pub(super) fn send<T: Summed>(
    world: &mut World,
    couplings: &mut QueryState<(Entity, &'static Numbers<T>)>,
    mut ends: Local<Vec<(Entity, Entity)>>,
) where
    Num<T>: Real,
{
    let step = world.resource::<Clock>().step;
    ends.clear();
    ends.extend(couplings.iter(world).map(|(coupling, numbers)| (coupling, numbers.pre)));
    for (coupling, pre) in ends.iter().copied() {
        let sealed = world.get::<Sealed>(pre);
        // A population that lost its order is refused when it is integrated.
        if sealed.is_some_and(|s| !s.intact(world)) {
            continue;
        }
        let raw = sealed.map(|s| s.raw(world));
        let [mut coupling, mut population] = world.entity_mut([coupling, pre]);
        if let (Some(mut numbers), Some(mut cells)) =
            (coupling.get_mut::<Numbers<T>>(), population.get_mut::<Cells>())
        {
            numbers.send(&mut *cells.0, raw.as_ref(), step);
        }
    }
}

/// Each shard of the post-neurons sums up what it hears.
pub(super) fn hear<T: Summed>(
    clock: Res<Clock>,
    team: Res<Team>,
    couplings: Query<&Numbers<T>>,
    cells: Query<(Entity, &Cells)>,
) where
    Num<T>: Real,
{
    team.run(|member| {
        for (population, cells) in &cells {
            let here = || couplings.iter().filter(|c| c.post == population);
            if here().next().is_none() {
                continue;
            }
            cells.0.coupled(member, &mut |inboxes, neurons| {
                let Some([currents, conductances, sums]) = columns::<T>(inboxes) else { return };
                currents.fill(T::default());
                conductances.fill(T::default());
                for coupling in here() {
                    coupling.hear(clock.step, &neurons, [currents, conductances, sums]);
                }
            });
        }
    });
}
