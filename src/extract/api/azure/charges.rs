//! Charges of a Microsoft Customer Agreement by billing profile, and of departments and accounts of an enrolment.
//!
//! `azureCharges` + `chargesBilledSeparately` + `marketplaceCharges` are what a billing profile is charged for a billing
//! month before credits and taxes (Consumption 2024-08-01, ModernChargeSummaryProperties), which is BilledCost of its
//! rows: cost details have neither credits nor taxes of an invoice. Departments, enrolment accounts, invoice sections and
//! customers are no parts of `cost`: their charges are printed beside it.

use super::exact::{Amount, code, rows};
use super::refuse::Refused;
use super::scope::{Scope, ScopeKind, in_bill};
use super::session::{Question, Session};
use crate::extract::api::problem;
use crate::focus::{AskedMonth, BillingMonth, Money, TotalPart};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

const TOOL: &str = "Consumption charges";

/// One row of an answer, of both shapes.
#[derive(Deserialize)]
struct Row {
    properties: Properties,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Properties {
    usage_start: Option<String>,
    azure_charges: Option<Amount>,
    charges_billed_separately: Option<Amount>,
    #[serde(alias = "azureMarketplaceCharges")]
    marketplace_charges: Option<Amount>,
    /// Of legacy rows; modern ones have it in each amount.
    currency: Option<String>,
    billing_profile_id: Option<String>,
    is_invoiced: Option<bool>,
}

/// What is told of one billing profile, department or the like in one currency.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Charged {
    azure: Money,
    separately: Money,
    marketplace: Money,
    /// Rows that were added up.
    rows: i128,
    /// All of it is on invoices, as far as anything is said.
    is_invoiced: bool,
}

impl Charged {
    fn all(&self) -> Money {
        self.azure + self.separately + self.marketplace
    }
}

/// By billing profile, where rows name one, and currency.
type ByProfile = BTreeMap<(Option<String>, String), Charged>;

pub fn ask(session: &mut Session) {
    use ScopeKind::{BillingAccount, BillingProfile, Customer, Department, EnrolmentAccount, InvoiceSection};
    let kinds = [BillingAccount, BillingProfile, InvoiceSection, Customer, Department, EnrolmentAccount];
    let scopes = session.scopes_for("charges", &kinds);
    for asked in session.months {
        let (mut told, mut unasked) = (BTreeSet::new(), false);
        for scope in &scopes {
            match of_month(session, scope, asked) {
                Some(accounts) => told.extend(accounts),
                None => unasked = true,
            }
        }
        if !unasked {
            silent(session, &scopes, asked, &told);
        }
    }
}

/// What is part of the bill and of a scope, and is not told, ties with nothing: that is a problem.
fn silent(session: &mut Session, scopes: &[Scope], asked: &AskedMonth, told: &BTreeSet<String>) {
    // Of the current month it may know nothing yet.
    if asked.month.end() > session.asking.today() {
        return;
    }
    let is_of = |account: &&String| {
        scopes.iter().any(|scope| match scope.kind {
            ScopeKind::BillingAccount => true,
            ScopeKind::BillingProfile => in_bill(&scope.id, &asked.billing_accounts) == **account,
            _ => false,
        })
    };
    for account in asked.billing_accounts.iter().filter(is_of).filter(|account| !told.contains(*account)) {
        let what = format!("charges of {}: it says nothing of {account}", asked.month);
        let remedy = "check that `scopes` and the credential are of the account that the export is of";
        session.asking.wrong(problem(session.api, what, remedy));
    }
}

/// The billing accounts that are told, as the bill has them; `None` where there is no answer.
fn of_month(session: &mut Session, scope: &Scope, asked: &AskedMonth) -> Option<BTreeSet<String>> {
    let (month, id) = (asked.month, scope.id.clone());
    let question = Question {
        name: format!("charges of {month}"),
        scope,
        role: match scope.is_modern() {
            true => "Billing profile reader (or Billing account reader) at the scope",
            false => "EA Department reader, Enterprise administrator (read only) or account owner of the enrolment",
        },
        version: "2024-08-01 by profile".into(),
        months: vec![month],
    };
    let by_profile = scope.kind == ScopeKind::BillingAccount;
    let is_modern = scope.is_modern();
    let answered = session.ask(
        &question,
        |consumption| async move {
            match is_modern {
                true => consumption.charges(&id, month, by_profile).await,
                false => consumption.charges_of_period(&id, month).await,
            }
        },
        |pages| read(pages, month),
    );
    let answered = answered?;
    let mut accounts = BTreeSet::new();
    for ((profile, currency), charged) in &answered.value {
        if matches!(scope.kind, ScopeKind::BillingAccount | ScopeKind::BillingProfile) {
            let told = profile.as_deref().unwrap_or(&scope.id);
            // The answer of an account that names no profile is of all of them.
            let whole = profile.is_none() && by_profile;
            let account = (!whole).then(|| in_bill(told, &asked.billing_accounts));
            match &account {
                Some(account) => _ = accounts.insert(account.clone()),
                None => accounts.extend(asked.billing_accounts.iter().cloned()),
            }
            let part = TotalPart { billing_account: account, ..session.billed(month, currency) };
            let is_settled = answered.holds_for(asked) && charged.is_invoiced;
            session.total(&Session::tool(TOOL, &answered), part, (charged.all(), charged.rows * 3), is_settled);
        }
        let named = |what: &str| match profile.as_deref().and_then(|id| id.rsplit('/').next()) {
            Some(profile) if by_profile => format!("{what} of billing profile {profile}"),
            _ => what.to_string(),
        };
        let figures = [
            ("Azure charges", charged.azure),
            ("charges billed separately", charged.separately),
            ("Marketplace charges", charged.marketplace),
        ];
        let part = session.billed(month, currency);
        for (name, amount) in figures {
            session.figure(TOOL, scope, &named(name), &part, (amount, answered.day));
        }
    }
    Some(accounts)
}

fn read(pages: &[String], month: BillingMonth) -> Result<ByProfile, Refused> {
    let mut charged = ByProfile::new();
    for Row { properties: row } in rows::<Row>(pages)? {
        if let Some(start) = row.usage_start.filter(|start| !start.starts_with(&month.to_string())) {
            return Err(Refused::Malformed(format!("a row starts at {start}, which is not in {month}")));
        }
        let missing = |name: &str| Refused::Malformed(format!("a row has no {name}"));
        let figures = [
            row.azure_charges.ok_or_else(|| missing("azureCharges"))?,
            row.charges_billed_separately.ok_or_else(|| missing("chargesBilledSeparately"))?,
            row.marketplace_charges.ok_or_else(|| missing("marketplaceCharges"))?,
        ];
        let own = row.currency.as_deref().map(code);
        let mut currencies = figures.iter().map(|figure| figure.currency.clone().or_else(|| own.clone()));
        let currency = currencies.next().flatten().ok_or_else(|| missing("currency"))?;
        if !currencies.all(|other| other.as_ref() == Some(&currency)) {
            return Err(Refused::Malformed("a row has charges in several currencies".into()));
        }
        let one = charged
            .entry((row.billing_profile_id, currency))
            .or_insert(Charged { is_invoiced: true, ..Charged::default() });
        let [azure, separately, marketplace] = figures.map(|figure| figure.value);
        one.azure += azure;
        one.separately += separately;
        one.marketplace += marketplace;
        one.rows += 1;
        one.is_invoiced &= row.is_invoiced != Some(false);
    }
    Ok(charged)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn october() -> BillingMonth {
        "2026-10".parse().unwrap()
    }

    fn modern(start: &str, figures: [&str; 3], currency: &str, profile: &str, invoiced: &str) -> String {
        let [azure, separately, marketplace] =
            figures.map(|figure| format!("{{\"currency\":\"{currency}\",\"value\":{figure}}}"));
        format!(
            "{{\"kind\":\"modern\",\"properties\":{{\"isInvoiced\":{invoiced},\"usageStart\":\"{start}\",\"usageEnd\":\"2026-10-31\",\
             \"azureCharges\":{azure},\"chargesBilledSeparately\":{separately},\"marketplaceCharges\":{marketplace},\
             \"billingProfileId\":{profile}}}}}"
        )
    }

    fn page(rows: &[String]) -> Vec<String> {
        vec![format!("{{\"value\":[{}]}}", rows.join(","))]
    }

    /// 5000.000000000000000001 + 60.9 + 100 = 5160.900000000000000001; the second row of profile 3 adds 1 + 2 + 3 = 6,
    /// which makes 5166.900000000000000001. 0.1 + 0.2 + 0.3 = 0.6 are profile 4's.
    #[test]
    fn charges_add_up_by_profile_and_currency() {
        let rows = [
            modern("2026-10-01", ["5000.000000000000000001", "60.9", "100.0"], "USD", "\"/p/3\"", "true"),
            modern("2026-10-01", ["1", "2", "3"], "USD", "\"/p/3\"", "false"),
            modern("2026-10-01", ["0.1", "0.2", "0.3"], "EUR", "\"/p/4\"", "true"),
        ];
        let read = read(&page(&rows), october()).unwrap();
        let told: Vec<_> = read
            .iter()
            .map(|((profile, currency), charged)| {
                let profile = profile.as_deref().unwrap_or_default();
                format!("{profile} {currency} {} {} {}", charged.all(), charged.marketplace, charged.is_invoiced)
            })
            .collect();
        assert_eq!(told, ["/p/3 USD 5166.900000000000000001 103 false", "/p/4 EUR 0.6 0.3 true"]);
    }

    #[test]
    fn a_legacy_row_has_its_currency_beside_it() {
        let row = "{\"kind\":\"legacy\",\"properties\":{\"usageStart\":\"2026-10-01\",\"azureCharges\":5000.0,\
                   \"chargesBilledSeparately\":60.9,\"azureMarketplaceCharges\":100.0,\"currency\":\"USD \"}}";
        let read = read(&page(&[row.to_string()]), october()).unwrap();
        assert_eq!(read[&(None, "USD".to_string())].all().to_string(), "5160.9");
    }

    #[test]
    fn what_cannot_be_added_is_refused() {
        for (row, expected) in [
            (modern("2026-09-01", ["1", "1", "1"], "USD", "null", "true"), "a row starts at 2026-09-01"),
            ("{\"properties\":{\"azureCharges\":1}}".into(), "a row has no chargesBilledSeparately"),
            (
                "{\"properties\":{\"azureCharges\":1,\"chargesBilledSeparately\":1,\"marketplaceCharges\":1}}".into(),
                "a row has no currency",
            ),
            (
                "{\"properties\":{\"azureCharges\":{\"value\":1,\"currency\":\"EUR\"},\"chargesBilledSeparately\":\
                 {\"value\":1,\"currency\":\"USD\"},\"marketplaceCharges\":{\"value\":1,\"currency\":\"EUR\"}}}"
                    .into(),
                "charges in several currencies",
            ),
            ("{\"properties\":{\"azureCharges\":\"1\"}}".into(), ""),
        ] {
            let told = format!("{:?}", read(&page(&[row]), october()));
            assert!(told.contains("Malformed") && told.contains(expected), "{told}");
        }
    }
}
