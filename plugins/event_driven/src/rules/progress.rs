//! Progress of building, for bars and logs.

/// Counts work and tells a callback, at most about a thousand times.
pub struct Progress<'a> {
    report: &'a mut dyn FnMut(u64, u64),
    done: u64,
    told: u64,
    total: u64,
}

impl<'a> Progress<'a> {
    /// For `total` units, told to `report` as `(done, total)`.
    pub fn new(total: u64, report: &'a mut dyn FnMut(u64, u64)) -> Self {
        Self { report, done: 0, told: 0, total }
    }

    /// Adds finished units.
    pub fn advance(&mut self, units: u64) {
        self.done += units;
        if self.done - self.told > self.total / 1000 || self.done == self.total {
            self.told = self.done;
            (self.report)(self.done, self.total);
        }
    }
}
