//! What statements become when a test has told this build to ignore permissions (`crate::sabotage`). Without the feature there is
//! nothing here but the statements themselves.

/// The statement itself.
#[cfg(not(feature = "sabotage"))]
pub const fn or_unchecked(checked: &'static str) -> &'static str {
    checked
}

#[cfg(feature = "sabotage")]
pub use sabotaged::or_unchecked;

#[cfg(feature = "sabotage")]
mod sabotaged {
    use std::sync::LazyLock;

    use crate::sabotage::{self, Fault};

    const FIND: &str = include_str!("../../sql/queries/unchecked/find.sql");
    const LIST_SECTIONS: &str = include_str!("../../sql/queries/unchecked/list_sections.sql");
    const LIST_FOR_PERSON: &str = include_str!("../../sql/queries/unchecked/list_for_person.sql");
    const FIND_FOR_JOIN: &str = include_str!("../../sql/queries/unchecked/find_for_join.sql");

    /// How the writing statement would read if everybody might write.
    const EVERYBODY: &str = "allowed as (select distinct document_id, author_id from input),\n";

    /// The statement, or what stands for it while permissions are ignored.
    pub fn or_unchecked(checked: &'static str) -> &'static str {
        static APPEND: LazyLock<Option<String>> = LazyLock::new(|| {
            let text = crate::store::journal::batch::APPEND;
            let (head, rest) = text.split_once("allowed as (")?;
            let (_, tail) = rest.split_once("\nclaims as (")?;
            Some(format!("{head}{EVERYBODY}claims as ({tail}"))
        });
        let ignores_store = sabotage::is_on(Fault::IgnorePermissionInStore);
        match checked {
            _ if !sabotage::ignores_permission() => checked,
            crate::store::peis::FIND => FIND,
            crate::store::peis::LIST_SECTIONS => LIST_SECTIONS,
            crate::store::students::LIST_FOR_PERSON => LIST_FOR_PERSON,
            crate::store::documents::FIND_FOR_JOIN => FIND_FOR_JOIN,
            crate::store::journal::batch::APPEND if ignores_store => APPEND.as_deref().unwrap_or(checked),
            _ => checked,
        }
    }
}
