//! Times: when each synapse of a block last saw something, for rules that let synapses change in between.
//!
//! A synapse goes from event to event: spikes of either side, and of a modulator where there is one. It is never brought to a
//! moment in between, so that when work is done changes no bit.

use ecs_core::model::Synapses;
use ecs_core::number::{Float, Num, Real};

use super::columns::BLOCK;
use super::history::not_before;
use super::modulation::Modulation;
use super::shard::Pass;

/// Of a block of synapses.
pub(super) struct Times<T> {
    /// Step of the last event that was seen, and the step to go to.
    pub from: [u32; BLOCK],
    pub to: [u32; BLOCK],
    /// Time in between in ms, and the modulator's level at its beginning.
    pub elapsed: [T; BLOCK],
    pub level: [T; BLOCK],
    /// Steps since the modulator's spike that left the level.
    since: [T; BLOCK],
}

/// Weights and state of a block of synapses, `[synapse]` and `[variable, synapse]`, and the rule's own room.
pub(super) type Changing<'a, 'b, T> = (&'a mut [T], &'a mut [&'b mut [T]], &'a mut [T]);

impl<T: Float> Times<T>
where
    Num<T>: Real,
{
    pub fn new() -> Self {
        let zero = [T::default(); BLOCK];
        Self { from: [0; BLOCK], to: [0; BLOCK], elapsed: zero, level: zero, since: zero }
    }

    /// Leads the first `n` synapses through the modulator's spikes on their way, and says how long the rest of it is.
    pub fn lead(
        &mut self,
        pass: &Pass<'_, T>,
        modulation: Option<&Modulation<T>>,
        (w, state, scratch): Changing<'_, '_, T>,
        n: usize,
    ) {
        let Some(modulation) = modulation else {
            return self.rest(pass, None, n);
        };
        let (now, length) = (pass.step as u32, w.len());
        let earliest = self.from[..n].iter().map(|from| now.wrapping_sub(*from)).max().unwrap_or(0);
        let latest = self.to[..n].iter().map(|to| now.wrapping_sub(*to)).min().unwrap_or(0);
        let first = modulation.before(now.wrapping_sub(earliest));
        let end = modulation.before(now.wrapping_sub(latest));
        for k in first..end {
            let spike = modulation.steps()[k];
            self.up_to(spike, pass, modulation, n);
            pass.rule.drift(&mut Synapses {
                w: &mut *w,
                state: &mut *state,
                pre: &[],
                post: &[],
                elapsed: &self.elapsed[..length],
                level: &self.level[..length],
                scratch: &mut *scratch,
            });
        }
        self.rest(pass, Some(modulation), n);
    }

    /// Times up to a spike of the modulator: none for those that it is not on the way of.
    fn up_to(&mut self, spike: u32, pass: &Pass<'_, T>, modulation: &Modulation<T>, n: usize) {
        for a in 0..n {
            let on_the_way = !not_before(self.from[a], spike) && !not_before(spike, self.to[a]);
            let steps = if on_the_way { spike.wrapping_sub(self.from[a]) } else { 0 };
            self.elapsed[a] = T::of(f64::from(steps) * pass.dt);
            self.look_up(a, modulation);
            self.from[a] = if on_the_way { spike } else { self.from[a] };
        }
        modulation.decay(&mut self.level[..n], &self.since[..n]);
    }

    fn rest(&mut self, pass: &Pass<'_, T>, modulation: Option<&Modulation<T>>, n: usize) {
        for a in 0..n {
            self.elapsed[a] = T::of(f64::from(self.to[a].wrapping_sub(self.from[a])) * pass.dt);
        }
        if let Some(modulation) = modulation {
            (0..n).for_each(|a| self.look_up(a, modulation));
            modulation.decay(&mut self.level[..n], &self.since[..n]);
        }
    }

    fn look_up(&mut self, a: usize, modulation: &Modulation<T>) {
        let (spike, level) = modulation.at(self.from[a]).unwrap_or((self.from[a], T::default()));
        self.level[a] = level;
        self.since[a] = T::of(f64::from(self.from[a].wrapping_sub(spike)));
    }
}
