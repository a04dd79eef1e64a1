//! costmill: billing exports in, FOCUS out, every figure tied to the bill.

pub mod cli;
pub mod command;
pub mod error;
pub mod focus;
pub mod settings;
pub mod tls;
pub mod transform;

pub use error::{Error, Result};
