//! costmill: billing exports in, [FOCUS](https://focus.finops.org) out, every figure tied to the bill.
//!
//! This page is the architecture: the line, the words, what must hold, where things are and where
//! new things go. Why it is so stands in `docs/decisions/`.
//!
//! # The line
//!
//! ```text
//! export files ─extract→ Delivery ─land→ LandedDelivery ─normalise→ FocusFrame ─┐
//!                                                                               │ roll up
//!              ┌────────────────────────────────────────────────────────────────┘
//!              └→ stage → prove → queries → render → COMMIT → switch the reports
//! ```
//!
//! A run ([`command`]) takes each source down this line. Up to the commit it writes only files that
//! nothing names: landed Parquet, files of `cost` and of the roll-ups under the hash of their
//! content, reports in a folder aside. The one commit makes them the lake's new state; then the
//! reports are switched in. A billing period that does not tie is left out of the commit, and the
//! run says which cell differs.
//!
//! # The words
//!
//! - A **source** is one configured export, `x_SourceId` in every row.
//! - A **slot** is one source and one billing month: what is replaced whole, or not at all.
//! - A **delivery** is a set of files that is the complete state of one or more slots: those that a
//!   manifest names, or a *file set* that the config declares, with its billing periods. Its id is the
//!   start of a hash over the sorted hashes of its files, so the same bytes are the same delivery.
//! - A **slice** is a delivery of a table that is only appended to: a part of every slot it has rows of. A slot of
//!   slices is put together from all of them before anything is made of it.
//! - A **gap** is what a source's own history leads one to expect and is not there: a day, a billing period, a sub account
//!   that fell silent, a feed that is late. **Drift** is what changed in the columns of a source.
//! - **Landed** is a delivery as Parquet, every cell as the text the provider wrote (a float as its
//!   shortest round-trip decimal, a map or a list as JSON, a struct as columns), so that a column has one type in every month.
//! - **`cost`** is the table of FOCUS rows; `cost_daily`, `resource_month`, `resource_day` and
//!   `unit_daily` are its **roll-ups**,
//!   which queries read.
//! - **Control totals** are rows and exact money sums by billing account, sub account, currency and
//!   line type: the provider's own line type and money columns at the source and in landed, the
//!   charge category and the four costs from `cost` on. The **crosswalk** is a printed table that says
//!   what each native line type must become; it is no part of the mapping.
//! - A **dataset** is one of several overlapping exports that are one bill together; a format's *union* says
//!   which rows of each are charges of `cost`, and a **gate** which cost must add up to which dataset's sum.
//! - The lake's **cache** is the folder of this machine that a lake in an object store is written and read through; a
//!   **host** is a machine that runs or reads, one of several on one lake.
//! - The **basis** says whether negotiated discounts are charges of their own (gross) or inside the
//!   costs (net). It is chosen once per delivery.
//! - A **shadow** is a source that exports charges which another source, a primary, publishes. It is landed,
//!   proved and summed like any other, and compared; it is never in `cost`.
//! - A **tag dimension** is a configured tag key, with aliases, that becomes the column `x_Tag_<name>`
//!   of the roll-ups.
//! - A **query** is SQL with a header that declares its columns; its result is a *metric*. A **report**
//!   is TOML that names queries and charts; each section yields a drawing and a CSV of the same metric.
//! - A **finding** is something that somebody can stop paying for: what the waste rules return, merged to one per resource
//!   and action. A **suppression** takes one off the list, with reason, owner and expiry.
//! - A **driver** is a file that says per day what the business counted; a **unit metric** divides cost by it.
//! - An **external control total** is what an invoice or a cost tool says of a part of a billing period: a warning on an open
//!   period, a gate on a final one. The **bridge** leads from EffectiveCost to the invoices.
//! - An **API** is a provider's own tool that is asked beside an export. An **answer** is all its pages as received, kept
//!   by the day it was asked; what it says of costs is an external control total, the rest is a **commitment's use** or
//!   a **recommendation**.
//! - The **reporting currency** is the one that costs of several are converted to, by **rates** of a billing month that somebody
//!   wrote down; the two roll-ups that hold every charge have the converted costs, and a slot's record has its rates.
//! - A **derived table** is made by a run beside the roll-ups (`finding`, `utilisation`, the drivers, `period_change`,
//!   `control_total`, `reporting_rate`, `told_service`, `commitment_use`, `recommendation`): small, and of the newest state only; the rates are read off the slots' records.
//! - A billing period is **open**, **provisional**, **final** or **closed**. A **closing** freezes it: rows, roll-ups, derived
//!   tables and pages. What a later delivery says otherwise is an **adjustment**, which the first open period **carries**.
//!   A **restatement** is a change of an earlier period that is not closed.
//! - What **stands** at a source is what its location held when it was looked at last; a run **offline** takes it for what is
//!   there. A run's **record** says what it did; a **hook** is told it. What is **delivered** to a place outside is pages.
//! - The **publication key** of a slot is a hash over its deliveries, the mapping, the settings that
//!   change rows and the schema version. The same key needs no new commit.
//!
//! # What must hold
//!
//! Import rules, read off the sources by `tests/it/architecture`:
//!
//! | room | may name |
//! |---|---|
//! | [`focus`] | nothing of ours |
//! | [`format`](mod@format), [`store`] | `focus` |
//! | [`lake`], [`ledger`] | `focus`, `store` |
//! | [`extract`] | `focus`, `format`, `lake`, `store` |
//! | [`land`], [`normalise`] | `focus`, `format`, `lake` |
//! | [`outbox`] | `focus`, `store` |
//! | [`reconcile`] | `focus`, `lake` |
//! | [`transform`] | `focus`, `lake`, `ledger` |
//! | [`report`] | `focus`, and of `transform` the query and its metric |
//! | [`sample`] | `focus`, `format` |
//! | [`settings`] | `focus` |
//! | [`cli`] | `focus`, `settings` |
//! | [`command`] | every room |
//!
//! [`error`] and [`fault`] may be named by all.
//!
//! - Architecture invariant: only `command` names stages together. The types that pass between them
//!   stand in `focus`, and only their stage makes them: `extract` a `Delivery`, `land` a
//!   `LandedDelivery`, `normalise` a `FocusFrame`.
//! - Architecture invariant: `transform`, `report`, `queries/` and `reports/` know providers only as
//!   values.
//! - Architecture invariant: `focus`, `format` and `report` do no I/O. A report's artifacts are bytes
//!   that `command` writes.
//! - Architecture invariant: only `cli` and `settings` know clap or the environment; the providers' own libraries, which
//!   `extract` calls, look for their credentials in it.
//! - Architecture invariant: the clock is read once, in `command`; `--as-of` replaces it and never
//!   selects data. Whether a credential still holds is no data, nor is what a log line or a run's record says of times.
//! - Architecture invariant: only the stores and clients of `extract`, `lake` and `outbox` touch the network; `run --offline`
//!   touches none.
//! - Architecture invariant: a secret is in no setting, message, record or report; a store is spoken to with TLS, or is on
//!   this machine and allowed to be without.
//! - Architecture invariant: a lazy frame is collected in one place, [`lake::collect`].
//! - Architecture invariant: costs and prices are Decimal(38,18), quantities Decimal(38,10), from the
//!   export to the last CSV; every publication bounds Σ|x| below the point where a sum would wrap.
//! - Architecture invariant: no sum crosses currencies. `costmill check` refuses a query that adds a
//!   cost and neither groups by nor filters on `BillingCurrency`, or a converted one and `x_ReportingCurrency`.
//! - Architecture invariant: a FOCUS column keeps FOCUS's meaning; columns of ours begin with `x_`.
//! - Architecture invariant: the same input, `--as-of`, build and machine type give the same bytes of
//!   Parquet, CSV, SVG, PNG and HTML, at any number of threads.
//!
//! # Why totals tie
//!
//! Both sides of a proof must not come from one mapping, or a line type that the mapping forgets is
//! missing on both. So the native totals are summed while [`land`] reads the source, by native keys and
//! native money columns; they are summed a second time over the landed Parquet; and the crosswalk is
//! evaluated over the landed rows one by one, in integers, by code that shares nothing with the Polars
//! expressions of [`normalise`]. [`reconcile`] then reads `cost` and the roll-ups back from their files
//! and compares, cell by cell and to the last digit:
//!
//! ```text
//! source (native) = landed (native);  landed → crosswalk = cost = cost_daily = resource_month = report
//! the usage of cost whose charge period is at most a day = resource_day
//! each cell of cost × its rate = cost_daily = resource_month = report, in the reporting currency
//! the source's billed column = BilledCost of cost, by accounts and currency alone; with several
//! datasets, each gate's cost = the sum of its dataset
//! of a closed period: what is frozen + what other periods carry = the latest delivery
//! ```
//!
//! Lines that offset each other (`SavingsPlanCoveredUsage` and `SavingsPlanNegation`) cost 0 together
//! when the bill is right. What they leave over becomes a charge of its own, in the crosswalk and in
//! `cost`, so that it is seen and counted. Fees of commitments that are rows of their own are shared out
//! among what they cover when slices are put together; what was written is read again and must add up to
//! nothing. What ties and is still wrong, a part that was delivered twice, is looked for before anything
//! is summed: see `docs/decisions/money.md`. Which damage to which format is seen, and which cannot be, is a table that
//! tests run: `docs/mutations.md`.
//!
//! # How a crash is survived
//!
//! - Fetched: half a file lies beside the hashes of its beginnings; what agrees with them is not fetched again.
//! - Landed: `delivery.json` is written last and its folder renamed into place. Without it the delivery
//!   does not exist and is landed again.
//! - Staged files are named by their hash and synced before anything refers to them. A run that dies
//!   leaves files that nobody reads; the next run writes the same bytes under the same names.
//! - The commit is one entry of the Delta log. It names, for every slot, a record with its files and
//!   its totals: readers see the state before or the state after.
//! - After the commit only the switch of the reports is left. The next run finds nothing new to
//!   publish and renders the same bytes again.
//! - A closing or re-opening is one event of the ledger: before it the period is as it was, with it as it is to be. Pages
//!   that a closing issues are in the lake before the event names them.
//! - The run lock is the kernel's: a killed run holds nothing.
//! - In an object store what a commit, `delivery.json` or an event names is sent before it is; between hosts there is no lock,
//!   and what one of them may write alone is written on a condition.
//!
//! Tests end the process at named points ([`fault`]) and at random ones, run again, and compare files,
//! totals and artifacts with those of an undisturbed run.
//!
//! # The code map
//!
//! - [`cli`]: what was typed. [`settings`]: what it means, flag over environment over `costmill.toml`
//!   over default, with the line of the file in every error.
//! - [`command`]: one file per subcommand. `run` is the line above; `slot` builds and stages one slot,
//!   `shadow` sums what is not published, `prove` sums its files; `full_days` says how far a period's days are
//!   complete, `derived` makes the derived tables; `ask` puts each question once, `review`
//!   makes the pages of a month unless `rendered` says that they stand, `rests_on` says what they rest
//!   on, `output` switches folders; `standing` notes what each source holds, `recorder` what the run does, `deliver` hands
//!   pages out, `hooks` tells whoever wants to know; `explain` goes from a figure back to lines of the export. `books` reads the ledger's
//!   closings, `later` makes adjustments of what is delivered for closed periods, `external` tells and gates what
//!   invoices and tools say, `answers` asks the APIs, `measured` and `recommended` how machines were used and what a provider
//!   would change, `reporting` finds the rates of a slot and refuses what has none, `archive` keeps issued pages, `versions` says what moved between publications; `gaps` says
//!   what is not there, `feeds` how far each source has come, `drift` which columns changed.
//! - [`error`]: one enum by who can put it right, and the exit status of each.
//! - [`focus`]: the vocabulary. The column table, closed sets of values, money, periods, times, control
//!   totals, and the types that pass between stages.
//! - [`format`](mod@format): what exports look like, as plain data: one file per export format with its
//!   mapping, native columns and defects; lookups and crosswalks in `lookup/`.
//! - [`extract`]: which files form a delivery, by manifest, by declared file sets, or as dumps in folders; `tree` is what the
//!   layouts ask of a location, `folder` one on a disk, `store` one in an object store with what it takes to fetch from it;
//!   `api` asks providers' APIs, each question once a day, and finds the newest files of what their tools export.
//! - [`land`]: reads each file once, checks it, sums it, and writes Parquet parts of at most 131,072
//!   rows. `nested` and `json_lines` read structs and lists; `twins` looks for what was delivered twice; `totals` is the
//!   proof's second reading; `slices` puts dumps together, and `attribution` shares fees out. `utilisation` and
//!   `recommendation` read files that are no bill.
//! - [`normalise`]: the mapping as Polars expressions, one landed part at a time; `explain` prints the
//!   same table in words.
//! - [`store`]: what it takes to ask an object store: credentials, TLS, patience, checksums, and what it refused in words.
//! - [`lake`]: the folder of it all, or the path of a store. Staging, the Delta commit, snapshots, records, scans, the lock;
//!   `cache` brings and sends what is in a store.
//! - [`ledger`]: what cannot be made again from the bill: which findings were there on which night, who closed which
//!   period with what in it, and which adjustments are carried where. In a series of its own: what each run did.
//! - [`outbox`]: what leaves this machine on purpose: files that are made to stand in a folder or a store, each once, and
//!   what a webhook is told.
//! - [`reconcile`]: control totals of the written files, side by side; `external` holds what invoices and tools say against them,
//!   `reporting` what was converted.
//! - [`transform`]: `policy` says whose a charge is and how it stands to each tag; `rollup` builds the
//!   roll-ups of a slot; `catalogue` loads, checks and runs queries; `finding` makes one list of what the waste rules
//!   return; `derived` is the columns of the derived tables; `lineage` finds the rows that a figure is the sum of.
//! - [`report`]: report files, charts, tables, CSV, pages.
//! - [`sample`]: a synthetic company and its bills of three clouds, from a seed.
//! - [`fault`]: named places where a test ends the process. [`tls`]: the one TLS provider.
//!
//! Outside `src/`: `queries/` and `reports/` are the catalogue, built into the binary by `build.rs`;
//! `sample-data/` is the demo's input; `tests/it/` is the one integration-test binary, `tests/oracle/`
//! are checks in Python that share no code with us.
//!
//! # Where do I add …
//!
//! | … a | write | and register it in |
//! |---|---|---|
//! | metric, waste rule or quality test | one `.sql` in `queries/<kind>/` | – |
//! | table of facts that queries read | one `.csv` in `queries/lookup/`, with `name:type` in its header | – |
//! | report, or a section of one | one `.toml` in `reports/`, or a `[[section]]` | – |
//! | export format | one file in `format/` (mapping, native columns, crosswalk), a `sample-data/` folder, a page in `docs/formats/`; `docs/formats/adding.md` does it step by step | `REGISTRY` in `format/mod.rs`, one word |
//! | value that no word of the mapping can say | a variant of `Derived` in `format/mapping.rs`, its expression in `normalise/expression.rs`, its words in `normalise/explain.rs` | – |
//! | chart kind | one file in `report/chart/` | `ChartKind`, one variant |
//! | FOCUS column | one row of `FOCUS` in `focus/column.rs` | – (every format fails its test until the column is mapped or `Absent`) |
//! | provider's API | a folder in `extract/api/`, its keys and questions in `focus/api.rs`, a page in `docs/` | `ApiKind`, one variant |
//! | roll-up | its keys and measures in `transform/rollup/table.rs`, the charges it takes in `build.rs` beside it | `Rollup`, one variant |
//! | derived table | its columns in `transform/derived.rs`, what makes it in `command/derived.rs` | `Derived`, one variant |
//! | check of `doctor` | one file in `command/doctor/` | `CHECKS` there, one line |
//! | permission that a new request takes | one row of `PERMISSIONS` in `focus/permission.rs` | – |
//! | refusal that a store documents | one row of `REFUSALS` in `extract/store/refusals.rs` | – (a test asks for it in `docs/permissions.md`) |
//! | subcommand | one file in `command/` | `Command` in `cli.rs`, one arm in `command/mod.rs` |
//! | unit metric | one `[[unit_metric]]` in `costmill.toml`, and its driver file | – |
//! | key of `costmill.toml` | a field in `settings/file.rs` or `settings/policy/file.rs`; the compiler names the rest | – (a test asks for it in `docs/configuration.md`) |
//! | fact in a run's record | a field in `ledger/run.rs`, a method of `command/recorder.rs`, a row in `docs/operation.md`; another `RUN_FORMAT` once it is released | – |
//! | place to deliver to | one file in `outbox/` that is a `Target` | `open` in `outbox/target.rs` |
//! | room | a folder in `src/` | `ROOMS` in `tests/it/architecture/rules.rs`, and this page |

pub mod cli;
pub mod command;
pub mod error;
pub mod extract;
pub mod fault;
pub mod focus;
pub mod format;
pub mod lake;
pub mod land;
pub mod ledger;
pub mod normalise;
pub mod outbox;
pub mod reconcile;
pub mod report;
pub mod sample;
pub mod settings;
pub mod store;
pub mod tls;
pub mod transform;

pub use error::{Error, Result};
