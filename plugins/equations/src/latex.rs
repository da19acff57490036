//! LaTeX: a model for a paper.
