//! The table of general categories says what another library's tables of Unicode say.
//!
//! `FRESHET_GENERATE=1 cargo test --test categories` writes it anew, for a new version of Unicode.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::expect_used, clippy::panic)]

use std::path::Path;
use std::{env, fs};

use regex_syntax::hir::{Class, HirKind};

/// The categories in the order of the table.
const NAMES: [&str; 30] = [
    "Cc", "Cf", "Cn", "Co", "Cs", "Ll", "Lm", "Lo", "Lt", "Lu", "Mc", "Me", "Mn", "Nd", "Nl", "No",
    "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "Sc", "Sk", "Sm", "So", "Zl", "Zp", "Zs",
];

/// The category of each code point.
fn categories() -> Vec<u8> {
    // What no other category has are surrogates.
    let mut categories = vec![4; 0x11_0000];
    for (index, name) in (0..).zip(NAMES).filter(|(_, name)| *name != "Cs") {
        let hir = regex_syntax::parse(&format!("\\p{{{name}}}")).expect("a category");
        match hir.kind() {
            HirKind::Class(Class::Unicode(class)) => {
                for range in class.ranges() {
                    categories[range.start() as usize..=range.end() as usize].fill(index);
                }
            }
            // A category of one character, such as Zl, is that character.
            HirKind::Literal(literal) => {
                let text = std::str::from_utf8(&literal.0).expect("a character");
                let c = text.chars().next().expect("a character");
                categories[c as usize] = index;
            }
            kind => panic!("{name} is {kind:?}"),
        }
    }
    categories[0xd800..0xe000].fill(4);
    categories
}

/// The runs of code points of a category, as `src/extract/path/categories.rs` reads them.
fn table() -> Vec<u8> {
    let mut table = Vec::new();
    for run in categories().chunk_by(|a, b| a == b) {
        let len = run.len() - 1;
        table.push((len.min(7) as u8) << 5 | run[0]);
        if let Some(mut left) = len.checked_sub(7) {
            while left >= 0x80 {
                table.push(left as u8 | 0x80);
                left >>= 7;
            }
            table.push(left as u8);
        }
    }
    table
}

#[test]
fn the_table_has_the_categories_of_unicode() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/extract/path/categories.bin");
    let table = table();
    if env::var_os("FRESHET_GENERATE").is_some() {
        fs::write(&path, &table).expect("a file that can be written");
    }
    assert!(
        fs::read(&path).expect("the table") == table,
        "src/extract/path/categories.bin is stale: run this test with FRESHET_GENERATE=1"
    );
}
