//! What providers' tools say, made up: services, commitments, recommendations.

use super::made_up_teams::team;
use super::*;

const SERVICES: [(&str, CellKind); 9] = [
    ("x_SourceId", CellKind::Text),
    ("x_Service", CellKind::Text),
    ("BillingCurrency", CellKind::Text),
    ("x_ToldBilledCost", CellKind::Money),
    ("BilledCost", CellKind::Money),
    ("x_ToldBilledCostDifference", CellKind::Money),
    ("x_ToldEffectiveCost", CellKind::Money),
    ("EffectiveCost", CellKind::Money),
    ("x_ToldEffectiveCostDifference", CellKind::Money),
];

const FIGURES: [(&str, CellKind); 7] = [
    ("x_ToldBy", CellKind::Text),
    ("x_SourceId", CellKind::Text),
    ("x_ToldScope", CellKind::Text),
    ("x_ToldFigure", CellKind::Text),
    ("BillingCurrency", CellKind::Text),
    ("x_ToldAmount", CellKind::Money),
    ("x_AskedOn", CellKind::Date),
];

const COMMITMENTS: [(&str, CellKind); 19] = [
    ("x_ToldBy", CellKind::Text),
    ("x_SourceId", CellKind::Text),
    ("CommitmentDiscountCategory", CellKind::Text),
    ("CommitmentDiscountId", CellKind::Text),
    ("SubAccountId", CellKind::Text),
    ("BillingCurrency", CellKind::Text),
    ("x_ToldUsedCost", CellKind::Money),
    ("x_ToldCommittedCost", CellKind::Money),
    ("x_ToldUsedHours", CellKind::Number),
    ("x_ToldCommittedHours", CellKind::Number),
    ("x_ToldUtilisation", CellKind::Number),
    ("x_UsedCost", CellKind::Money),
    ("x_UnusedCost", CellKind::Money),
    ("x_Utilisation", CellKind::Number),
    ("x_ToldCoveredCost", CellKind::Money),
    ("x_ToldCoverableCost", CellKind::Money),
    ("x_ToldCoveredHours", CellKind::Number),
    ("x_ToldCoverableHours", CellKind::Number),
    ("x_ToldCoverage", CellKind::Number),
];

const RECOMMENDATIONS: [(&str, CellKind); 18] = [
    ("x_Match", CellKind::Text),
    ("ProviderName", CellKind::Text),
    ("SubAccountId", CellKind::Text),
    ("RegionId", CellKind::Text),
    ("ResourceId", CellKind::Text),
    ("ResourceName", CellKind::Text),
    ("BillingCurrency", CellKind::Text),
    ("x_ToldBy", CellKind::Text),
    ("x_ToldAction", CellKind::Text),
    ("x_Current", CellKind::Text),
    ("x_Recommended", CellKind::Text),
    ("x_ToldMonthlySaving", CellKind::Number),
    ("x_ToldNote", CellKind::Text),
    ("x_FindingId", CellKind::Text),
    ("x_Title", CellKind::Text),
    ("x_Action", CellKind::Text),
    ("x_RealisableMonthlySaving", CellKind::Number),
    ("x_Team", CellKind::Text),
];

/// The answer of a query of what tools say; of any other query, no columns and no rows.
pub fn answer(query: &str) -> Metric {
    match query {
        "metric/told_by_service" => {
            let row = |service: &str, told: i128, found: i128| {
                let scope = [text("aws-payer"), text(service), text("USD")];
                let sums = [money(told), money(found), money(told - found)];
                [&scope[..], &sums, &sums].concat()
            };
            let rows = vec![row("Amazon Elastic Compute Cloud", 58_000_000, 57_999_999), row(HOSTILE, 0, 412)];
            metric(query, "What does the tool say that services cost?", &SERVICES, rows)
        }
        "metric/told_figures" => {
            let row = |figure: &str, amount: i128| {
                let told = ["azure-costs: Consumption budgets", "azure", "subscriptions/1", figure, "USD"].map(text);
                [&told[..], &[money(amount), Cell::Date(20_760)]].concat()
            };
            let rows = vec![row("budget team: limit", 600_650_000), row(HOSTILE, 480_000_000)];
            metric(query, "What does the provider say beside the bill?", &FIGURES, rows)
        }
        "metric/commitments_told" => {
            let row = |category: &str, id: Cell, told: [Cell; 5], found: [Cell; 3], covered: [Cell; 5]| {
                let scope =
                    [text("costs: Cost Explorer"), text("aws-payer"), text(category), id, Cell::Null, text("USD")];
                [&scope[..], &told, &found, &covered].concat()
            };
            let none = || [Cell::Null, Cell::Null, Cell::Null, Cell::Null, Cell::Null];
            let hours = [Cell::Null, Cell::Null, Cell::Float(1260.0), Cell::Float(1440.0), Cell::Float(87.5)];
            let spend = [money(68_400), money(72_000), Cell::Null, Cell::Null, Cell::Float(95.0)];
            let found = [money(68_400), money(3_600), Cell::Float(95.0)];
            let covered = [money(68_400), money(91_200), Cell::Null, Cell::Null, Cell::Float(75.0)];
            let nothing = [Cell::Null, Cell::Null, Cell::Null];
            let rows = vec![
                row("Spend", Cell::Null, spend, found, covered),
                row("Usage", text(HOSTILE), hours, nothing, none()),
            ];
            metric(query, "How far are commitments used?", &COMMITMENTS, rows)
        }
        "metric/recommendations" => {
            let row = |matched: &str, told: [Cell; 6], found: [Cell; 5]| {
                let place = ["AWS", "111122223333", "us-east-1", "i-0aaaaaaaaaaaaaaaa", HOSTILE, "USD"].map(text);
                [&[text(matched)][..], &place, &told, &found].concat()
            };
            let told = || {
                let [by, action, kind, other] =
                    ["costs: Cost Explorer", "resize", "m5.4xlarge", "m5.2xlarge"].map(text);
                [by, action, kind, other, Cell::Float(280.32), text("CPU_OVER_PROVISIONED")]
            };
            let found = || [text("f-1"), text("Oversized machine"), text("resize"), Cell::Float(250.0), text(&team(1))];
            let nothing = [Cell::Null, Cell::Null, Cell::Null, Cell::Null, Cell::Null];
            let silent = [Cell::Null, Cell::Null, Cell::Null, Cell::Null, Cell::Null, Cell::Null];
            let rows = vec![
                row("in both", told(), found()),
                row("only theirs", told(), nothing),
                row("only ours", silent, found()),
            ];
            metric(query, "What do providers' tools recommend?", &RECOMMENDATIONS, rows)
        }
        _ => metric(query, "", &[], Vec::new()),
    }
}
