//! Transforms, one file each: what keeps a trained parameter where it may be. To add one, write its file and its name in this list.
//!
//! An optimiser that decays weights moves entries whose gradient is zero: [`mask::hold`] keeps them.
//!
//! | elsewhere | here |
//! | --- | --- |
//! | Jaxley `SoftplusTransform`, `SigmoidTransform`, `MaskedTransform` | `softplus`, `sigmoid`, `mask` |
//! | BrainTrace's signed weights, Dale's law | `signed`, `signed_softplus` |
//! | weight clipping | `bounds` |
//! | OTTT's `ScaledWSConv2d`, `ScaledWSLinear` | `standardised` |
//! | Stan's positive variables | `exponential` |

mod standardised;

ecs_core::register!(TransformModel: bounds, exponential, identity, mask, sigmoid, signed, signed_softplus, softplus);
