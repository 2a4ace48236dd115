//! What the fuzz targets share.

pub mod bytes;
pub mod feed;
pub mod frames;
pub mod json;
pub mod query;
pub mod session;
pub mod shape;

use std::alloc::System;

use cap::Cap;

/// Most bytes that may be in use at once. The inputs are some kilobytes and the limits of the decoders are small, so a
/// target that needs more grows without bound. libFuzzer's own `-malloc_limit_mb` counts only with a sanitizer.
const MAX_MEMORY: usize = 256 << 20;

#[global_allocator]
static MEMORY: Cap<System> = Cap::new(System, MAX_MEMORY);

/// Bytes in use.
pub fn memory() -> usize {
    MEMORY.allocated()
}
