//! Channel: a current through a membrane and the gates that control it; neurons are assembled from channels.

use super::equations::ChannelEquations;
use super::neuron::{ParamsOf, StateOf, Tables, model_entry};
use crate::number::Real;
use crate::registry::{Entry, Kind};

/// An ion channel.
pub trait Channel: Tables {
    /// Time derivative of the gates at voltage `v`, per ms.
    fn derivative<R: Real>(p: &ParamsOf<Self, R>, s: &StateOf<Self, R>, v: R) -> StateOf<Self, R>;
    /// The current out of the cell at voltage `v`.
    fn current<R: Real>(p: &ParamsOf<Self, R>, s: &StateOf<Self, R>, v: R) -> R;
}

/// A registered channel.
#[derive(Clone, Copy)]
pub struct ChannelModel {
    /// What it says of itself.
    pub entry: Entry,
    /// The channel as data.
    pub equations: &'static (dyn Fn(&Entry) -> ChannelEquations + Sync),
}

inventory::collect!(ChannelModel);

impl ChannelModel {
    /// The registration of `M`; `register!` calls this.
    pub const fn of<M: Channel>(name: &'static str, doc: &'static str, origin: &'static str) -> Self {
        let entry = model_entry::<M>(Kind::Channel, name, doc, origin);
        Self { entry, equations: const { &|entry| ChannelEquations::of::<M>(entry.name, entry.doc) } }
    }
}

/// A neuron of one compartment, assembled from channels:
///
/// ```text
/// c_m v' = i_e + i − Σ current(channel)      fires where v rises above v_th, at most once in t_ref
/// ```
///
/// Parameters of one name in several channels are one parameter. `params` must name `c_m`, `i_e`, `v_th` and `t_ref`.
#[macro_export]
macro_rules! membrane {
    ($(#[$doc:meta])* $name:ident $input:literal
     params { $($p:tt)* }
     state { $($s:tt)* }
     channels { $($field:ident: $channel:ident),* $(,)? }) => {
        $(#[$doc])*
        pub struct $name;
        /// The model of this file.
        pub type Model = $name;
        $crate::table!(MembraneParams MembraneParamTable "Parameters of the membrane." $($p)*);
        $crate::table!(MembraneState MembraneStateTable "State of the membrane." $($s)*);
        $crate::assemble!(Params ParamTable "Parameters of membrane and channels."
            MembraneParams MembraneParamTable, $($field: $channel Params ParamTable),*);
        $crate::assemble!(State StateTable "State of membrane and channels."
            MembraneState MembraneStateTable, $($field: $channel State StateTable),*);
        impl $crate::model::Tables for $name {
            type P = ParamTable;
            type S = StateTable;
            const INPUT: &'static str = $input;
        }
        impl $crate::model::Neuron for $name {
            const EDGE: bool = true;
            #[inline(always)]
            fn derivative<R: Real>(p: &Params<R>, s: &State<R>, input: Input<R>) -> State<R> {
                let v = s.membrane.v;
                let mut inward = input.current(v) + p.membrane.i_e;
                $(inward = inward - <$channel::Model as Channel>::current(&p.$field, &s.$field, v);)*
                State {
                    membrane: MembraneState { v: inward * p.membrane.c_m.recip() },
                    $($field: <$channel::Model as Channel>::derivative(&p.$field, &s.$field, v),)*
                }
            }
            #[inline(always)]
            fn condition<R: Real>(p: &Params<R>, s: &State<R>) -> R {
                s.membrane.v - p.membrane.v_th
            }
            #[inline(always)]
            fn reset<R: Real>(_: &Params<R>, s: &State<R>) -> State<R> {
                *s
            }
            #[inline(always)]
            fn refractory<R: Real>(p: &Params<R>) -> R {
                p.membrane.t_ref
            }
        }
    };
}

/// A table made of the membrane's and the channels'.
#[macro_export]
macro_rules! assemble {
    ($of:ident $table:ident $doc:literal $own:ident $own_table:ident,
     $($field:ident: $channel:ident $part:ident $part_table:ident),*) => {
        #[doc = $doc]
        #[derive(Clone, Copy, Debug)]
        pub struct $of<R> {
            /// The membrane's own.
            pub membrane: $own<R>,
            $(#[doc = concat!("Those of `", stringify!($channel), "`.")] pub $field: $channel::$part<R>,)*
        }
        #[doc = concat!($doc, " The rows.")]
        pub struct $table;
        impl $crate::model::Table for $table {
            type Of<R: Copy> = $of<R>;
            const FIELDS: &'static [$crate::registry::Field] = &$crate::model::concat::<
                _, { $own_table::FIELDS.len() $(+ $channel::$part_table::FIELDS.len())* },
            >(&[$own_table::FIELDS $(, $channel::$part_table::FIELDS)*]);
            const HELD: &'static [bool] = &[false; $own_table::FIELDS.len() $(+ $channel::$part_table::FIELDS.len())*];
            #[inline(always)]
            fn build<R: Copy>(mut rows: impl $crate::model::Rows<R>) -> $of<R> {
                let membrane = $own_table::build($crate::model::From(&mut rows, 0));
                let mut first = $own_table::FIELDS.len();
                $(let $field = $channel::$part_table::build($crate::model::From(&mut rows, first));
                  first += $channel::$part_table::FIELDS.len();)*
                let _ = first;
                $of { membrane, $($field),* }
            }
            #[inline(always)]
            fn at<R: Copy>(of: &$of<R>, k: usize) -> &R {
                let mut first = $own_table::FIELDS.len();
                if k < first { return $own_table::at(&of.membrane, k); }
                $(let rows = $channel::$part_table::FIELDS.len();
                  if k < first + rows { return $channel::$part_table::at(&of.$field, k - first); }
                  first += rows;)*
                $crate::model::no_such_row(k - first)
            }
            #[inline(always)]
            fn at_mut<R: Copy>(of: &mut $of<R>, k: usize) -> &mut R {
                let mut first = $own_table::FIELDS.len();
                if k < first { return $own_table::at_mut(&mut of.membrane, k); }
                $(let rows = $channel::$part_table::FIELDS.len();
                  if k < first + rows { return $channel::$part_table::at_mut(&mut of.$field, k - first); }
                  first += rows;)*
                $crate::model::no_such_row(k - first)
            }
        }
    };
}
