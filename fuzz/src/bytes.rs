//! A fuzzer's bytes, read from front to back, and written for seeds. What is missing reads as zero or empty, so every
//! input means something. (`arbitrary` takes lengths from the end, so that seeds can hardly be written for it.)

/// The bytes that are left.
#[derive(Debug, Clone, Copy)]
pub struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    /// All of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Whether none is left.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        self.array::<1>()[0]
    }

    /// A number from 0 to below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        usize::from(self.byte()) % end
    }

    /// A number of any size, infinite ones and NaN among them.
    pub fn float(&mut self) -> f64 {
        f64::from_le_bytes(self.array())
    }

    /// The next `N` bytes.
    pub fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut array = [0; N];
        let (taken, rest) = self.0.split_at(self.0.len().min(N));
        array[..taken.len()].copy_from_slice(taken);
        self.0 = rest;
        array
    }

    /// As many bytes as the two in front of them say.
    pub fn slice(&mut self) -> &'a [u8] {
        let length = usize::from(u16::from_le_bytes(self.array()));
        let (taken, rest) = self.0.split_at(self.0.len().min(length));
        self.0 = rest;
        taken
    }

    /// The same as text; what is no UTF-8 becomes U+FFFD.
    pub fn text(&mut self) -> String {
        String::from_utf8_lossy(self.slice()).into_owned()
    }
}

/// Writes what [`Bytes`] reads.
#[derive(Debug, Default)]
pub struct Writer(pub Vec<u8>);

impl Writer {
    /// Read by [`Bytes::byte`]; above 255 it would be another one.
    pub fn byte(&mut self, byte: usize) {
        self.0.push(u8::try_from(byte).expect("a byte"));
    }

    /// Read by [`Bytes::float`].
    pub fn float(&mut self, value: f64) {
        self.0.extend(value.to_le_bytes());
    }

    /// Read by [`Bytes::slice`] and, if it is UTF-8, by [`Bytes::text`].
    pub fn slice(&mut self, bytes: &[u8]) {
        let length = u16::try_from(bytes.len()).expect("at most 65535 bytes");
        self.0.extend(length.to_le_bytes());
        self.0.extend(bytes);
    }
}
