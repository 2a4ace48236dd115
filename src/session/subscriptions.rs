//! Who wants which subscription, and what became of it.
//!
//! [`Session`](super::Session) counts the readers of each here, and tells the protocol when the first comes and when
//! the last has gone.

use super::pause;
use crate::protocol::{SubscribeRequest, SubscriptionId};
use crate::table::Millis;

/// The first pause before a subscription that was refused or ended is asked for again, and the longest. A dashboard may
/// refresh itself every five seconds for days; that somebody granted a permission is noticed within minutes.
const FIRST_PAUSE_MS: Millis = 1_000.0;
const LONGEST_PAUSE_MS: Millis = 300_000.0;

/// One that has gone on for so long was no refusal in disguise: its end is a first one.
const GOOD_MS: Millis = 60_000.0;

/// What the server said of a subscription.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Nothing yet; many protocols never say anything.
    None,
    /// It was accepted.
    Accepted,
    /// It was refused, in the server's words.
    Refused(String),
    /// None has come within so many seconds; one may yet.
    Unanswered(f64),
    /// The server ended it, in its words where it had any.
    Ended(String),
}

/// How it is told that the server has not answered.
pub fn unanswered(seconds: f64) -> String {
    format!("The server has not answered the subscription within {seconds} s.")
}

impl Answer {
    /// Whether nothing comes of it any more.
    pub fn is_over(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::Ended(_))
    }
}

/// One subscription.
#[derive(Debug)]
struct KnownSubscription {
    id: SubscriptionId,
    request: SubscribeRequest,
    readers: usize,
    answer: Answer,
    /// An error that the server reported of it last, in its words; the subscription goes on.
    report: Option<String>,
    /// When the server was asked for it.
    since: Millis,
    /// How often it was refused, or ended soon, one after the other.
    refusals: u32,
    /// When it may be asked for again, once it is over.
    again_at: Millis,
    /// Somebody wants that.
    is_wanted: bool,
}

/// The subscriptions of a connection, each once.
#[derive(Debug, Default)]
pub struct Subscriptions {
    all: Vec<KnownSubscription>,
    next: u32,
    have_reports: bool,
}

impl Subscriptions {
    /// A reader wants what `request` asks for. Says which subscription that is, and whether it is new.
    pub fn acquire(&mut self, request: &SubscribeRequest, now: Millis) -> (SubscriptionId, bool) {
        let mut all = self.all.iter_mut();
        if let Some(known) = all.find(|known| known.request == *request) {
            known.readers += 1;
            return (known.id, false);
        }
        let id = SubscriptionId(self.next);
        self.next += 1;
        self.all.push(KnownSubscription {
            id,
            request: request.clone(),
            readers: 1,
            answer: Answer::None,
            report: None,
            since: now,
            refusals: 0,
            again_at: now,
            is_wanted: false,
        });
        (id, true)
    }

    /// The subscription that was made for `request`.
    pub fn find(&self, request: &SubscribeRequest) -> Option<SubscriptionId> {
        let known = self.all.iter().find(|known| known.request == *request);
        known.map(|known| known.id)
    }

    /// A reader has gone. Says whether it was the last.
    pub fn release(&mut self, id: SubscriptionId) -> bool {
        let Some(index) = self.all.iter().position(|known| known.id == id) else {
            debug_assert!(false, "{id:?} was released more often than it was acquired");
            return false;
        };
        self.all[index].readers -= 1;
        let is_last = self.all[index].readers == 0;
        if is_last {
            self.all.remove(index);
        }
        is_last
    }

    /// The server answered.
    pub fn answered(&mut self, id: SubscriptionId, answer: Answer, now: Millis) {
        // An answer may come after the subscription was taken back.
        let Some(known) = self.all.iter_mut().find(|known| known.id == id) else {
            return;
        };
        if answer.is_over() && !known.answer.is_over() {
            let was_good = now - known.since >= GOOD_MS;
            known.refusals = if was_good { 1 } else { known.refusals + 1 };
            let pause = pause::growing(FIRST_PAUSE_MS, LONGEST_PAUSE_MS, known.refusals);
            known.again_at = now + pause;
        }
        known.answer = answer;
        known.is_wanted = false;
    }

    /// Somebody comes for one again: if it is over, the server is asked again, as soon as that may be. Says whether that
    /// is news.
    pub fn wanted(&mut self, id: SubscriptionId) -> bool {
        let known = self.all.iter_mut().find(|known| known.id == id);
        let over = known.filter(|known| known.answer.is_over() && !known.is_wanted);
        over.map(|known| known.is_wanted = true).is_some()
    }

    /// When one is to be asked for again.
    pub fn deadline(&self) -> Option<Millis> {
        let wanted = self.all.iter().filter(|known| known.is_wanted);
        wanted.map(|known| known.again_at).min_by(f64::total_cmp)
    }

    /// One that is to be asked for again at `now`, and counts as asked for.
    pub fn take_due(&mut self, now: Millis) -> Option<(SubscriptionId, SubscribeRequest)> {
        let is_due = |known: &&mut KnownSubscription| known.is_wanted && known.again_at <= now;
        let known = self.all.iter_mut().find(is_due)?;
        known.is_wanted = false;
        known.answer = Answer::None;
        known.since = now;
        Some((known.id, known.request.clone()))
    }

    /// When one that is over is asked for again, if somebody wants that.
    pub fn again_at(&self, id: SubscriptionId) -> Option<Millis> {
        let known = self.all.iter().find(|known| known.id == id)?;
        known.is_wanted.then_some(known.again_at)
    }

    /// The connection is open again: everything was asked for anew.
    pub fn asked_anew(&mut self, now: Millis) {
        self.have_reports = false;
        for known in &mut self.all {
            known.answer = Answer::None;
            known.report = None;
            (known.since, known.refusals, known.is_wanted) = (now, 0, false);
        }
    }

    /// The server reported an error of one that goes on.
    pub fn told(&mut self, id: SubscriptionId, words: String) {
        if let Some(known) = self.all.iter_mut().find(|known| known.id == id) {
            known.report = Some(words);
            self.have_reports = true;
        }
    }

    /// A payload of one came without an error. Says whether one was reported before.
    pub fn is_well(&mut self, id: SubscriptionId) -> bool {
        let known = self.all.iter_mut().find(|known| known.id == id);
        let was_told = known.is_some_and(|known| known.report.take().is_some());
        if was_told {
            self.have_reports = self.all.iter().any(|known| known.report.is_some());
        }
        was_told
    }

    /// Whether an error of one or another is remembered.
    pub fn have_reports(&self) -> bool {
        self.have_reports
    }

    /// What it reported of one last, since its last payload without an error.
    pub fn report(&self, id: SubscriptionId) -> Option<&str> {
        let known = self.all.iter().find(|known| known.id == id)?;
        known.report.as_deref()
    }

    /// What the server said of a subscription.
    pub fn answer(&self, id: SubscriptionId) -> &Answer {
        let known = self.all.iter().find(|known| known.id == id);
        known.map_or(&Answer::None, |known| &known.answer)
    }

    /// Each, with what the server is asked for, in the order in which they came.
    pub fn all(&self) -> impl Iterator<Item = (SubscriptionId, &SubscribeRequest)> {
        self.all.iter().map(|known| (known.id, &known.request))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_is_one_subscription_until_its_last_reader_leaves() {
        let mut subscriptions = Subscriptions::default();
        let (a, is_new) = subscriptions.acquire(&SubscribeRequest::of_text("a"), 0.0);
        assert!(is_new);
        assert_eq!(
            subscriptions.acquire(&SubscribeRequest::of_text("a"), 0.0),
            (a, false)
        );
        let (b, is_new) = subscriptions.acquire(&SubscribeRequest::of_text("b"), 0.0);
        assert!(is_new && a != b);
        assert!(!subscriptions.release(a) && subscriptions.release(a));
        assert_eq!(subscriptions.len(), 1);
        let (again, is_new) = subscriptions.acquire(&SubscribeRequest::of_text("a"), 0.0);
        assert!(is_new && again != a, "an id is never used twice");
    }

    #[test]
    fn an_answer_holds_until_the_connection_is_opened_again() {
        let mut subscriptions = Subscriptions::default();
        let (a, _) = subscriptions.acquire(&SubscribeRequest::of_text("a"), 0.0);
        subscriptions.answered(a, Answer::Refused("no such topic".to_owned()), 0.0);
        assert_eq!(
            subscriptions.answer(a),
            &Answer::Refused("no such topic".to_owned())
        );
        subscriptions.told(a, "no value".to_owned());
        assert_eq!(subscriptions.report(a), Some("no value"));
        subscriptions.asked_anew(0.0);
        assert_eq!(subscriptions.answer(a), &Answer::None);
        assert_eq!(subscriptions.report(a), None);
        subscriptions.release(a);
        subscriptions.answered(a, Answer::Accepted, 0.0);
        assert_eq!(subscriptions.answer(a), &Answer::None);
    }
}
