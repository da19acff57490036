//! Labels: targets as probabilities.

/// The probability `target` of one of `classes` with a part `smoothing` taken away and given to all of them alike.
///
/// Source: Szegedy et al. (2016), CVPR, section 7, <https://arxiv.org/abs/1512.00567>.
#[must_use]
pub fn smooth(target: f64, smoothing: f64, classes: usize) -> f64 {
    target * (1.0 - smoothing) + smoothing / classes as f64
}

/// The same for rows of probabilities, `[row, class]`: BrainPy's `smooth_labels`.
pub fn smooth_labels(labels: &mut [f64], classes: usize, smoothing: f64) {
    labels.iter_mut().for_each(|label| *label = smooth(*label, smoothing, classes));
}

/// 1 for the right class of each row and 0 for the others, `[row, class]`.
#[must_use]
pub fn one_hot(right: &[u32], classes: usize) -> Vec<f64> {
    let row = |class: u32| (0..classes).map(move |k| if k == class as usize { 1.0 } else { 0.0 });
    right.iter().copied().flat_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smoothed_labels_remain_probabilities() {
        let mut labels = one_hot(&[2, 0], 4);
        smooth_labels(&mut labels, 4, 0.2);
        // (1 − 0.2) + 0.2 / 4 and 0.2 / 4, by hand.
        let right = [0.05, 0.05, 0.85, 0.05, 0.85, 0.05, 0.05, 0.05];
        assert!(labels.iter().zip(right).all(|(l, r)| (l - r).abs() < 1e-15), "{labels:?}");
        assert!((labels[..4].iter().sum::<f64>() - 1.0).abs() < 1e-15);
    }
}
