//! What is made of answers, worked by hand.

use super::stub::{Answer, Asked};
use super::*;
use crate::focus::{ExternalTotal, Share};

/// The answers of a whole account.
fn whole(asked: &Asked, _: usize) -> Answer {
    let group = asked.body["GroupBy"][0]["Key"].as_str().unwrap_or_default();
    let token = asked.body["NextPageToken"].as_str();
    let start = asked.body["TimePeriod"]["Start"].as_str().unwrap_or_default();
    let is_ec2 = asked.body["Filter"].to_string().contains("Amazon Elastic Compute Cloud");
    let name = match (asked.operation.as_str(), group, token) {
        ("GetCostAndUsage", "LINKED_ACCOUNT", None) => "GetCostAndUsage.accounts-1.json",
        ("GetCostAndUsage", "LINKED_ACCOUNT", Some("page-2")) => "GetCostAndUsage.accounts-2.json",
        ("GetCostAndUsage", "SERVICE", None) => "GetCostAndUsage.services.json",
        ("GetSavingsPlansUtilizationDetails", ..) if start != "2026-09-01" => {
            return Answer::error(400, "DataUnavailableException", "The requested data is unavailable.");
        }
        ("GetReservationUtilization", ..) if !(is_ec2 && start == "2026-09-01") => {
            "GetReservationUtilization.none.json"
        }
        ("GetReservationCoverage", ..) if !is_ec2 => {
            return Answer::error(400, "DataUnavailableException", "The requested data is unavailable.");
        }
        ("GetRightsizingRecommendation", _, None) => "GetRightsizingRecommendation.1.json",
        ("GetRightsizingRecommendation", _, Some("more")) => "GetRightsizingRecommendation.2.json",
        (operation, ..) => return Answer::ok(body(&format!("{operation}.json"))),
    };
    Answer::ok(body(name))
}

const ALL: [&str; 4] = ["costs", "savings-plans", "reservations", "rightsizing"];

fn shown(total: &ExternalTotal) -> String {
    let amount = total.amount().unwrap();
    let settled = if total.is_settled { "" } else { " not settled" };
    format!("{} {} {amount} ±{} {}{settled}", total.part.in_words(), total.part.metric, total.tolerance(), total.by())
}

#[test]
fn costs_become_totals_of_accounts_taxes_and_all() {
    let stub = Stub::start(whole);
    let answers = Place::new(&stub.url, &["costs"]).ask(TODAY, Mode::Online);
    assert_eq!((answers.calls, answers.billed, answers.from_cache, &answers.problems), (3, 3, 0, &Vec::new()));
    let (gross, amortised) = ("costs: Cost Explorer UnblendedCost", "costs: Cost Explorer AmortizedCost");
    assert_eq!(
        answers.control_totals.iter().map(shown).collect::<Vec<_>>(),
        [
            // 100.0000000001 + 19 + 7.25 − 2, of four amounts.
            format!("2026-09, aws, USD BilledCost 124.2500000001 ±0.0000000002 {gross}"),
            format!("2026-09, aws, Credit, USD BilledCost -2 ±0.00000000005 {gross}"),
            format!("2026-09, aws, Tax, USD BilledCost 19 ±0.00000000005 {gross}"),
            format!("2026-09, aws, sub account 111122223333, USD BilledCost 119.0000000001 ±0.0000000001 {gross}"),
            format!("2026-09, aws, sub account 222233334444, USD BilledCost 5.25 ±0.0000000001 {gross}"),
            // 90.5 + 19 + 9 − 2.
            format!("2026-09, aws, USD EffectiveCost 116.5 ±0.0000000002 {amortised}"),
            format!("2026-09, aws, Credit, USD EffectiveCost -2 ±0.00000000005 {amortised}"),
            format!("2026-09, aws, Tax, USD EffectiveCost 19 ±0.00000000005 {amortised}"),
            format!("2026-09, aws, sub account 111122223333, USD EffectiveCost 109.5 ±0.0000000001 {amortised}"),
            format!("2026-09, aws, sub account 222233334444, USD EffectiveCost 7 ±0.0000000001 {amortised}"),
            format!("2026-10, aws, USD BilledCost 20 ±0.00000000005 {gross}, estimated not settled"),
            format!(
                "2026-10, aws, sub account 111122223333, USD BilledCost 20 ±0.00000000005 {gross}, estimated not settled"
            ),
            format!("2026-10, aws, USD EffectiveCost 20 ±0.00000000005 {amortised}, estimated not settled"),
            format!(
                "2026-10, aws, sub account 111122223333, USD EffectiveCost 20 ±0.00000000005 {amortised}, estimated not \
                 settled"
            ),
        ]
    );
    assert!(answers.control_totals.iter().all(|total| total.per_charge == money("0.00000000005")));
    let services: Vec<String> = answers
        .services
        .iter()
        .filter(|told| told.part.month.to_string() == "2026-09" && told.part.metric == "BilledCost")
        .map(|told| format!("{} {}", told.service, told.amount))
        .collect();
    assert_eq!(services, ["Amazon Elastic Compute Cloud - Compute 68", "EC2 - Other 37.2500000001", "Tax 19"]);
    let first = &stub.asked()[0].body;
    assert_eq!(first["TimePeriod"], serde_json::json!({ "Start": "2026-09-01", "End": "2026-11-01" }));
    assert_eq!(first["Metrics"], serde_json::json!(["UnblendedCost", "AmortizedCost"]));
}

#[test]
fn net_publications_are_asked_for_net_costs_and_scopes_have_no_whole() {
    let net = |asked: &Asked, before: usize| {
        let answer = whole(asked, before);
        Answer {
            body: answer
                .body
                .replace("\"UnblendedCost\"", "\"NetUnblendedCost\"")
                .replace("\"AmortizedCost\"", "\"NetAmortizedCost\""),
            ..answer
        }
    };
    let stub = Stub::start(net);
    let mut place = Place::new(&stub.url, &["costs"]);
    place.api.scopes = vec!["111122223333".into()];
    place.api.tolerance = Some(money("0.05"));
    let answers = place.ask_about(&[("2026-09", MoneyBasis::Net)], TODAY, Mode::Online);
    assert_eq!(answers.problems, []);
    assert_eq!(
        answers.control_totals.iter().map(shown).collect::<Vec<_>>(),
        [
            "2026-09, aws, sub account 111122223333, USD BilledCost 119.0000000001 ±0.05 costs: Cost Explorer NetUnblendedCost",
            "2026-09, aws, sub account 222233334444, USD BilledCost 5.25 ±0.05 costs: Cost Explorer NetUnblendedCost",
            "2026-09, aws, sub account 111122223333, USD EffectiveCost 109.5 ±0.05 costs: Cost Explorer NetAmortizedCost",
            "2026-09, aws, sub account 222233334444, USD EffectiveCost 7 ±0.05 costs: Cost Explorer NetAmortizedCost",
        ]
    );
    assert!(answers.control_totals.iter().all(|total| total.per_charge.is_zero()));
    let filter = serde_json::json!({ "Dimensions": { "Key": "LINKED_ACCOUNT", "Values": ["111122223333"] } });
    assert!(stub.asked().iter().all(|asked| asked.body["Filter"] == filter));
}

#[test]
fn commitments_keep_their_units_and_their_own_rounding() {
    let stub = Stub::start(whole);
    let answers = Place::new(&stub.url, &["savings-plans", "reservations"]).ask(TODAY, Mode::Online);
    assert_eq!(answers.problems, [], "that an account has none is no problem");
    let share = |share: Option<Share>| {
        share.map_or(String::from("–"), |share| {
            let text = |figure: Option<Money>| figure.map(|figure| figure.to_string()).unwrap_or_default();
            format!("{} of {} {:?} {}%", text(share.part), text(share.whole), share.unit, text(share.percent))
        })
    };
    let lines: Vec<String> = answers
        .commitments
        .iter()
        .map(|told| {
            let id = told.commitment.as_deref().and_then(|id| id.rsplit('/').next()).unwrap_or("all");
            format!(
                "{} {} {id} {}: {} / {}",
                told.month,
                told.kind.category(),
                told.sub_account.as_deref().unwrap_or("–"),
                share(told.utilisation),
                share(told.coverage)
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            "2026-09 Spend all –: 684 of 720 Currency 95% / 684 of 912 Currency 75%",
            "2026-10 Spend all –: 744 of 744 Currency 100% / –",
            "2026-09 Spend 0f0f0f0f-0000-4000-8000-000000000001 111122223333: 684 of 720 Currency 95% / –",
            "2026-09 Usage 0e0e0e0e-0000-4000-8000-000000000002 222233334444: 1260 of 1440 Hours 87.5% / –",
            "2026-09 Usage 1234567891 222233334444: 720 of 720 Hours 100% / –",
            "2026-09 Usage all –: 1980 of 2160 Hours 91.6666666667% / 1980 of 5000 Hours 39.6%",
        ]
    );
    // One service at a time: without a filter the API speaks of EC2 alone.
    let asked = stub.asked();
    let of = |operation: &str| asked.iter().filter(|asked| asked.operation == operation).count();
    assert_eq!((of("GetReservationUtilization"), of("GetReservationCoverage")), (10, 5));
    let filtered = |asked: &&Asked| {
        asked.operation.contains("Reservation") && asked.body["Filter"]["Dimensions"]["Key"] != "SERVICE"
    };
    assert_eq!(asked.iter().filter(filtered).count(), 0);
}

#[test]
fn machines_to_end_or_to_resize_arrive_exactly() {
    let stub = Stub::start(whole);
    let answers = Place::new(&stub.url, &["rightsizing"]).ask(TODAY, Mode::Online);
    let lines: Vec<String> = answers
        .recommendations
        .iter()
        .map(|told| {
            let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".into());
            format!(
                "{} {} {} {} {} {} → {} {} {} {}",
                text(&told.sub_account),
                text(&told.region),
                told.resource,
                text(&told.name),
                told.action.name(),
                text(&told.current),
                text(&told.target),
                told.monthly_saving.unwrap(),
                text(&told.currency),
                text(&told.note)
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            "111122223333 us-east-1 i-0aaaaaaaaaaaaaaaa web-1 resize m5.4xlarge → m5.2xlarge 280.3200000001 USD \
             CPU_OVER_PROVISIONED, MEMORY_OVER_PROVISIONED",
            "222233334444 – i-0bbbbbbbbbbbbbbbb – delete t3.micro → – 70.08 USD in US East (N. Virginia)",
        ]
    );
    let configuration =
        serde_json::json!({ "RecommendationTarget": "SAME_INSTANCE_FAMILY", "BenefitsConsidered": true });
    assert!(stub.asked().iter().all(|asked| asked.body["Configuration"] == configuration));
}

#[test]
fn a_day_is_asked_once_and_what_is_settled_not_again() {
    let stub = Stub::start(whole);
    let place = Place::new(&stub.url, &ALL);
    let first = place.ask(TODAY, Mode::Online);
    // 3 of costs, 1 + 1 + 2 of Savings Plans, 10 + 5 of reservations, 2 of machines; what has no data is no page.
    assert_eq!((first.calls, first.billed, first.from_cache), (24, 19, 0));
    for mode in [Mode::Online, Mode::Kept] {
        let again = place.ask(TODAY, mode);
        assert_eq!((again.calls, again.billed), (0, 0));
        assert_eq!(again.control_totals, first.control_totals);
        assert_eq!(
            (again.commitments, again.recommendations),
            (first.commitments.clone(), first.recommendations.clone())
        );
        assert_eq!((again.services, again.problems), (first.services.clone(), Vec::new()));
    }
    assert_eq!(stub.asked().len(), 24);
    // September ended 41 days ago when it was asked: each plan's and reservation's use stands.
    let next = place.ask("2026-11-11", Mode::Online);
    assert_eq!((next.calls, next.from_cache), (24 - 1 - 5, 0));
    // Without the network: the answers of the day before, of the same deliveries.
    let offline = place.ask("2026-11-20", Mode::Kept);
    assert_eq!((offline.calls, &offline.problems), (0, &Vec::new()));
    assert_eq!(offline.control_totals.len(), first.control_totals.len());
    let settled = |answers: &Answers| answers.control_totals.iter().map(|total| total.is_settled).collect::<Vec<_>>();
    assert_eq!(settled(&offline), settled(&first));
    assert!(
        offline.control_totals[0].by().ends_with("UnblendedCost, asked on 2026-11-11"),
        "{}",
        offline.control_totals[0].by()
    );
}

#[test]
fn periods_that_cost_explorer_no_longer_has_are_not_asked() {
    let stub = Stub::start(whole);
    let months = [("2025-10", MoneyBasis::Gross), ("2025-11", MoneyBasis::Gross), ("2026-12", MoneyBasis::Gross)];
    Place::new(&stub.url, &["costs"]).ask_about(&months, TODAY, Mode::Online);
    let asked = stub.asked();
    assert_eq!(asked[0].body["TimePeriod"], serde_json::json!({ "Start": "2025-11-01", "End": "2025-12-01" }));
    let none = Place::new(&stub.url, &ALL).ask_about(&[("2025-10", MoneyBasis::Gross)], TODAY, Mode::Online);
    assert_eq!((none, stub.asked().len()), (Answers::default(), asked.len()));
}
