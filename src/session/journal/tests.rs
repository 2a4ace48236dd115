//! Tests of the journal.

use super::*;
use proptest::prelude::*;

/// A message or a reconnect, as somebody who reads them one by one would note it.
#[derive(Debug, Clone, PartialEq)]
enum Note {
    Reconnected,
    Text(Vec<u8>, f64),
    Binary(Vec<u8>, f64),
}

fn notes(journal: &Journal) -> Vec<Note> {
    let mut notes = Vec::new();
    for entry in journal.entries() {
        match entry {
            Entry::Reconnected => notes.push(Note::Reconnected),
            Entry::Texts {
                batch, arrivals, ..
            } if arrivals.len() == 1 => {
                notes.push(Note::Text(batch.to_vec(), arrivals[0]));
            }
            Entry::Texts {
                batch, arrivals, ..
            } => {
                let texts: Vec<_> = batch.split(|byte| *byte == SEPARATOR).collect();
                assert_eq!(texts.len(), arrivals.len());
                let texts = texts.iter().zip(&arrivals);
                notes.extend(texts.map(|(text, at)| Note::Text(text.to_vec(), *at)));
            }
            Entry::Binaries {
                batch,
                lengths,
                arrivals,
            } => {
                let mut start = 0;
                assert_eq!(lengths.len(), arrivals.len());
                for (length, at) in lengths.iter().zip(&arrivals) {
                    let end = start + *length as usize;
                    notes.push(Note::Binary(batch[start..end].to_vec(), *at));
                    start = end;
                }
                assert_eq!(start, batch.len());
            }
        }
    }
    notes
}

fn text(text: &str, at: f64) -> Note {
    Note::Text(text.as_bytes().to_vec(), at)
}

#[test]
fn keeps_messages_of_all_kinds_in_order() {
    let mut journal = Journal::new(1 << 20);
    journal.opened();
    journal.push_texts(b"a\x1eb", &[1.0, 2.0], &[]);
    journal.push_texts(b"c", &[3.0], &[]);
    journal.push_binaries(b"xyyz", &[1, 2, 1], &[4.0, 5.0, 6.0]);
    journal.push_texts(b"d\x1ed", &[7.0], &[]);
    journal.opened();
    journal.push_texts(b"", &[8.0], &[]);
    let expected = [
        text("a", 1.0),
        text("b", 2.0),
        text("c", 3.0),
        Note::Binary(b"x".to_vec(), 4.0),
        Note::Binary(b"yy".to_vec(), 5.0),
        Note::Binary(b"z".to_vec(), 6.0),
        text("d\u{1e}d", 7.0),
        Note::Reconnected,
        text("", 8.0),
    ];
    assert_eq!(notes(&journal), expected);
}

/// Whatever is forgotten, and whether it is among the first or the newest.
#[test]
fn each_text_keeps_the_subscription_that_it_is_for() {
    for limit in [1, 200, 1_000, 20_000, 1 << 20] {
        let mut journal = Journal::new(limit);
        for opening in 0..3 {
            journal.opened();
            for batch in 0..400u32 {
                let ids: Vec<u32> = (0..batch % 4 + 1)
                    .map(|i| (batch + i + opening) % 3)
                    .collect();
                let texts: Vec<Vec<u8>> =
                    ids.iter().map(|id| vec![b'0' + *id as u8; 100]).collect();
                let subscriptions: Vec<_> =
                    ids.iter().map(|id| Some(SubscriptionId(*id))).collect();
                let arrivals = vec![f64::from(batch); ids.len()];
                journal.push_texts(&texts.join(&SEPARATOR), &arrivals, &subscriptions);
            }
        }
        let mut kept = 0;
        for entry in journal.entries() {
            let Entry::Texts {
                batch,
                arrivals,
                subscriptions,
            } = entry
            else {
                continue;
            };
            assert_eq!(subscriptions.len(), arrivals.len());
            for (text, subscription) in batch.split(|byte| *byte == SEPARATOR).zip(subscriptions) {
                assert_eq!(
                    *subscription,
                    Some(SubscriptionId(u32::from(text[0] - b'0')))
                );
                kept += 1;
            }
        }
        assert!(kept > 0);
    }
}

#[test]
fn nothing_is_kept_when_told_so() {
    let mut journal = Journal::new(0);
    journal.push_texts(b"a", &[1.0], &[]);
    journal.push_binaries(b"a", &[1], &[1.0]);
    assert!(journal.is_empty() && journal.bytes() == 0);
}

#[test]
fn the_first_messages_outlive_the_newest_until_the_next_opening_has_spoken() {
    let mut journal = Journal::new(100_000);
    journal.opened();
    journal.push_texts(b"state", &[0.0], &[]);
    let row = [b'x'; 1000];
    for at in 1..500 {
        journal.push_texts(&row, &[f64::from(at)], &[]);
    }
    let kept = notes(&journal);
    assert_eq!(kept[0], text("state", 0.0));
    assert_eq!(kept[1], Note::Text(row.to_vec(), 1.0));
    assert_eq!(kept.last(), Some(&Note::Text(row.to_vec(), 499.0)));
    assert!((140..=165).contains(&kept.len()), "{}", kept.len());
    journal.opened();
    assert_eq!(notes(&journal).len(), kept.len());
    journal.push_texts(b"again", &[500.0], &[]);
    let later = notes(&journal);
    assert_ne!(later[0], text("state", 0.0));
    assert_eq!(
        &later[later.len() - 2..],
        [Note::Reconnected, text("again", 500.0)]
    );
}

#[test]
fn a_message_larger_than_everything_leaves_room_for_what_follows() {
    let mut journal = Journal::new(1000);
    journal.opened();
    journal.push_texts(&[b'x'; 100_000], &[1.0], &[]);
    assert!(journal.is_empty());
    journal.push_texts(b"a", &[2.0], &[]);
    assert_eq!(notes(&journal), [text("a", 2.0)]);
}

fn message() -> impl Strategy<Value = Note> {
    // Byte by byte would take most of the test's time.
    let bytes = || {
        let parts = (0usize..400, b'a'..=b'z', proptest::bool::weighted(0.1));
        parts.prop_map(|(length, letter, is_split)| {
            let mut bytes = vec![letter; length];
            if is_split && length > 1 {
                bytes[length / 2] = SEPARATOR;
            }
            bytes
        })
    };
    prop_oneof![
        1 => Just(Note::Reconnected),
        20 => bytes().prop_map(|bytes| Note::Text(bytes, 0.0)),
        5 => bytes().prop_map(|bytes| Note::Binary(bytes, 0.0)),
    ]
}

proptest! {
    /// Whatever comes, in whatever batches: what is kept is an ending of what came, perhaps with a beginning of
    /// the last opening before it, and takes no more than it may.
    #[test]
    fn keeps_the_newest_and_the_first(
        messages in proptest::collection::vec(message(), 0..300),
        limit in 0usize..40_000,
        batch in 1usize..7,
    ) {
        let mut journal = Journal::new(limit);
        let mut came = Vec::new();
        let mut waiting: Vec<(Vec<u8>, f64)> = Vec::new();
        fn flush(journal: &mut Journal, waiting: &mut Vec<(Vec<u8>, f64)>) {
            let texts: Vec<&[u8]> = waiting.iter().map(|(text, _)| text.as_slice()).collect();
            let arrivals: Vec<f64> = waiting.iter().map(|(_, at)| *at).collect();
            journal.push_texts(&texts.join(&SEPARATOR), &arrivals, &[]);
            waiting.clear();
        }
        for (index, message) in messages.into_iter().enumerate() {
            let at = index as f64;
            match message {
                Note::Text(text, _) => {
                    came.push(Note::Text(text.clone(), at));
                    let alone = text.contains(&SEPARATOR);
                    if alone {
                        flush(&mut journal, &mut waiting);
                    }
                    waiting.push((text, at));
                    if alone || waiting.len() >= batch {
                        flush(&mut journal, &mut waiting);
                    }
                }
                Note::Binary(bytes, _) => {
                    flush(&mut journal, &mut waiting);
                    journal.push_binaries(&bytes, &[bytes.len() as u32], &[at]);
                    came.push(Note::Binary(bytes, at));
                }
                Note::Reconnected => {
                    flush(&mut journal, &mut waiting);
                    journal.opened();
                    came.push(Note::Reconnected);
                }
            }
        }
        flush(&mut journal, &mut waiting);
        let kept = notes(&journal);
        // What grows is twice as large as what is in it, at the most.
        let most = 2 * (limit + FIRST_BYTES + 2 * CHUNK_BYTES) + SPARE_CHUNKS * SPARE_BYTES;
        prop_assert!(journal.bytes() <= most, "{} of {most}", journal.bytes());
        let kept: Vec<&Note> = kept.iter().filter(|note| **note != Note::Reconnected).collect();
        let came: Vec<&Note> = came.iter().filter(|note| **note != Note::Reconnected).collect();
        if limit > 0 {
            let newest = kept.iter().rev().zip(came.iter().rev()).take_while(|(a, b)| a == b).count();
            let first = kept.len() - newest;
            let begins = |start: usize| came[start..].starts_with(&kept[..first]);
            prop_assert!(first == 0 || (0..came.len()).any(begins), "{first} of {}", kept.len());
        } else {
            prop_assert!(kept.is_empty());
        }
    }
}

#[derive(Debug, Clone)]
enum Happens {
    Subscribed(u32),
    Forgotten(u32),
    Opened,
    /// A batch for these, of texts so long.
    Came(Vec<u32>, usize),
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        2 => (0u32..6).prop_map(Happens::Subscribed),
        1 => (0u32..6).prop_map(Happens::Forgotten),
        1 => Just(Happens::Opened),
        20 => (proptest::collection::vec(0u32..6, 1..8), 0usize..3_000)
            .prop_map(|(whose, length)| Happens::Came(whose, length)),
    ]
}

proptest! {
    /// Of each subscription a beginning is kept and an ending, none of it twice, in order, and as it came.
    #[test]
    fn keeps_how_each_subscription_began(
        events in proptest::collection::vec(happens(), 0..200),
        limit in 1usize..60_000,
    ) {
        let mut journal = Journal::new(limit);
        let mut sequence = 0;
        // Of each subscription that is known: the first message since it was asked for.
        let mut begun: [Option<Option<u64>>; 6] = [None; 6];
        for event in events {
            match event {
                Happens::Subscribed(id) => {
                    journal.subscribed(SubscriptionId(id));
                    begun[id as usize] = Some(None);
                }
                Happens::Forgotten(id) => {
                    journal.forget(SubscriptionId(id));
                    begun[id as usize] = None;
                }
                Happens::Opened => {
                    journal.opened();
                    begun.iter_mut().flatten().for_each(|first| *first = None);
                }
                Happens::Came(whose, length) => {
                    let mut texts = Vec::new();
                    for id in &whose {
                        texts.push(format!("{sequence} {id} {}", "x".repeat(length)).into_bytes());
                        if let Some(first) = &mut begun[*id as usize] {
                            first.get_or_insert(sequence);
                        }
                        sequence += 1;
                    }
                    let whose: Vec<_> = whose.into_iter().map(|id| Some(SubscriptionId(id))).collect();
                    journal.push_texts(&texts.join(&SEPARATOR), &vec![0.0; whose.len()], &whose);
                }
            }
            let share = (limit / begun.iter().flatten().count().max(1)).clamp(1_024, FIRST_BYTES);
            let kept: Vec<_> = journal.messages().collect();
            for id in 0..6 {
                let own = kept.iter().filter(|message| message.subscription == Some(SubscriptionId(id)));
                let own: Vec<u64> = own.map(|message| {
                    let text = std::str::from_utf8(message.bytes).unwrap();
                    assert!(text.starts_with(&format!("{} {id} x", message.sequence)) || text == format!("{} {id} ", message.sequence));
                    message.sequence
                }).collect();
                prop_assert!(own.windows(2).all(|two| two[0] < two[1]), "{own:?}");
                if let Some(Some(first)) = begun[id as usize] {
                    // One that is larger than its share is not kept, and nothing after it.
                    prop_assert!(own.contains(&first) || limit < 6 * 3_100, "{first} of {id}: {own:?}");
                }
            }
            let from_entries: usize = journal.entries().map(|entry| match entry {
                Entry::Texts { arrivals, batch, subscriptions } => {
                    assert_eq!((arrivals.len(), arrivals.len() - 1), (subscriptions.len(), batch.iter().filter(|b| **b == SEPARATOR).count()));
                    arrivals.len()
                }
                _ => 0,
            }).sum();
            prop_assert_eq!(from_entries, kept.len());
            let shares = begun.iter().flatten().count() * share;
            let most = 2 * (limit + FIRST_BYTES + 2 * CHUNK_BYTES + shares + 6_000 * 6) + SPARE_CHUNKS * SPARE_BYTES;
            prop_assert!(journal.bytes() <= most, "{} of {most}", journal.bytes());
        }
    }
}

/// What tells a message from the others.
fn parts(message: JournalMessage<'_>) -> (u64, f64, &[u8], bool) {
    (
        message.sequence,
        message.at,
        message.bytes,
        message.is_binary,
    )
}

#[test]
fn messages_are_visited_from_both_ends_and_numbered_for_good() {
    let mut journal = Journal::new(100_000);
    journal.opened();
    journal.push_texts(b"a\x1eb", &[1.0, 2.0], &[]);
    journal.push_binaries(b"cde", &[1, 2], &[3.0, 4.0]);
    journal.push_texts(b"f\x1eg", &[5.0], &[]);
    journal.push_texts(b"h", &[6.0], &[Some(SubscriptionId(7))]);
    let all: [(u64, f64, &[u8], bool); 6] = [
        (0, 1.0, b"a", false),
        (1, 2.0, b"b", false),
        (2, 3.0, b"c", true),
        (3, 4.0, b"de", true),
        (4, 5.0, b"f\x1eg", false),
        (5, 6.0, b"h", false),
    ];
    let seen: Vec<_> = journal.messages().map(parts).collect();
    assert_eq!(seen, all);
    let two: Vec<_> = journal.messages().take(2).map(parts).collect();
    assert_eq!(two, all[..2]);
    let mut backwards = all;
    backwards.reverse();
    let seen: Vec<_> = journal.messages().rev().map(parts).collect();
    assert_eq!(seen, backwards);
    let newest = journal.messages().next_back();
    let whose = newest.and_then(|message| message.subscription.filter(|_| message.is_payload));
    assert_eq!(whose, Some(SubscriptionId(7)));
    journal.clear();
    journal.push_texts(b"i", &[7.0], &[]);
    let next = journal.messages().next_back();
    assert_eq!(next.map(|message| message.sequence), Some(6));
}
