//! costmill: billing exports in, FOCUS out, every figure tied to the bill.

pub mod error;
pub mod focus;
pub mod sample;
pub mod settings;
pub mod transform;

pub use error::{Error, Result};
