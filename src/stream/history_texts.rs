//! The answer of a history endpoint, as JSON texts.
//!
//! In goes the answer as it came, from the session; out come its texts for [`Stream::receive_history`](super::Stream::receive_history),
//! and why not all of it could be read. One bad value costs neither its row nor the rest: a text that the strict reader
//! refuses is read as a broken message of the feed is.

use super::mending::Mending;
use crate::decode::DecodeError;
use crate::decode::json::validate;
use crate::decode::lenient::Repairs;
use crate::format::{Decoder, Documents, Format, Message, framing};

/// The texts of an answer.
#[derive(Debug)]
pub struct HistoryTexts {
    documents: Documents,
    problem: Option<DecodeError>,
    /// What was done about bytes that are not UTF-8, and the answer as it was read.
    mended: Option<(Repairs, Vec<u8>)>,
    /// A page that says what went wrong holds brackets that are no data.
    is_page: bool,
}

/// What became of a text.
pub(super) enum TextRead<'t> {
    /// Texts in it that can be read: itself, or its lines.
    Strict(Vec<&'t [u8]>),
    /// What could be read of it stands in the [`Mending`]; something could not where there is an error.
    Mended(Vec<std::ops::Range<usize>>, Repairs, Option<DecodeError>),
}

impl HistoryTexts {
    /// Reads an answer in `format` of at most `max_bytes` bytes.
    pub fn of(format: &Format, answer: &[u8], max_bytes: usize) -> Self {
        let is_page = answer.trim_ascii_start().starts_with(b"<");
        let format = match format {
            auto if *auto == Format::AUTO && is_page => Format::JSON,
            other => other.clone(),
        };
        let mut decoder = Decoder::new(format, max_bytes);
        // An answer is whole.
        decoder.take_as_stream(false);
        let mut documents = Documents::default();
        let result = decoder.decode(Message::Binary(answer), &mut documents);
        Self {
            mended: documents.take_mended(),
            documents,
            problem: result.err(),
            is_page,
        }
    }

    pub(super) fn documents(&self) -> &Documents {
        &self.documents
    }

    /// Why not all of the answer became texts.
    pub(super) fn problem(&self) -> Option<DecodeError> {
        self.problem
    }

    pub(super) fn mended(&self) -> Option<(Repairs, &[u8])> {
        let (repairs, answer) = self.mended.as_ref()?;
        Some((*repairs, answer))
    }

    /// Reads a text that the strict reader has refused with `error`.
    ///
    /// # Errors
    /// When nothing of it can be read.
    pub(super) fn reread<'t>(
        &self,
        text: &'t [u8],
        error: DecodeError,
        mending: &mut Mending,
    ) -> Result<TextRead<'t>, DecodeError> {
        // A feed of single texts may have a history of lines.
        if let Some(lines) = framing::split_after(error, text) {
            let lines: Vec<&[u8]> = lines.map(|(_, line)| line).collect();
            if lines.iter().all(|line| validate(line).is_ok()) {
                return Ok(TextRead::Strict(lines));
            }
        }
        if self.is_page {
            return Err(error);
        }
        let outcome = mending.read(text);
        if outcome.texts.is_empty() {
            return Err(error);
        }
        let problem = outcome.is_refused.then_some(error);
        Ok(TextRead::Mended(outcome.texts, outcome.repairs, problem))
    }
}
