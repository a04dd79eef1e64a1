//! A file of the output folder, before it is written.

/// What a report yields; `command` writes it, `report` does no I/O.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// Relative to the output folder, `/`-separated: `2026-10/monthly_review/cost_by_service.csv`.
    pub path: String,
    pub bytes: Vec<u8>,
}
