//! Clipping: gradients that are too large are made smaller before an optimiser sees them.
//!
//! Source: Pascanu, Mikolov & Bengio (2013), ICML, Algorithm 1, <https://arxiv.org/abs/1211.5063>, for norms. All sums are made in
//! double precision from the first entry to the last, so that the result is the same bits for any number of threads.

/// √Σx² of one array.
#[must_use]
pub fn norm(gradient: &[f32]) -> f64 {
    gradient.iter().map(|g| f64::from(*g) * f64::from(*g)).sum::<f64>().sqrt()
}

fn scale(gradient: &mut [f32], norm: f64, largest: f64) {
    if norm > largest {
        let factor = (largest / norm) as f32;
        gradient.iter_mut().for_each(|g| *g *= factor);
    }
}

/// Each entry into −`largest` to `largest`.
pub fn by_value(gradient: &mut [f32], largest: f64) {
    let largest = largest as f32;
    gradient.iter_mut().for_each(|g| *g = g.clamp(-largest, largest));
}

/// One array to a norm of at most `largest`; the norm that it had.
pub fn by_norm(gradient: &mut [f32], largest: f64) -> f64 {
    let before = norm(gradient);
    scale(gradient, before, largest);
    before
}

/// All arrays by one factor, so that they have a norm of at most `largest` together; the norm that they had.
pub fn by_global_norm(gradients: &mut [&mut [f32]], largest: f64) -> f64 {
    let squares = gradients.iter().map(|gradient| norm(gradient)).map(|norm| norm * norm);
    let before = squares.sum::<f64>().sqrt();
    gradients.iter_mut().for_each(|gradient| scale(gradient, before, largest));
    before
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clipping_keeps_the_direction_and_no_more_than_the_norm() {
        let mut values = [3.0, -0.5, -4.0];
        by_value(&mut values, 1.0);
        assert_eq!(values, [1.0, -0.5, -1.0]);

        let mut one = [3.0, 4.0];
        assert_eq!(by_norm(&mut one, 10.0), 5.0);
        assert_eq!(one, [3.0, 4.0], "what is small enough stays");
        assert_eq!(by_norm(&mut one, 1.0), 5.0);
        assert_eq!(one, [0.6, 0.8]);

        let (mut a, mut b) = ([3.0, 0.0], [4.0]);
        assert_eq!(by_global_norm(&mut [&mut a, &mut b], 2.5), 5.0);
        assert_eq!((a, b), ([1.5, 0.0], [2.0]), "both by the same factor");
    }
}
