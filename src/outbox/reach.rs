//! How stores and servers are reached: the one line that says where that is written.

pub use crate::store::{Act, Credential, Of, Patience, Place, PoliteConnector, Seen, connect, credential, refuse};
