//! When the packets of one request go out.
//!
//! In goes what each target of the request would show now ([`Look`]); out comes which targets are due, or how long
//! nothing is. The boundary builds and emits the packets. All that is due goes out on one beat, and then the whole
//! request is silent for a while: Grafana's "-- Dashboard --" data source waits for 50 ms without a packet of any
//! target of its source panel (`public/app/plugins/datasource/dashboard/datasource.ts`).
//!
//! Times called `now` are milliseconds of a clock that never goes back.

use super::Look;
use super::drawing::Drawing;
use crate::frame::Stat;
use crate::table::Millis;

/// Shortest silence between two beats of a request.
pub const MIN_GAP_MS: Millis = 60.0;

/// How often a packet is sent without news while the panel's window slides.
pub const IDLE_MS: Millis = 1000.0;

/// Longest wait of a first packet for its history; rows that come later are merged when they do.
pub const HISTORY_PATIENCE_MS: Millis = 5_000.0;

/// How long a consumer that wants one packet waits for more after the first row.
pub const GATHER_MS: Millis = 200.0;

/// Shortest gap between two packets of log lines in Explore outside its live mode: it decorates every line of every
/// packet anew, which takes half of the main thread at ten packets a second.
pub const EXPLORE_LOGS_GAP_MS: Millis = 500.0;

/// The window that a panel shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// Whether it ends at "now" and slides.
    pub relative: bool,
    /// Its end in milliseconds since the epoch, when it is fixed.
    pub to: Millis,
}

impl Range {
    /// A window that slides.
    pub const SLIDING: Self = Self {
        relative: true,
        to: f64::INFINITY,
    };

    /// How long rows that come can still be seen, at a time in milliseconds since the epoch; `None`: always.
    pub fn ends_in(&self, wall: Millis) -> Option<Millis> {
        (!self.relative && self.to.is_finite()).then_some(self.to - wall)
    }
}

/// How a consumer wants to be served.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Mode {
    /// Packets for as long as it listens.
    Live(Range),
    /// One packet of each target, at the latest after so long, and completion.
    Finite {
        /// How long, in milliseconds.
        timeout_ms: Millis,
    },
    /// One packet of each target with what came in a given time after the connection opened, and completion.
    Collecting {
        /// That time, in milliseconds.
        collect_ms: Millis,
        /// Longest wait for the connection, in milliseconds.
        patience_ms: Millis,
    },
}

/// What a target says of the rhythm of its packets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// Packets per second, at most.
    pub max_rate: f64,
    /// Whether they are log lines for Explore outside its live mode.
    pub explores_logs: bool,
}

impl Rate {
    fn gap(self) -> Millis {
        let least = if self.explores_logs {
            EXPLORE_LOGS_GAP_MS
        } else {
            MIN_GAP_MS
        };
        (1000.0 / self.max_rate).max(least)
    }
}

/// What to do now.
#[derive(Debug, Clone, PartialEq)]
pub enum Beat {
    /// Send packets of these targets, by their index, and tell [`Schedule::sent`].
    Send {
        /// The targets.
        due: Vec<usize>,
        /// Whether these are their last packets.
        last: bool,
        /// Whether the request is complete then.
        completes: bool,
    },
    /// Nothing is due.
    Wait {
        /// When to ask again, if nothing happens before.
        until: Option<Millis>,
        /// Whether what happens before can change anything.
        listens: bool,
    },
}

/// Where one target is.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Turn {
    gap: Millis,
    /// When its last packet went, and what that showed.
    shown: Option<(Millis, Option<Look>)>,
    /// Whether that was its last one.
    is_done: bool,
    /// When it stops gathering rows for its only packet.
    gathers_until: Option<Millis>,
}

/// Fewer beats than was asked for, because drawing takes the page too long.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slowed {
    /// How long a beat keeps the page busy, in milliseconds.
    pub cost: Millis,
    /// Beats per second.
    pub rate: f64,
}

impl Slowed {
    /// What the panel's statistics say of it.
    pub fn stats(self) -> [Stat; 2] {
        [
            Stat::in_unit("Drawing: time for each packet", self.cost.round(), "ms"),
            Stat::new("Drawing: packets per second because of that", self.rate),
        ]
    }
}

/// The rhythm of one request.
#[derive(Debug)]
pub struct Schedule {
    mode: Mode,
    begun: Millis,
    /// When the last beat was over.
    last_beat: Option<Millis>,
    turns: Vec<Turn>,
    drawing: Drawing,
    /// What was found due, and shows this.
    sending: Vec<(usize, Option<Look>)>,
    sends_last: bool,
}

impl Schedule {
    /// The rhythm of a request whose targets have these rates.
    pub fn new(mode: Mode, rates: impl IntoIterator<Item = Rate>, now: Millis) -> Self {
        let turns = rates.into_iter().map(|rate| Turn {
            gap: rate.gap(),
            shown: None,
            is_done: false,
            gathers_until: None,
        });
        Self {
            mode,
            begun: now,
            last_beat: None,
            turns: turns.collect(),
            drawing: Drawing::default(),
            sending: Vec::new(),
            sends_last: false,
        }
    }

    /// What to do at `now`, when targets look like this (`None`: it cannot be served, which is said once) and the
    /// panel's window ends in so many milliseconds.
    pub fn poll(&mut self, looks: &[Option<Look>], now: Millis, ends_in: Option<Millis>) -> Beat {
        debug_assert_eq!(looks.len(), self.turns.len());
        let is_over = ends_in.is_some_and(|left| left <= 0.0);
        let beat_at = self.beat_at();
        let mut until: Option<Millis> = None;
        let mut listens = false;
        self.sending.clear();
        for (index, look) in looks.iter().enumerate() {
            let due = self.due(index, *look, now, is_over);
            match due.at.map(|at| at.max(beat_at)) {
                Some(at) if at <= now => self.sending.push((index, *look)),
                Some(at) => until = Some(until.map_or(at, |known| known.min(at))),
                None => {}
            }
            if let Some(from) = due.listens_from.map(|from| from.max(beat_at)) {
                // News before that could not be shown before that.
                if from <= now {
                    listens = true;
                } else {
                    until = Some(until.map_or(from, |known| known.min(from)));
                }
            }
        }
        if self.sending.is_empty() {
            let end = ends_in.filter(|_| !is_over).map(|left| now + left);
            let until = until.into_iter().chain(end).min_by(f64::total_cmp);
            return Beat::Wait { until, listens };
        }
        let is_live = matches!(self.mode, Mode::Live(_));
        self.sends_last = is_over || !is_live;
        let due: Vec<usize> = self.sending.iter().map(|(index, _)| *index).collect();
        let remain = |(index, turn): (usize, &Turn)| !turn.is_done && !due.contains(&index);
        Beat::Send {
            completes: self.sends_last && !self.turns.iter().enumerate().any(remain),
            last: self.sends_last,
            due,
        }
    }

    /// What was found due has gone out; `now` is when that was over.
    pub fn sent(&mut self, now: Millis) {
        self.last_beat = Some(now);
        for (index, look) in self.sending.drain(..) {
            let turn = &mut self.turns[index];
            turn.shown = Some((now, look));
            turn.is_done |= self.sends_last;
        }
    }

    /// The page was busy with what has gone out for so many milliseconds.
    pub fn drawn(&mut self, took: Millis) {
        self.drawing.took(took);
    }

    /// `None` while there are as many beats as was asked for.
    pub fn slowed(&self) -> Option<Slowed> {
        let gap = self.drawing.gap();
        let asked = self.turns.iter().map(|turn| turn.gap);
        (gap > asked.fold(f64::INFINITY, f64::min)).then(|| Slowed {
            cost: self.drawing.cost(),
            rate: 1000.0 / gap,
        })
    }

    /// When the next beat may be. The target that may be sent most often sets the pace of all, so that those that
    /// have news between two beats wait for the next.
    fn beat_at(&self) -> Millis {
        let gaps = self.turns.iter().map(|turn| turn.gap);
        let gap = match self.mode {
            Mode::Live(_) => gaps
                .fold(f64::INFINITY, f64::min)
                .max(self.drawing.gap())
                .max(MIN_GAP_MS),
            Mode::Finite { .. } | Mode::Collecting { .. } => MIN_GAP_MS,
        };
        self.last_beat.map_or(f64::NEG_INFINITY, |at| at + gap)
    }

    fn due(&mut self, index: usize, look: Option<Look>, now: Millis, is_over: bool) -> Due {
        let turn = self.turns[index];
        if turn.is_done {
            return Due::NEVER;
        }
        let Some(look) = look else {
            // It is told once what is wrong, and once more, as its last packet, when the request ends.
            return match turn.shown {
                Some(_) if !is_over => Due::NEVER,
                _ => Due::at(now),
            };
        };
        if turn.shown.is_none() && !look.is_ready && now < self.begun + HISTORY_PATIENCE_MS {
            return Due::at(self.begun + HISTORY_PATIENCE_MS).or_when_changed(now);
        }
        match self.mode {
            Mode::Live(_) if is_over => Due::at(now),
            Mode::Live(range) => Self::due_live(turn, look, range, now),
            Mode::Finite { timeout_ms } => self.due_finite(index, look, timeout_ms, now),
            Mode::Collecting {
                collect_ms,
                patience_ms,
            } => self.due_collecting(index, look, collect_ms, patience_ms, now),
        }
    }

    fn due_live(turn: Turn, look: Look, range: Range, now: Millis) -> Due {
        let Some((at, shown)) = turn.shown else {
            return Due::at(now);
        };
        if shown != Some(look) {
            return Due::at(at + turn.gap);
        }
        let idle = range.relative.then_some(at + IDLE_MS.max(turn.gap));
        Due {
            at: idle,
            listens_from: Some(at + turn.gap),
        }
    }

    /// As soon as there is a row, and a little later if it had to be waited for: the first seldom comes alone.
    fn due_finite(&mut self, index: usize, look: Look, timeout_ms: Millis, now: Millis) -> Due {
        let deadline = self.begun + timeout_ms;
        let turn = &mut self.turns[index];
        if let Some(until) = turn.gathers_until {
            if look.has_rows {
                turn.gathers_until = Some(until.min(now + GATHER_MS));
            }
            let until = turn.gathers_until.unwrap_or(until);
            let is_hopeless = !look.has_rows && look.is_failed;
            let due = Due::at(if is_hopeless { now } else { until });
            return if look.has_rows {
                due
            } else {
                due.or_when_changed(now)
            };
        }
        if look.has_rows || look.is_failed {
            return Due::at(now);
        }
        turn.gathers_until = Some(deadline);
        Due::at(deadline).or_when_changed(now)
    }

    fn due_collecting(
        &mut self,
        index: usize,
        look: Look,
        collect_ms: Millis,
        patience_ms: Millis,
        now: Millis,
    ) -> Due {
        let deadline = self.begun + patience_ms;
        let turn = &mut self.turns[index];
        match turn.gathers_until {
            Some(until) => Due::at(until),
            None if look.is_open || look.is_failed => {
                turn.gathers_until = Some(now + collect_ms);
                Due::at(now + collect_ms)
            }
            None => Due::at(deadline).or_when_changed(now),
        }
    }
}

/// When a target is due.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Due {
    at: Option<Millis>,
    /// From when on news would make it due.
    listens_from: Option<Millis>,
}

impl Due {
    const NEVER: Self = Self {
        at: None,
        listens_from: None,
    };

    fn at(at: Millis) -> Self {
        Self {
            at: Some(at),
            listens_from: None,
        }
    }

    fn or_when_changed(self, now: Millis) -> Self {
        Self {
            listens_from: Some(now),
            ..self
        }
    }
}
