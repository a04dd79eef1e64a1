//! costmill: billing exports in, FOCUS out, every figure tied to the bill.

pub mod cli;
pub mod command;
pub mod error;
pub mod extract;
pub mod fault;
pub mod focus;
pub mod format;
pub mod lake;
pub mod land;
pub mod normalise;
pub mod reconcile;
pub mod report;
pub mod sample;
pub mod settings;
pub mod tls;
pub mod transform;

pub use error::{Error, Result};
