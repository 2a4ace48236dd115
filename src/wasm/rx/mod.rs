//! The RxJS-compatible observable that `query` returns.
//!
//! Grafana's shell wraps it in an observable of its own rxjs at once; it is complete because other hosts need not.
//! Nothing of the engine depends on it but the delivery of packets, which sees a [`Subscription`].

mod callback;
mod observable;
mod subscriber;

pub use observable::Observable;
pub(super) use observable::add_interop_symbols;
pub use subscriber::Subscription;
