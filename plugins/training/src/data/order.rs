//! Order: the samples of an epoch, shuffled. An order follows from seed and epoch alone, so that training goes on the same from anywhere.

use ecs_core::random::{Key, Purpose, below};

/// Streams of orders begin here, so that they never meet those of a network.
const ORDERS: u32 = 8 << 24;

/// The numbers from 0 to `samples` in the order of an epoch.
///
/// Source: Durstenfeld (1964), Algorithm 235, Communications of the ACM 7(7), <https://doi.org/10.1145/364520.364540>.
///
/// # Panics
/// With more than 4,294,967,295 samples.
#[must_use]
pub fn shuffled(samples: usize, seed: u64, epoch: u64) -> Vec<u32> {
    let count = u32::try_from(samples).expect("samples are counted in 32 bits");
    let key = Key::new(seed, ORDERS, Purpose::Select);
    let mut order: Vec<u32> = (0..count).collect();
    for last in (1..count).rev() {
        let other = below(key.bits(u64::from(last), epoch), last + 1);
        order.swap(last as usize, other as usize);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_has_every_sample_once_and_follows_from_seed_and_epoch() {
        let order = shuffled(1000, 5, 2);
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert!(sorted.into_iter().eq(0..1000));
        assert_eq!(order, shuffled(1000, 5, 2));
        let moved = |a: &[u32], b: &[u32]| a.iter().zip(b).filter(|(a, b)| a != b).count();
        assert!(moved(&order, &shuffled(1000, 5, 3)) > 900, "another epoch has another order");
        assert!(moved(&order, &shuffled(1000, 6, 2)) > 900, "another seed has another order");
        assert!(shuffled(0, 1, 1).is_empty());
        assert_eq!(shuffled(1, 1, 1), [0]);
    }

    /// Each of the 24 orders of four samples comes 1 in 24 times.
    #[test]
    fn all_orders_come_equally_often() {
        const EPOCHS: u64 = 24_000;
        let mut counts = std::collections::BTreeMap::new();
        for epoch in 0..EPOCHS {
            *counts.entry(shuffled(4, 1, epoch)).or_insert(0u32) += 1;
        }
        assert_eq!(counts.len(), 24);
        let chi: f64 = counts.values().map(|n| (f64::from(*n) - 1000.0).powi(2) / 1000.0).sum();
        // 23 degrees of freedom: beyond 52 in one of 2,000 seeds.
        assert!(chi < 52.0, "χ² = {chi}");
    }
}
