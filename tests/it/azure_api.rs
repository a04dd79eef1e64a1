//! Nights that ask Azure's management API, against a stub of it and of who gives tokens: shaped by the interface's
//! published description, and not independent of us. What others wrote is asked in `peers`.

use super::azure::loose;
use super::azure::night as bill;
use super::place::Night;
use super::support::{Costmill, Outcome};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// In every token and secret: nothing may show it.
const SECRET: &str = "HUSH0000PLANTED0000TOKEN";
const PROFILE: &str =
    "/providers/Microsoft.Billing/billingAccounts/4a6b:7c8d_2019-05-31/billingProfiles/ABCD-EF12-BG7-PGB";
const SUBSCRIPTION: &str = "/subscriptions/0a1b2c3d-1111-4a4a-8b8b-000000000001";

type Answer = dyn Fn(&str) -> (u16, String) + Send + Sync;

/// Answers each request by its target; tokens have the secret in them, and others are not admitted.
pub struct Stub {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Stub {
    fn start(answer: impl Fn(&str) -> (u16, String) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stub = Self { url: format!("http://{}", listener.local_addr().unwrap()), asked: Arc::default() };
        let (asked, answer): (_, Arc<Answer>) = (stub.asked.clone(), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (asked, answer) = (asked.clone(), answer.clone());
                std::thread::spawn(move || serve(stream, &asked, &*answer));
            }
        });
        stub
    }

    /// The targets that were asked since this was last called.
    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

fn serve(mut stream: TcpStream, notes: &Mutex<Vec<String>>, answer: &Answer) {
    let (mut head, mut byte) = (Vec::new(), [0u8; 1]);
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return,
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let header = |name: &str| {
        let mut pairs = head.lines().filter_map(|line| line.split_once(": "));
        pairs.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_string())
    };
    let mut body = vec![0; header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0)];
    let _ = stream.read_exact(&mut body);
    let target = head.split(' ').nth(1).unwrap_or_default().to_string();
    let admitted = header("authorization").is_some_and(|with| with == format!("Bearer {SECRET}-token"));
    let (status, body) = match target.ends_with("/oauth2/v2.0/token") {
        true => (200, format!("{{\"access_token\":\"{SECRET}-token\",\"expires_in\":3599}}")),
        false if !admitted => (401, "{\"error\":{\"code\":\"AuthenticationFailed\",\"message\":\"no\"}}".into()),
        false => answer(&target),
    };
    notes.lock().unwrap().push(target);
    let length = body.len();
    let _ = stream.write_all(
        format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}").as_bytes(),
    );
}

/// An API of the source `hand` that tells what a department is charged, and the text of its table.
pub fn of_a_department(night: &Night) -> (Stub, String) {
    let stub = Stub::start(|target| {
        let digits = target.split("billingPeriods/").nth(1).and_then(|rest| rest.get(..6)).unwrap_or_default();
        let start = format!("{}-{}-01", &digits[..4], &digits[4..]);
        let row = format!(
            "{{\"kind\":\"legacy\",\"properties\":{{\"usageStart\":\"{start}\",\"azureCharges\":5000.25,\"currency\":\"USD\",\
             \"chargesBilledSeparately\":60.9,\"azureMarketplaceCharges\":100}}}}"
        );
        (200, format!("{{\"value\":[{row}]}}"))
    });
    night.write("azure-token", format!("{SECRET}-token"));
    let table = format!(
        "\n[[api]]\nid = \"azure-costs\"\nkind = \"azure-consumption\"\nsource = \"hand\"\nendpoint = \"{}\"\nallow_http = true\n\
         credential_file = \"azure-token\"\nscopes = [\"/providers/Microsoft.Billing/billingAccounts/7/departments/9\"]\nask = [\"charges\"]\n",
        stub.url
    );
    (stub, table)
}

/// The hand-worked bill of a Customer Agreement, 46.8 EUR, with an API beside it.
fn night(stub: &Stub, kind: &str, rest: &str) -> Night {
    let files = [("actual", "mca_actual.csv"), ("amortized", "mca_amortized.csv")];
    let night = bill("", &files);
    let api = format!(
        "\n[[api]]\nid = \"azure-costs\"\nkind = \"{kind}\"\nsource = \"azure\"\nendpoint = \"{}\"\nallow_http = true\n{rest}\n",
        stub.url
    );
    night.write("costmill.toml", loose("", &files) + &api);
    night
}

fn run(night: &Night, stub: &Stub) -> Outcome {
    let principal = [
        ("AZURE_CLIENT_ID", "client"),
        ("AZURE_TENANT_ID", "tenant"),
        ("AZURE_CLIENT_SECRET", SECRET),
        ("AZURE_AUTHORITY_HOST", stub.url.as_str()),
    ];
    let call = Costmill::new().cwd(&night.path("")).args(["run", "--as-of", "2026-11-05"]);
    let outcome = principal.iter().fold(call, |call, (name, value)| call.env(name, *value)).run();
    assert!(!outcome.stdout.contains(SECRET) && !outcome.stderr.contains(SECRET), "{}", outcome.stderr);
    for (name, bytes) in super::place::files(night.path("")) {
        let holds = bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes());
        assert!(!holds || name == "credential", "{name} holds the secret");
    }
    outcome
}

/// 1.8 + 45 + the rest make what the profile is charged.
fn charges(azure: &str, invoiced: bool) -> String {
    let amount = |value: &str| format!("{{\"currency\":\"EUR\",\"value\":{value}}}");
    format!(
        "{{\"value\":[{{\"kind\":\"modern\",\"properties\":{{\"isInvoiced\":{invoiced},\"usageStart\":\"2026-09-01\",\"usageEnd\":\
         \"2026-09-30\",\"azureCharges\":{},\"chargesBilledSeparately\":{},\"marketplaceCharges\":{},\"billingProfileId\":\
         \"{PROFILE}\"}}}}]}}",
        amount(azure),
        amount("45"),
        amount("0")
    )
}

fn scoped(scopes: &[&str], ask: &str) -> String {
    let scopes: Vec<String> = scopes.iter().map(|scope| format!("\"{scope}\"")).collect();
    format!("scopes = [{}]\nask = [{ask}]", scopes.join(", "))
}

/// 1.8 + 45 + 0 = 46.8, which is what `cost` has; a second run asks nothing.
#[test]
fn charges_of_a_billing_profile_hold_the_bill() {
    let stub = Stub::start(|_| (200, charges("1.800000000000000000", true)));
    let night = night(&stub, "azure-consumption", &scoped(&[PROFILE], "\"charges\""));
    run(&night, &stub).exits(0).says("azure-costs: 1 request").says("ties azure 2026-09");
    let asked = stub.asked();
    assert!(
        asked[1].contains("/providers/Microsoft.Consumption/charges?api-version=2024-08-01&startDate=2026-09-01"),
        "{asked:?}"
    );
    run(&night, &stub).exits(0).says("azure-costs: 0 requests, 1 answered from today's answers");
    assert_eq!(stub.asked(), Vec::<String>::new());
    let reconciled = night.costmill(&["reconcile", "--period", "2026-09", "--as-of", "2026-11-05"]).exits(0).stdout;
    assert!(reconciled.contains("azure-costs: Consumption charges") && reconciled.contains("ties"), "{reconciled}");
    let rows = night.query("SELECT x_ToldFigure, x_ToldAmount FROM told_figure ORDER BY x_ToldFigure");
    let told: Vec<_> = rows.iter().map(|row| format!("{} {}", row["x_ToldFigure"], row["x_ToldAmount"])).collect();
    assert_eq!(told, ["Azure charges 1.8", "Marketplace charges 0", "charges billed separately 45"]);
}

/// What is on an invoice stops the publication of a final period; what is not yet only warns.
#[test]
fn charges_that_differ_are_told_with_account_and_amount() {
    let expected = "2026-09, azure, billing account ABCD-EF12-BG7-PGB, EUR: BilledCost is 46.8 in cost and \
                    47.800000000000000001 by azure-costs: Consumption charges (by 1.000000000000000001, tolerance 0.03)";
    let stub = Stub::start(|_| (200, charges("2.800000000000000001", true)));
    let settled = night(&stub, "azure-consumption", &scoped(&[PROFILE], "\"charges\""));
    // The month's last day has a charge: without one it stays open.
    for file in ["exports/mca_actual.csv", "exports/mca_amortized.csv"] {
        settled.write(file, settled.read(file).replace("09/04/2026", "09/30/2026"));
    }
    run(&settled, &stub).exits(4).complains(expected);
    let stub = Stub::start(|_| (200, charges("2.800000000000000001", false)));
    let open = night(&stub, "azure-consumption", &scoped(&[PROFILE], "\"charges\""));
    run(&open, &stub).exits(0).complains(expected);
}

/// What goes wrong with an API ends the night with 3 and stops nothing.
#[test]
fn a_refusal_names_the_role_and_stops_nothing() {
    let stub = Stub::start(|_| {
        (
            403,
            "{\"error\":{\"code\":\"RBACAccessDenied\",\"message\":\"The client does not have authorization.\"}}"
                .into(),
        )
    });
    let night = night(&stub, "azure-consumption", &scoped(&[PROFILE, SUBSCRIPTION], "\"charges\", \"budgets\""));
    let outcome = run(&night, &stub).exits(3).says("published version");
    for expected in [
        "api azure-costs: charges of 2026-09, providers/Microsoft.Billing/",
        "403, access denied (RBACAccessDenied: The client does not have authorization.)",
        "assign the role Billing profile reader",
        "api azure-costs: budgets, subscriptions/0a1b2c3d",
        "assign the role Cost Management Reader on the scope",
    ] {
        assert!(outcome.stderr.contains(expected), "{expected}\n{}", outcome.stderr);
    }
}

/// The bill has the machine as `…/virtualMachines/web-1`, Advisor in capitals.
#[test]
fn advisors_recommendations_come_by_pages_and_name_the_bills_resource() {
    let resource = format!("{SUBSCRIPTION}/resourceGroups/SHOP/providers/Microsoft.Compute/virtualMachines/WEB-1");
    let row = move |category: &str, target: &str| {
        format!(
            "{{\"id\":\"{resource}/providers/Microsoft.Advisor/recommendations/r\",\"properties\":{{\"category\":\"{category}\",\
             \"impactedField\":\"Microsoft.Compute/virtualMachines\",\"extendedProperties\":{{\"currentSku\":\"Standard_D4s_v5\",\
             \"targetSku\":\"{target}\",\"savingsAmount\":\"70.5\",\"savingsCurrency\":\"EUR\"}},\"resourceMetadata\":{{\"resourceId\":\
             \"{resource}\"}}}}}}"
        )
    };
    let stub = Stub::start(move |target| {
        let (one, next) = match target.contains("skipToken") {
            true => (row("Cost", "Standard_D2s_v5"), String::new()),
            false => {
                let next = format!(
                    "{SUBSCRIPTION}/providers/Microsoft.Advisor/recommendations?api-version=2023-01-01&$skipToken=2"
                );
                (row("Security", ""), format!(",\"nextLink\":\"{next}\""))
            }
        };
        (200, format!("{{\"value\":[{one}]{next}}}"))
    });
    let night = night(&stub, "azure-advisor", &format!("scopes = [\"{SUBSCRIPTION}\"]"));
    run(&night, &stub).exits(0).says("azure-costs: 2 requests");
    let rows =
        night.query("SELECT LOWER(ResourceId) AS id, x_ToldAction, x_Recommended, SubAccountId FROM recommendation");
    let [one] = &rows[..] else { panic!("{rows:?}") };
    assert!(one["id"].ends_with("/resourcegroups/shop/providers/microsoft.compute/virtualmachines/web-1"), "{one:?}");
    assert_eq!((one["x_ToldAction"].as_str(), one["x_Recommended"].as_str()), ("resize", "Standard_D2s_v5"));
    let sub = night.query("SELECT DISTINCT SubAccountId FROM cost");
    assert_eq!(one["SubAccountId"], sub[0]["SubAccountId"]);
}

/// The command line tool of Azure, as far as it is asked, played by a script.
#[cfg(unix)]
#[test]
fn a_token_may_come_from_the_command_line_tool() {
    use std::os::unix::fs::PermissionsExt;
    let stub = Stub::start(|_| (200, charges("1.8", true)));
    let night = night(&stub, "azure-consumption", &scoped(&[PROFILE], "\"charges\""));
    let tool = Night::new("");
    let ask = "account get-access-token --output json --scope https://management.azure.com/.default";
    let script = |body: &str| format!("#!/bin/sh\n[ \"$*\" = \"{ask}\" ] || exit 9\n{body}\n");
    let with = |body: &str| {
        tool.write("az", script(body));
        std::fs::set_permissions(tool.path("az"), std::fs::Permissions::from_mode(0o755)).unwrap();
        let path = format!("{}:/bin:/usr/bin", tool.path("").display());
        let call = Costmill::new().cwd(&night.path("")).args(["run", "--as-of", "2026-11-05"]).env("PATH", path);
        call.env("AZURE_USE_AZURE_CLI", "true").run()
    };
    let outcome = with("echo 'ERROR: Please run az login to setup account.' >&2; exit 1").exits(3);
    assert!(outcome.stderr.contains("`az` says: ERROR: Please run az login"), "{}", outcome.stderr);
    with(&format!("echo '{{\"accessToken\":\"{SECRET}-token\",\"expiresOn\":\"2026-11-05 12:00:00.000000\"}}'"))
        .exits(0)
        .says("azure-costs: 1 request");
}

/// A credential file has a principal; what the configuration gets wrong is told with its line.
#[test]
fn a_credential_file_is_used_and_keys_are_checked() {
    let stub = Stub::start(|_| (200, charges("1.8", true)));
    let rest = format!("credential_file = \"credential\"\n{}", scoped(&[PROFILE], "\"charges\""));
    let named = night(&stub, "azure-consumption", &rest);
    named.write("credential", format!("{SECRET}-token\n"));
    let outcome = Costmill::new().cwd(&named.path("")).args(["run", "--as-of", "2026-11-05"]).run();
    outcome.exits(0).says("azure-costs: 1 request");
    for (rest, expected) in [
        ("scopes = [\"x\"]\nask = [\"balance\"]", "azure-consumption cannot be asked `balance`"),
        ("profile = \"x\"", "profile: azure-consumption has no such key"),
    ] {
        let wrong = night(&stub, "azure-consumption", rest);
        wrong.run().exits(2).complains(expected);
    }
    let none = night(&stub, "azure-consumption", "scopes = [\"my account\"]");
    run(&none, &stub).exits(3).complains("`my account` is no scope of Azure");
}
