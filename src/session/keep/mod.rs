//! Rows that outlive a reload of the page, in the browser's own database: what is kept, when it is written and read, and
//! what becomes of it.
//!
//! Only what a stream shows is ever kept, under a [`name`](mod@name) that says nothing. [`Session`](super::Session) asks for the
//! rows when a stream of a query that keeps them begins, and has them written while they change, when the page is hidden
//! or closed, and when nobody reads the stream any more. When another query that reads the same without keeping it takes
//! the place of this one, it has been switched off, and what is kept is deleted.

mod keeping;
mod limits;
mod name;

use super::Session;
use super::event::Transmit;
use super::readers::{ReaderId, SharedStream, StreamId};
use crate::stream::Stream;
use crate::table::Millis;

use keeping::KeepPhase;

pub use keeping::{Keeping, KeptRows, Unkept};
pub use limits::{
    KeptEntry, MAX_AGE_MS, MAX_ENTRY_BYTES, MAX_TOTAL_BYTES, READ_TIMEOUT_MS, SAVE_MS, excess,
    is_expired,
};
pub use name::name;

impl Session {
    /// Has the browser asked for the rows of a stream that has just begun.
    pub(super) fn ask_for_kept(&mut self, id: StreamId) {
        let keeping = self.readers.stream(id).and_then(|s| s.keeping.as_ref());
        if let Some(keeping) = keeping {
            let name = keeping.name.clone();
            self.transmits.push_back(Transmit::ReadKept { id, name });
        }
    }

    /// Merges what the browser kept with the rows that came meanwhile, or remembers why there is nothing.
    pub(super) fn kept_answered(
        &mut self,
        id: StreamId,
        answer: Result<Option<KeptRows>, String>,
        wall: Millis,
        now: Millis,
    ) {
        let mut all = self.readers.all_streams().iter_mut();
        let Some(SharedStream {
            stream,
            keeping: Some(keeping),
            ..
        }) = all.find(|shared| shared.id == id)
        else {
            return;
        };
        if !keeping.is_reading() {
            return;
        }
        keeping.phase = KeepPhase::Saving { at: now + SAVE_MS };
        match answer {
            Ok(Some(kept)) if !is_expired(kept.saved, wall) => {
                let is_first = stream.borrow().is_empty();
                match Stream::receive_kept(stream, &kept.text, kept.saved) {
                    // Unless others were there it is what is kept.
                    Ok(_) if is_first => keeping.revision = Some(stream.borrow().revision()),
                    Ok(_) => {}
                    Err(problem) => {
                        keeping.problem = Some(format!("what was kept cannot be read ({problem})"));
                    }
                }
            }
            Ok(_) => {}
            Err(problem) => {
                keeping.problem = Some(problem);
                keeping.phase = KeepPhase::Off;
            }
        }
    }

    /// The browser has written rows under a name, or could not.
    pub(super) fn kept(&mut self, name: &str, result: Result<(), String>) {
        for shared in self.readers.all_streams() {
            if let Some(keeping) = &mut shared.keeping
                && keeping.name == name
            {
                // Tried again with the next change.
                keeping.problem = result.clone().err();
            }
        }
    }

    /// Writes the rows that are due, and gives up a browser that does not answer.
    pub(super) fn advance_kept(&mut self, now: Millis) {
        let mut unkept = Vec::new();
        for shared in self.readers.all_streams() {
            let Some(keeping) = &mut shared.keeping else {
                continue;
            };
            match keeping.phase {
                KeepPhase::Reading { since } if now >= since + READ_TIMEOUT_MS => {
                    let seconds = READ_TIMEOUT_MS / 1000.0;
                    let problem =
                        format!("the browser's database did not answer within {seconds} s");
                    keeping.problem = Some(problem);
                    keeping.phase = KeepPhase::Off;
                }
                KeepPhase::Saving { at } if now >= at => {
                    unkept.extend(keeping.changed(&mut shared.stream.borrow_mut()));
                    keeping.phase = KeepPhase::Saving { at: now + SAVE_MS };
                }
                _ => {}
            }
        }
        self.keep(unkept);
    }

    /// Writes everything that has changed: the page may be gone in a moment.
    pub(super) fn keep_all(&mut self) {
        let all = self.readers.all_streams().iter_mut();
        let unkept: Vec<Unkept> = all.filter_map(SharedStream::unkept).collect();
        self.keep(unkept);
    }

    /// Has rows kept, without the token that a server may have sent back in them.
    pub(super) fn keep(&mut self, unkept: impl IntoIterator<Item = Unkept>) {
        for Unkept { name, rows } in unkept {
            let transmit = match rows {
                Some(rows) => Transmit::Keep {
                    name,
                    rows: self.masked(rows),
                },
                None => Transmit::Forget(name),
            };
            self.transmits.push_back(transmit);
        }
    }

    /// When rows are next written, or a browser is given up that does not answer.
    pub(super) fn keep_deadline(&mut self) -> Option<Millis> {
        let all = self.readers.all_streams().iter();
        let deadlines = all.filter_map(|shared| shared.keeping.as_ref()?.deadline());
        deadlines.min_by(f64::total_cmp)
    }

    /// A reader has come or gone: deletes what is kept of rows that others read now without keeping them.
    pub(super) fn switch_kept(&mut self, reader: ReaderId, now: Millis) {
        let Some(name) = self.readers.kept_as(reader).map(str::to_owned) else {
            return;
        };
        let (keep, read) = self.readers.leases_of(&name);
        for shared in self.readers.all_streams() {
            let Some(keeping) = shared.keeping.as_mut().filter(|k| k.name == name) else {
                continue;
            };
            match keeping.phase {
                KeepPhase::Saving { .. } if keep == 0 && read > 0 => {
                    keeping.phase = KeepPhase::Off;
                    keeping.revision = None;
                    self.transmits.push_back(Transmit::Forget(name.clone()));
                }
                KeepPhase::Off if keep > 0 && keeping.problem.is_none() => {
                    keeping.phase = KeepPhase::Saving { at: now + SAVE_MS };
                }
                _ => {}
            }
        }
    }
}
