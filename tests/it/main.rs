//! The one integration-test binary: everything that looks at costmill from outside.

// Helpers outside #[test] functions may stop a test the short way.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

/// What the sources may name and say.
mod architecture;
/// The command line: help, usage errors, configuration errors, `init`.
mod cli;
/// What the commands do with a published lake, and their exit statuses.
mod commands;
/// Runs that die, and what the next one makes of it.
mod crash;
/// Same input, same bytes.
mod determinism;
/// What users see, held to files.
mod golden;
/// The hand-calculated bills, row by row.
mod hand_worked;
/// The Makefile, the licences and the links that the README promises.
mod house;
/// Small nights to run, disturb and look at.
mod night;
/// Running the binary in a clean environment.
mod support;
