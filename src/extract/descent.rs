//! The arrays and objects that a descendant segment visits (RFC 9535 §2.5.2).

use super::position::{Position, name};
use super::seen::SeenNames;
use crate::decode::DecodeError;
use crate::decode::json::Scanner;

/// Going through a value and all that is in it, without recursion.
#[derive(Debug)]
pub(super) struct Descent<'a> {
    pub(super) scanner: Scanner<'a>,
    /// What closes each array or object that is open, and the names seen in it.
    open: Vec<(u8, SeenNames)>,
    /// An object may have a name twice.
    pub(super) may_repeat: bool,
}

impl<'a> Descent<'a> {
    pub(super) fn new(bytes: &'a [u8], position: Position) -> Self {
        Self {
            scanner: Scanner::at(bytes, position.at),
            open: Vec::new(),
            may_repeat: false,
        }
    }

    /// The arrays and objects, in the order in which they begin.
    pub(super) fn run(&mut self, outer: u32) -> Result<Vec<Position>, DecodeError> {
        let mut found = Vec::new();
        loop {
            let close = match self.scanner.peek()? {
                b'{' => Some(b'}'),
                b'[' => Some(b']'),
                _ => None,
            };
            let depth = outer + self.open.len() as u32;
            if let Some(close) = close {
                let at = self.scanner.offset();
                found.push(Position { at, depth });
                self.scanner.deeper(depth)?;
                if self.scanner.enter(close)? {
                    self.open.push((close, SeenNames::default()));
                    self.name()?;
                    continue;
                }
            } else {
                self.scanner.skip(depth)?;
            }
            if !self.next()? {
                return Ok(found);
            }
        }
    }

    /// Takes the name of a member, if it is one that comes.
    fn name(&mut self) -> Result<(), DecodeError> {
        if let Some((b'}', names)) = self.open.last_mut() {
            let key = self.scanner.key()?;
            names.add(&name(self.scanner.bytes(), key));
        }
        Ok(())
    }

    /// Behind a value: whether another one comes in what is open.
    fn next(&mut self) -> Result<bool, DecodeError> {
        while let Some((close, names)) = self.open.last_mut() {
            if self.scanner.more(*close)? {
                self.name()?;
                return Ok(true);
            }
            self.may_repeat |= names.may_repeat();
            self.open.pop();
        }
        Ok(false)
    }
}
