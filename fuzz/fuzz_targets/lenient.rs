//! The lenient reader: what comes out is JSON, what the strict reader takes is read alike, and where a text is cut makes no
//! difference to it.
#![no_main]

use freshet::decode::json::validate;
use freshet::decode::lenient::Mender;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let mut mender = Mender::default();
    mender.read(data);
    let texts = checked(&mender);
    if validate(data).is_ok() {
        let value = |json: &str| serde_json::from_str::<serde_json::Value>(json);
        assert!(mender.repairs().is_empty() && mender.lost() == 0 && texts.len() == 1, "{text:?}");
        // serde_json refuses lone surrogates and numbers beyond the range of a double.
        if let Ok(expected) = value(text) {
            assert_eq!(value(&texts[0]).ok(), Some(expected), "{text:?}");
        }
    }
    mender.clear();
    mender.read_lines(data);
    checked(&mender);
    mender.clear();
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let (piece, others) = rest.split_at(character.len_utf8());
        mender.clear_texts();
        mender.read(piece.as_bytes());
        checked(&mender);
        rest = others;
    }
});

/// The texts, each of which is JSON.
fn checked(mender: &Mender) -> Vec<String> {
    let text = |range| {
        let bytes = &mender.bytes()[range];
        assert_eq!(validate(bytes), Ok(()), "{}", String::from_utf8_lossy(bytes));
        String::from_utf8_lossy(bytes).into_owned()
    };
    mender.texts().map(text).collect()
}
