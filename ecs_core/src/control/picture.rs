//! Picture: how an environment looks, as shapes in its own coordinates.

/// A shape; colours are indices into the palette of whoever shows it: 0 is ink, 1 and further are colours that differ.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A line through points.
    Line {
        /// Points.
        points: Vec<[f32; 2]>,
        /// Width, in the picture's coordinates.
        width: f32,
        /// Colour.
        colour: u8,
    },
    /// A filled polygon.
    Polygon {
        /// Corners.
        points: Vec<[f32; 2]>,
        /// Colour.
        colour: u8,
    },
    /// A filled circle.
    Circle {
        /// Centre.
        centre: [f32; 2],
        /// Radius.
        radius: f32,
        /// Colour.
        colour: u8,
    },
}

/// What is drawn of one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    /// Left, bottom, right and top of what is shown; y goes up.
    pub frame: [f32; 4],
    /// From the back to the front.
    pub shapes: Vec<Shape>,
}

impl Picture {
    /// Empties it and sets what is shown.
    pub fn begin(&mut self, frame: [f32; 4]) {
        self.frame = frame;
        self.shapes.clear();
    }

    /// Draws a line.
    pub fn line(&mut self, points: &[[f32; 2]], width: f32, colour: u8) {
        self.shapes.push(Shape::Line { points: points.to_vec(), width, colour });
    }

    /// Draws a polygon.
    pub fn polygon(&mut self, points: &[[f32; 2]], colour: u8) {
        self.shapes.push(Shape::Polygon { points: points.to_vec(), colour });
    }

    /// Draws a circle.
    pub fn circle(&mut self, centre: [f32; 2], radius: f32, colour: u8) {
        self.shapes.push(Shape::Circle { centre, radius, colour });
    }
}
