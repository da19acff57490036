//! Why a projection cannot be connected.

use std::fmt;
use std::ops::Range;

use ecs_core::random::DistributionError;

/// An impossible request. The message names the rule, what was found, what is allowed and what to do; file and line come
/// from whoever read the scenario.
#[derive(Clone, Debug, PartialEq)]
pub enum ConnectError {
    /// A probability outside 0 to 1.
    Probability {
        /// The rule.
        rule: &'static str,
        /// What was found.
        found: f64,
    },
    /// A count that is no whole number in its range.
    Whole {
        /// The rule.
        rule: &'static str,
        /// The parameter.
        name: &'static str,
        /// What was found.
        found: f64,
        /// The largest value.
        most: f64,
    },
    /// A switch that is neither 0 nor 1.
    Switch {
        /// The rule.
        rule: &'static str,
        /// The parameter.
        name: &'static str,
        /// What was found.
        found: f64,
    },
    /// Both or neither of two numbers of which one is needed, or one out of its range.
    OneOf {
        /// The rule.
        rule: &'static str,
        /// The two, the second a probability.
        names: [&'static str; 2],
        /// What was found.
        found: [Option<f64>; 2],
    },
    /// More partners than there are, without repeats.
    Degree {
        /// The rule.
        rule: &'static str,
        /// `pre` or `post`: where partners are chosen from.
        end: &'static str,
        /// Partners asked for.
        k: u64,
        /// Partners there are.
        available: u64,
    },
    /// Synapses asked for, and nobody to choose.
    Nobody {
        /// The rule.
        rule: &'static str,
        /// `pre` or `post`: where nobody is left.
        end: &'static str,
        /// Synapses asked for.
        wanted: u64,
    },
    /// Ends of different sizes.
    Sizes {
        /// Pre-neurons.
        pre: u64,
        /// Post-neurons.
        post: u64,
    },
    /// Neurons without a place, for a rule that goes by distance.
    NoSpace {
        /// The rule.
        rule: &'static str,
        /// `pre` or `post`.
        end: &'static str,
    },
    /// Spaces between which there is no distance.
    Spaces {
        /// The rule.
        rule: &'static str,
    },
    /// Neurons that do not lie on a grid.
    NoGrid {
        /// The rule.
        rule: &'static str,
        /// `pre` or `post`.
        end: &'static str,
    },
    /// Grids of different shapes.
    Grids {
        /// The rule.
        rule: &'static str,
    },
    /// A length that is not above zero.
    Length {
        /// The rule.
        rule: &'static str,
        /// The parameter.
        name: &'static str,
        /// What was found, mm.
        found: f64,
    },
    /// A graph between different neurons.
    OneSet {
        /// The rule.
        rule: &'static str,
    },
    /// An odd number of neighbours on a ring.
    Odd {
        /// The rule.
        rule: &'static str,
        /// What was found.
        found: u32,
    },
    /// A file that holds no matrix.
    NoMatrix,
    /// A matrix of another shape.
    Shape {
        /// Its rows and columns.
        found: [u64; 2],
        /// Pre- and post-neurons.
        wanted: [u64; 2],
    },
    /// An entry of a matrix that is not finite.
    Entry {
        /// Row and column.
        at: [u32; 2],
        /// What was found.
        found: f64,
    },
    /// A table that was not given.
    NoTable,
    /// Columns of different lengths.
    Lengths {
        /// The column.
        column: &'static str,
        /// Its length.
        found: usize,
        /// The length of `pre`.
        expected: usize,
    },
    /// A neuron that does not exist.
    Id {
        /// `pre` or `post`.
        end: &'static str,
        /// Row of the table, from 0.
        row: usize,
        /// What was found.
        found: u32,
        /// Neurons in the range.
        size: u64,
    },
    /// A weight that is not finite, or a delay that is not finite or below zero.
    Value {
        /// The column.
        column: &'static str,
        /// Row of the table, from 0.
        row: usize,
        /// What was found.
        found: f64,
    },
    /// A range that leaves its population.
    Range {
        /// `pre` or `post`.
        end: &'static str,
        /// What was found.
        found: Range<u64>,
        /// Neurons of the population.
        size: u64,
    },
    /// A population that 32 bits cannot count.
    Population {
        /// `pre` or `post`.
        end: &'static str,
        /// Its neurons.
        size: u64,
    },
    /// A delay below zero, or of too many steps.
    Delay {
        /// What was found, in ms.
        found: f64,
        /// The longest, in ms.
        most: f64,
    },
    /// A distribution that cannot be drawn from.
    Law {
        /// `weight` or `delay`.
        field: &'static str,
        /// Why.
        reason: DistributionError,
    },
    /// The machine cannot hold the synapses.
    Memory {
        /// Bytes of one array.
        bytes: u64,
    },
}

impl fmt::Display for ConnectError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Probability { rule, found } => write!(
                out,
                "`{rule}`: `p` is {found}; 0 to 1 is allowed; for a number of partners use `fixed_indegree` or \
                 `fixed_outdegree`"
            ),
            Self::Whole { rule, name, found, most } => {
                write!(
                    out,
                    "`{rule}`: `{name}` is {found}; a whole number from 0 to {most} is allowed; give one"
                )
            }
            Self::Switch { rule, name, found } => {
                write!(out, "`{rule}`: `{name}` is {found}; 0 (no) or 1 (yes) is allowed; give one of them")
            }
            Self::OneOf { rule, names: [n, p], found } => {
                let found = match found {
                    [Some(_), Some(_)] => format!("both `{n}` and `{p}` are given"),
                    [None, Some(found)] => format!("`{p}` is {found}"),
                    _ => format!("neither `{n}` nor `{p}` is given"),
                };
                write!(
                    out,
                    "`{rule}`: {found}; a number `{n}`, or a probability `{p}` from 0 to below 1, is allowed; give one of \
                     them"
                )
            }
            Self::Degree { rule, end, k, available } => write!(
                out,
                "`{rule}`: `k` is {k}, with {available} {end}-neurons to choose from; at most {available} is allowed \
                 without repeats; lower `k` or set `multiple = 1`"
            ),
            Self::Nobody { rule, end, wanted } => write!(
                out,
                "`{rule}`: {wanted} synapses are asked for, with no {end}-neuron to choose; at least one is needed; \
                 widen the range of `{end}` or allow `self_connections`"
            ),
            Self::Sizes { pre, post } => write!(
                out,
                "`one_to_one`: {pre} pre-neurons and {post} post-neurons; equal numbers are allowed; choose ranges of \
                 one length"
            ),
            Self::NoSpace { rule, end } => write!(
                out,
                "`{rule}`: the {end}-neurons have no places; distances need them; give their population `grid` or \
                 `positions`"
            ),
            Self::Spaces { rule } => write!(
                out,
                "`{rule}`: the spaces of the two populations do not fit; the same number of axes is allowed, and the same \
                 `extent` where sides are periodic; give both the same `extent` and `periodic`"
            ),
            Self::NoGrid { rule, end } => write!(
                out,
                "`{rule}`: the {end}-neurons lie on no grid with one neuron at each place; such a grid is needed; give their \
                 population `grid = [ROWS, COLUMNS]`, without `channels`"
            ),
            Self::Grids { rule } => write!(
                out,
                "`{rule}`: the grids of the two populations differ; equal grids are allowed; give both the same `grid` and \
                 `periodic`"
            ),
            Self::Length { rule, name, found } => write!(
                out,
                "`{rule}`: `{name}` is {found} mm; a length above zero is allowed; give one such as `\"0.1 mm\"`"
            ),
            Self::OneSet { rule } => write!(
                out,
                "`{rule}`: the pre-neurons are not the post-neurons; a graph among the same neurons is allowed; give `from` \
                 and `to` the same selection"
            ),
            Self::Odd { rule, found } => write!(
                out,
                "`{rule}`: `k` is {found}; an even number is allowed, half of it to each side; give {} or {}",
                found - 1,
                found + 1
            ),
            Self::NoMatrix => write!(
                out,
                "`matrix`: the file holds columns; a matrix is needed; give a `.npy` or `.npz` file of one, or use `table`"
            ),
            Self::Shape { found: [rows, columns], wanted: [pre, post] } => write!(
                out,
                "the matrix has {rows} rows and {columns} columns, with {pre} pre-neurons and {post} post-neurons; a row for \
                 each pre-neuron and a column for each post-neuron are allowed; transpose the matrix or choose ranges that fit"
            ),
            Self::Entry { at: [row, column], found } => write!(
                out,
                "`matrix`: row {row}, column {column} is {found}; finite numbers are allowed; correct the file"
            ),
            Self::NoTable => {
                write!(
                    out,
                    "`table`: no file; columns `pre` and `post` are needed; give `connect = {{ table = \"...\" }}`"
                )
            }
            Self::Lengths { column, found, expected } => write!(
                out,
                "`table`: column `{column}` has {found} rows and `pre` has {expected}; equal lengths are allowed; \
                 complete the file"
            ),
            Self::Id { end, row, found, size } => write!(
                out,
                "`table`: row {row} names {end}-neuron {found}, with {size} neurons in the range; ids below {size} are \
                 allowed; count from 0 at the first neuron of the range"
            ),
            Self::Value { column, row, found } => {
                let allowed =
                    if *column == "delay" { "finite numbers from 0 are" } else { "finite numbers are" };
                write!(
                    out,
                    "`table`: row {row} has `{column}` = {found}; {allowed} allowed; correct the file"
                )
            }
            Self::Range { end, found, size } => write!(
                out,
                "`{end}`: range {}..{} in a population of {size}; ascending ranges up to {size} are allowed; shorten it",
                found.start, found.end
            ),
            Self::Population { end, size } => write!(
                out,
                "`{end}`: a population of {size} neurons; at most {} is allowed; split the population",
                u32::MAX
            ),
            Self::Delay { found, most } => write!(
                out,
                "`delay` is {found} ms; 0 to {most} ms is allowed at this time step; bound the delay with `max` or \
                 lengthen the step"
            ),
            Self::Law { field, reason } => write!(out, "`{field}`: {reason}"),
            Self::Memory { bytes } => write!(
                out,
                "{bytes} bytes of synapses; less than the free memory is allowed; lower the number of synapses, share \
                 one weight and delay, or write `storage = \"just_in_time\"`"
            ),
        }
    }
}

impl std::error::Error for ConnectError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Law { reason, .. } => Some(reason),
            _ => None,
        }
    }
}

/// An empty vector with room for `length` values, or an error where the machine has none.
pub(crate) fn with_room<T>(length: u64) -> Result<Vec<T>, ConnectError> {
    let refused = ConnectError::Memory { bytes: length.saturating_mul(size_of::<T>() as u64) };
    let mut values = Vec::new();
    let length = usize::try_from(length).map_err(|_| refused.clone())?;
    values.try_reserve_exact(length).map_err(|_| refused)?;
    Ok(values)
}
