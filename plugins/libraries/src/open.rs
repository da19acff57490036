//! Open: the system loads the library, and what it says of itself is checked before anything else in it is called.

#![expect(
    unsafe_code,
    reason = "a library is loaded, and its first structure is read before it can be trusted"
)]

use std::mem::MaybeUninit;
use std::path::Path;

use abi::{Descriptor, ENTRY, Entry, MAGIC, MAJOR, MINOR, Tables};

use crate::error::Reason;
use crate::failure::attempt;
use crate::read;

/// Opens the library and gives what it says of itself.
pub(crate) fn open(path: &Path) -> Result<&'static Descriptor, Reason> {
    let library = loaded(path).map_err(|error| Reason::Loader(words(&error)))?;
    // What it gives must stay, its code above all.
    let library = Box::leak(Box::new(library));
    // SAFETY: the symbol of this name has this type in every version of the interface.
    let entry = unsafe { library.get::<Entry>(ENTRY) }.map_err(|_| Reason::NoEntry)?;
    // SAFETY: it takes nothing and gives a pointer.
    let descriptor = unsafe { entry() };
    if descriptor.is_null() || !descriptor.is_aligned() {
        return Err(Reason::NoDescriptor);
    }
    // SAFETY: the first rows of a descriptor never change their place, and each is read only where those before it agree.
    let (magic, major, minor) = unsafe {
        let magic = (&raw const (*descriptor).magic).read();
        if magic != MAGIC {
            return Err(Reason::Magic(magic));
        }
        (magic, (&raw const (*descriptor).major).read(), (&raw const (*descriptor).minor).read())
    };
    debug_assert_eq!(magic, MAGIC);
    if major != MAJOR {
        return Err(Reason::Major(major));
    }
    if minor > MINOR {
        return Err(Reason::Minor(minor));
    }
    // SAFETY: the version says that it is such a structure, which stays and is never written.
    let descriptor = unsafe { &*descriptor };
    sizes(descriptor)?;
    Ok(descriptor)
}

/// Compares the sizes of structures.
fn sizes(descriptor: &Descriptor) -> Result<(), Reason> {
    if descriptor.size_count != abi::STRUCTURES || descriptor.sizes.is_null() {
        return Err(Reason::Structures(if descriptor.sizes.is_null() { 0 } else { descriptor.size_count }));
    }
    // SAFETY: it is not null and has this length.
    let sizes = unsafe { std::slice::from_raw_parts(descriptor.sizes, descriptor.size_count) };
    for (found, (structure, expected)) in sizes.iter().zip(abi::structures()) {
        let (found, expected) = (*found, expected as u32);
        if found != expected {
            return Err(Reason::Size { structure, found, expected });
        }
    }
    Ok(())
}

/// The tables of a plugin whose descriptor agrees.
pub(crate) fn tables(descriptor: &Descriptor) -> Result<Tables, Reason> {
    let open = descriptor.open.ok_or_else(|| read::missing("descriptor", "open"))?;
    let mut tables = MaybeUninit::<Tables>::zeroed();
    // SAFETY: there is room for the tables and for a reason.
    attempt(|failure| unsafe { open(tables.as_mut_ptr(), failure) }).map_err(Reason::Open)?;
    // SAFETY: zeros are tables without content, and the plugin wrote nothing or tables.
    Ok(unsafe { tables.assume_init() })
}

/// The words of the system's loader, which libloading keeps behind its own.
fn words(error: &libloading::Error) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
}

#[cfg(unix)]
fn loaded(path: &Path) -> Result<libloading::Library, libloading::Error> {
    use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
    // SAFETY: the user named this file as one whose code is to be run. What it needs is found now or never.
    unsafe { Library::open(Some(path), RTLD_NOW | RTLD_LOCAL) }.map(Into::into)
}

#[cfg(not(unix))]
fn loaded(path: &Path) -> Result<libloading::Library, libloading::Error> {
    // SAFETY: the user named this file as one whose code is to be run.
    unsafe { libloading::Library::new(path) }
}
