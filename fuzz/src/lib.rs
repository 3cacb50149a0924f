//! The sources under attack, included and not linked: the server with all it stands on would take minutes to build instrumented, and
//! these folders need next to nothing of it. What must hold is said here; the targets only choose what the bytes are given to.
//!
//! Read next: `README.md`.

#[allow(dead_code, missing_docs, reason = "the server uses all of it")]
#[path = "../../src/crdt/mod.rs"]
pub mod crdt;

/// The two framings.
#[allow(dead_code, reason = "the server uses all of it")]
#[path = "../../src/protocol"]
pub mod protocol {
    pub mod collab;
    pub mod wire;
}

use crdt::{Assessment, Frontier, RootKind, SectionDocument, limits, scan_update};

/// The roots that a document may have: those of both kinds of section, and those of the golden cases.
pub const ROOTS: &[&str] = &["content", "goals", "g", "m", "t"];

/// A document with a history, as a room holds it.
pub struct Server {
    document: SectionDocument,
    frontier: Frontier,
}

impl Server {
    /// A paragraph, a list, a goal, written by the seed.
    #[must_use]
    pub fn with_history() -> Self {
        use crdt::seed::{Block, SeedValue, records, rich_text};
        let mut server = Self { document: SectionDocument::new(), frontier: Frontier::new() };
        let blocks = [Block::Heading(2, "Olá 😀".into()), Block::Paragraph("um dois".into())];
        server.receive(&rich_text("content", &blocks));
        // The second seed comes from the same client and is contained; what it would add arrives in the corpus.
        server.receive(&records("goals", &[vec![("description".into(), SeedValue::Text("meta".into()))]]));
        server
    }

    /// Does with an update what a room does. Panics when something that the guard let through does harm.
    pub fn receive(&mut self, bytes: &[u8]) {
        let Ok(summary) = scan_update(bytes, limits::MAX_STEP2_BYTES, ROOTS) else { return };
        if self.frontier.assess(&summary) != Assessment::Ready {
            return;
        }
        self.frontier.advance(&summary);
        assert_eq!(self.frontier.assess(&summary), Assessment::Contained, "what was taken in is contained");
        self.document
            .apply_and_settle(bytes, &mut self.frontier)
            .expect("a ready update applies, and nothing is left pending");
    }

    /// What must hold whatever was received: it encodes, passes its own guard, loads again, and can be read.
    pub fn check(&self) {
        let state = self.document.encode().expect("the document encodes");
        let summary = scan_update(&state, usize::MAX, ROOTS).expect("its encoding passes the scanner");
        assert_eq!(self.frontier.assess(&summary), Assessment::Contained, "the frontier knows all of the document");
        self.document.frontier().expect("a frontier can be built from it");
        let mut again = SectionDocument::new();
        again.apply(&state).expect("the encoding loads");
        for root in ROOTS {
            // Not compared: a writer who names a right neighbour that stands left of the left one makes order depend on arrival, in
            // Yjs too (docs/adr/0014).
            for document in [&self.document, &again] {
                for kind in [RootKind::RichText, RootKind::Records] {
                    document.to_json(root, kind).expect("any root can be read");
                }
            }
            self.document.plain_text(root).expect("any root has a text");
        }
    }
}
