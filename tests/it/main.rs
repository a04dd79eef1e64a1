//! The one integration-test binary: everything that looks at costmill from outside.

// Helpers outside #[test] functions may stop a test the short way.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, clippy::print_stdout)]

// The stub of a store is compiled in the library's tests as well, and names what it knows as there.
use costmill::focus;

/// A metric and a section more, a file each.
mod additions;
/// What the sources may name and say.
mod architecture;
/// Azure cost and usage details, worked by hand.
mod azure;
/// Nights that ask Azure's management API.
mod azure_api;
/// The delivery layout of Azure Cost Management exports.
mod azure_exports;
/// Real Azure exports, where they are at hand.
mod azure_shared;
/// What goes wrong with an export, a lake or an output folder, and what stays.
mod bad_input;
/// The pages in a real browser.
mod browser;
/// The hand-worked bill in its bucket layout, to be broken.
mod bucket;
/// Bills put together charge by charge.
mod charges;
/// The command line: help, usage errors, configuration errors, `init`.
mod cli;
/// Billing periods that are closed, and what is delivered for them later.
mod closing;
/// Closings that are broken, refused or late.
mod closing_refused;
/// What the commands do with a published lake, and their exit statuses.
mod commands;
/// FOCUS, held to by the FinOps Foundation's validator.
mod conformance;
/// What invoices and cost tools say, and the bridge to it.
mod control_totals;
/// The coverage page, held to the mapping tables.
mod cost_explorer;
mod coverage;
/// Tag coverage worked by hand.
mod coverage_of_tags;
/// Runs that die, and what the next one makes of it.
mod crash;
/// Credentials that only a machine of a provider has.
mod credentials;
/// The hand-calculated bills as CUR 2.0.
mod cur2;
mod currency;
/// The bucket layout of Data Exports.
mod data_exports;
/// Same input, same bytes.
mod determinism;
/// What a run needs, looked at.
mod doctor;
/// Fetches that end in the middle.
mod ended_fetch;
/// From a figure back to the lines of the export.
mod explain;
/// The hand-worked bill as CUR 2.0 and as Data Exports deliver it.
mod exports;
/// The page of faults, held to the tests that it names.
mod faults_page;
/// Google Cloud's detailed usage cost export, row by row.
mod gaps;
mod gcp;
/// Rows and dumps of that export.
mod gcp_export;
/// Google Cloud's other exports.
mod gcp_others;
/// Which rows of which dump count.
mod gcp_slices;
/// What users see, held to files.
mod golden;
/// What a small bill of each format becomes, held to files.
mod golden_focus;
/// The hand-calculated bills, row by row.
mod hand_worked;
/// Pages that are delivered to a folder.
mod handing_out;
/// The Makefile, the licences and the links that the README promises.
mod house;
/// What stands in the way of a run that has good input.
mod in_the_way;
/// Mutation by format: what becomes of a damaged bill.
mod mutation;
/// Small nights to run, disturb and look at.
mod night;
/// Many nights in a row, and one on their final state.
mod nights;
/// Input that is odd and right.
mod odd_input;
/// Runs that look at no source.
mod offline;
/// Records, logs and hooks of unattended runs.
mod operation;
/// The pages in docs/, held to the code.
mod pages;
/// Nights from object stores that others wrote.
mod peers;
/// A run's folder, and what stands in it.
mod place;
/// The least that a cloud must permit.
mod policies;
/// What must hold of any policy and any bill.
mod property;
/// Random exports of each native format: every sum is exact.
mod random_exports;
/// Delta Lake and DuckDB readers of the lake, and the catalogue in DuckDB.
mod readers;
/// Recommendations that a provider exports as files.
mod recommendation_exports;
/// Pages per team, and months that are not made again.
mod reports;
/// Versions of a billing period, and what moved between them.
mod restatements;
/// Each way a figure can go wrong, at each stage.
mod sabotage;
/// Savings of the project's rules against what is paid.
mod savings;
/// Units for jobs, held to the programs that read them.
mod schedule;
/// Findings, coverage and unit cost, held against the truths of synthetic companies.
mod score;
/// Numbers that nobody chose.
mod seeds;
/// Second exports of the same bill.
mod shadows;
/// Every third-party export, against control totals by other hands.
mod shared_data;
/// What each of those files is.
mod shared_files;
/// Owners, statements and their sums worked by hand.
mod showback;
/// Sources in object stores that cannot be reached as configured.
mod stores;
/// A store that misbehaves, and plays whoever gives credentials.
#[path = "../../src/extract/store/tests/server.rs"]
#[allow(dead_code)]
mod stub;
/// Running the binary in a clean environment.
mod support;
/// What takes findings off the list.
mod suppressions;
/// A landed delivery, changed on disk.
mod tamper;
/// Owners, tag states and the days of resources of the hand-worked bill.
mod teams;
/// Deliveries of a month on each cloud: what moved, and what closing holds.
mod three_deliveries;
/// One bill in the three formats that AWS exports it in.
mod three_formats;
/// Stores over TLS.
mod tls;
/// Unit cost worked by hand.
mod unit_cost;
mod unit_days;
mod unit_infrastructure;
/// Files of the lake that go, and files that stay.
mod vacuum;
/// Findings, their ledger, and the command that lists them.
mod waste;
/// Each waste rule on a bill worked by hand.
mod waste_rules;
