//! How stores and servers are reached: the one line that says where that is written.

pub use crate::extract::{Patience, PoliteConnector, chain, connect, plain};
