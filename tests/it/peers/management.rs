//! Azure's management API as Prism serves it from Microsoft's published description: requests are held to it, answers are
//! its examples. The description lies beside the checkout, in `../shared/data`; it is no part of the project.

use super::super::azure::{loose, night as bill};
use super::super::place::Night;
use super::super::support::{Costmill, Outcome};
use super::relay::Relay;
use super::servers::{Peer, installed};
use super::{ALONE, SECRET};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;

const CONSUMPTION: &str = "consumption/resource-manager/Microsoft.Consumption/stable/2023-11-01/consumption.json";
const ADVISOR: &str = "advisor/resource-manager/Microsoft.Advisor/stable/2023-01-01/advisor.json";
const SUBSCRIPTION: &str = "/subscriptions/00000000-0000-0000-0000-000000000000";
const ENROLMENT: &str = "/providers/Microsoft.Billing/billingAccounts/123456";
const PROFILE: &str = "/providers/Microsoft.Billing/billingAccounts/1234:56789/billingProfiles/2468";

/// The peers and the descriptions, where both are; else the reason is printed.
fn at_hand() -> Option<(PathBuf, PathBuf)> {
    let peers = installed()?;
    let descriptions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/azure/arm/specification");
    if !descriptions.join(CONSUMPTION).is_file() {
        eprintln!("skipped: there is no {}: Microsoft's description of the API", descriptions.display());
        return None;
    }
    Some((peers, descriptions))
}

/// Prism with a description, made servable first.
fn serve((peers, descriptions): &(PathBuf, PathBuf), night: &Night, name: &str, more: &[&str]) -> Peer {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/management_api.py");
    let out = night.path(name.rsplit('/').next().unwrap());
    let mut command = Command::new(peers.join("venv/bin/python"));
    command.arg(script).arg(descriptions.join(name)).arg(&out).args(more);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Peer::prism(peers, &out)
}

fn night(apis: &[(&str, &str, &str, &str)]) -> Night {
    let files = [("actual", "mca_actual.csv"), ("amortized", "mca_amortized.csv")];
    let night = bill("", &files);
    let apis = apis.iter().map(|(id, kind, endpoint, rest)| {
        format!(
            "\n[[api]]\nid = \"{id}\"\nkind = \"{kind}\"\nsource = \"azure\"\nendpoint = \"{endpoint}\"\nallow_http = true\n\
             credential_file = \"credential\"\nscopes = [\"{SUBSCRIPTION}\"{rest}\n"
        )
    });
    night.write("costmill.toml", loose("", &files) + &apis.collect::<String>());
    night.write("credential", SECRET);
    night
}

fn run(night: &Night) -> Outcome {
    let call = Costmill::new().cwd(&night.path("")).args(["run", "--as-of", "2026-11-05"]);
    let outcome = ALONE.iter().fold(call, |call, (name, value)| call.env(name, *value)).run();
    assert!(!outcome.stdout.contains(SECRET) && !outcome.stderr.contains(SECRET), "{}", outcome.stderr);
    outcome
}

/// The status of a GET without a client's help.
fn status(peer: &Peer, target: &str, header: &str) -> String {
    let authority = peer.url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(authority).unwrap();
    write!(stream, "GET {target} HTTP/1.1\r\nHost: {authority}\r\n{header}Connection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    answer.split(' ').nth(1).unwrap_or_default().to_string()
}

/// Two budgets; 15 kinds of reservations of two scopes; usage details of one month by two metrics of two scopes: 36.
#[test]
fn questions_are_as_described_and_examples_are_read_to_the_last_digit() {
    let Some(at_hand) = at_hand() else { return };
    let folder = Night::new("");
    let (consumption, advisor) = (serve(&at_hand, &folder, CONSUMPTION, &[]), serve(&at_hand, &folder, ADVISOR, &[]));
    // What it is worth: it does hold requests to the description.
    let details = format!("{SUBSCRIPTION}/providers/Microsoft.Consumption/usageDetails?api-version=2024-08-01");
    let token = "Authorization: Bearer x\r\n";
    assert_eq!(status(&consumption, &details, ""), "401");
    assert_eq!(status(&consumption, &format!("{details}&$top=abc"), token), "422");
    assert_eq!(status(&consumption, &details, token), "200");

    let relay = Relay::to(&consumption.url);
    let asks = format!(", \"{PROFILE}\"]\nask = [\"budgets\", \"reservation-recommendations\", \"usage-details\"]");
    let balance = format!(", \"{ENROLMENT}\"]\nask = [\"balances\", \"reservations\"]");
    let night = night(&[
        ("azure-costs", "azure-consumption", &relay.url, &asks),
        ("azure-balance", "azure-consumption", &relay.url, &balance),
        ("azure-advice", "azure-advisor", &advisor.url, "]"),
    ]);
    let outcome = run(&night).exits(0).says("azure-costs: 36 requests").says("azure-balance: 2 requests");
    outcome.says("azure-advice: 1 request");
    assert_eq!(relay.asked().len(), 38);

    // 153766.87728637524 and 32553.85968022456 over 60 days, 4.634521202630137 and 7.289315723178081 over 7; of Advisor's
    // examples none is about cost.
    let rows =
        night.query("SELECT x_Recommended, RegionId, x_ToldMonthlySaving FROM recommendation ORDER BY x_Recommended");
    let told: Vec<_> = rows
        .iter()
        .map(|row| {
            let saving: f64 = row["x_ToldMonthlySaving"].parse().unwrap();
            format!("{} {} {saving:.9}", row["x_Recommended"], row["RegionId"])
        })
        .collect();
    assert_eq!(
        told,
        [
            "1 × Standard_DS1_v2, P1Y northeurope 19.862233726",
            "1 × Standard_DS1_v2, P3Y northeurope 31.239924528",
            "35 × SQLDB_BC_Compute_Gen5, P1Y westus2 16276.929840112",
            "35 × SQLDB_BC_Compute_Gen5, P3Y westus2 76883.438643188",
        ]
    );
    // 1.980949998e-06 CAD and 1.84763819095477 USD, digit by digit; 474098.17 + 609.82 = 474707.99 of the balance.
    let rows = night.query(
        "SELECT x_TotalMetric, BillingCurrency, x_ToldAmount FROM control_total \
         ORDER BY x_TotalMetric, BillingCurrency, x_ToldAmount",
    );
    let told: Vec<_> = rows
        .iter()
        .map(|row| ["x_TotalMetric", "BillingCurrency", "x_ToldAmount"].map(|name| row[name].as_str()).join(" "))
        .collect();
    assert_eq!(
        told,
        [
            "BilledCost CAD 0.000001980949998",
            "BilledCost USD 1.84763819095477",
            "BilledCost USD 474707.99",
            "EffectiveCost CAD 0.000001980949998",
            "EffectiveCost USD 1.84763819095477",
        ]
    );
}

/// Microsoft's examples name a next page at Azure: from this endpoint that is another host.
#[test]
fn a_next_page_at_another_host_is_not_asked_for() {
    let Some(at_hand) = at_hand() else { return };
    let folder = Night::new("");
    let consumption = serve(&at_hand, &folder, CONSUMPTION, &["links"]);
    let night =
        night(&[("azure-costs", "azure-consumption", &consumption.url, "]\nask = [\"reservation-recommendations\"]")]);
    run(&night).exits(3).says("azure-costs: 1 request").complains(
        "the next page is said to be at https://management.azure.com, which is not the endpoint's host: nothing was sent there",
    );
}
