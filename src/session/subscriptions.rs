//! Who wants which subscription, and what became of it.
//!
//! [`Session`](super::Session) counts the readers of each here, and tells the protocol when the first comes and when
//! the last has gone.

use crate::protocol::{SubscribeRequest, SubscriptionId};

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

/// One subscription.
#[derive(Debug)]
struct KnownSubscription {
    id: SubscriptionId,
    request: SubscribeRequest,
    readers: usize,
    answer: Answer,
    /// An error that the server reported of it last, in its words; the subscription goes on.
    report: Option<String>,
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
    pub fn acquire(&mut self, request: &SubscribeRequest) -> (SubscriptionId, bool) {
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
    pub fn answered(&mut self, id: SubscriptionId, answer: Answer) {
        // An answer may come after the subscription was taken back.
        if let Some(known) = self.all.iter_mut().find(|known| known.id == id) {
            known.answer = answer;
        }
    }

    /// The connection is open again: everything was asked for anew.
    pub fn asked_anew(&mut self) {
        self.have_reports = false;
        for known in &mut self.all {
            known.answer = Answer::None;
            known.report = None;
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
        let (a, is_new) = subscriptions.acquire(&SubscribeRequest::of_text("a"));
        assert!(is_new);
        assert_eq!(
            subscriptions.acquire(&SubscribeRequest::of_text("a")),
            (a, false)
        );
        let (b, is_new) = subscriptions.acquire(&SubscribeRequest::of_text("b"));
        assert!(is_new && a != b);
        assert!(!subscriptions.release(a) && subscriptions.release(a));
        assert_eq!(subscriptions.len(), 1);
        let (again, is_new) = subscriptions.acquire(&SubscribeRequest::of_text("a"));
        assert!(is_new && again != a, "an id is never used twice");
    }

    #[test]
    fn an_answer_holds_until_the_connection_is_opened_again() {
        let mut subscriptions = Subscriptions::default();
        let (a, _) = subscriptions.acquire(&SubscribeRequest::of_text("a"));
        subscriptions.answered(a, Answer::Refused("no such topic".to_owned()));
        assert_eq!(
            subscriptions.answer(a),
            &Answer::Refused("no such topic".to_owned())
        );
        subscriptions.told(a, "no value".to_owned());
        assert_eq!(subscriptions.report(a), Some("no value"));
        subscriptions.asked_anew();
        assert_eq!(subscriptions.answer(a), &Answer::None);
        assert_eq!(subscriptions.report(a), None);
        subscriptions.release(a);
        subscriptions.answered(a, Answer::Accepted);
        assert_eq!(subscriptions.answer(a), &Answer::None);
    }
}
