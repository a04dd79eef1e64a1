//! The way into a store, which is opened again where the store no longer takes the credential that it was opened with.
//!
//! The providers' libraries renew a credential before its own end. Not all that ends has said so: a session that is
//! revoked, a token whose end was told wrongly, a key file that somebody exchanged in mid-run.

use super::connect::connect;
use super::patience::Patience;
use crate::error::Result;
use crate::focus::StoreAddress;
use object_store::ObjectStore;
use std::sync::{Arc, Mutex, PoisonError};

/// A connection, and how often it was made again.
#[derive(Clone)]
pub struct Opened {
    pub objects: Arc<dyn ObjectStore>,
    number: usize,
}

pub struct Door {
    /// `None` where there is nothing to connect to again.
    address: Option<StoreAddress>,
    patience: Patience,
    opened: Mutex<Opened>,
    /// One at a time: the others find it done.
    renewing: tokio::sync::Mutex<()>,
}

impl Door {
    /// Connects. Errors: those of [`connect`].
    pub async fn open(address: &StoreAddress, patience: Patience) -> Result<Self> {
        let objects = connect(address, patience).await?;
        Ok(Self { address: Some(address.clone()), ..Self::to(objects, patience) })
    }

    /// To a store that is there.
    pub fn to(objects: Arc<dyn ObjectStore>, patience: Patience) -> Self {
        let opened = Mutex::new(Opened { objects, number: 0 });
        Self { address: None, patience, opened, renewing: tokio::sync::Mutex::default() }
    }

    pub fn opened(&self) -> Opened {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Connects again, with a credential that is looked for anew, unless that was done since `stale` was opened.
    pub async fn renew(&self, stale: &Opened) -> Result<()> {
        let Some(address) = &self.address else { return Ok(()) };
        let _one = self.renewing.lock().await;
        if self.opened().number == stale.number {
            let objects = connect(address, self.patience).await?;
            *self.opened.lock().unwrap_or_else(PoisonError::into_inner) = Opened { objects, number: stale.number + 1 };
        }
        Ok(())
    }
}
