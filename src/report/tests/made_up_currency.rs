//! Metrics in the reporting currency, made up: bills in USD and in EUR, told in EUR.

use super::made_up_teams::{change, of, team};
use super::*;

/// The answer of a query of the reporting currency, or of another.
pub fn answer(query: &str, teams: usize) -> Metric {
    let (bank, same) = (["0.9213", "ECB monthly average"], ["1", "the reporting currency"]);
    match query {
        "metric/reporting_rates" => {
            let row = |from: &str, [rate, whose]: [&str; 2], billed: i128, converted: i128| {
                let told = ["2026-10", from, "EUR", rate, whose].map(text).to_vec();
                [told, vec![money(billed), money(converted), money(billed), money(converted)]].concat()
            };
            of(
                query,
                "At which rates were charges converted?",
                "x_BillingMonth BillingCurrency x_ReportingCurrency x_Rate x_RateSource BilledCost x_ReportingBilledCost EffectiveCost x_ReportingEffectiveCost",
                vec![row("EUR", same, 77_777_700, 77_777_700), row("USD", bank, 22_222_200, 20_473_313)],
            )
        }
        "metric/reporting_cost_by_provider" => {
            let row = |provider: &str, from: &str, now: i128| {
                let told = [text(provider), text(from), money(now), money(now), text("EUR"), money(now), money(now)];
                [&told[..], &change(now, now + 100_000)[1..]].concat()
            };
            of(
                query,
                "What did each provider cost in the reporting currency?",
                "ProviderName BillingCurrency EffectiveCost BilledCost x_ReportingCurrency x_ReportingEffectiveCost x_ReportingBilledCost x_PriorReportingEffectiveCost x_ReportingEffectiveCostChange x_ReportingEffectiveCostChangeShare",
                vec![row("Microsoft", "EUR", 77_777_700), row(HOSTILE, "USD", 20_473_313)],
            )
        }
        "metric/reporting_cost_by_month" => {
            let row = |month: &str, from: &str, [rate, whose]: [&str; 2], cost: i128| {
                let told = [text(month), text(from), money(cost), money(cost), text(rate), text(whose), text("EUR")];
                [&told[..], &[money(cost), money(cost)]].concat()
            };
            of(
                query,
                "What did each month cost in the reporting currency?",
                "x_BillingMonth BillingCurrency EffectiveCost BilledCost x_Rate x_RateSource x_ReportingCurrency x_ReportingEffectiveCost x_ReportingBilledCost",
                vec![
                    row("2026-09", "EUR", same, 70_000_000),
                    row("2026-09", "USD", bank, 19_000_000),
                    row("2026-10", "EUR", same, 77_777_700),
                    row("2026-10", "USD", bank, 20_473_313),
                ],
            )
        }
        "metric/reporting_showback_by_team" => of(
            query,
            "What does each team answer for in the reporting currency?",
            "x_Team x_ReportingCurrency x_Basis x_ReportingCost x_PriorReportingCost x_ReportingCostChange x_ReportingCostChangeShare",
            (0..teams)
                .map(|at| {
                    let cost = 41_400_000 / (at as i128 + 1);
                    [&[text(&team(at)), text("EUR"), text("EffectiveCost")][..], &change(cost, cost + 700)].concat()
                })
                .collect(),
        ),
        "metric/reporting_showback_at_rates" => of(
            query,
            "At which rates was each team's cost converted?",
            "x_Team BillingCurrency x_Basis x_Cost x_Rate x_RateSource x_ReportingCurrency x_ReportingCost",
            (0..teams)
                .map(|at| {
                    let [rate, whose] = bank;
                    let cost = money(41_400_000 / (at as i128 + 1));
                    let told = [text(rate), text(whose), text("EUR"), cost.clone()];
                    [&[text(&team(at)), text("USD"), text("EffectiveCost"), cost][..], &told].concat()
                })
                .collect(),
        ),
        _ => made_up_tools::answer(query),
    }
}
