//! The metrics of the monthly review, made up.

use super::*;

/// now, prior, change, share: both costs.
pub fn compared(now: i128, prior: Option<i128>) -> Vec<Cell> {
    let one = |now: i128, prior: Option<i128>| match prior {
        Some(prior) => {
            vec![money(now), money(prior), money(now - prior), Cell::Float((now - prior) as f64 / prior as f64)]
        }
        None => vec![money(now), Cell::Null, Cell::Null, Cell::Null],
    };
    [one(now, prior), one(now * 11 / 10, prior.map(|prior| prior * 12 / 10))].concat()
}

const COMPARED: [(&str, CellKind); 8] = [
    ("EffectiveCost", CellKind::Money),
    ("x_PriorEffectiveCost", CellKind::Money),
    ("x_EffectiveCostChange", CellKind::Money),
    ("x_EffectiveCostChangeShare", CellKind::Ratio),
    ("BilledCost", CellKind::Money),
    ("x_PriorBilledCost", CellKind::Money),
    ("x_BilledCostChange", CellKind::Money),
    ("x_BilledCostChangeShare", CellKind::Ratio),
];

pub fn with_compared(keys: &[&'static str]) -> Vec<(&'static str, CellKind)> {
    keys.iter().map(|key| (*key, CellKind::Text)).chain(COMPARED).collect()
}

pub fn total() -> Metric {
    let kinds = [
        ("BillingCurrency", CellKind::Text),
        ("EffectiveCost", CellKind::Money),
        ("BilledCost", CellKind::Money),
        ("ListCost", CellKind::Money),
        ("ContractedCost", CellKind::Money),
        ("x_PriorEffectiveCost", CellKind::Money),
        ("x_EffectiveCostChange", CellKind::Money),
        ("x_EffectiveCostChangeShare", CellKind::Ratio),
        ("x_PriorBilledCost", CellKind::Money),
        ("x_BilledCostChange", CellKind::Money),
        ("x_BilledCostChangeShare", CellKind::Ratio),
        ("x_Rows", CellKind::Integer),
    ];
    let usd = vec![
        text("USD"),
        money(128_422_137),
        money(141_002_211),
        money(190_211_006),
        money(171_000_400),
        money(121_004_519),
        money(7_417_618),
        Cell::Float(0.0613),
        money(143_500_000),
        money(-2_497_789),
        Cell::Float(-0.0174),
        Cell::Integer(1_284_221),
    ];
    let eur = vec![
        text("EUR"),
        money(-412_050),
        money(88_000),
        money(99_000),
        money(99_000),
        Cell::Null,
        Cell::Null,
        Cell::Null,
        Cell::Null,
        Cell::Null,
        Cell::Null,
        Cell::Integer(312),
    ];
    metric("metric/cost_total", "What did the cloud cost in this billing period?", &kinds, vec![usd, eur])
}

pub fn by_service() -> Metric {
    let named = [
        "Amazon Elastic Compute Cloud",
        "Amazon Relational Database Service",
        "Amazon Simple Storage Service",
        "AWS Lambda",
        "Amazon Virtual Private Cloud",
        "AWS Support (Enterprise)",
        "Amazon CloudWatch",
        "AWS Key Management Service",
        "A marketplace product with a name that nobody would ever want to read to its very end, Professional Edition (2026)",
        HOSTILE,
        "Ελληνικά и Кириллица",
        "機械学習サービス",
    ];
    let mut rows = Vec::new();
    for at in 0..40i128 {
        let name = named.get(at as usize).map_or_else(|| format!("Service {at:02}"), |name| (*name).to_string());
        let now = 58_000_000 / (at + 1) - 300 * at;
        let prior = (at % 7 != 6).then_some(now + (at % 5 - 2) * now / 20);
        let mut row = vec![text(&name), text("Compute"), text("USD")];
        row.extend(compared(now, prior));
        rows.push(row);
    }
    for (name, now, prior) in
        [("AWS Credits", -9_412_345, Some(-4_100_000)), ("Refunds", -31_000, None), ("Rounding", 0, Some(4))]
    {
        let mut row = vec![text(name), text("Other"), text("USD")];
        row.extend(compared(now, prior));
        rows.push(row);
    }
    for (name, now, prior) in [("Marketplace", 120_000, Some(90_000)), ("Credit note", -532_050, None)] {
        let mut row = vec![text(name), text("Other"), text("EUR")];
        row.extend(compared(now, prior));
        rows.push(row);
    }
    let mut kinds = with_compared(&["ServiceName", "ServiceCategory", "BillingCurrency"]);
    kinds.truncate(11);
    metric("metric/cost_by_service", "Which services carry the cost, and which changed?", &kinds, rows)
}

pub fn by_sub_account() -> Metric {
    let mut rows = Vec::new();
    for (id, name, now) in [
        ("111122223333", "payments-production", 61_000_000),
        ("222233334444", "payments-staging", 9_000_000),
        ("333344445555", "sandbox", 120_000),
        ("444455556666", "sandbox", 80_000),
        ("555566667777", "", 4_000_000),
    ] {
        let name = if name.is_empty() { Cell::Null } else { text(name) };
        let mut row = vec![text("999900001111"), text(id), name, text("USD")];
        row.extend(compared(now, Some(now * 9 / 10)));
        rows.push(row);
    }
    let mut row = vec![text("999900001111"), Cell::Null, Cell::Null, text("USD")];
    row.extend(compared(5_000_000, Some(5_000_000)));
    rows.push(row);
    let kinds = with_compared(&["BillingAccountId", "SubAccountId", "SubAccountName", "BillingCurrency"]);
    metric("metric/cost_by_sub_account", "Which sub accounts carry the cost?", &kinds, rows)
}

pub fn by_provider() -> Metric {
    let rows = [("AWS", 100_000_000), ("Microsoft", 22_287_655)];
    let rows = rows.into_iter().map(|(provider, now)| {
        let mut row = vec![text(provider), text("USD")];
        row.extend(compared(now, Some(now - 40_000)));
        row
    });
    let kinds = with_compared(&["ProviderName", "BillingCurrency"]);
    metric("metric/cost_by_provider", "What did each provider cost?", &kinds, rows.collect())
}

pub fn by_charge_category() -> Metric {
    let rows = [
        ("Usage", Cell::Null, 121_000_000),
        ("Usage", text("Correction"), -300_000),
        ("Purchase", Cell::Null, 2_000_000),
        ("Tax", Cell::Null, 9_000_000),
        ("Credit", Cell::Null, -9_412_345),
    ];
    let rows = rows.into_iter().map(|(category, class, now)| {
        let mut row = vec![text(category), class, text("USD")];
        row.extend(compared(now, Some(now - 40_000)));
        row
    });
    metric(
        "metric/cost_by_charge_category",
        "What kinds of charges make up the cost?",
        &with_compared(&["ChargeCategory", "ChargeClass", "BillingCurrency"]),
        rows.collect(),
    )
}

pub fn by_invoice() -> Metric {
    let rows = [
        (text("2100000001"), "Amazon Web Services, Inc.", 118_000_000, 3882),
        (Cell::Null, "Amazon Web Services EMEA SARL", 4_287_655, 1188),
    ];
    let rows = rows.map(|(invoice, issuer, cost, charges)| {
        vec![invoice, text(issuer), text("USD"), money(cost), Cell::Integer(charges)]
    });
    let kinds = [
        ("InvoiceId", CellKind::Text),
        ("InvoiceIssuerName", CellKind::Text),
        ("BillingCurrency", CellKind::Text),
        ("BilledCost", CellKind::Money),
        ("x_Charges", CellKind::Integer),
    ];
    metric("metric/cost_by_invoice", "On which invoices is the billing period billed?", &kinds, rows.into())
}

pub fn bridge() -> Metric {
    let row = |step: i64, part: &str, line: &str, currency: &str, amount: Option<i128>| {
        let amount = amount.map_or(Cell::Null, money);
        vec![Cell::Integer(step), text(part), text(line), text(currency), amount, Cell::Null, Cell::Null]
    };
    let to_billed = "from effective to billed";
    let mut rows = vec![
        row(1, "sum", "EffectiveCost", "USD", Some(128_422_137)),
        row(
            2,
            to_billed,
            "Commitments: purchases and fees of this bill, spread over what they cover",
            "USD",
            Some(22_000_000),
        ),
        row(3, to_billed, "Commitments: usage that they cover", "USD", Some(-9_419_926)),
        row(6, "sum", "BilledCost", "USD", Some(141_002_211)),
        row(15, "from billed to invoiced", "Rounding of invoices", "USD", Some(-1)),
        row(17, "from billed to invoiced", "Unexplained", "USD", Some(0)),
        row(18, "sum", "Invoices", "USD", Some(141_002_210)),
        row(18, "sum", "Invoices", "EUR", None),
    ];
    rows[5][5] = money(1);
    rows[5][6] = text("within the tolerance");
    let kinds = [
        ("x_Step", CellKind::Integer),
        ("x_Part", CellKind::Text),
        ("x_Line", CellKind::Text),
        ("BillingCurrency", CellKind::Text),
        ("x_Amount", CellKind::Money),
        ("x_Tolerance", CellKind::Money),
        ("x_Note", CellKind::Text),
    ];
    metric("metric/bridge", "How does EffectiveCost become what the invoices say?", &kinds, rows)
}

pub fn control_totals() -> Metric {
    let row = |by: &str, told: Cell, other: Cell, verdict: &str| {
        let scope = [text(by), text("invoice"), Cell::Null, text("999900001111"), Cell::Null, Cell::Null];
        let told = [text("BilledCost"), text("USD"), told, other, money(141_002_211), Cell::Null, money(1)];
        [&scope[..], &told, &[text(verdict)]].concat()
    };
    let rows = vec![
        row("invoice 2100000001", money(141_002_210), Cell::Null, "ties"),
        row(HOSTILE, Cell::Null, text("130000 EUR"), "not compared: in another currency, without a rate"),
    ];
    let kinds = [
        ("x_ToldBy", CellKind::Text),
        ("x_TotalKind", CellKind::Text),
        ("x_SourceId", CellKind::Text),
        ("BillingAccountId", CellKind::Text),
        ("SubAccountId", CellKind::Text),
        ("ChargeCategory", CellKind::Text),
        ("x_TotalMetric", CellKind::Text),
        ("BillingCurrency", CellKind::Text),
        ("x_ToldAmount", CellKind::Money),
        ("x_ToldInOtherCurrency", CellKind::Text),
        ("x_FoundCost", CellKind::Money),
        ("x_ToldDifference", CellKind::Money),
        ("x_ToldTolerance", CellKind::Money),
        ("x_TotalVerdict", CellKind::Text),
    ];
    metric("metric/control_totals", "What do invoices and cost tools say?", &kinds, rows)
}

pub fn by_day() -> Metric {
    let first =
        NaiveDate::from_ymd_opt(2026, 10, 1).unwrap().signed_duration_since(NaiveDate::default()).num_days() as i32;
    let mut rows = Vec::new();
    for day in 0..24i128 {
        for (at, category) in [
            "Compute",
            "Databases",
            "Storage",
            "Networking",
            "Analytics",
            "Security",
            "Management and Governance",
            "Other",
        ]
        .iter()
        .enumerate()
        {
            let at = at as i128;
            let mut cost = (300_000 - 3_000 * ((day * 7 + at * 3) % 11)) / (at * at + 1);
            if at == 7 {
                cost = if day % 9 == 0 { -62_000 } else { continue };
            }
            rows.push(vec![Cell::Date(first + day as i32), text(category), text("USD"), money(cost)]);
        }
    }
    let kinds = [
        ("x_ChargeDay", CellKind::Date),
        ("ServiceCategory", CellKind::Text),
        ("BillingCurrency", CellKind::Text),
        ("EffectiveCost", CellKind::Money),
    ];
    metric("metric/cost_by_day", "How did the cost run through the period?", &kinds, rows)
}

pub fn by_month() -> Metric {
    let mut rows = Vec::new();
    for back in (0..13).rev() {
        let at = month().plus(-back);
        for (category, cost) in [
            ("Usage", 100_000_000 + i128::from(12 - back) * 1_700_000),
            ("Tax", 8_000_000),
            ("Purchase", 1_500_000),
            ("Credit", -9_000_000),
        ] {
            rows.push(vec![text(&at.to_string()), text(category), text("USD"), money(cost), money(cost * 11 / 10)]);
        }
    }
    let kinds = [
        ("x_BillingMonth", CellKind::Text),
        ("ChargeCategory", CellKind::Text),
        ("BillingCurrency", CellKind::Text),
        ("EffectiveCost", CellKind::Money),
        ("BilledCost", CellKind::Money),
    ];
    metric("metric/cost_by_month", "How does this month compare with the year before?", &kinds, rows)
}
