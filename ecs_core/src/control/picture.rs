//! Picture: how an environment looks, as shapes in its own coordinates.

use std::ops::Range;

/// How points become a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A line through the points.
    Line,
    /// The area between them.
    Polygon,
    /// A disc around the only one.
    Circle,
}

/// A shape.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// What is drawn.
    pub form: Form,
    /// Its points, among those of the picture.
    pub points: Range<usize>,
    /// Width of a line, radius of a circle, in the picture's coordinates.
    pub size: f32,
    /// Index into the palette of whoever shows it: 0 is ink, 1 and further are colours that differ.
    pub colour: u8,
}

/// What is drawn of one moment. It keeps its memory from one moment to the next.
#[derive(Debug, Default, PartialEq)]
pub struct Picture {
    /// Left, bottom, right and top of what is shown; y goes up.
    pub frame: [f32; 4],
    /// From the back to the front.
    pub shapes: Vec<Shape>,
    /// Points of all shapes.
    pub points: Vec<[f32; 2]>,
}

impl Picture {
    /// Empties it and sets what is shown.
    pub fn begin(&mut self, frame: [f32; 4]) {
        self.frame = frame;
        self.shapes.clear();
        self.points.clear();
    }

    /// Draws a line.
    pub fn line(&mut self, points: &[[f32; 2]], width: f32, colour: u8) {
        self.add(Form::Line, points, width, colour);
    }

    /// Draws a polygon.
    pub fn polygon(&mut self, points: &[[f32; 2]], colour: u8) {
        self.add(Form::Polygon, points, 0.0, colour);
    }

    /// Draws a circle.
    pub fn circle(&mut self, centre: [f32; 2], radius: f32, colour: u8) {
        self.add(Form::Circle, &[centre], radius, colour);
    }

    fn add(&mut self, form: Form, points: &[[f32; 2]], size: f32, colour: u8) {
        let start = self.points.len();
        self.points.extend(points);
        self.shapes.push(Shape { form, points: start..self.points.len(), size, colour });
    }
}
