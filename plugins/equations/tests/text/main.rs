//! Text: what reading a model gives, and what it says of one that is wrong.

mod hostile;
mod lowering;
mod made;
mod messages;
mod noise;
mod reference;
#[path = "../rig/mod.rs"]
mod rig;
mod units;
