//! When packets go out, with consumers as Grafana has them.

use proptest::prelude::*;

use crate::session::Look;
use crate::session::schedule::*;

const LOOK: Look = Look {
    rows_revision: 0,
    revision: 0,
    has_rows: false,
    is_ready: true,
    is_open: true,
    is_failed: false,
};

const RATE: Rate = Rate {
    max_rate: 10.0,
    explores_logs: false,
};

const LIVE: Mode = Mode::Live(Range::SLIDING);

/// A change of what a target shows: when, of which target, and what.
type Change = (f64, usize, fn(&mut Look));

/// A feed: its period, when its first message comes, and the targets that show each.
type Feed<'t> = (f64, f64, &'t [usize]);

/// A packet that went out: when, of which target, and whether it was its last.
type Sent = (f64, usize, bool);

/// Plays a request: targets get news when `news` says so. Timers are late by `lateness`.
struct Play {
    schedule: Schedule,
    looks: Vec<Option<Look>>,
    now: f64,
    ends_at: Option<f64>,
    sent: Vec<Sent>,
    completed: Option<f64>,
    polls: usize,
    /// How long a beat keeps the page busy.
    drawing: f64,
}

impl Play {
    fn new(mode: Mode, rates: &[Rate]) -> Self {
        Self {
            schedule: Schedule::new(mode, rates.iter().copied(), 0.0),
            looks: vec![Some(LOOK); rates.len()],
            now: 0.0,
            ends_at: match mode {
                Mode::Live(range) => range.ends_in(0.0),
                _ => None,
            },
            sent: Vec::new(),
            completed: None,
            polls: 0,
            drawing: 0.0,
        }
    }

    /// Polls until it is to wait; says until when, and whether news would matter.
    fn settle(&mut self) -> (Option<f64>, bool) {
        loop {
            if self.completed.is_some() {
                return (None, false);
            }
            self.polls += 1;
            let ends_in = self.ends_at.map(|at| at - self.now);
            match self.schedule.poll(&self.looks, self.now, ends_in) {
                Beat::Send {
                    due,
                    last,
                    completes,
                } => {
                    assert!(!due.is_empty());
                    self.sent
                        .extend(due.iter().map(|index| (self.now, *index, last)));
                    self.schedule.sent(self.now);
                    self.schedule.drawn(self.drawing);
                    if completes {
                        self.completed = Some(self.now);
                    }
                }
                Beat::Wait { until, listens } => {
                    assert!(
                        until.is_none_or(|at| at > self.now),
                        "{until:?} at {}",
                        self.now
                    );
                    return (until, listens);
                }
            }
        }
    }

    /// Goes on to `end` with changes of looks at given times, which must be sorted.
    fn play(&mut self, changes: &[Change], end: f64, lateness: f64) {
        let mut changes = changes.iter().peekable();
        let (mut until, mut listens) = self.settle();
        loop {
            let change = changes.peek().map(|(at, ..)| *at).filter(|at| *at <= end);
            let timer = until.map(|at| at + lateness).filter(|at| *at <= end);
            match (change, timer) {
                (Some(at), timer) if timer.is_none_or(|timer| at <= timer) => {
                    self.now = at;
                    let (_, index, act) = changes.next().unwrap();
                    act(self.looks[*index].as_mut().unwrap());
                    if listens {
                        (until, listens) = self.settle();
                    }
                }
                (_, Some(at)) => {
                    self.now = at;
                    (until, listens) = self.settle();
                }
                _ => break,
            }
        }
        self.now = end;
    }

    /// Times of the beats.
    fn beats(&self) -> Vec<f64> {
        let mut times: Vec<f64> = self.sent.iter().map(|(at, ..)| *at).collect();
        times.dedup();
        times
    }

    /// How many updates a reader sees that waits for `quiet` ms without a packet.
    fn seen_by_a_debounced_reader(&self, quiet: f64, end: f64) -> usize {
        let beats = self.beats();
        let next = beats.iter().skip(1).copied().chain([end]);
        beats
            .iter()
            .zip(next)
            .filter(|(at, next)| next - *at >= quiet)
            .count()
    }
}

fn row(look: &mut Look) {
    look.rows_revision += 1;
    look.has_rows = true;
}

/// News of feeds with these periods and offsets, sorted.
fn feeds(feeds: &[Feed<'_>], end: f64) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    for (period, offset, targets) in feeds {
        let times = (0..).map(|count| offset + f64::from(count) * period);
        for at in times.take_while(|at| *at < end) {
            changes.extend(
                targets
                    .iter()
                    .map(|target| (at, *target, row as fn(&mut Look))),
            );
        }
    }
    changes.sort_by(|a, b| a.0.total_cmp(&b.0));
    changes
}

#[test]
fn a_reader_that_waits_for_silence_sees_eight_updates_a_second() {
    let end = 10_000.0;
    let eight: Vec<Feed<'_>> = (0..8)
        .map(|index| {
            const TARGETS: [[usize; 1]; 8] = [[0], [1], [2], [3], [4], [5], [6], [7]];
            (250.0, 31.0 * index as f64, TARGETS[index].as_slice())
        })
        .collect();
    let cases: [(&str, usize, Vec<Feed<'_>>); 3] = [
        (
            "three feeds of 120 ms, 40 ms apart",
            3,
            vec![(120.0, 0.0, &[0]), (120.0, 40.0, &[1]), (120.0, 80.0, &[2])],
        ),
        (
            "one feed of 40 ms with three targets by filter",
            3,
            vec![(120.0, 0.0, &[0]), (120.0, 40.0, &[1]), (120.0, 80.0, &[2])],
        ),
        ("eight feeds of 250 ms", 8, eight),
    ];
    for (name, targets, news) in cases {
        for lateness in [0.0, 4.0, 15.0] {
            let mut play = Play::new(LIVE, &vec![RATE; targets]);
            play.play(&feeds(&news, end), end, lateness);
            let seen = play.seen_by_a_debounced_reader(50.0, end);
            assert!(
                seen >= 80,
                "{name}, timers late by {lateness}: {seen} in 10 s"
            );
            assert!(
                play.beats()
                    .windows(2)
                    .all(|pair| pair[1] - pair[0] >= MIN_GAP_MS),
                "{name}"
            );
        }
    }
}

#[test]
fn the_first_packet_goes_at_once_and_news_after_silence_too() {
    let mut play = Play::new(LIVE, &[RATE]);
    play.play(&[(350.0, 0, row)], 1_000.0, 0.0);
    assert_eq!(play.beats(), [0.0, 350.0]);
}

#[test]
fn no_target_is_sent_more_often_than_its_rate_says() {
    let slow = Rate {
        max_rate: 2.0,
        ..RATE
    };
    let mut play = Play::new(LIVE, &[RATE, slow]);
    play.play(&feeds(&[(10.0, 5.0, &[0, 1])], 10_000.0), 10_000.0, 1.0);
    let times = |target: usize| -> Vec<f64> {
        let of = play.sent.iter().filter(|(_, index, _)| *index == target);
        of.map(|(at, ..)| *at).collect()
    };
    for (target, gap, least) in [(0, 100.0, 95), (1, 500.0, 19)] {
        let times = times(target);
        assert!(times.windows(2).all(|pair| pair[1] - pair[0] >= gap));
        assert!(times.len() >= least, "{}", times.len());
    }
}

#[test]
fn a_page_that_draws_slowly_is_sent_less_until_it_is_fast_again() {
    let mut play = Play::new(LIVE, &[RATE]);
    let news = feeds(&[(10.0, 5.0, &[0])], 20_000.0);
    let (first, second) = news.split_at(news.iter().position(|(at, ..)| *at > 10_000.0).unwrap());
    assert_eq!(play.schedule.slowed(), None);
    play.drawing = 80.0;
    play.play(first, 10_000.0, 0.0);
    let slow = play.beats();
    // A quarter of the time, but for the first three.
    assert!((30..=35).contains(&slow.len()), "{}", slow.len());
    let slowed = play.schedule.slowed().unwrap();
    assert_eq!((slowed.cost, slowed.rate), (80.0, 3.125));
    play.drawing = 20.0;
    play.play(second, 20_000.0, 0.0);
    assert!(play.beats().len() - slow.len() > 90);
    assert_eq!(play.schedule.slowed(), None);
}

#[test]
fn a_sliding_window_goes_on_without_news_a_fixed_one_does_not() {
    let mut sliding = Play::new(LIVE, &[RATE]);
    sliding.play(&[], 5_000.0, 0.0);
    assert_eq!(
        sliding.beats(),
        [0.0, 1_000.0, 2_000.0, 3_000.0, 4_000.0, 5_000.0]
    );
    let fixed = Mode::Live(Range {
        relative: false,
        to: 1e9,
    });
    let mut fixed = Play::new(fixed, &[RATE]);
    fixed.play(&[], 5_000.0, 0.0);
    assert_eq!(fixed.beats(), [0.0]);
    let slow = Rate {
        max_rate: 0.1,
        ..RATE
    };
    let mut slow = Play::new(LIVE, &[slow]);
    slow.play(&[], 25_000.0, 0.0);
    assert_eq!(slow.beats(), [0.0, 10_000.0, 20_000.0]);
}

#[test]
fn a_range_that_has_ended_is_one_last_packet_and_completion() {
    let ended = Mode::Live(Range {
        relative: false,
        to: -1.0,
    });
    let mut play = Play::new(ended, &[RATE, RATE]);
    play.looks[1] = None;
    play.play(&[], 1_000.0, 0.0);
    assert_eq!(play.sent, [(0.0, 0, true), (0.0, 1, true)]);
    assert_eq!(play.completed, Some(0.0));
}

#[test]
fn a_range_that_ends_while_it_is_shown_completes_with_all_that_came_until_then() {
    let ends = Mode::Live(Range {
        relative: false,
        to: 500.0,
    });
    let mut play = Play::new(ends, &[RATE, RATE]);
    play.looks[1].as_mut().unwrap().is_ready = false;
    play.play(
        &[
            (10.0, 0, row),
            (390.0, 0, row),
            (900.0, 1, |look| look.is_ready = true),
        ],
        2_000.0,
        0.0,
    );
    let last: Vec<_> = play.sent.iter().filter(|(.., last)| *last).collect();
    assert_eq!(last, [&(500.0, 0, true), &(900.0, 1, true)]);
    assert_eq!(play.completed, Some(900.0));
}

#[test]
fn the_first_packet_waits_for_its_history_but_not_for_ever_nor_for_that_of_others() {
    let mut play = Play::new(LIVE, &[RATE, RATE, RATE]);
    for index in [0, 1] {
        play.looks[index].as_mut().unwrap().is_ready = false;
    }
    play.play(
        &[(300.0, 0, |look| look.is_ready = true)],
        HISTORY_PATIENCE_MS,
        0.0,
    );
    let first = |target| play.sent.iter().find(|(_, index, _)| *index == target);
    assert_eq!(first(2).map(|(at, ..)| *at), Some(0.0));
    assert_eq!(first(0).map(|(at, ..)| *at), Some(300.0));
    assert_eq!(first(1).map(|(at, ..)| *at), Some(HISTORY_PATIENCE_MS));
}

#[test]
fn what_is_wrong_with_a_target_is_said_once() {
    let mut play = Play::new(LIVE, &[RATE, RATE]);
    play.looks[0] = None;
    play.play(&feeds(&[(50.0, 0.0, &[1])], 2_000.0), 2_000.0, 0.0);
    assert_eq!(
        play.sent.iter().filter(|(_, index, _)| *index == 0).count(),
        1
    );
    assert_eq!(play.completed, None);
}

#[test]
fn log_lines_in_explore_come_twice_a_second_at_most() {
    let logs = Rate {
        explores_logs: true,
        ..RATE
    };
    let mut play = Play::new(LIVE, &[logs]);
    play.play(&feeds(&[(10.0, 5.0, &[0])], 10_000.0), 10_000.0, 0.0);
    assert!(
        (19..=21).contains(&play.beats().len()),
        "{}",
        play.beats().len()
    );
}

#[test]
fn who_wants_one_packet_gets_it_with_the_rows_that_come_together() {
    let finite = Mode::Finite {
        timeout_ms: 5_000.0,
    };
    let mut at_once = Play::new(finite, &[RATE]);
    row(at_once.looks[0].as_mut().unwrap());
    at_once.play(&[], 6_000.0, 0.0);
    assert_eq!((at_once.sent.len(), at_once.completed), (1, Some(0.0)));

    let mut later = Play::new(finite, &[RATE]);
    later.play(&[(1_000.0, 0, row), (1_100.0, 0, row)], 6_000.0, 0.0);
    assert_eq!(later.sent, [(1_200.0, 0, true)]);

    let mut never = Play::new(finite, &[RATE, RATE]);
    never.play(&[(4_900.0, 1, row)], 6_000.0, 0.0);
    assert_eq!(never.sent, [(5_000.0, 0, true), (5_000.0, 1, true)]);
    assert_eq!(never.completed, Some(5_000.0));

    let mut failed = Play::new(finite, &[RATE]);
    failed.play(
        &[(700.0, 0, |look| {
            look.is_failed = true;
            look.revision += 1;
        })],
        6_000.0,
        0.0,
    );
    assert_eq!(failed.completed, Some(700.0));
}

#[test]
fn who_collects_waits_for_the_connection_and_then_as_long_as_it_said() {
    let mode = Mode::Collecting {
        collect_ms: 2_000.0,
        patience_ms: 5_000.0,
    };
    let mut play = Play::new(mode, &[RATE]);
    play.looks[0].as_mut().unwrap().is_open = false;
    play.play(
        &[
            (400.0, 0, |look| look.is_open = true),
            (500.0, 0, row),
            (2_300.0, 0, row),
        ],
        9_000.0,
        0.0,
    );
    assert_eq!(play.sent, [(2_400.0, 0, true)]);

    let mut never = Play::new(mode, &[RATE]);
    never.looks[0].as_mut().unwrap().is_open = false;
    never.play(&[], 9_000.0, 0.0);
    assert_eq!(never.completed, Some(5_000.0));
}

#[test]
fn a_busy_feed_is_looked_at_once_for_each_packet() {
    let mut play = Play::new(LIVE, &[RATE]);
    play.play(&feeds(&[(0.2, 0.0, &[0])], 5_000.0), 5_000.0, 0.0);
    let beats = play.beats().len();
    assert!(beats >= 49, "{beats}");
    assert!(
        play.polls <= 3 * beats,
        "{} looks for {beats} beats",
        play.polls
    );
}

proptest! {
    /// Whatever comes when: silence between beats, no packet lost (what changed is shown within the target's gap and
    /// the beat's), and none without a reason.
    #[test]
    fn all_news_is_shown_in_time(
        rates in proptest::collection::vec(0.5f64..50.0, 1..5),
        mut news in proptest::collection::vec((0.0f64..5_000.0, 0usize..5), 0..200),
        lateness in 0.0f64..20.0,
    ) {
        news.sort_by(|a, b| a.0.total_cmp(&b.0));
        let rates: Vec<Rate> = rates.into_iter().map(|max_rate| Rate { max_rate, explores_logs: false }).collect();
        let changes: Vec<Change> = news
            .into_iter()
            .map(|(at, target)| (at, target % rates.len(), row as fn(&mut Look)))
            .collect();
        let mut play = Play::new(LIVE, &rates);
        play.play(&changes, 20_000.0, lateness);
        prop_assert!(play.beats().windows(2).all(|pair| pair[1] - pair[0] >= MIN_GAP_MS - 1e-6));
        for (at, target, _) in &changes {
            let gap = (1000.0 / rates[*target].max_rate).max(MIN_GAP_MS);
            let shown = play.sent.iter().find(|(sent, index, _)| index == target && sent >= at);
            let shown = shown.map_or(f64::INFINITY, |(sent, ..)| *sent);
            prop_assert!(shown - at <= gap + 1000.0 / rates.iter().map(|rate| rate.max_rate).fold(0.0, f64::max) + MIN_GAP_MS + 3.0 * lateness, "news of {} at {} was shown at {}", target, at, shown);
        }
    }
}
