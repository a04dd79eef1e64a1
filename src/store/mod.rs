//! Object stores: reaching them, asking them politely, and saying in words what they refused.
//!
//! [`crate::extract`] reads exports from a store, [`crate::lake`] and [`crate::ledger`] keep the lake in one, and
//! [`crate::outbox`] sends to one. What is specific to either stays there; here is what all need: the providers' credentials, TLS,
//! patience, checksums, and the words for a refusal. It names `focus` and nothing else of ours.

mod after;
mod aws;
mod checksum;
mod connect;
mod credential;
mod direct;
mod door;
mod grant;
mod home;
mod listing;
mod objects;
mod patience;
mod polite;
mod range;
mod refusals;
mod refuse;
mod send;
mod skew;
#[cfg(test)]
mod tests;

pub use aws::{Identity, NOT_GIVEN, chain_of, https};
pub use checksum::{Checksum, Sum};
pub use connect::connect;
pub use credential::{Credential, aws_credential, credential};
pub use direct::DirectConnector;
pub use door::{Door, Opened};
pub use grant::hanging;
pub use home::Home;
pub use objects::{Chunk, Found, Objects, Tag};
pub use patience::Patience;
pub use polite::{PoliteConnector, Seen, Told, hint};
#[cfg(test)]
pub use refusals::{REFUSALS, Refusal, Remedy, of as refusal_of};
pub use refuse::{Act, Of, Place, chain, has_expired, plain, plain_chain, refuse};
