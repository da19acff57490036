//! From columns to rows by counting: columns are drawn twice, once to count and once to place.
//!
//! Columns come in ascending order, so rows come out sorted, and nothing but the result is ever held.

use super::error::with_room;
use super::{ConnectError, Progress, Whole};
use crate::csr::Targets;
use crate::ends::Ends;

/// Columns that can be made again and again.
pub(super) trait Columns {
    /// Appends the rows that column `column` meets, in any order.
    fn column(&self, column: u32, rows: &mut Vec<u32>);
}

/// Columns between two reports of progress.
const STRIDE: u64 = 4096;

/// The rows of all columns of `ends`. Reports 2 units per column.
pub(super) fn transpose(
    columns: &impl Columns,
    ends: &Ends,
    progress: &mut Progress<'_>,
) -> Result<Whole, ConnectError> {
    let mut row_ptr = with_room::<u64>(ends.n_pre() + 1)?;
    row_ptr.resize(ends.n_pre() as usize + 1, 0);
    for_each_column(columns, ends, progress, |_, rows| {
        for &row in rows {
            row_ptr[row as usize + 1] += 1;
        }
    });
    for i in 1..row_ptr.len() {
        row_ptr[i] += row_ptr[i - 1];
    }
    let synapses = row_ptr[row_ptr.len() - 1];
    let targets = match Targets::narrowest(ends.post_size) {
        Targets::U16(_) => {
            let mut targets = with_room(synapses)?;
            targets.resize(synapses as usize, 0);
            place(columns, ends, progress, &mut row_ptr, &mut targets, |post| post as u16);
            Targets::U16(targets)
        }
        Targets::U32(_) => {
            let mut targets = with_room(synapses)?;
            targets.resize(synapses as usize, 0);
            place(columns, ends, progress, &mut row_ptr, &mut targets, |post| post);
            Targets::U32(targets)
        }
    };
    Ok(Whole { row_ptr, targets, weights: None, delays: None })
}

/// Writes each synapse behind the last one of its row; `row_ptr` serves as the cursors and is moved back at the end.
fn place<T: Copy>(
    columns: &impl Columns,
    ends: &Ends,
    progress: &mut Progress<'_>,
    row_ptr: &mut [u64],
    targets: &mut [T],
    narrow: impl Fn(u32) -> T,
) {
    for_each_column(columns, ends, progress, |column, rows| {
        let target = narrow((ends.post.start + u64::from(column)) as u32);
        for &row in rows {
            let cursor = &mut row_ptr[row as usize];
            targets[*cursor as usize] = target;
            *cursor += 1;
        }
    });
    row_ptr.copy_within(0..row_ptr.len() - 1, 1);
    row_ptr[0] = 0;
}

fn for_each_column(
    columns: &impl Columns,
    ends: &Ends,
    progress: &mut Progress<'_>,
    mut take: impl FnMut(u32, &[u32]),
) {
    let mut rows = Vec::new();
    for first in (0..ends.n_post()).step_by(STRIDE as usize) {
        let past = (first + STRIDE).min(ends.n_post());
        for column in first..past {
            rows.clear();
            columns.column(column as u32, &mut rows);
            take(column as u32, &rows);
        }
        progress.advance(past - first);
    }
}
