//! What invoices and cost tools say, held against a bill worked by hand, and the bridge to it.

use super::charges::{Charge, bill, exports, rows, usage};
use super::place::Night;

const HEADER: &str = "billing_period,source,billing_account,metric,charge_category,currency,amount,tolerance,from,kind,\
                      billing_currency,rate\n";

/// These charges with these control totals beside them.
fn night(charges: &[Charge], totals: &str) -> Night {
    let night =
        bill(charges, "", &["metric/bridge", "metric/control_totals", "lookup/bridge_line", "lookup/provider_entity"]);
    night.write("costmill.toml", format!("control_totals = \"totals.csv\"\n{}", night.read("costmill.toml")));
    tell(&night, totals);
    night
}

fn tell(night: &Night, totals: &str) {
    night.write("totals.csv", format!("{HEADER}{totals}"));
}

/// September is final on the day of every night here, October provisional.
fn autumn(september: &str) -> Vec<Charge> {
    vec![usage("2026-09-30", september), usage("2026-10-31", "20")]
}

/// What is published, as `2026-09 50`.
fn published(night: &Night) -> Vec<String> {
    let status = night.status();
    let slots = status["slots"].as_array().unwrap();
    let shown = |slot: &serde_json::Value| {
        format!("{} {}", slot["billing_period"].as_str().unwrap(), slot["BilledCost"]["USD"].as_str().unwrap())
    };
    slots.iter().map(shown).collect()
}

fn exact(night: &Night, month: &str) -> Vec<String> {
    rows(night, "metric/bridge", month, &["x_Step", "BillingCurrency", "x_Amount", "x_Tolerance", "x_Note"])
}

/// A charge of the provider itself; its name is also that of the publisher.
fn own(effective: &str, billed: &str) -> Charge {
    usage("2026-09-30", billed).costs(effective, billed).set("ProviderName", "AWS").set("PublisherName", "AWS")
}

/// Σ EffectiveCost = 0 + 30 + 10 + 200.004 + 15 + 19.5 + 2.5 − 25 − 3 + 40 + 1.5 + 7 = 297.504.
/// Σ BilledCost = 120 + 0 + 0 + 200.004 + 15 + 19.5 + 2 − 25 − 3 + 40 + 1.5 + 7 = 377.004.
fn september() -> Vec<Charge> {
    let committed = |charge: Charge| charge.set("PricingCategory", "Committed").set("CommitmentDiscountId", "sp-1");
    vec![
        committed(own("0", "120").set("ChargeCategory", "Purchase").set("ChargeFrequency", "One-Time")),
        committed(own("30", "0").set("CommitmentDiscountStatus", "Used")),
        committed(own("10", "0").set("CommitmentDiscountStatus", "Unused")),
        // A company of the provider is no seller of a marketplace.
        own("200.004", "200.004").set("PublisherName", "Amazon Web Services EMEA SARL"),
        own("15", "15").set("ChargeCategory", "Purchase").set("ChargeFrequency", "Recurring"),
        own("19.5", "19.5").set("ChargeCategory", "Tax"),
        own("2.5", "2").set("ChargeCategory", "Tax"),
        own("-25", "-25").set("ChargeCategory", "Credit"),
        own("-3", "-3").set("ChargeClass", "Correction"),
        own("40", "40")
            .set("PublisherName", "Seller Inc.")
            .set("InvoiceIssuerName", "Seller Inc.")
            .set("BillingAccountId", "b-2"),
        own("1.5", "1.5").set("BillingAccountId", "b-3"),
        own("7", "7").set("BillingAccountId", "b-4"),
        own("5", "5").set("BillingCurrency", "EUR"),
    ]
}

/// Account b-1: 328.504 billed, 300 + 28.49 invoiced: 328.50 on an invoice, 0.01 unexplained. Account b-2: 40 billed,
/// 36.9 EUR × 1.0825 = 39.94425 invoiced. b-3 has no invoice, b-4 one in a currency without a rate.
const INVOICES: &str = "2026-09,,b-1,BilledCost,,USD,300,,invoice 1,invoice,,\n\
                        2026-09,hand,b-2,BilledCost,,EUR,36.9,0.1,invoice 3,invoice,USD,1.0825\n\
                        2026-09,,b-1,BilledCost,,USD,28.49,,invoice 2,invoice,,\n\
                        2026-09,,b-4,BilledCost,,EUR,6,,invoice 4,invoice,USD,\n\
                        2026-09,,,BilledCost,Tax,USD,21.5,0,tax office,,,\n";

#[test]
fn the_bridge_adds_up_line_by_line() {
    let night = night(&september(), INVOICES);
    night.run().exits(0);
    let euros = ["1|EUR|5||", "6|EUR|5||", "7|EUR|5||"];
    let none = "18|EUR|||no invoice is configured: the bridge ends at BilledCost";
    let dollars = [
        "1|USD|297.504||",
        "2|USD|120||",
        "3|USD|-30||",
        "4|USD|-10||",
        "5|USD|-0.5||",
        // 297.504 + 120 − 30 − 10 − 0.5.
        "6|USD|377.004||",
        "7|USD|208.504||",
        "8|USD|135||",
        "9|USD|40||",
        "10|USD|21.5||",
        "11|USD|-25||",
        "12|USD|-3||",
    ];
    let invoiced = [
        "13|USD|-1.5||",
        "14|USD|-7||the amounts stand among the external control totals",
        "15|USD|-0.004||",
        "16|USD|-0.05575||",
        "17|USD|-0.01|0.12|within the tolerance",
        // 377.004 − 1.5 − 7 − 0.004 − 0.05575 − 0.01 = 328.49 + 39.94425.
        "18|USD|368.43425||",
    ];
    let expected = [&euros[..], &[none], &dollars, &invoiced].concat();
    assert_eq!(exact(&night, "2026-09"), expected);

    let columns =
        ["x_ToldBy", "x_ToldAmount", "x_ToldInOtherCurrency", "x_FoundCost", "x_ToldDifference", "x_TotalVerdict"];
    assert_eq!(
        rows(&night, "metric/control_totals", "2026-09", &columns),
        [
            "invoice 1, invoice 2|328.49||328.504|-0.014|ties",
            "invoice 3|39.94425|36.9 EUR|40|-0.05575|ties",
            "invoice 4||6 EUR|7||not compared: in another currency, without a rate",
            "tax office|21.5||21.5|0|ties",
        ]
    );

    // Nobody tells anything: the bridge ends at what the provider bills.
    tell(&night, "");
    night.run().exits(0);
    let none_either = none.replace("EUR", "USD");
    let ends = [&euros[..], &[none], &dollars, &[none_either.as_str()]].concat();
    assert_eq!(exact(&night, "2026-09"), ends);
}

#[test]
fn a_difference_of_an_open_period_warns() {
    let totals = "2026-10,hand,,BilledCost,,USD,25,,Cost Explorer,,,\n2026-10,,,EffectiveCost,,USD,20.01,,books,,,\n";
    let night = night(&autumn("50"), totals);
    night
        .run()
        .exits(0)
        .says("published version 0: hand 2026-09, hand 2026-10")
        .complains("2026-10, hand, USD: BilledCost is 20 in cost and 25 by Cost Explorer (by 5, tolerance 0.01); the period is provisional");
    let page = night.read("out/2026-10/month.html");
    let line = page.lines().find(|line| line.contains("Cost Explorer")).unwrap();
    assert!(line.contains("does not tie") && line.contains(">25.00<"), "{line}");
    let books = page.lines().find(|line| line.contains(">books<")).unwrap();
    assert!(books.contains("✓ ties"), "{books}");
    assert!(night.read("out/2026-09/month.html").contains("tie to the source"));
    let told = night.costmill(&["reconcile", "--period", "2026-10", "--as-of", super::place::AS_OF]);
    told.exits(0).says("Cost Explorer").says("differs").complains("BilledCost is 20 in cost and 25");
}

#[test]
fn a_difference_of_a_final_period_publishes_nothing_of_it() {
    let totals = "2026-09,,,BilledCost,,USD,50,,invoice 9,invoice,,\n";
    let night = night(&autumn("51"), totals);
    let said = "2026-09, all sources, USD: BilledCost is 51 in cost and 50 by invoice 9 (by -1, tolerance 0.01); the period is final";
    night.run().exits(4).says("published version 0: hand 2026-10").complains(said);
    assert_eq!(published(&night), ["2026-10 20"]);
    assert!(!night.path("out/2026-09/month.html").exists());

    // It ties: published. A later delivery that does not leaves it as it is.
    let deliver = |cost: &str| {
        for (month, csv) in exports(&autumn(cost)) {
            night.write(&format!("exports/{month}.csv"), csv);
        }
    };
    deliver("50.01");
    night.run().exits(0).says("published version 1: hand 2026-09");
    deliver("50.010000000000000001");
    night.run().exits(4).complains("(by -0.010000000000000001, tolerance 0.01)");
    assert_eq!(published(&night), ["2026-09 50.01", "2026-10 20"]);
    tell(&night, "2026-09,,,BilledCost,,USD,50,0.02,invoice 9,invoice,,\n");
    night.run().exits(0).says("published version 2: hand 2026-09");
}

/// One source is taken out for its own total: with its former state the total of all does not tie either.
#[test]
fn what_stays_is_held_to_the_totals_again() {
    let night = night(&autumn("50"), "");
    let other = |cost: &str| exports(&[usage("2026-09-30", cost).account("9")])["2026-09"].clone();
    night.write("other/a.csv", other("7"));
    let source = "[[source]]\nid = \"other\"\nformat = \"focus\"\nlocation = \"other\"\n\
                  [[source.file_set]]\nbilling_periods = [\"2026-09\"]\nfiles = [\"a.csv\"]\n\n";
    night.write("costmill.toml", night.read("costmill.toml").replacen("[[source]]", &format!("{source}[[source]]"), 1));
    night.run().exits(0);
    let totals = "2026-09,other,,BilledCost,,USD,7,,invoice 7,other,,\n2026-09,,,BilledCost,,USD,57,,all,other,,\n";
    tell(&night, totals);
    night.run().exits(0);
    // 51 and 6 are 57 together. Without the 6, which its own total refuses, 51 and the 7 of before are 58.
    for (month, csv) in exports(&autumn("51")) {
        night.write(&format!("exports/{month}.csv"), csv);
    }
    night.write("other/a.csv", other("6"));
    night.run().exits(4).complains("7 by invoice 7").complains("57 by all");
    assert_eq!(published(&night), ["2026-09 50", "2026-10 20", "2026-09 7"]);
}

#[test]
fn what_is_published_before_an_invoice_comes_stays_and_is_told() {
    let night = night(&autumn("50"), "");
    night.run().exits(0);
    tell(&night, "2026-09,,,BilledCost,,USD,40,,invoice 9,invoice,,\n");
    night.run().exits(4).complains("BilledCost is 50 in cost and 40 by invoice 9");
    assert_eq!(published(&night), ["2026-09 50", "2026-10 20"]);
    assert!(night.read("out/2026-09/month.html").contains("do not all tie"));
    let at = ["--as-of", super::place::AS_OF];
    let reconcile = ["reconcile", "--period", "2026-09"];
    night.costmill(&[&reconcile[..], &at].concat()).exits(4).says("hand 2026-09: ties").complains("40 by invoice 9");
    let close = ["close", "--period", "2026-09", "--by", "Anna"];
    night.costmill(&[&close[..], &at].concat()).exits(4).complains("or close it as it is with --force");
    night.costmill(&[&close[..], &["--force"], &at].concat()).exits(0);
    // Closed: nothing takes it back, and every night says so.
    night.run().exits(3).complains("40 by invoice 9 (by -10, tolerance 0.01); the period is closed");
    assert_eq!(published(&night), ["2026-09 50", "2026-10 20"]);
}

#[test]
fn a_wrong_row_stops_every_command_with_its_line() {
    let night = night(&autumn("50"), "2026-09,,,BilledCost,,USD,50,,a,,,\n2026-09,nobody,,BilledCost,,USD,50,,b,,,\n");
    for command in [&["check"][..], &["run"], &["reconcile", "--period", "2026-09"]] {
        night.costmill(command).exits(2).complains("totals.csv:3: unknown source `nobody`");
    }
    std::fs::remove_file(night.path("totals.csv")).unwrap();
    night.costmill(&["check"]).exits(2).complains("there is no such file of control totals");
}
