//! How stores and servers are reached: the one line that says where that is written.

pub use crate::store::{Patience, PoliteConnector, chain, connect, plain};
