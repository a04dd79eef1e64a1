//! Which months' pages stand as they would be made again.
//!
//! Pages are a function of their queries' answers, the facts of the period, the report files, the
//! templates and the program. A hash over all of these stands in the month's `index.json`; the same
//! hash and the same files need no rendering, so a night renders the months that changed.

use crate::focus::BillingMonth;
use crate::report::{MonthPages, PageContext, ReportSpec, Templates};
use crate::transform::Metric;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;

/// The program's part of a page: changes with every source that a page is made by.
const PROGRAM: &str = concat!(env!("CARGO_PKG_VERSION"), " ", env!("COSTMILL_PAGE_SOURCES"));

/// A hash in the making. Every part is written with its length, so that no two meet.
pub struct Key(Sha256);

impl Key {
    /// The day a run speaks for is part of an open period's pages; those of a period that has ended
    /// keep the day on which their figures last changed.
    pub fn new(context: &PageContext, templates: &Templates) -> Self {
        let mut key = Self(Sha256::new());
        let ended = context.month.end() <= context.as_of;
        let told = PageContext { as_of: if ended { context.month.end() } else { context.as_of }, ..context.clone() };
        key.part(PROGRAM);
        key.part(&format!("{told:?}"));
        key.part(&format!("{templates:?}"));
        key
    }

    pub fn report(&mut self, spec: &ReportSpec) {
        self.part(&format!("{spec:?}"));
    }

    pub fn metric(&mut self, metric: &Metric) {
        self.part(&format!("{} {} {:?}", metric.query, metric.question, metric.columns));
        for row in &metric.rows {
            for cell in row {
                // Null and an empty text are two.
                self.part(&format!("{cell:?}"));
            }
        }
        self.part("end of rows");
    }

    pub fn text(self) -> String {
        self.0.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }

    fn part(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text.as_bytes());
    }
}

/// The pages of a month as the output folder has them; `None` where it has none, or where files are
/// missing, too many or of another size than those written.
pub fn standing(output: &Path, month: BillingMonth) -> Option<MonthPages> {
    let folder = output.join(month.to_string());
    let listed = fs::read(output.join(MonthPages::path(month))).ok()?;
    let pages: MonthPages = serde_json::from_slice(&listed).ok()?;
    let (files, bytes) = size_of(&folder)?;
    let own = listed.len() as u64;
    (pages.files + 1 == files && pages.bytes + own == bytes).then_some(pages)
}

/// Files and bytes below a folder.
fn size_of(folder: &Path) -> Option<(u64, u64)> {
    let (mut files, mut bytes) = (0, 0);
    for entry in fs::read_dir(folder).ok()? {
        let entry = entry.ok()?;
        if entry.file_type().ok()?.is_dir() {
            let (more, size) = size_of(&entry.path())?;
            (files, bytes) = (files + more, bytes + size);
        } else {
            (files, bytes) = (files + 1, bytes + entry.metadata().ok()?.len());
        }
    }
    Some((files, bytes))
}
