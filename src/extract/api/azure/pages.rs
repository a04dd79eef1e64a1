//! The pages of one question, as received: the generated client composes and follows them, and never reads a figure.
//!
//! The client's models have money as `f64`, and its tagged enums do not read beside `serde_json`'s exact numbers at all.
//! So below it stands this transport: it keeps every page whole, and hands the client what its pager needs, which is the
//! link to the next one. What the figures are is read off the kept pages, digit by digit.

use super::arm::Arm;
use super::refuse::Refused;
use crate::store::plain;
use async_trait::async_trait;
use azure_core::error::ErrorKind;
use azure_core::headers::Headers;
use azure_core::{BytesStream, HttpClient, Request, Response, StatusCode, Url};
use futures_util::{Stream, StreamExt};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// More pages than any answer has.
const MOST_PAGES: usize = 5_000;
/// All pages of an answer together: they are in memory until they are read.
const MOST_BYTES: usize = 256 << 20;

/// Keeps the pages of one question.
#[derive(Debug)]
pub struct Keeper {
    arm: Arc<Arm>,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    /// As received; an empty text where there is nothing (204).
    pages: Vec<String>,
    bytes: usize,
    asked: BTreeSet<String>,
    refused: Option<Refused>,
}

/// What a pager needs of a page.
#[derive(Deserialize)]
struct Link {
    #[serde(rename = "nextLink")]
    next_link: Option<String>,
}

impl Keeper {
    pub fn new(arm: Arc<Arm>) -> Arc<Self> {
        Arc::new(Self { arm, kept: Mutex::default() })
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gets a page, keeps it, and tells the link to the next.
    pub async fn page(&self, url: &Url) -> Result<Option<String>, Refused> {
        {
            let mut kept = self.kept();
            if !kept.asked.insert(url.to_string()) {
                return Err(Refused::Repeats);
            }
            if kept.pages.len() >= MOST_PAGES {
                return Err(Refused::TooMany(MOST_PAGES));
            }
        }
        let body = self.arm.get(url).await?;
        let body = String::from_utf8(body).map_err(|_| Refused::Malformed("it is not UTF-8".into()))?;
        let next = match body.is_empty() {
            true => None,
            false => {
                let link: Link = serde_json::from_str(&body).map_err(|error| {
                    // Never the text of the body: an answer can hold anything.
                    Refused::Malformed(format!("no JSON object, at line {} column {}", error.line(), error.column()))
                })?;
                link.next_link.filter(|link| !link.is_empty())
            }
        };
        let mut kept = self.kept();
        kept.bytes += body.len();
        if kept.bytes > MOST_BYTES {
            return Err(Refused::TooLarge(MOST_BYTES));
        }
        kept.pages.push(body);
        Ok(next)
    }

    /// All pages of what the generated client sends once.
    pub async fn one<T>(&self, sent: impl Future<Output = azure_core::Result<T>>) -> Result<Vec<String>, Refused> {
        let sent = sent.await.map(drop);
        self.whole(sent)
    }

    /// All pages of what the generated client follows.
    pub async fn all<T>(&self, stream: impl Stream<Item = azure_core::Result<T>>) -> Result<Vec<String>, Refused> {
        let mut stream = std::pin::pin!(stream);
        let mut sent = Ok(());
        while let Some(page) = stream.next().await {
            sent = sent.and(page.map(drop));
        }
        self.whole(sent)
    }

    /// All pages of what no generated client knows.
    pub async fn follow(&self, first: Url) -> Result<Vec<String>, Refused> {
        let mut url = first;
        while let Some(next) = self.page(&url).await? {
            url = url.join(&next).map_err(|_| Refused::Malformed("nextLink is no URL".into()))?;
        }
        self.whole(Ok(()))
    }

    fn whole(&self, sent: azure_core::Result<()>) -> Result<Vec<String>, Refused> {
        let mut kept = self.kept();
        match (kept.refused.take(), sent) {
            (Some(refused), _) => Err(refused),
            // What the client itself refuses: a scope that makes no URL.
            (None, Err(error)) => Err(Refused::Malformed(plain(&error.to_string()))),
            (None, Ok(())) => Ok(std::mem::take(&mut kept.pages)),
        }
    }
}

#[async_trait]
impl HttpClient for Keeper {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<Response> {
        match self.page(request.url()).await {
            Ok(next) => {
                let body = serde_json::json!({ "value": [], "nextLink": next }).to_string();
                Ok(Response::new(StatusCode::Ok, Headers::new(), Box::pin(BytesStream::new(body))))
            }
            Err(refused) => {
                self.kept().refused = Some(refused);
                Err(azure_core::Error::message(ErrorKind::Other, "there is no such page"))
            }
        }
    }
}
