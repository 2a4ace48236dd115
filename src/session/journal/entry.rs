//! What a journal holds, as it is read.

#[cfg(doc)]
use crate::format::SEPARATOR;
use crate::protocol::SubscriptionId;
use crate::table::Millis;

/// Something that happened on the connection.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry<'a> {
    /// The connection was lost and is open again.
    Reconnected,
    /// Texts with a [`SEPARATOR`] between them; a single one may hold it itself.
    Texts {
        /// The texts.
        batch: &'a [u8],
        /// When each came.
        arrivals: Vec<Millis>,
        /// Which subscription each is for; empty when they are for all.
        subscriptions: &'a [Option<SubscriptionId>],
    },
    /// Binary messages one after the other.
    Binaries {
        /// The messages.
        batch: &'a [u8],
        /// How long each is.
        lengths: &'a [u32],
        /// When each came.
        arrivals: Vec<Millis>,
    },
}

/// A message that is kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JournalMessage<'a> {
    /// How many were kept before it since the connection began, those that were forgotten included.
    pub sequence: u64,
    /// Which opening of the connection it came after.
    pub opening: u64,
    /// When it came.
    pub at: Millis,
    /// As it came, or as the protocol took it out of what came.
    pub bytes: &'a [u8],
    /// Whether it is no text.
    pub is_binary: bool,
    /// Whether a protocol took it out of what came and tells whom it is for.
    pub is_payload: bool,
    /// The subscription it is for; `None` when it is for all.
    pub subscription: Option<SubscriptionId>,
}
