//! The lake: one folder, or one path of an object store, that holds what was landed, the table `cost` and its roll-ups.
//!
//! ```text
//! lake.json                              the format version
//! landed/<source>/<delivery>/            plain Parquet as delivered
//! cost/x_SourceId=…/x_BillingMonth=…/    FOCUS rows, files named by their hash; cost/_delta_log
//! rollup/<table>/<hash>.parquet          named by the records below
//! shadow/<source>/<month>.json           what second exports of the same charges add up to
//! publication/<hash>.json                one record per published slot, named by a commit of cost
//! closed/<month>/<hash>/                  the pages that were issued when the month was closed
//! derived/<month>/<table>.parquet        what a run derives for a billing period; rebuildable, newest state
//! standing/<source>.json                which deliveries its location held when it was looked at last
//! runs/<number>-run.json                 what each run did, by `ledger`; ledger/ beside it holds the other events
//! fetched/<source>/                      what is fetched from object stores until it has landed; rebuildable
//! answers/<api>/<day>/                   what providers' APIs answered, as received; asked again where it is missing
//! tmp/, .lock                            of the run at work
//! ```
//!
//! In an object store the same stands under the same names, but for what is on its way (`tmp/`, `.lock`, all of `fetched/`
//! but what is noted there, files that an API's export was fetched to) and what would have to be replaced as several objects at once: landed parts and derived tables are named by their hash, and
//! one object says which count. A folder of this machine is then the **cache**.
//!
//! A run **stages** files that nothing names yet, then **commits** once: the commit of the Delta
//! table `cost` names, for every slot, its record, and the record names its files. Readers see
//! the state before or the state after. Architecture invariants: it names `focus` and
//! `store` and nothing else of ours; every file is on disk (fsync) before a name refers to it; [`collect`] is the
//! only one of the project. Why Delta, and what we ask of it: `docs/decisions/lake.md`.

mod answers;
mod cache;
mod commit;
mod deep;
mod delta;
mod derived;
mod derived_store;
mod disk;
mod folder;
mod history;
mod inspect;
mod landed;
mod lock;
mod record;
mod root;
mod scan;
mod snapshot;
mod stage;
mod sweep;
#[cfg(test)]
mod tests;
mod write;

pub use deep::on_deep_stack;
pub use disk::{create_folder, file_hash, hash_bytes as bytes_hash, put as put_file, settle};
pub use folder::{put_back, put_in_place};
pub use history::Publication;
pub use inspect::Damage;
pub use lock::RunLock;
pub use record::{LakeFile, SlotRecord};
pub use root::Lake;
pub use scan::{collect, scan_parquet};
pub use snapshot::Snapshot;
pub use stage::StagedKind;
pub use sweep::{FoundFile, SWEPT};
pub use write::{ParquetFile, ROW_GROUP_ROWS, ZSTD_LEVEL, write_parquet};
