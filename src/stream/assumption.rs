//! Times that say nothing of their zone where nobody else does: read as UTC, which is said.

/// The first of such times, if there was one.
pub(super) fn notice(field: &str, first: &str) -> String {
    format!(
        "Field {field}: times such as {first:?} have no time zone and are read as UTC, because none is set. If they are local times, set timeZone; if UTC is right, set it to UTC."
    )
}
