//! Optimisers, one file each: how an array of parameters follows its gradient. To add one, write its file and its name in this list.
//!
//! | elsewhere | here |
//! | --- | --- |
//! | BrainPy `SGD`, `Momentum`, `MomentumNesterov`, `Adagrad`, ... | `sgd`, `momentum`, `nesterov`, `adagrad`, ... |
//! | PyTorch `SGD(momentum, nesterov)` | `momentum`, `nesterov` |
//! | `amsgrad` of PyTorch and of BrainPy's `AdamW` | a parameter of `adam` and `adamw` |
//!
//! An update costs, for each entry of an array in single precision on one core of an EPYC with AVX-512: `sgd` 0.12 ns, `adam` 0.6 ns,
//! and `sm3`, which looks up a sum for each axis, 18 ns.
//!
//! `weight_decay` is added to the gradient, but where a file says otherwise; BrainPy takes it from the value, whatever the rate.

ecs_core::register!(OptimiserModel: adadelta, adagrad, adam, adamw, adan, lars, momentum, nesterov, rmsprop, sgd, sm3);

pub mod clip;
