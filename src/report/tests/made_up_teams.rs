//! Metrics of a company of teams, made up: statements, waste, coverage.

use super::*;

pub fn team(at: usize) -> String {
    match at {
        0 => "unallocated".into(),
        1 => "maps".into(),
        2 => "data-platform".into(),
        3 => HOSTILE.into(),
        at => format!("team-{at:03}"),
    }
}

fn column_kinds(names: &str) -> Vec<(&'static str, CellKind)> {
    let kind = |name: &str| match name {
        name if name.ends_with("Share") || name.starts_with("x_CoverageOf") || name.starts_with("x_Target") => {
            CellKind::Ratio
        }
        name if name.ends_with("Saving") || ["x_UnitCost", "x_PriorUnitCost", "x_Quantity"].contains(&name) => {
            CellKind::Number
        }
        "x_Findings"
        | "x_WithoutFigure"
        | "x_Nights"
        | "x_CoveredResources"
        | "x_TaggableResources"
        | "x_UncoveredResources"
        | "x_AllResources"
        | "x_DaysWithoutDriver"
        | "x_DaysWithoutCharge"
        | "x_RowsChange"
        | "x_YearToDateMonths" => CellKind::Integer,
        "x_FirstSeen" | "x_Until" | "x_ChargeDay" => CellKind::Date,
        "x_IsCounted" => CellKind::Boolean,
        name if name.ends_with("Cost")
            || name.ends_with("CostChange")
            || name.ends_with("Adjustment")
            || name == "x_Restated" =>
        {
            CellKind::Money
        }
        _ => CellKind::Text,
    };
    let name = |name: &str| -> &'static str { name.to_string().leak() };
    names.split_whitespace().map(|it| (name(it), kind(it))).collect()
}

pub fn of(query: &str, question: &str, names: &str, rows: Vec<Vec<Cell>>) -> Metric {
    metric(query, question, &column_kinds(names), rows)
}

/// now, prior, change, share.
pub fn change(now: i128, prior: i128) -> [Cell; 4] {
    [money(now), money(prior), money(now - prior), Cell::Float((now - prior) as f64 / prior as f64)]
}

/// The answer of a query, for so many teams and findings.
pub fn answer(query: &str, teams: usize, findings: usize) -> Metric {
    let each = |row: &dyn Fn(usize, i128) -> Vec<Vec<Cell>>| -> Vec<Vec<Cell>> {
        (0..teams).flat_map(|at| row(at, 41_400_000 / (at as i128 + 1))).collect()
    };
    let services = [
        "Amazon Elastic Compute Cloud",
        "Amazon Relational Database Service",
        "Amazon Simple Storage Service",
        "AWS Lambda",
        "AWS Support (Business)",
        HOSTILE,
    ];
    match query {
        "metric/showback_by_team" => of(
            query,
            "What did each team cost, and the rest that belongs to none?",
            "x_Team x_CostCentre x_BillTo BillingCurrency x_Basis x_Policy x_Cost x_PriorCost x_CostChange x_CostChangeShare x_YearToDateCost x_YearToDateMonths",
            each(&|at, cost| {
                let name = team(at);
                let mut row = vec![
                    text(&name),
                    text(&format!("{}", 4100 + at)),
                    text("Larkfield Maps GmbH"),
                    text("USD"),
                    text("EffectiveCost"),
                    text("Tax stays unallocated and is in no team's figure."),
                ];
                row.extend(change(cost, cost + (at as i128 % 3 - 1) * 90_000));
                row.extend([money(cost * 9), Cell::Integer(9)]);
                vec![row]
            }),
        ),
        "metric/showback_by_service" => of(
            query,
            "Which services carry the cost of each team?",
            "x_Team x_CostCentre x_BillTo ServiceName BillingCurrency x_Basis x_Cost x_PriorCost x_CostChange x_CostChangeShare",
            each(&|at, cost| {
                let one = |(number, service): (usize, &&str)| {
                    let part = cost / (number as i128 + 2);
                    let centre = format!("{}", 4100 + at);
                    let booked = [&team(at), &centre, "Larkfield Maps GmbH", service, "USD", "EffectiveCost"];
                    let mut row = booked.map(text).to_vec();
                    row.extend(change(part, part * 95 / 100 + 1));
                    row
                };
                services.iter().enumerate().map(one).collect()
            }),
        ),
        "metric/showback_by_charge_category" => of(
            query,
            "What kinds of charges make up the cost of each team?",
            "x_Team ChargeCategory ChargeClass BillingCurrency x_Cost x_PriorCost x_CostChange x_CostChangeShare",
            each(&|at, cost| {
                let one = |(category, part): (&str, i128)| {
                    let mut row = vec![text(&team(at)), text(category), Cell::Null, text("USD")];
                    row.extend(change(part, part * 9 / 10 + 7));
                    row
                };
                [("Usage", cost), ("Tax", cost / 10), ("Credit", -cost / 20)].map(one).into()
            }),
        ),
        "metric/showback_by_month" => of(
            query,
            "How did the cost of each team run over 13 months?",
            "x_Team x_BillingMonth BillingCurrency x_Cost",
            each(&|at, cost| {
                let one = |back: i32| {
                    let grown = cost * (100 - i128::from(back)) / 100;
                    vec![text(&team(at)), text(&month().plus(-back).to_string()), text("USD"), money(grown)]
                };
                (0..13).rev().map(one).collect()
            }),
        ),
        "metric/showback_charges_by_owner_rule" => of(
            query,
            "What made the charges each team's?",
            "x_Team x_TeamBy BillingCurrency x_Cost",
            each(&|at, cost| {
                let name = team(at);
                let row = |by: &str, cost| vec![text(&name), text(by), text("USD"), money(cost)];
                vec![row(&format!("tag team={name}"), cost * 4 / 5), row("SubAccountId=204516638824", cost / 5)]
            }),
        ),
        "metric/tag_coverage_by_team"
        | "metric/tag_coverage_by_month"
        | "metric/tag_coverage_by_key"
        | "metric/tag_coverage_by_sub_account"
        | "metric/tag_coverage_by_service" => coverage_by(query, teams),
        "metric/tag_coverage_of_resources"
        | "metric/tag_coverage_of_resources_by_team"
        | "metric/tag_coverage_of_resources_by_month"
        | "metric/tag_coverage_of_resources_by_sub_account"
        | "metric/tag_coverage_of_resources_by_service" => resources_by(query, teams),
        "metric/tag_exemptions" => of(
            query,
            "What may go without which key?",
            "x_TagKey x_Exemption x_ExemptionReason x_Until x_Standing BillingCurrency x_ExemptCost",
            [("app", "holds", 20_900), ("team", "expired", 20_700)]
                .map(|(key, standing, until)| {
                    let words = [key, "ServiceName=AWS Backup, until 2026-10-18", HOSTILE].map(text);
                    words
                        .into_iter()
                        .chain([Cell::Date(until), text(standing), text("USD"), money(i128::from(until))])
                        .collect()
                })
                .into(),
        ),
        "metric/untagged_resources" => of(
            query,
            "Which resources without a valid value cost most?",
            "x_TagKey x_Team x_TeamBy SubAccountId SubAccountName RegionId ServiceName ResourceId ResourceName x_TagState x_LatestTagState x_Others BillingCurrency x_UncoveredCost",
            (0..findings.min(300))
                .map(|at| {
                    let mut row =
                        vec![text(["team", "env"][at % 2]), text(&team(at % teams)), text("SubAccountId=204516638824")];
                    row.extend(resource(at));
                    let state = text(["missing", "invalid"][at % 2]);
                    row.extend([state.clone(), state, Cell::Null, text("USD"), money(900_000 / (at as i128 + 1))]);
                    row
                })
                .collect(),
        ),
        "metric/tag_values_refused" => of(
            query,
            "Which values does the policy not allow?",
            "x_TagKey x_Value x_Team BillingCurrency EffectiveCost",
            [("env", "prd"), ("env", "Producton"), ("team", HOSTILE)]
                .iter()
                .map(|(key, value)| vec![text(key), text(value), text(&team(1)), text("USD"), money(41_200)])
                .collect(),
        ),
        "metric/waste_findings" => findings_of(query, teams, findings, false),
        "metric/waste_suppressed" => findings_of(query, teams, findings.min(20) / 2, true),
        "metric/waste_by_team" => of(
            query,
            "How much could each team save?",
            "x_Team BillingCurrency x_Findings x_GrossMonthlySaving x_RealisableMonthlySaving x_WithoutFigure",
            each(&|at, cost| {
                let mine = (findings / teams) as i64;
                if mine == 0 && at >= findings {
                    return Vec::new();
                }
                vec![vec![
                    text(&team(at)),
                    text("USD"),
                    Cell::Integer(mine.max(1)),
                    Cell::Float(cost as f64 / 900.0),
                    Cell::Float(cost as f64 / 1_100.0),
                    Cell::Integer(mine / 10),
                ]]
            }),
        ),
        "metric/waste_by_rule" => of(
            query,
            "Which patterns waste most?",
            "x_Rule x_Title x_Action BillingCurrency x_Findings x_GrossMonthlySaving x_RealisableMonthlySaving x_WithoutFigure",
            RULES
                .iter()
                .enumerate()
                .map(|(at, (title, action, _))| {
                    let saving = 90_000.0 / (at + 1) as f64;
                    vec![
                        text("waste/x"),
                        text(title),
                        text(action),
                        text("USD"),
                        Cell::Integer(findings as i64 / RULES.len() as i64),
                        Cell::Float(saving * 1.2),
                        Cell::Float(saving),
                        Cell::Integer(0),
                    ]
                })
                .collect(),
        ),
        "metric/unit_cost_by_team" | "metric/unit_cost_by_month" => unit_cost(query, teams),
        "metric/unit_cost_trend_by_day" => {
            let first = month().start().to_epoch_days();
            trend(query, "x_ChargeDay", (0..24).map(|day| Cell::Date(first + day)).collect())
        }
        "metric/unit_cost_trend_by_month" => {
            trend(query, "x_BillingMonth", (0..13).rev().map(|back| text(&month().plus(-back).to_string())).collect())
        }
        "metric/unit_cost_of_infrastructure" => of(
            query,
            "What did a unit cost that the bill itself counts?",
            "x_Unit ServiceName BillingCurrency EffectiveCost x_Quantity x_UnitCost x_PriorUnitCost",
            [("vCPU-hour", 1_204.0, 0.041_2), ("GB-month", 88_211.0, 0.023), ("1,000 requests", 120.0, 0.000_21)]
                .map(|(unit, quantity, cost)| {
                    let figures = [quantity, cost, cost * 1.02].map(Cell::Float);
                    let mut row =
                        vec![text(unit), text("Amazon Simple Storage Service"), text("USD"), money(1_200_000)];
                    row.extend(figures);
                    row
                })
                .into(),
        ),
        "metric/showback_with_adjustments" => of(
            query,
            "What does each team that has adjustments answer for in all?",
            "x_Team BillingCurrency x_Basis x_Cost x_Adjustment x_CostAndAdjustment",
            each(&|at, cost| {
                let moved = if at % 2 == 0 { 12_345 } else { -4_200 };
                let of = [text(&team(at)), text("USD"), text("EffectiveCost")];
                vec![of.into_iter().chain([cost, moved, cost + moved].map(money)).collect()]
            }),
        ),
        "metric/adjustments_by_team" => of(
            query,
            "What does each team answer for because of closed months?",
            "x_Team x_ChangedMonth ServiceName ChargeCategory SubAccountId BillingCurrency x_Basis x_Adjustment",
            each(&|at, _| {
                let moved = if at % 2 == 0 { 12_345 } else { -4_200 };
                let of = [&*team(at), "2026-08", services[at % 4], "Usage", "111122223333", "USD", "EffectiveCost"];
                vec![of.map(text).into_iter().chain([money(moved)]).collect()]
            }),
        ),
        "metric/earlier_months" => of(
            query,
            "Which earlier billing periods moved?",
            "x_Change x_ChangedMonth x_ChangedBy BillingCurrency x_EffectiveCostChange x_BilledCostChange x_RowsChange",
            [("adjustment", "2026-08", 8_145), ("restatement", "2026-09", -120_011)]
                .map(|(change, month, moved)| {
                    let of = [change, month, "another delivery", "USD"].map(text);
                    of.into_iter().chain([money(moved), money(moved), Cell::Integer(-3)]).collect()
                })
                .into(),
        ),
        "metric/earlier_months_by_team" => of(
            query,
            "Which earlier statements of the team were made again?",
            "x_Team x_ChangedMonth x_ChangedBy BillingCurrency x_Basis x_Restated x_RowsChange",
            each(&|at, cost| {
                let of = [&*team(at), "2026-09", "another delivery", "USD", "EffectiveCost"];
                vec![of.map(text).into_iter().chain([money(-cost / 90), Cell::Integer(-1)]).collect()]
            }),
        ),
        "metric/earlier_months_in_detail" => of(
            query,
            "By what did earlier billing periods move?",
            "x_Change x_ChangedMonth ChargeCategory ServiceName SubAccountId x_Team BillingCurrency \
             x_EffectiveCostChange x_BilledCostChange x_RowsChange",
            each(&|at, cost| {
                let of = ["restatement", "2026-09", "Usage", services[at % 4], "111122223333", &*team(at), "USD"];
                let figures = [money(-cost / 90), money(-cost / 90), Cell::Integer(-1)];
                vec![of.map(text).into_iter().chain(figures).collect()]
            }),
        ),
        query => made_up_currency::answer(query, teams),
    }
}

fn unit_cost(query: &str, teams: usize) -> Metric {
    let by_team = query.ends_with("team");
    let names = "x_UnitMetric x_Title x_Unit x_Dimension BillingCurrency x_Cost x_Quantity x_UnitCost x_PriorUnitCost x_UnitCostChangeShare x_QuantityChangeShare x_DaysWithoutDriver x_DaysWithoutCharge x_Note";
    let rows = (0..if by_team { teams } else { 3 }).map(|at| {
        let mut row = vec![text(&if by_team { team(at) } else { month().to_string() })];
        row.extend(["cost_per_request", "Cost per 1,000 requests", "1,000 requests"].map(text));
        row.extend([text(["checkout", "tiles", ""][at % 3]), text("USD"), money(4_100_000)]);
        row.extend([98_000_000.0, 0.418_367, 0.43, -0.027, 0.11].map(Cell::Float));
        row.extend([Cell::Integer(at as i64 % 3), Cell::Integer(0), text("days without a driver row are left out")]);
        row
    });
    let first = if by_team { "x_Team" } else { "x_BillingMonth" };
    of(query, "What did one unit cost?", &format!("{first} {names}"), rows.collect())
}

/// Two metrics, of which one has no driver row here and there.
fn trend(query: &str, at: &str, places: Vec<Cell>) -> Metric {
    let names = format!("x_UnitMetric x_Title {at} BillingCurrency x_UnitCostShare x_QuantityShare");
    let mut rows = Vec::new();
    for (number, title) in ["Cost per 1,000 requests", "Cost per tenant"].iter().enumerate() {
        for (step, place) in places.iter().enumerate() {
            let share = 1.0 + 0.04 * ((step * (number + 2)) % 7) as f64 - 0.12;
            let cost = if number == 1 && step % 9 == 4 { Cell::Null } else { Cell::Float(share) };
            let id = ["cost_per_request", "cost_per_tenant"][number];
            rows.push(vec![text(id), text(title), place.clone(), text("USD"), cost, Cell::Float(2.0 - share)]);
        }
    }
    of(query, "How did unit cost and volume go up and down?", &names, rows)
}

/// What a coverage is asked by: its columns, and their values.
fn groups_of(query: &str, teams: usize) -> (&'static str, Vec<Vec<Cell>>) {
    match query.rsplit('_').next().unwrap() {
        "team" => ("x_Team", (0..teams).map(|at| vec![text(&team(at))]).collect()),
        "month" => ("x_BillingMonth", (0..13).rev().map(|back| vec![text(&month().plus(-back).to_string())]).collect()),
        "account" => (
            "SubAccountId SubAccountName",
            (0..30)
                .map(|at| vec![text(&format!("{}", 204_516_638_824u64 + at)), text(&format!("larkfield-{at:02}"))])
                .collect(),
        ),
        "service" => (
            "ServiceName",
            ["Amazon Elastic Compute Cloud", "Amazon Simple Storage Service", HOSTILE]
                .iter()
                .map(|name| vec![text(name)])
                .collect(),
        ),
        _ => ("", vec![vec![]]),
    }
}

fn resources_by(query: &str, teams: usize) -> Metric {
    let measures = "x_CoveredResources x_TaggableResources x_UncoveredResources x_AllResources x_CoverageOfTaggable x_CoverageOfAll x_Target x_TargetGap";
    let (names, groups) = groups_of(query, teams);
    let mut rows = Vec::new();
    for key in ["team", "env", "app", "all"] {
        for (at, group) in groups.iter().enumerate() {
            let taggable = 4_000 / (at as i64 + 1);
            let covered = taggable - taggable * (at as i64 % 7) / 9;
            let share = |whole: i64| covered as f64 / whole as f64;
            let mut row = vec![text(key)];
            row.extend(group.clone());
            row.extend([covered, taggable, taggable - covered, taggable * 2].map(Cell::Integer));
            row.extend([share(taggable), share(taggable * 2), 0.95, 0.95 - share(taggable)].map(Cell::Float));
            rows.push(row);
        }
    }
    of(query, "How many resources carry each key?", &format!("x_TagKey {names} {measures}"), rows)
}

fn coverage_by(query: &str, teams: usize) -> Metric {
    let measures = "BillingCurrency x_CoveredCost x_TaggableCost x_UncoveredCost x_AllCost x_CoverageOfTaggable x_CoverageOfAll x_Target x_TargetGap x_ExemptCost x_NotActiveCost";
    let (names, groups) = groups_of(query, teams);
    let mut rows = Vec::new();
    for (number, key) in ["all", "team", "env", "app"].iter().enumerate() {
        for (at, group) in groups.iter().enumerate() {
            let taggable = 30_000_000 / (at as i128 + 1);
            let covered = taggable * (97 - 9 * ((at + number) as i128 % 8)) / 100;
            let share = |whole: i128| Cell::Float(covered as f64 / whole as f64);
            let mut row = vec![text(key)];
            row.extend(group.clone());
            row.extend([
                text("USD"),
                money(covered),
                money(taggable),
                money(taggable - covered),
                money(taggable * 5 / 4),
                share(taggable),
                share(taggable * 5 / 4),
                Cell::Float(0.95),
                Cell::Float(0.95 - covered as f64 / taggable as f64),
                money(taggable / 50),
                money(0),
            ]);
            rows.push(row);
        }
    }
    of(query, "How much of the cost carries each key?", &format!("x_TagKey {names} {measures}"), rows)
}

/// SubAccountId, SubAccountName, RegionId, ServiceName, ResourceId, ResourceName.
fn resource(at: usize) -> Vec<Cell> {
    let name = match at % 5 {
        0 => Cell::Null,
        1 => text(HOSTILE),
        _ => text(&format!("tiles-render-{at}")),
    };
    vec![
        text("204516638824"),
        text(["larkfield-maps-production", "larkfield-sandbox"][at % 2]),
        text(["eu-central-1", "us-east-1"][at % 2]),
        text("Amazon Elastic Compute Cloud"),
        text(&format!("arn:aws:ec2:eu-central-1:204516638824:natgateway/nat-0{at:016x}")),
        name,
    ]
}

pub const RULES: [(&str, &str, &str); 4] = [
    ("Idle NAT gateways", "delete", "It processed no data in the last 14 full days and is charged by the hour."),
    (
        "Unattached volumes",
        "delete",
        "It is charged for storage and was attached to no machine in the last 7 full days, so nothing can read it; snapshot it and delete it.",
    ),
    ("gp2 volumes", "upgrade", "gp3 of the same size costs less at the prices this bill shows."),
    (
        "Oversized machines",
        "resize",
        "CPU P99.5 was 11 % and memory at most 34 % over 28 complete days: half of it is enough.",
    ),
];

fn findings_of(query: &str, teams: usize, findings: usize, suppressed: bool) -> Metric {
    let names = "x_FindingId x_Rule x_Title x_Action ProviderName BillingAccountId SubAccountId SubAccountName RegionId ServiceName ResourceId ResourceName ResourceType BillingCurrency x_Team x_TeamBy x_Reason x_Evidence x_Confidence x_GrossMonthlySaving x_RealisableMonthlySaving x_SavingBasis x_IsCounted x_FirstSeen x_Nights x_Look x_Suppressed";
    let rows = (0..findings).map(|at| {
        let (title, action, reason) = RULES[at % RULES.len()];
        let name = team(at % teams);
        let saving = 2_400.0 / (1.0 + at as f64 / 7.0);
        let figure = |value: f64| if at % 11 == 10 { Cell::Null } else { Cell::Float(value) };
        let mut row = vec![
            text(&format!("f{at}")),
            text("waste/idle_nat_gateways"),
            text(title),
            text(action),
            text("AWS"),
            text("901234567890"),
        ];
        row.extend(resource(at));
        row.extend([
            text("NAT gateway"),
            text("USD"),
            text(&name),
            text(&format!("tag team={name}")),
            text(reason),
            text("0 bytes processed, 336 of 336 hours charged, EffectiveCost 1.08 USD a day"),
            text(["High", "Medium", "Low"][at % 3]),
            figure(saving * 1.3),
            figure(saving),
            text("EffectiveCost of the last 7 full days ÷ 7 × 30.44"),
            Cell::Boolean(at % 13 != 12),
            Cell::Date(20_700 + (at % 60) as i32),
            Cell::Integer((at % 90) as i64),
            text(&format!("aws ec2 describe-nat-gateways --region 'eu-central-1' --nat-gateway-ids 'nat-0{at:016x}'")),
            if suppressed { text("Kept for the failover of 2027; Ada Byron; until 2027-01-01") } else { Cell::Null },
        ]);
        row
    });
    of(query, "What could be switched off, and what would that save?", names, rows.collect())
}
