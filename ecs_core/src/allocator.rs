//! Allocator: large blocks begin on a cache line, and very large ones on a huge page.
//!
//! Columns of numbers are read and written 64 bytes at a time; where they begin in the middle of a line, every access
//! touches two. Programs choose it: `#[global_allocator] static ALLOCATOR: Aligned = Aligned;`.

#![expect(unsafe_code, reason = "an allocator hands out memory")]

use std::alloc::{GlobalAlloc, Layout, System};

/// The system's allocator, with larger alignment for larger blocks.
pub struct Aligned;

/// Blocks from this size begin on a cache line.
const LINE_FROM: usize = 1 << 10;
const LINE: usize = 64;
/// Blocks from this size begin on a huge page, which the kernel is asked to use: a quarter of the page misses.
const PAGE_FROM: usize = 4 << 20;
const PAGE: usize = 2 << 20;

/// Has large blocks go back to the system as soon as they are freed, where the C library is GNU's: it would keep what building freed,
/// tens of megabytes, for as long as the program runs. To be called before anything large is allocated.
pub fn return_large_blocks() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: both only set thresholds of the C library.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, PAGE_FROM as libc::c_int);
        // Smaller blocks come and go while rows are made: what lies free at the end of the heap stays up to twice that.
        libc::mallopt(libc::M_TRIM_THRESHOLD, 2 * PAGE_FROM as libc::c_int);
    }
}

fn raised(layout: Layout) -> Layout {
    let align = match layout.size() {
        size if size >= PAGE_FROM => PAGE,
        size if size >= LINE_FROM => LINE,
        _ => return layout,
    };
    layout.align_to(align).unwrap_or(layout)
}

/// Asks for huge pages; whether they come changes nothing but speed.
fn advise(pointer: *mut u8, size: usize) {
    #[cfg(target_os = "linux")]
    if size >= PAGE_FROM && !pointer.is_null() {
        // SAFETY: the range was just allocated; the advice does not change its content.
        unsafe { libc::madvise(pointer.cast(), size, libc::MADV_HUGEPAGE) };
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (pointer, size);
}

// SAFETY: every call goes to the system's allocator with a layout that depends on the caller's layout alone, so a block is
// freed with the layout it was allocated with.
unsafe impl GlobalAlloc for Aligned {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise; `raised` keeps size and only raises alignment.
        let pointer = unsafe { System.alloc(raised(layout)) };
        advise(pointer, layout.size());
        pointer
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        let pointer = unsafe { System.alloc_zeroed(raised(layout)) };
        advise(pointer, layout.size());
        pointer
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the block was allocated with the same raised layout.
        unsafe { System.dealloc(pointer, raised(layout)) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller promises that `size` with this alignment is a valid layout.
        let new = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        if raised(new).align() == raised(layout).align() && raised(layout).align() <= LINE {
            // SAFETY: the block was allocated with this raised layout, whose alignment stays.
            return unsafe { System.realloc(pointer, raised(layout), size) };
        }
        // SAFETY: a new block, a copy of what both hold, and the old block freed with its own layout.
        unsafe {
            let moved = self.alloc(new);
            if !moved.is_null() {
                std::ptr::copy_nonoverlapping(pointer, moved, layout.size().min(size));
                self.dealloc(pointer, layout);
            }
            moved
        }
    }
}
