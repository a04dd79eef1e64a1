//! `docs/mutations.md`.
pub fn text() -> String {
    String::new()
}
