//! Segments that select several values, and those that count from the end.

use super::*;
