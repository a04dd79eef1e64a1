//! Cost Explorer as a stub: moto knows GetCostAndUsage alone (`tests/it/peers` asks it). The bodies lie in
//! `tests/fixtures/cost_explorer`, shaped by the API's published model; a test holds them to it.

mod answers;
mod faults;
mod stub;

use super::*;
use crate::extract::api::Mode;
use crate::focus::{ApiKind, Login, MoneyBasis};
use std::collections::BTreeSet;
use std::path::Path;
use stub::Stub;
use tempfile::TempDir;

/// Planted: no problem and no kept answer may have it.
const SECRET: &str = "HUSH0000PLANTED0000NEVER0000SHOWN0000HUSH";
const TODAY: &str = "2026-11-10";

/// A folder with a credential and room for answers.
struct Place {
    folder: TempDir,
    api: Api,
}

impl Place {
    fn new(url: &str, ask: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keys = format!("[default]\naws_access_key_id = AKPLANTED\naws_secret_access_key = {SECRET}\n");
        let file = folder.path().join("credentials");
        std::fs::write(&file, keys).unwrap();
        let login = Login {
            endpoint: Some(url.to_string()),
            region: Some("us-east-1".into()),
            credential_file: Some(file),
            allow_http: true,
            ..Login::default()
        };
        let api = Api {
            id: "costs".into(),
            kind: ApiKind::AwsCostExplorer,
            source: "aws".into(),
            ask: ask.iter().map(|word| (*word).to_string()).collect(),
            scopes: Vec::new(),
            tolerance: None,
            location: None,
            login,
        };
        Self { folder, api }
    }

    fn ask(&self, day: &str, mode: Mode) -> Answers {
        self.ask_about(&[("2026-09", MoneyBasis::Gross), ("2026-10", MoneyBasis::Gross)], day, mode)
    }

    fn ask_about(&self, months: &[(&str, MoneyBasis)], day: &str, mode: Mode) -> Answers {
        self.ask_of("d", months, day, mode)
    }

    /// About these billing periods, of that delivery.
    fn ask_of(&self, delivery: &str, months: &[(&str, MoneyBasis)], day: &str, mode: Mode) -> Answers {
        let months: Vec<AskedMonth> = months
            .iter()
            .map(|(month, basis)| AskedMonth {
                month: month.parse().unwrap(),
                format: "aws-cur-legacy".into(),
                basis: *basis,
                delivery: delivery.into(),
                billing_accounts: BTreeSet::new(),
                sub_accounts: BTreeSet::new(),
                currencies: BTreeSet::new(),
            })
            .collect();
        let asking = Asking::new(&self.api, &self.folder.path().join("answers"), day.parse().unwrap(), mode);
        let answers = ask_with(&self.api, &months, asking, Patience::short());
        let shown = format!("{answers:?}");
        assert!(!shown.contains(SECRET), "{shown}");
        answers
    }
}

/// A body of `tests/fixtures/cost_explorer`.
fn body(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/cost_explorer").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn money(text: &str) -> Money {
    text.parse().unwrap()
}
