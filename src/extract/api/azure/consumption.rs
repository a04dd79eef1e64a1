//! The questions of Azure Consumption, 2024-08-01, put by the generated client.

use super::arm::Arm;
use super::pages::Keeper;
use super::refuse::Refused;
use crate::focus::BillingMonth;
use azure_core::{RetryOptions, TransportOptions, Url};
use azure_mgmt_consumption::package_2024_08::Client;
use std::sync::Arc;

/// Asks, and hands over the pages as received.
#[derive(Debug, Clone)]
pub struct Consumption {
    arm: Arc<Arm>,
}

pub type Pages = Result<Vec<String>, Refused>;

impl Consumption {
    pub fn new(arm: Arc<Arm>) -> Self {
        Self { arm }
    }

    /// A client whose pages are kept. It retries nothing itself: its sleep blocks a thread, and it does not know the
    /// headers of its own service.
    fn client(&self) -> Result<(Arc<Keeper>, Client), Refused> {
        self.client_at(self.arm.endpoint().clone())
    }

    fn client_at(&self, endpoint: Url) -> Result<(Arc<Keeper>, Client), Refused> {
        let keeper = Keeper::new(self.arm.clone());
        let client = Client::builder(self.arm.credential.clone())
            .endpoint(endpoint)
            .retry(RetryOptions::none())
            .transport(TransportOptions::new(keeper.clone()))
            .build()
            .map_err(|error| Refused::Malformed(error.to_string()))?;
        Ok((keeper, client))
    }

    /// What an Enterprise Agreement's billing account owes for a billing period. `account` is the enrolment's number.
    pub async fn balance(&self, account: &str, month: BillingMonth) -> Pages {
        let (keeper, client) = self.client()?;
        let asked = client.balances_client().get_for_billing_period_by_billing_account(account, digits(month));
        keeper.one(asked.send()).await
    }

    /// The charges of a billing account or billing profile of a Microsoft Customer Agreement, by billing profile.
    pub async fn charges(&self, scope: &str, month: BillingMonth, by_profile: bool) -> Pages {
        let (keeper, client) = self.client()?;
        let (first, last) = days(month);
        let mut asked = client.charges_client().list(scope).start_date(first).end_date(last);
        if by_profile {
            asked = asked.apply("groupby((properties/billingProfileId))");
        }
        keeper.one(asked.send()).await
    }

    /// The charges of a department or an enrolment account of an Enterprise Agreement.
    pub async fn charges_of_period(&self, scope: &str, month: BillingMonth) -> Pages {
        let (keeper, client) = self.client()?;
        let scope = format!("{scope}/providers/Microsoft.Billing/billingPeriods/{}", digits(month));
        keeper.one(client.charges_client().list(scope).send()).await
    }

    /// How reservations were used, one row for each and billing month. `modern` scopes need a range of months; legacy ones
    /// take none by month, and tell all that they have.
    pub async fn reservation_summaries(&self, scope: &str, modern: Option<(BillingMonth, BillingMonth)>) -> Pages {
        let (keeper, client) = self.client()?;
        let asked = client.reservations_summaries_client().list(scope, "monthly");
        let asked = match modern {
            Some((first, last)) => asked.start_date(days(first).0).end_date(days(last).1),
            None => asked,
        };
        keeper.all(asked.into_stream()).await
    }

    /// What reservations Azure would buy, by what was used in 30 days.
    pub async fn reservation_recommendations(&self, scope: &str, shared: bool, resource_type: &str) -> Pages {
        let (keeper, client) = self.client()?;
        let who = if shared { "Shared" } else { "Single" };
        let filter = format!(
            "properties/scope eq '{who}' AND properties/resourceType eq '{resource_type}' AND \
             properties/lookBackPeriod eq 'Last30Days'"
        );
        let asked = client.reservation_recommendations_client().list(scope).filter(filter);
        keeper.all(asked.into_stream()).await
    }

    pub async fn budgets(&self, scope: &str) -> Pages {
        let (keeper, client) = self.client()?;
        keeper.all(client.budgets_client().list(scope).into_stream()).await
    }

    /// Every charge of a month as `metric` has it: `actualcost` or `amortizedcost`. The client has no parameter for
    /// dates, so they stand in its endpoint's query, which its requests keep.
    pub async fn usage_details(&self, scope: &str, month: BillingMonth, metric: &str) -> Pages {
        let (first, last) = days(month);
        let mut endpoint = self.arm.endpoint().clone();
        endpoint.query_pairs_mut().append_pair("startDate", &first).append_pair("endDate", &last);
        let (keeper, client) = self.client_at(endpoint)?;
        let asked = client.usage_details_client().list(scope).metric(metric).top(5000);
        keeper.all(asked.into_stream()).await
    }
}

impl Consumption {
    /// Advisor's recommendations of the category Cost, which the generated client does not know.
    pub async fn advisor(&self, scope: &str) -> Pages {
        let mut url = self.arm.endpoint().clone();
        url.set_path(&format!("/{scope}/providers/Microsoft.Advisor/recommendations"));
        url.query_pairs_mut().append_pair("api-version", "2023-01-01").append_pair("$filter", "Category eq 'Cost'");
        Keeper::new(self.arm.clone()).follow(url).await
    }
}

/// The first and the last day of a billing month: Azure's ranges include both.
fn days(month: BillingMonth) -> (String, String) {
    let last = month.end().pred_opt().unwrap_or(month.start());
    (month.start().to_string(), last.to_string())
}

/// A billing period's name: `202610`.
fn digits(month: BillingMonth) -> String {
    format!("{:04}{:02}", month.year(), month.month())
}
