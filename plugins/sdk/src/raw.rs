//! Raw: what the host passes, as slices.

#![expect(unsafe_code, reason = "the host passes pointers and lengths")]

/// `length` values from `data`; none where `data` is null.
///
/// # Safety
/// There are so many values, and nobody writes them while the slice is used.
#[inline(always)]
pub(crate) unsafe fn slice<'a, T>(data: *const T, length: usize) -> &'a [T] {
    if data.is_null() {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { std::slice::from_raw_parts(data, length) }
}

/// `length` values from `data` to be written; none where `data` is null.
///
/// # Safety
/// There are so many values, and nobody else uses them while the slice is used.
#[inline(always)]
pub(crate) unsafe fn slice_mut<'a, T>(data: *mut T, length: usize) -> &'a mut [T] {
    if data.is_null() {
        return &mut [];
    }
    // SAFETY: the caller's promise.
    unsafe { std::slice::from_raw_parts_mut(data, length) }
}

/// A text of the host; nothing where it is no UTF-8.
///
/// # Safety
/// As for [`slice`].
pub(crate) unsafe fn text<'a>(text: abi::Text) -> &'a str {
    // SAFETY: the caller's promise.
    std::str::from_utf8(unsafe { slice(text.data, text.length) }).unwrap_or_default()
}
