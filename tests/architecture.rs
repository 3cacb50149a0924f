//! The shape of the sources, read from the sources: who imports whom (the table in `src/lib.rs`), what must be named in one
//! place only, and the house's rules for files. Each rule is shown to fail on a small made-up source.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// Longest file, in lines.
const MAX_LINES: usize = 500;
/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 4] = ["utils", "common", "helpers", "manager"];
/// Files outside `domain` that name a function of the school without comparing it: they write one down.
const ASSIGNS_FUNCTIONS: [&str; 2] = ["src/store/accounts.rs", "src/dev/"];
/// Words that begin like a metric and are none: database roles and the cookie.
const NOT_METRICS: [&str; 6] =
    ["kazumi_owner", "kazumi_app", "kazumi_writer", "kazumi_registrar", "kazumi_backup", "kazumi_rt"];

/// One file: its path from the root and its text.
struct Source {
    path: String,
    text: String,
}

impl Source {
    /// Lines with their number, without comments.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate().map(|(index, line)| (index + 1, line));
        lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// The folder or file below `src`: `http` for `src/http/peis.rs`.
    fn module(&self) -> &str {
        let below = self.path.strip_prefix("src/").unwrap_or(&self.path);
        below.split('/').next().unwrap_or(below).trim_end_matches(".rs")
    }

    fn fault(&self, line: usize, what: &str) -> String {
        format!("{}:{line}: {what}", self.path)
    }
}

fn read(folder: &Path, found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            read(&entry, found);
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            let root = Path::new(env!("CARGO_MANIFEST_DIR"));
            let path = entry.strip_prefix(root).expect("below the root").display().to_string();
            found.push(Source { path, text: fs::read_to_string(&entry).expect("readable") });
        }
    }
}

fn sources(folder: &str) -> Vec<Source> {
    let mut found = Vec::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// The table of layers in the head of `src/lib.rs`: module → what it may import.
fn layers(lib: &str) -> HashMap<String, Vec<String>> {
    let table = lib.split("```").nth(1).expect("src/lib.rs draws the layers between fences");
    let names = |list: &str| list.split(',').map(|name| name.trim().to_owned()).collect::<Vec<_>>();
    let (mut layers, mut leaves) = (HashMap::new(), Vec::new());
    for line in table.lines().map(|line| line.trim_start_matches("//!").trim()) {
        let Some(cells) = line.strip_prefix('L').and_then(|rest| rest.split_once(' ')).map(|(_, cells)| cells) else {
            continue;
        };
        for cell in cells.split("  ").map(str::trim).filter(|cell| !cell.is_empty()) {
            if let Some(list) = cell.strip_prefix("leaves:") {
                leaves = names(list);
            } else if let Some((who, whom)) = cell.split_once('→') {
                for module in names(who) {
                    layers.insert(module, names(whom));
                }
            } else if !cell.contains(' ') {
                layers.insert(cell.to_owned(), Vec::new());
            }
        }
    }
    for (_, allowed) in layers.iter_mut().filter(|(_, allowed)| !allowed.is_empty()) {
        allowed.extend(leaves.iter().cloned());
    }
    for leaf in &leaves {
        layers.insert(leaf.clone(), leaves.clone());
    }
    layers
}

/// Paths into our own crate on one line: `protocol::code`, also out of braces. Two segments at most.
fn imports(line: &str, root: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in line.match_indices(root) {
        let is_word = !line[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_');
        let rest = &line[at + root.len()..];
        if !is_word {
            continue;
        }
        match rest.strip_prefix('{').and_then(|list| list.split_once('}')) {
            Some((list, _)) => found.extend(list.split(',').map(|path| two_segments(path.trim()))),
            None => found.push(two_segments(rest)),
        }
    }
    found
}

fn two_segments(path: &str) -> String {
    let end = path.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(path.len());
    path[..end].split("::").take(2).collect::<Vec<_>>().join("::")
}

fn wrong_imports(sources: &[Source], layers: &HashMap<String, Vec<String>>) -> Vec<String> {
    let mut faults = Vec::new();
    for source in sources.iter().filter(|source| source.module() != "lib") {
        let Some(allowed) = layers.get(source.module()) else {
            faults.push(source.fault(1, "the table in src/lib.rs does not know this module"));
            continue;
        };
        let root = if source.module() == "main" { "kazumi::" } else { "crate::" };
        for (line, text) in source.code() {
            for import in imports(text, root) {
                let module = import.split("::").next().unwrap_or_default();
                let fits = |known: &String| known == "everything" || known == module || *known == import;
                if module != source.module() && !allowed.iter().any(fits) {
                    faults.push(source.fault(line, &format!("{} may not import {import}", source.module())));
                }
            }
        }
    }
    faults
}

/// Lines on which `found` is true in files for which `may` is not.
fn only(sources: &[Source], what: &str, may: impl Fn(&str) -> bool, found: impl Fn(&str) -> bool) -> Vec<String> {
    let elsewhere = sources.iter().filter(|source| !may(&source.path));
    elsewhere
        .flat_map(|source| source.code().filter(|(_, text)| found(text)).map(|(line, _)| source.fault(line, what)))
        .collect()
}

/// Whether `text` contains `word` as a word.
fn names_word(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word)
        .any(|(at, _)| !text[..at].ends_with(is_part) && !text[at + word.len()..].starts_with(is_part))
}

fn holds_sql(text: &str) -> bool {
    let lower = text.to_lowercase();
    ["\"select ", "\"insert into ", "\"update ", "\"delete from ", "\"with ", "\"create table ", "queries/"]
        .iter()
        .any(|start| lower.contains(start))
}

fn holds_metric(text: &str) -> bool {
    let macros = ["counter!(", "gauge!(", "histogram!("];
    let names = text.match_indices("\"kazumi_").any(|(at, _)| {
        let word = text[at + 1..].split('"').next().unwrap_or_default();
        !NOT_METRICS.contains(&word)
    });
    names || macros.iter().any(|name| text.contains(name))
}

/// Whether a function of the school is named: `Function::Principal`, but not `Function::ALL`.
fn names_function(text: &str) -> bool {
    text.match_indices("Function::").any(|(at, path)| {
        let is_path = text[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_');
        let mut rest = text[at + path.len()..].chars();
        !is_path && rest.next().is_some_and(char::is_uppercase) && rest.next().is_some_and(char::is_lowercase)
    })
}

fn misplaced(sources: &[Source]) -> Vec<String> {
    let below = |folder: &'static str| move |path: &str| path.starts_with(folder);
    let mut faults = only(sources, "SQL outside store/", below("src/store/"), holds_sql);
    faults.extend(only(
        sources,
        "actix_web_actors outside ws/session.rs",
        |path| path == "src/ws/session.rs",
        |text| names_word(text, "actix_web_actors"),
    ));
    faults.extend(only(sources, "yrs outside crdt/", below("src/crdt/"), |text| {
        names_word(text, "yrs") && (text.contains("yrs::") || text.contains("use yrs"))
    }));
    faults.extend(only(sources, "a metric outside metrics/", |path| path.starts_with("src/metrics/"), holds_metric));
    faults.extend(only(
        sources,
        "the environment is read outside config",
        // A randomised unit test takes its seed from there.
        |path| path == "src/config/mod.rs" || path.contains("/tests/"),
        |text| text.contains("env::var"),
    ));
    let may_name =
        |path: &str| path.starts_with("src/domain/") || ASSIGNS_FUNCTIONS.iter().any(|p| path.starts_with(p));
    faults.extend(only(sources, "a function of the school outside domain/", may_name, names_function));
    faults
}

fn ill_formed(sources: &[Source]) -> Vec<String> {
    let mut faults = Vec::new();
    for source in sources {
        let lines = source.text.lines().count();
        if lines > MAX_LINES {
            faults.push(source.fault(lines, "too long"));
        }
        if !source.text.starts_with("//! ") {
            faults.push(source.fault(1, "does not say what it is (//!)"));
        }
        if source.path.split('/').any(|part| EMPTY_NAMES.contains(&part.trim_end_matches(".rs"))) {
            faults.push(source.fault(1, "has a name that says nothing"));
        }
    }
    faults
}

fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn modules_import_only_what_their_layer_allows() {
    let sources = sources("src");
    let lib = sources.iter().find(|source| source.path == "src/lib.rs").expect("src/lib.rs");
    assert_none(&wrong_imports(&sources, &layers(&lib.text)));
}

#[test]
fn what_belongs_in_one_place_is_in_that_place() {
    assert_none(&misplaced(&sources("src")));
}

#[test]
fn every_file_is_short_says_what_it_is_and_has_a_name() {
    let mut all = sources("src");
    all.extend(sources("tests"));
    assert_none(&ill_formed(&all));
}

mod the_rules_can_fail {
    use super::*;

    const LIB: &str = "//! ```text\n//! L0 domain  crdt      pure, they do not import each other\n\
        //! L1 protocol → domain      leaves: config, metrics\n//! L2 store → domain, crdt\n\
        //! L4 ws → domain, protocol    http → protocol::code, store\n//! L5 app → everything    main → app\n//! ```\n";

    fn source(path: &str, text: &str) -> Source {
        Source { path: path.to_owned(), text: text.to_owned() }
    }

    fn import_faults(path: &str, text: &str) -> usize {
        wrong_imports(&[source(path, text)], &layers(LIB)).len()
    }

    #[test]
    fn imports_against_the_table_are_found() {
        for (path, text) in [
            ("src/domain/pei.rs", "use crate::crdt::seed;"),
            ("src/domain/pei.rs", "use crate::config::Config;"),
            ("src/config.rs", "use crate::domain::ids;"),
            ("src/http/peis.rs", "use crate::ws::session;"),
            ("src/ws/mod.rs", "    let x = crate::http::routes();"),
            ("src/http/peis.rs", "use crate::protocol::wire;"),
            ("src/store/mod.rs", "use crate::{domain, protocol};"),
            ("src/main.rs", "use kazumi::{app, store::Store};"),
            ("src/stranger.rs", ""),
        ] {
            assert_eq!(import_faults(path, text), 1, "{path}: {text}");
        }
    }

    #[test]
    fn imports_within_the_table_pass() {
        for (path, text) in [
            ("src/store/mod.rs", "use crate::{domain, crdt};"),
            ("src/store/mod.rs", "use crate::store::error; use crate::metrics;"),
            ("src/http/peis.rs", "use crate::protocol::code::Code;"),
            ("src/app.rs", "use crate::ws::kill_switch::KillSwitch;"),
            ("src/domain/pei.rs", "// use crate::store;"),
            ("src/domain/people.rs", "$crate::domain::people::UnknownName"),
        ] {
            assert_eq!(import_faults(path, text), 0, "{path}: {text}");
        }
    }

    #[test]
    fn what_is_misplaced_is_found_and_what_is_in_place_is_not() {
        for (wrong, right, text) in [
            ("src/http/peis.rs", "src/store/peis.rs", r#"query("SELECT 1")"#),
            ("src/ws/mod.rs", "src/ws/session.rs", "use actix_web_actors::ws;"),
            ("src/actors/student.rs", "src/crdt/document.rs", "let doc = yrs::Doc::new();"),
            ("src/store/mod.rs", "src/metrics/mod.rs", r#"let name = "kazumi_doc_actors";"#),
            ("src/ws/mod.rs", "src/metrics/mod.rs", "metrics::counter!(NAME)"),
            ("src/app.rs", "src/config/mod.rs", r#"std::env::var("HOME")"#),
            ("src/http/peis.rs", "src/domain/permission.rs", "if function == Function::Principal {"),
        ] {
            assert_eq!(misplaced(&[source(wrong, text)]).len(), 1, "{text} in {wrong}");
            assert_none(&misplaced(&[source(right, text)]));
        }
        for text in [r#"let role = "kazumi_app";"#, "Function::ALL", "Tie::Function(Function)", "// yrs::Doc"] {
            assert_none(&misplaced(&[source("src/http/mod.rs", text)]));
        }
    }

    #[test]
    fn ill_formed_files_are_found() {
        let long = "//! Long.\n".to_owned() + &"\n".repeat(MAX_LINES);
        for (path, text) in [
            ("src/a.rs", "use std;"),
            ("src/http/utils.rs", "//! Things."),
            ("src/common/a.rs", "//! A."),
            ("src/a.rs", &long),
        ] {
            assert_eq!(ill_formed(&[source(path, text)]).len(), 1, "{path}");
        }
    }
}
