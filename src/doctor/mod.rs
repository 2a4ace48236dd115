//! The doctor: why nothing comes, step by step from the address to the values, and what to do.
//!
//! A [`Diagnosis`] does no I/O and knows no clock. The boundary carries out what [`Diagnosis::poll`] asks for, has it
//! watch the connection that it asks for ([`Diagnosis::watch`]), tells it what else it saw, and shows the
//! [`DiagnosisReport`] whenever that has changed. "Save & test" is the same without a query.

mod attempt;
mod case;
mod conclude;
mod diagnosis;
mod findings;
mod place;
mod refusal;
mod step;
#[cfg(test)]
mod tests;
mod watch;
mod words;

pub use diagnosis::{Diagnosis, DiagnosisReport, Fetched, Inquiry};
pub use place::{Page, Permission};
pub use refusal::unencrypted;
pub use step::{DiagnosisStep, StepName, StepState};
