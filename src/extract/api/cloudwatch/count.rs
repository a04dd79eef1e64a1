//! What is done with every request and answer: requests are counted, and held to TLS; an answer is held to a size.

use crate::extract::api::LARGEST_PAGE;
use crate::focus::store::is_loopback;
use aws_sdk_cloudwatch::config::interceptors::{
    BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
};
use aws_sdk_cloudwatch::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_cloudwatch::error::BoxError;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counts what goes out, repetitions included: what was sent is what may be billed.
#[derive(Debug, Clone, Default)]
pub struct Attempts(Arc<AtomicU64>);

impl Attempts {
    pub fn sent(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

impl Intercept for Attempts {
    fn name(&self) -> &'static str {
        "attempts"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

/// What stops a request without TLS that is not to this machine and allowed: the environment may name an endpoint, too.
#[derive(Debug, Clone, Copy)]
pub struct OnlyTls {
    pub allow_http: bool,
}

/// The words of [`OnlyTls`], for whoever tells them.
pub const WITHOUT_TLS: &str = "the endpoint is without TLS";

impl Intercept for OnlyTls {
    fn name(&self) -> &'static str {
        "only TLS"
    }

    fn read_before_signing(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let uri = context.request().uri().to_string();
        match uri.strip_prefix("http://") {
            Some(host) if !(self.allow_http && is_loopback(host)) => Err(WITHOUT_TLS.into()),
            _ => Ok(()),
        }
    }
}

/// What stops an answer that says that it is too large before it is read.
#[derive(Debug, Clone, Copy)]
pub struct NoHugePage;

/// The words of [`NoHugePage`].
pub const HUGE: &str = "the answer is too large";

impl Intercept for NoHugePage {
    fn name(&self) -> &'static str {
        "no huge page"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let length = context.response().headers().get("content-length").and_then(|text| text.parse::<usize>().ok());
        match length {
            Some(length) if length > LARGEST_PAGE => Err(HUGE.into()),
            _ => Ok(()),
        }
    }
}
