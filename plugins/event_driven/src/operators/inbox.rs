//! Inbox: adding a spike of some weight to whatever an accumulator is made of.

/// A cell of an accumulator.
pub trait Cell: Copy {
    /// Adds a spike of weight `w`; a count takes it as one.
    fn spike(&mut self, w: f64);
}

impl Cell for u8 {
    #[inline(always)]
    fn spike(&mut self, _: f64) {
        *self = self.wrapping_add(1);
    }
}

impl Cell for u16 {
    #[inline(always)]
    fn spike(&mut self, _: f64) {
        *self = self.wrapping_add(1);
    }
}

impl Cell for f32 {
    #[inline(always)]
    fn spike(&mut self, w: f64) {
        *self += w as f32;
    }
}

impl Cell for f64 {
    #[inline(always)]
    fn spike(&mut self, w: f64) {
        *self += w;
    }
}

/// Runs the same code on the accumulator, whatever it is made of.
#[macro_export]
macro_rules! with_cells {
    ($inbox:expr, $cells:ident => $body:expr) => {
        match $inbox {
            ecs_core::network::Inbox::Count8($cells) => $body,
            ecs_core::network::Inbox::Count16($cells) => $body,
            ecs_core::network::Inbox::Sum32($cells) => $body,
            ecs_core::network::Inbox::Sum64($cells) => $body,
        }
    };
}
