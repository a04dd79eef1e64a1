//! The one TLS provider of the process.
//!
//! The Delta library brings rustls with aws-lc-rs; Polars' HTTP client brings rustls without a
//! provider and would panic on its first connection unless one is installed.

/// Installs aws-lc-rs as the provider of every TLS connection. A second call changes nothing.
pub fn install_provider() {
    // An error only says that a provider is installed already.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_provider_is_there_after_the_call() {
        super::install_provider();
        super::install_provider();
        assert!(rustls::crypto::CryptoProvider::get_default().is_some());
    }
}
