//! The one integration-test binary: everything that looks at costmill from outside.

// Helpers outside #[test] functions may stop a test the short way.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

/// What the sources may name and say.
mod architecture;
/// The command line: help, usage errors, configuration errors, `init`.
mod cli;
/// The coverage page, held to the mapping tables.
mod coverage;
/// The hand-calculated bills, row by row.
mod hand_worked;
/// The Makefile, the licences and the links that the README promises.
mod house;
/// The pages in docs/, held to the code.
mod pages;
/// Running the binary in a clean environment.
mod support;
