//! History: the signals of the last steps, as far back as the longest delay of a coupling.

/// Signals, `[slot, sender]`. Where synapses have delays of their own each slot is kept twice, so that all of the past lies
/// before the reader in one piece, whatever the step.
pub(super) struct History<T> {
    senders: usize,
    slots: usize,
    lag: usize,
    own_delays: bool,
    values: Vec<T>,
}

impl<T: Copy + Default> History<T> {
    /// For delays of up to `longest` steps: of each synapse's own, or all alike.
    pub fn new(senders: usize, longest: usize, own_delays: bool) -> Self {
        let (slots, copies) = (longest + 1, if own_delays { 2 } else { 1 });
        let values = vec![T::default(); copies * slots * senders];
        Self { senders, slots, lag: longest, own_delays, values }
    }

    fn slot(&self, step: u64) -> usize {
        (step % self.slots as u64) as usize
    }

    /// Where the signals of `step` go; [`keep`](Self::keep) follows once they are there.
    pub fn signals(&mut self, step: u64) -> &mut [T] {
        let from = self.slot(step) * self.senders;
        &mut self.values[from..from + self.senders]
    }

    /// Makes the signals of `step` known. The first ones stand for all of the past before them.
    pub fn keep(&mut self, step: u64, first: bool) {
        let from = self.slot(step) * self.senders;
        let this = from..from + self.senders;
        if first {
            let others = (0..self.values.len()).step_by(self.senders).filter(|to| *to != from);
            others.for_each(|to| self.values.copy_within(this.clone(), to));
        } else if self.own_delays {
            self.values.copy_within(this, from + self.slots * self.senders);
        }
    }

    /// What a step looks at; [`place`](Self::place) says where in it.
    pub fn window(&self, step: u64) -> &[T] {
        if self.own_delays {
            return &self.values[self.slot(step) * self.senders..];
        }
        let from = self.slot(step + (self.slots - self.lag) as u64) * self.senders;
        &self.values[from..from + self.senders]
    }

    /// Where in the window of any step the signal of `sender` stands as it was `delay` steps before.
    pub fn place(&self, sender: usize, delay: usize) -> usize {
        if self.own_delays { (self.slots - delay) * self.senders + sender } else { sender }
    }

    /// How many signals a window holds, where it holds one of each sender.
    pub fn width(&self) -> Option<usize> {
        (!self.own_delays).then_some(self.senders)
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        size_of_val(&self.values[..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sender k sends 10 n + k in step n.
    fn told(longest: usize, own_delays: bool) -> History<f32> {
        let mut history = History::new(2, longest, own_delays);
        for n in 0..10 {
            history.signals(n).copy_from_slice(&[10.0 * n as f32, 10.0 * n as f32 + 1.0]);
            history.keep(n, n == 0);
        }
        history
    }

    #[test]
    fn each_delay_reaches_back_as_many_steps() {
        let history = told(4, true);
        for delay in 0..=4 {
            let at = history.place(1, delay);
            assert_eq!(history.window(9)[at], 91.0 - 10.0 * delay as f32);
        }
        assert_eq!(told(3, false).window(9), [60.0, 61.0]);
        assert_eq!(told(0, false).window(9), [90.0, 91.0]);
    }

    #[test]
    fn what_was_first_stands_for_the_past() {
        for own_delays in [true, false] {
            let mut history = History::new(1, 3, own_delays);
            history.signals(5)[0] = 7.0;
            history.keep(5, true);
            assert_eq!(history.window(5)[history.place(0, 3)], 7.0);
        }
    }
}
