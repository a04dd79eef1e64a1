//! Object stores: reaching them, asking them politely, and saying in words what they refused.
//!
//! Two rooms stand on it: [`crate::extract`] reads exports from a store, and [`crate::lake`] and [`crate::ledger`] keep
//! the lake in one. What is specific to either stays there; here is what both need: the providers' credentials, TLS,
//! patience, checksums, and the words for a refusal. It names `focus` and nothing else of ours.

mod aws;
mod checksum;
mod connect;
mod grant;
mod home;
mod objects;
mod patience;
mod polite;
mod refuse;
mod send;
#[cfg(test)]
mod tests;

pub use checksum::{Checksum, Sum};
pub use connect::connect;
pub use home::Home;
pub use objects::{Chunk, Objects, Tag};
pub use patience::Patience;
#[cfg(test)]
pub use polite::PoliteConnector;
pub use polite::{Seen, Told};
pub use refuse::{Act, Of, Place, plain_chain, refuse};
