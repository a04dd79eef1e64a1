//! The client against a stub of the management API, and of who gives tokens.

mod faults;
mod monitor;
mod night;
mod stub;
mod tokens;

use super::arm::Arm;
use super::consumption::Consumption;
use super::credential::{Credential, Way};
use crate::store::{DirectConnector, Patience};
use azure_core::Url;
use azure_core::auth::Secret;
use object_store::ClientOptions;
use object_store::client::{HttpClient, HttpConnector};
use std::sync::Arc;
use stub::Stub;

/// In every token and secret: no message may show it.
const SECRET: &str = "HUSH0000PLANTED0000TOKEN";
const PROFILE: &str = "providers/Microsoft.Billing/billingAccounts/1:2_2019-05-31/billingProfiles/AB-12";

fn http() -> HttpClient {
    DirectConnector.connect(&ClientOptions::new().with_allow_http(true)).unwrap()
}

fn held() -> Way {
    Way::Held(Secret::new(SECRET))
}

fn arm(stub: &Stub, way: Way) -> Arm {
    let credential = Credential::new(way, "https://management.azure.com/.default".into(), http(), Patience::short());
    Arm::new(Url::parse(&stub.url).unwrap(), http(), Arc::new(credential), Patience::short())
}

fn consumption(arm: Arm) -> (Arc<Arm>, Consumption) {
    let arm = Arc::new(arm);
    (arm.clone(), Consumption::new(arm))
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}
