//! What the lenient reader has mended.

/// A kind of mending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repair {
    /// NaN or an infinity, for which JSON has no number; read as null.
    NotFinite,
    /// A number in a spelling that JSON does not know.
    Number,
    /// A control character in a text.
    Control,
    /// A comma too many, or one that is missing.
    Comma,
    /// Quotes that are missing, single or not escaped.
    Quotes,
    /// A backslash that begins no escape.
    Escape,
    /// A word of another language for true, false or null.
    Literal,
    /// What stands around the texts and is no JSON; left out.
    Surroundings,
    /// A value that cannot be read, which becomes null, or a member that cannot, which is left out.
    Unreadable,
    /// Bytes that are not UTF-8, read as Windows-1252.
    Encoding,
}

impl Repair {
    /// Every kind, in the order in which they are told.
    pub const ALL: [Self; 10] = [
        Self::Unreadable,
        Self::NotFinite,
        Self::Number,
        Self::Control,
        Self::Comma,
        Self::Quotes,
        Self::Escape,
        Self::Literal,
        Self::Surroundings,
        Self::Encoding,
    ];

    /// What was done, as a clause.
    pub fn words(self) -> &'static str {
        match self {
            Self::NotFinite => "NaN or Infinity, read as no value",
            Self::Number => "a number that is not written as in JSON",
            Self::Control => "a control character in a text, kept",
            Self::Comma => "an extra or missing comma",
            Self::Quotes => "missing, single or unescaped quotes",
            Self::Escape => "an unknown escape, kept as text",
            Self::Literal => "another word for true, false or null",
            Self::Surroundings => "text around the JSON, left out",
            Self::Unreadable => "an unreadable value, read as no value",
            Self::Encoding => "text that is not UTF-8, read as Windows-1252",
        }
    }
}

/// The kinds of mending that a message needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Repairs {
    kinds: u16,
    /// Where the first was needed.
    first: usize,
}

impl Repairs {
    /// One kind alone, needed at a byte offset into the message.
    pub fn one(repair: Repair, at: usize) -> Self {
        let mut repairs = Self::default();
        repairs.add(repair, at);
        repairs
    }

    pub(super) fn add(&mut self, repair: Repair, at: usize) {
        *self = self.or(Self {
            kinds: 1 << repair as u16,
            first: at,
        });
    }

    /// The kinds of both; where the first was needed is that of these, if there is any.
    #[must_use]
    pub fn or(self, later: Self) -> Self {
        let first = if self.is_empty() {
            later.first
        } else {
            self.first
        };
        Self {
            kinds: self.kinds | later.kinds,
            first,
        }
    }

    /// The same, needed so many bytes later.
    pub(super) fn moved(self, by: usize) -> Self {
        Self {
            first: self.first + by,
            ..self
        }
    }

    /// Whether it was needed.
    pub fn has(self, repair: Repair) -> bool {
        self.kinds & 1 << repair as u16 != 0
    }

    /// Whether nothing was.
    pub fn is_empty(self) -> bool {
        self.kinds == 0
    }

    /// Byte offset of the first, into the message.
    pub fn first(self) -> usize {
        self.first
    }
}
