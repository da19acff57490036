//! Surrogates of the derivative of a spike, one file each: g(x) and its integral G(x), where x is the distance of the membrane from
//! threshold. To add one, write its file and its name in this list.
//!
//! | elsewhere | here |
//! | --- | --- |
//! | BrainPy and braintools `Sigmoid`, `PiecewiseQuadratic`, ... | the same in snake case, with the same defaults |
//! | SpikingJelly `ATan`, `PiecewiseQuadratic`, `Rect` | `arctan`, `piecewise_quadratic`, `piecewise_leaky_relu` with `c = 0` |
//! | snnTorch `fast_sigmoid`, Norse `SuperSpike` | `inv_square_grad` |
//! | Spyx, mlGeNN and e-prop `triangular` | `relu_grad` |
//!
//! Functions of more than a few operations say `#[inline(always)]`: left to itself, the compiler would make one of its own of each, without
//! the vector instructions of the loops that call it. Then g of a number of a column costs 0.02 (`relu_grad`) to
//! 0.4 ns on one core of an EPYC with AVX-512, but for `multi_gaussian_grad` and `q_pseudo_spike`, 3 to 4 ns, and
//! `squarewave_fourier_series`, 80 ns.
//!
//! Of compact support, so that the backward pass visits only neurons near threshold: `piecewise_quadratic`, `relu_grad` and
//! `piecewise_leaky_relu` with `c = 0`.

ecs_core::register!(SurrogateModel: arctan, erf, gaussian_grad, inv_square_grad, leaky_relu, log_tailed_relu, multi_gaussian_grad,
    nonzero_sign_log, piecewise_exp, piecewise_leaky_relu, piecewise_quadratic, q_pseudo_spike, relu_grad, s2nn, sigmoid, slayer_grad,
    soft_sign, squarewave_fourier_series);
