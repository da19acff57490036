//! What a plugin in a shared library is written with: the model files of `neurons/`, `synapses/` and `channels/`, and one
//! list of their names.
//!
//! ```text
//! // Cargo.toml: crate-type = ["cdylib"]        // src/lib.rs
//! sdk::plugin! { neurons: [adaptive], connectors: [ring], systems: [settle] }
//! ```
//!
//! Each name is a file beside `lib.rs`, whose `Model` implements the trait of its list: [`Neuron`](ecs_core::model::Neuron),
//! [`Synapse`](ecs_core::model::Synapse), [`Channel`](ecs_core::model::Channel), [`ShortTerm`](ecs_core::model::ShortTerm),
//! [`Plasticity`](ecs_core::model::Plasticity), [`Connector`], [`System`]. Names and files are those of a scenario and of its documentation. A panic is caught and becomes an error that names the plugin.

pub use abi;
pub use connector::{Connector, Cost, Edges, Plan, Synapses};
pub use contents::{Contents, descriptor, open};
pub use operator::{Operator, Target, Transfer};
pub use system::{Access, Columns, Moment, Phase, Place, System, reads, writes};

mod block;
mod connector;
mod contents;
mod graph;
mod guard;
mod neuron;
mod operator;
mod raw;
mod rule;
mod system;

/// What the file of a connector or system needs.
pub mod prelude {
    pub use crate::{
        Access, Columns, Connector, Cost, Edges, Moment, Operator, Phase, Place, Plan, Synapses, System,
        Target, Transfer, reads, writes,
    };
    pub use ecs_core::model;
    pub use ecs_core::model::ParamsOf;
}

/// Lists what a plugin brings, one word each: the file, the module and the name in a scenario. The lists are `neurons`,
/// `synapses`, `channels`, `short_term`, `plasticity`, `connectors` and `systems`.
#[macro_export]
macro_rules! plugin {
    ($($list:ident: [$($name:ident),* $(,)?]),* $(,)?) => {
        $($(pub mod $name;)*)*

        fn contents(all: &mut $crate::Contents) {
            $($(all.$list::<$name::Model>(stringify!($name), include_str!(concat!(stringify!($name), ".rs")));)*)*
        }

        #[expect(unsafe_code, reason = "the symbol by which the host finds the plugin")]
        #[unsafe(no_mangle)]
        extern "C" fn synfire_plugin() -> *const $crate::abi::Descriptor {
            unsafe extern "C" fn open(
                tables: *mut $crate::abi::Tables,
                failure: *mut $crate::abi::Failure,
            ) -> u32 {
                // SAFETY: the host passes places that it holds.
                unsafe { $crate::open(contents, tables, failure) }
            }
            static DESCRIPTOR: $crate::abi::Descriptor =
                $crate::descriptor(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"), open);
            &DESCRIPTOR
        }
    };
}
