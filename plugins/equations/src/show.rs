//! Show: a model as the text that a scenario would define it by.
