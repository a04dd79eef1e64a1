//! What goes wrong between us and the management API, one by one.

use super::super::consumption::Pages;
use super::super::refuse::Refused;
use super::stub::{Asked, Reply, Stub, ok, status};
use super::{PROFILE, SECRET, arm, consumption, held, runtime};
use std::time::{Duration, Instant};

const BUDGETS: &str = "/providers/Microsoft.Consumption/budgets";

/// The budgets of a scope from a stub: what came, what was asked, and the requests that are counted.
fn budgets(stub: &Stub) -> (Pages, Vec<Asked>, usize) {
    let (arm, consumption) = consumption(arm(stub, held()));
    let pages = runtime().block_on(consumption.budgets("subscriptions/s"));
    (pages, stub.asked(), arm.calls())
}

fn page(next: Option<&str>) -> String {
    serde_json::json!({ "value": [{ "n": 1 }], "nextLink": next }).to_string()
}

#[test]
fn pages_are_followed_on_the_endpoints_host_and_kept_as_received() {
    let second = "{\"value\":[0.100000000000000000000001]  }";
    let stub = Stub::with(move |asked| match asked.target.contains("skiptoken") {
        true => ok(second),
        false => {
            let host = asked.head.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_string();
            ok(page(Some(&format!("http://{host}/next?$skiptoken=AQ%3D%3D&api-version=2024-08-01"))))
        }
    });
    let (pages, asked, calls) = budgets(&stub);
    let pages = pages.unwrap();
    assert_eq!((pages.len(), pages[1].as_str(), calls), (2, second, 2));
    let targets: Vec<_> = asked.iter().map(|asked| asked.target.as_str()).collect();
    let first = format!("/subscriptions/s{BUDGETS}?api-version=2024-08-01");
    assert_eq!(targets, [first.as_str(), "/next?$skiptoken=AQ%3D%3D&api-version=2024-08-01"]);
    assert!(asked.iter().all(|asked| asked.authorization == format!("Bearer {SECRET}")));
}

/// Another host, another port of this one, and a link that carries a name and a password: nothing goes there.
#[test]
fn a_page_elsewhere_is_refused_and_gets_no_token() {
    let elsewhere = Stub::queue([ok(page(None))]);
    for link in [
        format!("{}/next", elsewhere.url),
        "https://management.azure.com.evil.example/next".to_string(),
        format!("//{}/next", elsewhere.url.trim_start_matches("http://")),
    ] {
        let stub = Stub::queue([ok(page(Some(&link)))]);
        let (pages, asked, calls) = budgets(&stub);
        assert!(matches!(&pages, Err(Refused::OtherHost(_))), "{link}: {pages:?}");
        assert_eq!((asked.len(), calls), (1, 1));
    }
    assert!(elsewhere.asked().is_empty());
    // A link with a name and a password to the right host.
    let stub = Stub::with(|asked| {
        let host = asked.head.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
        ok(page(Some(&format!("http://a:b@{host}/next"))))
    });
    assert!(matches!(budgets(&stub).0, Err(Refused::OtherHost(_))));
}

/// The client below followed it, and took off the token only where the host was another one.
#[test]
fn a_redirection_is_refused_and_nothing_is_sent_there() {
    for code in [301, 302, 303, 307, 308] {
        let elsewhere = Stub::with(|_| ok(page(None)));
        // Another name, and another port of the same one.
        for to in [elsewhere.url.replace("127.0.0.1", "localhost"), elsewhere.url.clone()] {
            let stub = Stub::queue([status(code, &[("location", &format!("{to}/x"))], "")]);
            let (pages, asked, calls) = budgets(&stub);
            assert!(matches!(&pages, Err(Refused::Status { status, .. }) if *status == code), "{to}: {pages:?}");
            assert_eq!((asked.len(), calls), (1, 1), "{to}");
        }
        assert_eq!(elsewhere.asked().len(), 0, "{code}");
    }
    // Nor on the same host: Azure's management API sends nobody elsewhere.
    let stub = Stub::queue([status(302, &[("location", "/x")], ""), ok(page(None))]);
    let (pages, asked, _) = budgets(&stub);
    assert_eq!((pages.is_err(), asked.len()), (true, 1));
}

#[test]
fn pages_that_go_round_end() {
    let stub = Stub::with(|_| ok(page(Some("/next?$skiptoken=again"))));
    let (pages, asked, _) = budgets(&stub);
    assert_eq!((pages, asked.len()), (Err(Refused::Repeats), 2));
}

/// Three seconds of 20 ms each are waited where the server says so, whichever header says it.
#[test]
fn throttling_is_waited_out() {
    for headers in [
        vec![("x-ms-ratelimit-microsoft.consumption-retry-after", "3")],
        vec![
            ("x-ms-ratelimit-microsoft.costmanagement-qpu-retry-after", "1"),
            ("x-ms-ratelimit-microsoft.costmanagement-entity-retry-after", "3"),
        ],
        vec![("retry-after", "3")],
    ] {
        let stub = Stub::queue([status(429, &headers, "{}"), ok(page(None))]);
        let began = Instant::now();
        let (pages, asked, calls) = budgets(&stub);
        assert!(began.elapsed() >= Duration::from_millis(60), "{headers:?} were not waited for");
        assert_eq!((pages.map(|pages| pages.len()), asked.len(), calls), (Ok(1), 2, 2), "{headers:?}");
    }
    let stub = Stub::queue([status(429, &[], "{}"), status(429, &[], "{}"), ok(page(None))]);
    assert_eq!(budgets(&stub).2, 3);
}

#[test]
fn a_wait_that_no_run_can_afford_ends_it() {
    let stub = Stub::queue([status(429, &[("x-ms-ratelimit-microsoft.consumption-retry-after", "3600")], "{}")]);
    let (pages, asked, _) = budgets(&stub);
    assert_eq!((pages, asked.len()), (Err(Refused::TooLong(3600)), 1));
    // Many short waits are a long one.
    let stub = Stub::with(|_| status(429, &[("retry-after", "110")], "{}"));
    let (pages, asked, _) = budgets(&stub);
    assert_eq!((pages, asked.len()), (Err(Refused::TooLong(110)), 3));
}

#[test]
fn a_burst_of_errors_is_outlived_and_a_long_one_is_not() {
    let burst = [500, 503, 502].map(|code| status(code, &[], "<html>"));
    let stub = Stub::queue(burst.into_iter().chain([ok(page(None))]));
    assert_eq!(budgets(&stub).2, 4);
    let stub = Stub::with(|_| status(503, &[], "{\"error\":{\"code\":\"ServiceUnavailable\",\"message\":\"later\"}}"));
    let (pages, asked, _) = budgets(&stub);
    let expected = Refused::Status { status: 503, code: "ServiceUnavailable".into(), message: "later".into() };
    assert_eq!((pages, asked.len()), (Err(expected), 5));
}

#[test]
fn what_is_refused_is_asked_once() {
    for code in [400, 403, 404, 422] {
        let stub = Stub::queue([status(code, &[], "{\"error\":{\"code\":\"No\",\"message\":\"\"}}")]);
        let (pages, asked, _) = budgets(&stub);
        let expected = Refused::Status { status: code, code: "No".into(), message: String::new() };
        assert_eq!((pages, asked.len()), (Err(expected), 1));
    }
}

#[test]
fn a_body_that_ends_early_is_asked_for_again() {
    let whole = page(None);
    let stub = Stub::queue([Reply::Truncated(whole.clone(), 9), Reply::Truncated(whole.clone(), 0), ok(whole.clone())]);
    let (pages, asked, _) = budgets(&stub);
    assert_eq!((pages, asked.len()), (Ok(vec![whole.clone()]), 3));
    let stub = Stub::with(move |_| Reply::Truncated(whole.clone(), 9));
    assert!(matches!(budgets(&stub).0, Err(Refused::Unreachable(_))));
}

#[test]
fn an_answer_of_azure_that_stalls_or_does_not_come_is_asked_for_again() {
    let whole = page(None);
    let stub = Stub::queue([Reply::Stalled(whole.clone()), Reply::Gone, ok(whole.clone())]);
    let (pages, asked, _) = budgets(&stub);
    assert_eq!((pages, asked.len()), (Ok(vec![whole]), 3));
}

#[test]
fn what_is_no_json_is_refused_and_not_repeated_in_words() {
    for body in ["<html>HUSH</html>", "{\"value\":[{\"n\":1}", "[HUSH]", "{\"nextLink\":7}"] {
        let stub = Stub::queue([ok(body)]);
        let (pages, asked, _) = budgets(&stub);
        let told = format!("{pages:?}");
        assert!(told.contains("Malformed") && !told.contains("HUSH") && asked.len() == 1, "{told}");
    }
}

#[test]
fn nothing_is_an_answer() {
    let stub = Stub::queue([status(204, &[], "")]);
    assert_eq!(budgets(&stub).0, Ok(vec![String::new()]));
}

#[test]
fn a_page_without_end_is_left() {
    let stub = Stub::queue([ok(format!("{{\"value\":[{}0]}}", "0,".repeat(50_000)))]);
    let (_, consumption) = consumption(arm(&stub, held()).with_largest_page(10_000));
    let pages = runtime().block_on(consumption.budgets("subscriptions/s"));
    assert_eq!(pages, Err(Refused::TooLarge(10_000)));
}

/// Paths, versions and parameters, as the generated client composes them.
#[test]
fn each_question_is_put_as_the_interface_says() {
    let stub = Stub::with(|_| ok("{\"value\":[]}"));
    let (_, consumption) = consumption(arm(&stub, held()));
    let october = "2026-10".parse().unwrap();
    let account = "providers/Microsoft.Billing/billingAccounts/7";
    runtime().block_on(async {
        consumption.balance("7", october).await.unwrap();
        consumption.charges(PROFILE, october, false).await.unwrap();
        consumption.charges("providers/Microsoft.Billing/billingAccounts/1:2", october, true).await.unwrap();
        consumption.charges_of_period(&format!("{account}/departments/9"), october).await.unwrap();
        consumption.reservation_summaries(account, None).await.unwrap();
        consumption.reservation_summaries(PROFILE, Some((october, october))).await.unwrap();
        consumption.reservation_recommendations("subscriptions/s", false, "VirtualMachines").await.unwrap();
        consumption.usage_details("subscriptions/s", october, "actualcost").await.unwrap();
        consumption.advisor("subscriptions/s").await.unwrap();
    });
    let asked: Vec<String> = stub.asked().into_iter().map(|asked| asked.target.replace("Microsoft.", "M.")).collect();
    let profile = PROFILE.replace("Microsoft.", "M.");
    assert_eq!(
        asked,
        [
            "/providers/M.Billing/billingAccounts/7/billingPeriods/202610/providers/M.Consumption/balances?api-version=2024-08-01".to_string(),
            format!("/{profile}/providers/M.Consumption/charges?api-version=2024-08-01&startDate=2026-10-01&endDate=2026-10-31"),
            "/providers/M.Billing/billingAccounts/1:2/providers/M.Consumption/charges?api-version=2024-08-01&startDate=2026-10-01&endDate=2026-10-31&%24apply=groupby%28%28properties%2FbillingProfileId%29%29".into(),
            "/providers/M.Billing/billingAccounts/7/departments/9/providers/M.Billing/billingPeriods/202610/providers/M.Consumption/charges?api-version=2024-08-01".into(),
            "/providers/M.Billing/billingAccounts/7/providers/M.Consumption/reservationSummaries?api-version=2024-08-01&grain=monthly".into(),
            format!("/{profile}/providers/M.Consumption/reservationSummaries?api-version=2024-08-01&grain=monthly&startDate=2026-10-01&endDate=2026-10-31"),
            "/subscriptions/s/providers/M.Consumption/reservationRecommendations?api-version=2024-08-01&%24filter=properties%2Fscope+eq+%27Single%27+AND+properties%2FresourceType+eq+%27VirtualMachines%27+AND+properties%2FlookBackPeriod+eq+%27Last30Days%27".into(),
            "/subscriptions/s/providers/M.Consumption/usageDetails?startDate=2026-10-01&endDate=2026-10-31&api-version=2024-08-01&metric=actualcost".into(),
            "/subscriptions/s/providers/M.Advisor/recommendations?api-version=2023-01-01&%24filter=Category+eq+%27Cost%27".into(),
        ]
    );
}
