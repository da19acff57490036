//! event_driven
