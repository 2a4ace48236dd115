//! Topic filters (MQTT 5 §4.7 and §4.8.2; those of 3.1.1 are the same).

/// The longest topic filter, in bytes.
const LONGEST: usize = 65_535;

const SHARED: &str = "$share/";

/// What is wrong with a topic filter, if anything.
pub(in crate::protocol) fn fault(filter: &str) -> Option<&'static str> {
    if filter.len() > LONGEST {
        return Some("must be no longer than 65,535 bytes");
    }
    if filter.contains('\0') {
        return Some("must not hold the character NUL");
    }
    let is_shared = filter.starts_with(SHARED);
    if is_shared && group(filter).is_none() {
        return Some("must be $share/<group>/<filter>, with a group without + and #");
    }
    levels_fault(topics(filter))
}

fn levels_fault(filter: &str) -> Option<&'static str> {
    let mut levels = filter.split('/').peekable();
    while let Some(level) = levels.next() {
        if level.contains('#') && (level != "#" || levels.peek().is_some()) {
            return Some("must have # only as its last level, as in plant/#");
        }
        if level.contains('+') && level != "+" {
            return Some("must have + only as a whole level, as in plant/+/state");
        }
    }
    None
}

/// The group that shares the messages, where the filter names one as it should.
fn group(filter: &str) -> Option<&str> {
    let (group, topics) = filter.strip_prefix(SHARED)?.split_once('/')?;
    let is_right = !group.is_empty() && !group.contains(['+', '#']) && !topics.is_empty();
    is_right.then_some(group)
}

/// The filter without the group that shares the messages.
fn topics(filter: &str) -> &str {
    let shared = filter.strip_prefix(SHARED);
    let topics = shared.and_then(|rest| rest.split_once('/'));
    topics.map_or(filter, |(_, topics)| topics)
}

/// Whether messages on `topic` are what `filter` asks for.
pub(super) fn matches(filter: &str, topic: &str) -> bool {
    let filter = topics(filter);
    // Wildcards leave out what servers tell of themselves (§4.7.2).
    if topic.starts_with('$') && filter.starts_with(['#', '+']) {
        return false;
    }
    let mut levels = topic.split('/');
    for wanted in filter.split('/') {
        match (wanted, levels.next()) {
            // It stands for the level above as well.
            ("#", _) => return true,
            ("+", Some(_)) => {}
            (wanted, Some(level)) if wanted == level => {}
            _ => return false,
        }
    }
    levels.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn filters_match_as_the_specification_says() {
        let cases = [
            ("sport/tennis/player1/#", "sport/tennis/player1", true),
            (
                "sport/tennis/player1/#",
                "sport/tennis/player1/ranking",
                true,
            ),
            (
                "sport/tennis/player1/#",
                "sport/tennis/player1/score/x",
                true,
            ),
            ("sport/#", "sport", true),
            ("sport/tennis/+", "sport/tennis/player1", true),
            ("sport/tennis/+", "sport/tennis/player1/ranking", false),
            ("sport/+", "sport", false),
            ("sport/+", "sport/", true),
            ("+/+", "/finance", true),
            ("/+", "/finance", true),
            ("+", "/finance", false),
            ("#", "$SYS/uptime", false),
            ("+/uptime", "$SYS/uptime", false),
            ("$SYS/#", "$SYS/uptime", true),
            ("$share/group/sport/+", "sport/x", true),
            ("$share/group/#", "$SYS/x", false),
            ("ACCOUNTS", "Accounts", false),
            ("a/b", "a/b/c", false),
            ("a/b/c", "a/b", false),
        ];
        for (filter, topic, is_matched) in cases {
            assert_eq!(fault(filter), None, "{filter}");
            assert_eq!(matches(filter, topic), is_matched, "{filter} {topic}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_filter_is_said() {
        let long = "a".repeat(LONGEST + 1);
        let cases = [
            ("a/#/b", "last level"),
            ("a#", "last level"),
            ("a/b+", "whole level"),
            ("++/a", "whole level"),
            ("$share/g", "$share/<group>/<filter>"),
            ("$share//a", "$share/<group>/<filter>"),
            ("$share/g+/a", "without + and #"),
            ("$share/g/", "$share/<group>/<filter>"),
            ("$share/g/a/#/b", "last level"),
            ("a\0b", "NUL"),
            (&long, "65,535"),
        ];
        for (filter, says) in cases {
            let found = fault(filter).unwrap_or_default();
            assert!(found.contains(says), "{filter}: {found}");
        }
        assert_eq!(fault(&long[1..]), None);
    }

    proptest! {
        #[test]
        fn a_topic_matches_itself_and_with_levels_replaced(levels in proptest::collection::vec("[a-c]{0,2}", 1..6), at: prop::sample::Index) {
            let topic = levels.join("/");
            prop_assert!(matches(&topic, &topic));
            let at = at.index(levels.len());
            let mut single = levels.clone();
            single[at] = "+".to_owned();
            prop_assert!(matches(&single.join("/"), &topic));
            let mut multi = levels[..at].to_vec();
            multi.push("#".to_owned());
            prop_assert!(matches(&multi.join("/"), &topic));
        }
    }
}
