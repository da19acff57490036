//! Rule: rules of plasticity as the host reads them: tables and graphs, and no code.

use ecs_core::model::{Plasticity, PlasticityEquations, ShortTerm, ShortTermEquations, Table};
use ecs_core::number::Graph;

use crate::graph::{fields, optional, text};

/// A graph, or null where it has no results.
fn made(graph: &Graph) -> *const abi::Graph {
    optional(Some(graph).filter(|graph| !graph.outputs.is_empty()))
}

/// See [`abi::ShortTerm`].
pub(crate) fn short_term<M: ShortTerm>(name: &str, doc: &str) -> abi::ShortTerm {
    let rule = ShortTermEquations::of::<M>(name, doc);
    let (params, param_count) = fields(M::P::FIELDS, &[]);
    let (state, state_count) = fields(M::S::FIELDS, &[]);
    let spike = made(&rule.spike);
    abi::ShortTerm { name: text(name), doc: text(doc), params, param_count, state, state_count, spike }
}

/// See [`abi::Plasticity`].
pub(crate) fn plasticity<M: Plasticity>(name: &str, doc: &str) -> abi::Plasticity {
    let rule = PlasticityEquations::of::<M>(name, doc);
    let (params, param_count) = fields(M::P::FIELDS, &[]);
    let (pre, pre_count) = fields(M::Pre::FIELDS, &[]);
    let (post, post_count) = fields(M::Post::FIELDS, &[]);
    let (state, state_count) = fields(M::S::FIELDS, &[]);
    let modulator = rule.modulator.as_ref();
    abi::Plasticity {
        name: text(name),
        doc: text(doc),
        params,
        param_count,
        pre,
        pre_count,
        post,
        post_count,
        state,
        state_count,
        pre_derivative: made(&rule.pre_derivative),
        post_derivative: made(&rule.post_derivative),
        pre_jump: made(&rule.pre_jump),
        post_jump: made(&rule.post_jump),
        on_pre: made(&rule.on_pre),
        on_post: made(&rule.on_post),
        between: optional(rule.between.as_ref()),
        level_unit: text(modulator.map_or("", |of| &of.level.unit)),
        level_derivative: optional(modulator.map(|of| &of.derivative)),
        level_jump: optional(modulator.map(|of| &of.jump)),
        follow: optional(rule.follow.as_ref()),
    }
}
