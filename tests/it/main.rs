//! The one integration-test binary: everything that looks at costmill from outside.

// Helpers outside #[test] functions may stop a test the short way.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

/// A metric and a section more, a file each.
mod additions;
/// What the sources may name and say.
mod architecture;
/// What goes wrong with an export, a lake or an output folder, and what stays.
mod bad_input;
/// The hand-worked bill in its bucket layout, to be broken.
mod bucket;
/// The command line: help, usage errors, configuration errors, `init`.
mod cli;
/// The hand-calculated bills, row by row.
mod hand_worked;
/// The Makefile, the licences and the links that the README promises.
mod house;
/// What stands in the way of a run that has good input.
mod in_the_way;
/// A run's folder, and what stands in it.
mod night;
/// Input that is odd and right.
mod odd_input;
/// Delta Lake and DuckDB readers of the lake, and the catalogue in DuckDB.
mod readers;
/// Each way a figure can go wrong, at each stage.
mod sabotage;
/// Third-party exports against the oracle's control totals.
mod shared_data;
/// Running the binary in a clean environment.
mod support;
/// A landed delivery, changed on disk.
mod tamper;
