//! Features that a readout reads and nothing has to learn, one file for each way to make them. To add one, write its file and its name
//! in this list.
//!
//! | BrainPy | here |
//! | --- | --- |
//! | `Reservoir` | `reservoir` |
//! | `NVAR` | `nvar` |

ecs_core::register!(FeaturesModel: nvar, reservoir);
