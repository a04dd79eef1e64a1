//! What leaves this machine on purpose: files that are handed out to a folder, a bucket or a container, and what a
//! webhook is told.
//!
//! A [`Target`] is told what shall stand there. It knows by a list of its own, kept beside the files, what it was given
//! before: only what changed is written, only what it was given is taken away, and what somebody else put there is never
//! written over. Files are named as they are called; the caller says in which order they come.

mod bucket;
mod folder;
mod header;
mod list;
mod reach;
mod send;
mod target;
mod webhook;

pub use bucket::{Looked, look};
pub use header::is_header;
pub use send::{Item, Sent, given, send};
pub use target::{Target, open};
pub use webhook::{Webhook, host, post};

#[cfg(test)]
mod tests;
