//! How machines were used, by moto's CloudWatch behind botocore's code of its first protocol, beside the same samples in a
//! file.

use super::servers::{Peer, installed, upload};
use super::{ALONE, KEYS, SECRET, no_secret};
use crate::place::Night;
use crate::support::{Costmill, Outcome};
use crate::waste_rules::bill::{delivered, lines};
use chrono::{DateTime, Duration, Utc};
use std::collections::BTreeMap;

const ACCOUNT: &str = "023456789012";
const SLACK: &str = "i-0000000000000000a";
const IDLE: &str = "i-0000000000000000b";
const SMALL: &str = "i-0000000000000000c";

fn bill() -> String {
    let machine = |id: &str, kind: &str, cost: &str| {
        format!("{id} | AmazonEC2 | EU-BoxUsage:{kind} | RunInstances | 1-35 | 24 | {cost} |\n")
    };
    // A volume is in the bill, and no machine.
    let volume = "vol-0000000000000000d | AmazonEC2 | EU-EBS:VolumeUsage.gp3 | CreateVolume-Gp3 | 1-35 | 1 | 0.1 |\n";
    [
        machine(SLACK, "m5.xlarge", "5.136"),
        machine(IDLE, "m5.xlarge", "5.136"),
        machine(SMALL, "m5.large", "2.568"),
        volume.into(),
    ]
    .concat()
}

/// One sample an hour: metric of ours, of CloudWatch, machine, time, value.
type Sample = (&'static str, &'static str, &'static str, DateTime<Utc>, f64);

/// Of the two machines, in the hours of these days.
fn samples(first: &str, days: i64) -> Vec<Sample> {
    let start: DateTime<Utc> = format!("{first}T00:00:00Z").parse().unwrap();
    let mut samples = Vec::new();
    for hour in 0..days * 24 {
        let at = start + Duration::hours(hour);
        let wave = (hour % 7) as f64 / 2.0;
        samples.extend([
            ("cpu", "CPUUtilization", SLACK, at, 5.0 + wave),
            ("memory", "mem_used_percent", SLACK, at, 20.0 + wave),
            ("cpu", "CPUUtilization", IDLE, at, 1.0 + wave / 2.0),
            ("network", "NetworkIn", IDLE, at, 1000.0 + wave * 100.0),
        ]);
    }
    samples
}

/// As CloudWatch is given them, the sample of each hour some minutes after its start.
fn points(samples: &[Sample]) -> String {
    let line = |(metric, name, machine, at, value): &Sample| {
        let namespace = if *metric == "memory" { "CWAgent" } else { "AWS/EC2" };
        let at = *at + Duration::minutes(12);
        format!("{namespace},{name},{machine},{},{value}\n", at.format("%Y-%m-%dT%H:%M:%SZ"))
    };
    samples.iter().map(line).collect()
}

/// As a file of the contract.
fn contract(samples: &[Sample]) -> String {
    let mut text = String::from("SubAccountId,ResourceId,Hour,Metric,Bins,Maximum,Count,Bytes\n");
    for (metric, _, machine, at, value) in samples {
        let bins: Vec<_> = (0..20).map(|bin| if bin == (value / 5.0) as usize { "1" } else { "0" }).collect();
        let measured = match *metric {
            "network" => format!(",,,{value}"),
            _ => format!("{},{value},1,", bins.join(";")),
        };
        text += &format!("{ACCOUNT},{machine},{},{metric},{measured}\n", at.format("%Y-%m-%dT%H:00:00Z"));
    }
    text
}

/// Agents of other machines long ago, so that a list of metrics has two pages.
fn others() -> String {
    (4096..4606).map(|at| format!("CWAgent,mem_used_percent,i-{at:017x},2026-08-01T00:00:00Z,1\n")).collect()
}

fn run(night: &Night, peer: &Peer, day: &str) -> Outcome {
    let call = Costmill::new().cwd(&night.path("")).args(["run", "--as-of", day]);
    let sts = [("AWS_ENDPOINT_URL", peer.url.as_str()), ("AWS_REGION", "eu-west-1")];
    ALONE.iter().chain(&KEYS).chain(&sts).fold(call, |call, (name, value)| call.env(name, *value)).run()
}

/// The findings and the table `utilisation`.
fn found(night: &Night) -> (Vec<String>, Vec<BTreeMap<String, String>>) {
    let list = night.costmill(&["waste", "--format", "csv"]).exits(0).stdout;
    let rows: Vec<BTreeMap<String, String>> =
        csv::Reader::from_reader(list.as_bytes()).deserialize().map(|row| row.unwrap()).collect();
    (lines(&rows), night.query("SELECT * FROM utilisation ORDER BY ResourceId, x_Metric"))
}

#[test]
fn cloudwatch_finds_what_a_file_of_the_same_samples_finds() {
    let Some(peers) = installed() else { return };
    let moto = Peer::moto(&peers);
    let cloudwatch = Peer::cbor(&peers, &moto);
    let put = |text: String| {
        let folder = Night::new("");
        folder.write("points.csv", text);
        upload(&peers, &["cloudwatch", &moto.url, ACCOUNT, &folder.path("points.csv").to_string_lossy()]);
    };
    let october = samples("2026-10-17", 15);
    put([points(&october), others()].concat());
    let asked = delivered(
        &bill(),
        &format!(
            "[[api]]\nid = \"use\"\nkind = \"aws-cloudwatch\"\nsource = \"aws\"\nask = [\"cpu\", \"memory\", \"network\"]\n\
             endpoint = \"{}\"\nallow_http = true\nassume_role = \"arn:aws:iam::{{SubAccountId}}:role/reader\"\n",
            cloudwatch.url
        ),
    );
    // Three machines' CPU with two statistics and the network's two directions, and the memory of one, in one call of five
    // weeks; the list of the agent's metrics in two pages, and that of Windows in one.
    let told = "use: 4 requests (17 metrics billed at most, USD 0.00017)";
    let first = run(&asked, &moto, "2026-11-01").exits(0).says(told);
    let file = delivered(&bill(), "[waste]\nutilisation = [\"use.csv\"]\n");
    file.write("use.csv", contract(&october));
    file.costmill(&["run", "--as-of", "2026-11-01"]).exits(0);
    let (findings, table) = found(&asked);
    assert_eq!((&findings, &table), (&found(&file).0, &found(&file).1));
    // Half of 5.136 × 30.44, and all of it.
    let expected = [format!("{SLACK} resize Medium 78.1699 78.1699"), format!("{IDLE} delete Low 156.3398 156.3398")];
    assert!(expected.iter().all(|line| findings.contains(line)), "{findings:?}");
    assert_eq!(table.len(), 4, "{table:?}");

    // The same day again: the CPU of one machine and the network of two, which ran and show nothing. The next day: that
    // day, and of those three all days, in a call of its own.
    run(&asked, &moto, "2026-11-01")
        .exits(0)
        .says("use: 1 request (6 metrics billed at most, USD 0.00006), 6 answered from today's answers");
    let november = samples("2026-11-01", 1);
    put(points(&november));
    let told = "use: 5 requests (17 metrics billed at most";
    let second = run(&asked, &moto, "2026-11-02").exits(0).says(told);
    // No open period looks beyond October, and the new day is kept for the one that will.
    assert_eq!(found(&asked).1, table);
    for outcome in [&first, &second] {
        no_secret(&asked.path(""), outcome, &[SECRET]);
    }
}

/// What goes wrong with an API stops nothing, and what was known stands.
#[test]
fn without_cloudwatch_the_bill_is_published() {
    let Some(peers) = installed() else { return };
    let moto = Peer::moto(&peers);
    let night = delivered(
        &bill(),
        "[[api]]\nid = \"use\"\nkind = \"aws-cloudwatch\"\nsource = \"aws\"\nendpoint = \"http://127.0.0.1:1\"\n\
         allow_http = true\nassume_role = \"arn:aws:iam::{SubAccountId}:role/reader\"\n",
    );
    let outcome = run(&night, &moto, "2026-11-01").exits(3).says("published version");
    let outcome = outcome.complains("api use, eu-west-1 of 023456789012: cannot be reached");
    no_secret(&night.path(""), &outcome, &[SECRET]);
}
