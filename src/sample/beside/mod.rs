//! What lies beside the exports: the company's own files and its configuration.

pub mod accounts;
pub mod config;
pub mod drivers;
pub mod utilisation;
