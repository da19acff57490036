//! Frames: numbers for neurons that change with time: images, recordings, signals.

/// Numbers `[frame, place]`, a place being a neuron or what an encoder turns into spikes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frames {
    values: Vec<f32>,
    width: usize,
}

impl Frames {
    /// Frames of `width` places, one after the other.
    ///
    /// # Errors
    /// Where the last one is not complete, there is none, or a number is not finite.
    pub fn new(values: Vec<f32>, width: usize) -> Result<Self, String> {
        let n = values.len();
        if n == 0 || width == 0 || !n.is_multiple_of(width) {
            return Err(format!(
                "{n} values make no frames of {width}; a multiple of {width}, 1 or more, is allowed"
            ));
        }
        match values.iter().position(|x| !x.is_finite()) {
            None => Ok(Self { values, width }),
            Some(k) => Err(format!(
                "frame {}, place {} is {}; finite numbers are allowed",
                k / width,
                k % width,
                values[k]
            )),
        }
    }

    /// How many frames there are.
    pub fn len(&self) -> usize {
        self.values.len().checked_div(self.width).unwrap_or(0)
    }

    /// Whether none were given.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Places of a frame.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Frame `k`, `[place]`.
    ///
    /// # Panics
    /// If there is no such frame.
    pub fn at(&self, k: usize) -> &[f32] {
        &self.values[k * self.width..(k + 1) * self.width]
    }
}
