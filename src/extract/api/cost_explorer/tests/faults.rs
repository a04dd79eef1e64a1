//! What goes wrong on the way, each as AWS says it.

use super::stub::Answer;
use super::*;

/// The costs by account, of one page; of services none.
fn good() -> Answer {
    Answer::ok(body("GetCostAndUsage.accounts-2.json"))
}

/// What is said of the first request that gets this, whatever is asked.
fn problem_of(answer: Answer) -> (String, Answers) {
    let stub = Stub::start(move |_, _| answer.clone());
    let answers = Place::new(&stub.url, &["costs"]).ask(TODAY, Mode::Online);
    assert_eq!((answers.control_totals.len(), answers.services.len()), (0, 0), "nothing is made of it");
    let first = answers.problems.first().map(ToString::to_string).unwrap_or_default();
    (first, answers)
}

#[test]
fn each_refusal_names_what_was_asked_and_the_remedy() {
    let denied = "User: arn:aws:iam::111122223333:user/bot is not authorized to perform: ce:GetCostAndUsage";
    for (calls, answer, said, remedy) in [
        (
            2,
            Answer::error(400, "AccessDeniedException", denied),
            "access denied (AccessDeniedException: User: arn:",
            "grant ce:GetCostAndUsage to",
        ),
        (2, Answer::error(403, "Strange", ""), "403, access denied (Strange)", "grant ce:GetCostAndUsage to"),
        (
            1,
            Answer::error(400, "ExpiredTokenException", "The security token included in the request is expired"),
            "the credential has expired (Exp",
            "renew it",
        ),
        (
            1,
            Answer::error(400, "UnrecognizedClientException", "The security token included in the request is invalid."),
            "AWS does not know this credential (U",
            "give a credential",
        ),
        (
            1,
            Answer::error(
                400,
                "InvalidSignatureException",
                "Signature expired: 20261110T000000Z is now earlier than 20261110T010000Z",
            ),
            "this machine's clock is wrong (InvalidSignatureException: ",
            "set the clock",
        ),
        (
            2,
            Answer::error(400, "DataUnavailableException", "The requested data is unavailable."),
            "Cost Explorer has no data of it (D",
            "enable Cost Explorer",
        ),
        (2, Answer::error(400, "BillExpirationException", ""), "the answer changed while it was read", "run again"),
        (
            2,
            Answer::error(400, "ValidationException", "Start date is too early"),
            "Cost Explorer answers 400 (ValidationException: Start",
            "check the keys",
        ),
        (
            2,
            Answer::ok("{\"ResultsByTime\": [{\"Groups\": 7}]}"),
            "the answer cannot be read",
            "run again; if it goes on, check `endpoint`",
        ),
        (
            2,
            Answer::ok("<html>hello</html>"),
            "the answer cannot be read",
            "run again; if it goes on, check `endpoint`",
        ),
        (
            1,
            Answer::error(503, "X", "").with("retry-after", "3600"),
            "the server asks to wait 3600 s",
            "run again after that",
        ),
        (
            1,
            Answer::error(503, "X", "").with("x-amz-retry-after", "121000"),
            "the server asks to wait 121 s",
            "run again after that",
        ),
    ] {
        let shown = format!("{answer:?}");
        let (problem, answers) = problem_of(answer);
        let start = format!("source: api costs: costs by LINKED_ACCOUNT and RECORD_TYPE: {said}");
        assert!(
            problem.starts_with(&start) && problem.contains(&format!("\n  remedy: {remedy}")),
            "{shown}\n→ {problem}"
        );
        // Another question is asked only where this one alone was refused; none is repeated.
        assert_eq!(answers.calls, calls, "{shown}");
    }
}

#[test]
fn what_passes_is_waited_for_and_every_request_is_counted() {
    for (answer, name) in [
        (Answer::error(400, "ThrottlingException", "Rate exceeded"), "throttled without a hint"),
        (Answer::error(400, "LimitExceededException", "Too many"), "over the limit"),
        (Answer::error(429, "TooManyRequestsException", "").with("retry-after", "1"), "throttled with a hint"),
        (Answer::error(400, "ThrottlingException", "").with("x-amz-retry-after", "20"), "with AWS's hint"),
        (Answer::error(500, "InternalFailure", ""), "500"),
        (Answer { status: 503, body: "<html>busy</html>".into(), ..Answer::default() }, "503 of a proxy"),
        (Answer { cut: true, ..good() }, "cut off"),
    ] {
        let stub = Stub::start(move |_, before| if before < 2 { answer.clone() } else { good() });
        let answers = Place::new(&stub.url, &["costs"]).ask(TODAY, Mode::Online);
        assert_eq!(answers.problems, [], "{name}");
        // Two that failed, one that did not, one for the services.
        assert_eq!(answers.calls, 4, "{name}");
        assert_eq!(answers.billed, if name == "cut off" { 4 } else { 2 }, "{name}");
    }
}

#[test]
fn an_answer_that_stalls_or_does_not_come_is_asked_for_again() {
    for answer in [Answer { hangs: true, ..good() }, Answer { drops: true, ..good() }] {
        let shown = format!("{} {}", answer.hangs, answer.drops);
        let stub = Stub::start(move |_, before| if before == 0 { answer.clone() } else { good() });
        let answers = Place::new(&stub.url, &["costs"]).ask(TODAY, Mode::Online);
        assert_eq!((answers.problems, answers.calls), (vec![], 3), "{shown}");
        assert!(!answers.control_totals.is_empty(), "{shown}");
    }
}

#[test]
fn what_does_not_pass_is_told_after_a_bounded_number_of_requests() {
    for (answer, said) in [
        (Answer::error(503, "ServiceUnavailable", ""), "Cost Explorer answers 503 (ServiceUnavailable)"),
        (
            Answer::error(400, "LimitExceededException", "Too many"),
            "it is asked too often (LimitExceededException: Too many)",
        ),
    ] {
        let (problem, answers) = problem_of(answer);
        assert!(problem.contains(said), "{problem}");
        assert_eq!((answers.calls, answers.billed, answers.problems.len()), (6, 0, 1));
    }
}

#[test]
fn an_answer_that_goes_round_or_is_no_answer_is_not_used() {
    let again = body("GetCostAndUsage.accounts-1.json");
    let (problem, answers) = problem_of(Answer::ok(again));
    assert!(problem.contains("page 2 names the page token of an earlier one again"), "{problem}");
    assert_eq!((answers.calls, answers.billed), (4, 4));

    let huge = format!("{{\"NextPageToken\": \"{}\"}}", "x".repeat(33 << 20));
    let (problem, _) = problem_of(Answer::ok(huge));
    assert!(problem.contains("larger than 33554432 bytes"), "{problem}");

    let page = body("GetCostAndUsage.accounts-2.json");
    for (page, said) in [
        (page.replace("\"7.25\"", "\"seven\""), "`seven` is no number"),
        (page.replace("\"7.25\"", "\"\""), "222233334444, Usage of 2026-09 has no UnblendedCost"),
        (page.replace("\"AmortizedCost\"", "\"BlendedCost\""), "222233334444, Credit of 2026-09 has no AmortizedCost"),
        (page.replace("\"Credit\"", "\"Usage\""), "222233334444, Usage of 2026-09 is told twice"),
        (page.replacen("\"222233334444\",", "", 1), "a group of it has not the two keys"),
        (page.replace("\"2026-09-01\"", "\"soon\""), "a part of it has no period"),
    ] {
        let stub = Stub::start(move |_, _| Answer::ok(page.clone()));
        let place = Place::new(&stub.url, &["costs"]);
        let problem = place.ask(TODAY, Mode::Online).problems[0].to_string();
        assert!(problem.contains(said), "{said}\n≠ {problem}");
        assert_eq!(place.ask(TODAY, Mode::Kept), Answers::default(), "it is not kept: {said}");
    }
}

#[test]
fn a_month_that_is_over_and_not_told_is_a_problem() {
    let without = body("GetCostAndUsage.services.json").replace("\"2026-09-01\"", "\"2026-08-01\"");
    for (today, problems) in [(TODAY, 2), ("2026-10-01", 2), ("2026-09-30", 0)] {
        let answer = Answer::ok(without.clone());
        let stub = Stub::start(move |_, _| answer.clone());
        let answers = Place::new(&stub.url, &["costs"]).ask(today, Mode::Online);
        assert_eq!(answers.problems.len(), problems, "{today}: {:?}", answers.problems);
        assert!(answers.problems.iter().all(|problem| problem.to_string().contains("it says nothing of 2026-09")));
    }
}

#[test]
fn yesterdays_answer_stands_in_and_says_so() {
    let good_first = |_: &super::stub::Asked, before: usize| match before {
        0 | 1 => good(),
        _ => Answer::error(400, "ExpiredTokenException", "expired"),
    };
    let stub = Stub::start(good_first);
    let place = Place::new(&stub.url, &["costs"]);
    let monday = place.ask("2026-11-09", Mode::Online);
    assert!(monday.control_totals.iter().any(|total| total.is_settled));
    let tuesday = place.ask(TODAY, Mode::Online);
    assert_eq!((tuesday.problems.len(), tuesday.calls, tuesday.stale, tuesday.from_cache), (1, 1, 2, 0));
    assert_eq!(tuesday.control_totals.len(), monday.control_totals.len());
    assert!(tuesday.control_totals.iter().all(|total| total.by().ends_with(", asked on 2026-11-09")));
    // It was asked beside what is published still.
    let settled = |answers: &Answers| answers.control_totals.iter().map(|total| total.is_settled).collect::<Vec<_>>();
    assert_eq!(settled(&tuesday), settled(&monday));
    let redelivered = place.ask_of("e", &[("2026-09", MoneyBasis::Gross)], TODAY, Mode::Kept);
    assert!(!redelivered.control_totals.is_empty() && !settled(&redelivered).contains(&true));
    // A token that expires between two pages: nothing of the answer is kept.
    let half = |_: &super::stub::Asked, before: usize| match before {
        0 => Answer::ok(body("GetCostAndUsage.accounts-1.json")),
        _ => Answer::error(400, "ExpiredTokenException", "expired"),
    };
    let stub = Stub::start(half);
    let place = Place::new(&stub.url, &["costs"]);
    let half = place.ask(TODAY, Mode::Online);
    assert_eq!((half.calls, half.billed, half.control_totals.len(), half.problems.len()), (2, 1, 0, 1));
    assert_eq!(place.ask(TODAY, Mode::Kept), Answers::default());
}

#[test]
fn nothing_is_sent_without_tls_unless_it_is_here_and_allowed() {
    let stub = Stub::start(|_, _| good());
    let mut place = Place::new(&stub.url, &["costs"]);
    place.api.login.allow_http = false;
    let answers = place.ask(TODAY, Mode::Online);
    let problem = answers.problems[0].to_string();
    assert!(problem.contains("the endpoint is without TLS"), "{problem}");
    assert_eq!((answers.calls, stub.asked().len()), (0, 0));
    let mut place = Place::new("http://ce.example.com", &["costs"]);
    place.api.login.allow_http = true;
    let answers = place.ask(TODAY, Mode::Online);
    assert!(answers.problems[0].to_string().contains("without TLS") && answers.calls == 0);
    // Nobody is there.
    let place = Place::new("http://127.0.0.1:1", &["costs"]);
    let problem = place.ask(TODAY, Mode::Online).problems[0].to_string();
    assert!(problem.contains("Cost Explorer cannot be reached"), "{problem}");
    let mut place = Place::new(&stub.url, &["costs"]);
    place.api.login.credential_file = Some("none".into());
    let problem = place.ask(TODAY, Mode::Online).problems[0].to_string();
    assert!(problem.contains("api costs: credential_file cannot be read"), "{problem}");
    place.api.login.credential_file = Some(place.folder.path().join("empty"));
    std::fs::write(place.folder.path().join("empty"), "").unwrap();
    let problem = place.ask(TODAY, Mode::Online).problems[0].to_string();
    assert!(problem.contains("no credential is found"), "{problem}");
}
