//! When a connection is opened, retried and given up. No I/O: the [`machine`] takes
//! events and the time, and answers with what to do.

pub mod backoff;
pub mod close;
pub mod machine;
