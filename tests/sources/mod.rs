//! The files of `src/`, and which of them uses which: what `layers` judges.
//!
//! The rule. A file uses another one when a path in it leads to something that is *defined* there: in a `use`, an
//! expression, a type or a macro, by way of `crate::`, `super::`, `self::`, a child's name or a name that was imported.
//! Who passes a name on with `use` is passed through, however often: a child that takes `super::Name` uses the file
//! in which `Name` is defined, be it the parent, a sibling or something far away. A parent that imports or re-exports
//! what a child defines uses the child; that it declares it (`mod child;`) counts for nothing, or every child that uses
//! its parent would be a circle. A path that leads into a file but to nothing that is found there counts as a use.
//!
//! So a type may have its methods in several files: each of them uses the file of the type, and that one must not name
//! anything of theirs. Methods are not followed, as nothing in the text says where they are.
//!
//! Tests may use what they like: files named `tests`, what is below such a folder, and items behind `#[cfg(test)]`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Words behind which the name of an item comes.
const ITEMS: [&str; 9] = [
    "struct",
    "enum",
    "union",
    "trait",
    "type",
    "fn",
    "const",
    "static",
    "macro_rules",
];

/// Those of them that define a type.
const TYPES: [&str; 5] = ["struct", "enum", "union", "trait", "type"];

/// A path as it is written, with the module in which it is.
type Written = (String, Vec<String>);

/// What is read of one file.
#[derive(Debug, Default)]
struct File {
    text: String,
    /// Items, also those of modules within the file: nobody needs to know them apart.
    defined: BTreeSet<String>,
    types: Vec<String>,
    /// Names that are imported or passed on, and what they mean.
    imports: BTreeMap<String, Written>,
    /// Imports of everything that a module has.
    globs: Vec<Written>,
    paths: Vec<Written>,
    /// Modules written within the file.
    inline: BTreeSet<String>,
}

/// The files by their module paths: `extract::path::parser`, and the empty path for `lib.rs`.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    files: BTreeMap<String, File>,
}

fn join(module: &str, name: &str) -> String {
    if module.is_empty() {
        name.to_owned()
    } else {
        format!("{module}::{name}")
    }
}

fn parent(module: &str) -> String {
    module
        .rsplit_once("::")
        .map_or_else(String::new, |(parent, _)| parent.to_owned())
}

/// All files below a folder.
fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of sources");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                below(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

/// The module that a file is, `None` when it is no source or a test.
fn module_of(path: &Path) -> Option<String> {
    let path = path.to_string_lossy().replace('\\', "/");
    let path = path.strip_suffix(".rs")?;
    let path = path.strip_suffix("/mod").unwrap_or(path);
    let module = path.replace('/', "::");
    let is_test = module.split("::").any(|part| part == "tests");
    match module.as_str() {
        _ if is_test => None,
        "lib" => Some(String::new()),
        _ => Some(module),
    }
}

impl Sources {
    /// Reads the files below `root`.
    pub(crate) fn read(root: &Path) -> Self {
        let files = below(root).into_iter().filter_map(|path| {
            let within = path.strip_prefix(root).expect("below the root");
            let module = module_of(within)?;
            Some((module, fs::read_to_string(&path).expect("a source")))
        });
        Self::parse(files)
    }

    /// Files of those modules and texts.
    pub(crate) fn parse(files: impl IntoIterator<Item = (String, String)>) -> Self {
        let files = files.into_iter().map(|(module, text)| {
            let tokens = TokenStream::from_str(&text).expect("Rust");
            let mut file = File {
                text,
                ..File::default()
            };
            file.read_items(&module, tokens);
            (module, file)
        });
        Self {
            files: files.collect(),
        }
    }

    /// The texts of the files, by module.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        let files = self.files.iter();
        files.map(|(module, file)| (module.as_str(), file.text.as_str()))
    }

    /// The names of all types, each with the module that defines it.
    pub(crate) fn types(&self) -> impl Iterator<Item = (String, String)> {
        self.files.iter().flat_map(|(module, file)| {
            let types = file.types.iter();
            types.map(|name| (name.clone(), module.clone()))
        })
    }

    /// Which file uses which other one.
    pub(crate) fn uses(&self) -> BTreeSet<(String, String)> {
        let mut uses = BTreeSet::new();
        for (user, file) in &self.files {
            let globs = file.globs.iter().filter_map(|glob| self.module(glob));
            let paths = file.paths.iter();
            let used = paths.filter_map(|(within, path)| self.defining(within, path, 0));
            for used in used.chain(globs) {
                if used != *user {
                    uses.insert((user.clone(), used));
                }
            }
        }
        uses
    }

    /// The file that a path to a module leads to.
    fn module(&self, (within, path): &Written) -> Option<String> {
        let mut path = path.clone();
        path.push("*".to_owned());
        self.defining(within, &path, 0)
    }

    /// Goes up from a module within a file to the file.
    fn file_of(&self, module: &str) -> String {
        let mut module = module.to_owned();
        while !self.files.contains_key(&module) {
            module = parent(&module);
        }
        module
    }

    /// The file that defines what a path in the module `within` leads to; `None` when it leads out of the crate or
    /// means a module and nothing in it.
    fn defining(&self, within: &str, path: &[String], depth: usize) -> Option<String> {
        assert!(depth < 32, "{path:?} in {within} leads nowhere");
        let (first, mut rest) = path.split_first()?;
        let mut at = match first.as_str() {
            "crate" => String::new(),
            "self" => within.to_owned(),
            "super" => parent(within),
            name if self.files.contains_key(&join(within, name)) => join(within, name),
            name => {
                let file = self.files.get(&self.file_of(within))?;
                let (within, import) = file.imports.get(name)?;
                let path = [import, rest].concat();
                return self.defining(within, &path, depth + 1);
            }
        };
        while let Some((name, further)) = rest.split_first() {
            let known = self.file_of(&at);
            let file = &self.files[&known];
            if name == "super" {
                at = parent(&at);
            } else if self.files.contains_key(&join(&at, name)) {
                at = join(&at, name);
            } else if file.inline.contains(name) || file.defined.contains(name) {
                return Some(known);
            } else if let Some((within, import)) = file.imports.get(name) {
                let path = [import, further].concat();
                return self.defining(within, &path, depth + 1);
            } else {
                return Some(known);
            }
            rest = further;
        }
        None
    }
}

impl File {
    /// Reads the items of the module `within`.
    fn read_items(&mut self, within: &str, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        let mut is_test = false;
        while let Some(token) = tokens.get(at) {
            at += 1;
            match token {
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    is_test |= tokens.get(at).is_some_and(is_for_tests);
                    at += 1;
                    continue;
                }
                _ if is_test => {
                    at = end_of_item(&tokens, at - 1);
                    is_test = false;
                    continue;
                }
                TokenTree::Ident(word) => at = self.item(within, &word.to_string(), &tokens, at),
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                    self.read_body(within, group.stream());
                }
                _ => {}
            }
            at = at.max(self.path(within, &tokens, at - 1));
        }
    }

    /// Takes the item that begins with `word` before `at`, as far as its name; says where to go on.
    fn item(&mut self, within: &str, word: &str, tokens: &[TokenTree], at: usize) -> usize {
        if word == "use" {
            let end = end_of_item(tokens, at - 1);
            self.imports(within, &tokens[at..end - 1], &[]);
            return end;
        }
        let name = match tokens.get(at) {
            Some(TokenTree::Ident(name)) => name.to_string(),
            // macro_rules! name
            Some(TokenTree::Punct(_)) if word == "macro_rules" => {
                let name = tokens.get(at + 1).map(ToString::to_string);
                name.unwrap_or_default()
            }
            _ => return at,
        };
        if word == "mod" {
            if let Some(TokenTree::Group(group)) = tokens.get(at + 1) {
                self.inline.insert(name.clone());
                self.read_items(&join(within, &name), group.stream());
                return at + 2;
            }
            return at + 1;
        }
        if ITEMS.contains(&word) {
            self.defined.insert(name.clone());
            if TYPES.contains(&word) {
                self.types.push(name);
            }
        }
        at
    }

    /// Reads what is in braces or parentheses: it defines nothing that others could use, but it may use others.
    fn read_body(&mut self, within: &str, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            if matches!(&tokens[at], TokenTree::Ident(word) if *word == "use") {
                let end = end_of_item(&tokens, at);
                self.imports(within, &tokens[at + 1..end - 1], &[]);
                at = end;
                continue;
            }
            let end = self.path(within, &tokens, at);
            if end == at {
                if let TokenTree::Group(group) = &tokens[at] {
                    self.read_body(within, group.stream());
                }
                at += 1;
            } else {
                at = end;
            }
        }
    }

    /// Takes a path of two names or more that begins at `start`, and what is in parentheses there; says where it ends.
    fn path(&mut self, within: &str, tokens: &[TokenTree], start: usize) -> usize {
        if let Some(TokenTree::Group(group)) = tokens.get(start) {
            if group.delimiter() != Delimiter::Brace {
                self.read_body(within, group.stream());
            }
            return start + usize::from(group.delimiter() != Delimiter::Brace);
        }
        let mut path = Vec::new();
        let mut at = start;
        while let Some(TokenTree::Ident(name)) = tokens.get(at) {
            path.push(name.to_string());
            at += 1;
            if !is_colons(tokens, at) {
                break;
            }
            at += 2;
        }
        if path.len() < 2 {
            return start;
        }
        self.paths.push((within.to_owned(), path));
        at
    }

    /// Takes a tree of imports that begins with `prefix`.
    fn imports(&mut self, within: &str, tokens: &[TokenTree], prefix: &[String]) {
        let mut path = prefix.to_vec();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at += 1;
            match token {
                TokenTree::Ident(word) if *word == "as" => {
                    let name = tokens.get(at).map(ToString::to_string);
                    return self.import(within, name.unwrap_or_default(), path);
                }
                TokenTree::Ident(name) => path.push(name.to_string()),
                TokenTree::Punct(punct) if punct.as_char() == '*' => {
                    return self.globs.push((within.to_owned(), path));
                }
                TokenTree::Group(group) => {
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    let is_comma = |t: &TokenTree| t.to_string() == ",";
                    let trees = inner.split(is_comma).filter(|tree| !tree.is_empty());
                    return trees.for_each(|tree| self.imports(within, tree, &path));
                }
                _ => {}
            }
        }
        // `module::{self}` is the module.
        if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        if let Some(name) = path.last().cloned() {
            self.import(within, name, path);
        }
    }

    fn import(&mut self, within: &str, name: String, path: Vec<String>) {
        let written = (within.to_owned(), path);
        self.paths.push(written.clone());
        if name != "_" {
            self.imports.insert(name, written);
        }
    }
}

/// Whether the brackets of an attribute hold `cfg(test)`.
fn is_for_tests(attribute: &TokenTree) -> bool {
    attribute.to_string().replace(' ', "") == "[cfg(test)]"
}

fn is_colons(tokens: &[TokenTree], at: usize) -> bool {
    let is_colon =
        |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(p)) if p.as_char() == ':');
    is_colon(at) && is_colon(at + 1)
}

/// Behind the semicolon or the braces that end the item at `at`.
fn end_of_item(tokens: &[TokenTree], at: usize) -> usize {
    let is_import = matches!(tokens.get(at), Some(TokenTree::Ident(word)) if *word == "use");
    let ends = |token: &TokenTree| match token {
        TokenTree::Punct(punct) => punct.as_char() == ';',
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace && !is_import,
        _ => false,
    };
    let rest = tokens.get(at..).unwrap_or_default();
    let length = rest.iter().position(ends);
    length.map_or(tokens.len(), |length| at + length + 1)
}
