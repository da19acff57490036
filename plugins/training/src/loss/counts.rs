//! Counts: spikes of each class, summed over the frames of a sample.

use ecs_core::training::Batch;

/// Mean over samples and classes of ((Σ spikes − frames × rate) / unit)², `rates` being those of the right class and of the others.
pub(super) fn squared_counts(batch: &Batch<'_>, gradient: &mut [f64], rates: [f64; 2], unit: f64) -> f64 {
    let [samples, frames, classes] = batch.shape;
    let scale = 1.0 / (samples * classes) as f64 / (unit * unit);
    let mut loss = 0.0;
    for sample in 0..samples {
        for class in 0..classes {
            let places = || (0..frames).map(|frame| (sample * frames + frame) * classes + class);
            let wanted = rates[usize::from(batch.classes()[sample] as usize != class)] * frames as f64;
            let excess = places().map(|place| batch.prediction[place]).sum::<f64>() - wanted;
            loss += scale * excess * excess;
            places().for_each(|place| gradient[place] = 2.0 * scale * excess);
        }
    }
    loss
}
