//! Lookup tables, and the commands that look at a finding.

use super::tables::{Memory, collect, given};
use super::*;
use crate::transform::Cell;

const SIZES: &str = "x_Type:text,x_Vcpu:integer,x_Gib:number\nsmall,2,0.5\nlarge,,8\n";
const QUERY: &str = r#"--- title = "Sizes"
--- question = "Which sizes are there?"
--- reads = ["size"]
--- [columns]
--- x_Type = "The size"
--- x_Vcpu = { type = "integer", meaning = "Processors" }
--- x_Double = { type = "number", meaning = "Memory, twice" }
SELECT x_Type, x_Vcpu, x_Gib * 2 AS x_Double FROM size ORDER BY x_Type
"#;

fn files(of: &[(&str, &str)]) -> (Catalogue, Vec<String>) {
    let files = of.iter().map(|(path, text)| ((*path).to_string(), (*text).to_string())).collect();
    let (catalogue, problems) = Catalogue::from_files("", &files);
    (catalogue, problems.iter().map(|problem| format!("{}: {}", problem.place, problem.what)).collect())
}

#[test]
fn a_lookup_is_a_table() {
    let sizes = ("queries/lookup/size.csv", SIZES);
    let (catalogue, problems) = files(&[("queries/metric/sizes.sql", QUERY), sizes]);
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(check(&catalogue, &[]), []);
    let metric = run(&catalogue, "metric/sizes", &given(&[]), &Memory([].into()), &collect).unwrap();
    // An empty cell is null.
    assert_eq!(
        metric.rows,
        [
            [Cell::Text("large".into()), Cell::Null, Cell::Float(16.0)],
            [Cell::Text("small".into()), Cell::Integer(2), Cell::Float(1.0)],
        ]
    );
    // A name that is nearly its own, and a column that it does not have.
    let (catalogue, _) = files(&[("queries/metric/sizes.sql", &QUERY.replace("[\"size\"]", "[\"sizee\"]")), sizes]);
    assert_eq!(check(&catalogue, &[])[0].remedy, "did you mean `size`?");
    let (catalogue, _) = files(&[("queries/metric/sizes.sql", &QUERY.replace("x_Gib", "x_Gig")), sizes]);
    assert!(check(&catalogue, &[])[0].what.contains("there is no column `x_Gig`"));
}

#[test]
fn a_broken_lookup_is_refused_at_its_line() {
    for (text, says) in [
        ("", "size.csv:1: is empty"),
        ("x_Type\nsmall\n", "size.csv:1: the column `x_Type` has no type"),
        ("x_Type:txt\nsmall\n", "size.csv:1: `x_Type` has the unknown type `txt`"),
        ("x Type:text\nsmall\n", "size.csv:1: `x Type` is no name of a column"),
        ("x_A:text,x_A:text\na,b\n", "size.csv:1: names the column `x_A` twice"),
        ("x_A:text,x_N:integer\na,1\nb,1.5\n", "size.csv:3: `1.5` in `x_N` is not an integer"),
        ("x_N:number\nNaN\n", "size.csv:2: `NaN` in `x_N` is not a number"),
        ("x_A:text,x_N:integer\na,1\nb\n", "size.csv:3: does not read as CSV"),
    ] {
        let (_, problems) = files(&[("queries/lookup/size.csv", text)]);
        assert!(problems[0].starts_with(&format!("queries/lookup/{says}")), "{text:?}: {problems:?}");
    }
    let (_, problems) = files(&[("queries/lookup/Size.csv", SIZES), ("queries/lookup/cost.csv", SIZES)]);
    assert_eq!(problems[0], "queries/lookup/Size.csv: the name of a lookup is lower-case letters, digits and _");
    assert_eq!(problems[1], "queries/lookup/cost.csv: `cost` is a table of the lake");
}

/// A waste rule with this command of AWS.
fn rule(command: &str) -> (Catalogue, Vec<String>) {
    let head = "--- title = \"t\"\n--- question = \"q\"\n--- reads = [\"resource_day\"]\n--- [look]\n";
    files(&[("queries/waste/rule.sql", &format!("{head}--- AWS = \"{command}\"\nSELECT 1 AS x ORDER BY x\n"))])
}

#[test]
fn a_command_takes_the_resource_as_quoted_words() {
    let (catalogue, _) = rule("look --in {RegionId} --id {ResourceId} --short {ResourceShortId} --of {SubAccountId}");
    let query = &catalogue.queries["waste/rule"];
    // The finding columns need not be declared.
    assert_eq!(query.columns.len(), 17);
    let resource = look::Resource { id: "arn:aws:x:a/b'; rm -rf ~", region: "eu-west-1", sub_account: "012" };
    assert_eq!(
        query.look_at("AWS", resource).unwrap(),
        r"look --in eu-west-1 --id 'arn:aws:x:a/b'\''; rm -rf ~' --short 'b'\''; rm -rf ~' --of 012"
    );
    assert_eq!(query.look_at("Another", resource), None);
    // What the charge does not say cannot be looked at.
    assert_eq!(query.look_at("AWS", look::Resource { region: "", ..resource }), None);
}

/// Reservations of databases and of machines are two services with two commands.
#[test]
fn a_command_may_be_of_one_service() {
    let (catalogue, problems) = rule("any {ResourceId}\"\n--- \"AWS rds\" = \"of-rds {ResourceShortId}");
    assert_eq!(problems, Vec::<String>::new());
    let at = |id| {
        let resource = look::Resource { id, region: "eu-west-1", sub_account: "012" };
        catalogue.queries["waste/rule"].look_at("AWS", resource).unwrap()
    };
    assert_eq!(at("arn:aws:rds:eu-west-1:012:ri:ri-1"), "of-rds ri-1");
    assert_eq!(
        at("arn:aws:ec2:eu-west-1:012:reserved-instances/1"),
        "any arn:aws:ec2:eu-west-1:012:reserved-instances/1"
    );
    assert_eq!(at("ri-1"), "any ri-1");
}

#[test]
fn a_wrong_command_is_refused() {
    for (command, says) in [
        ("look {Resource}", "the command of `AWS` has `{Resource}`, which is none of ResourceId"),
        ("look {ResourceId", "has a `{` without its `}`"),
        ("look ResourceId}", "has a `}` without its `{`"),
        ("look '{ResourceId}'", "quotes `{ResourceId}`, which is quoted already"),
        ("", "is no command"),
    ] {
        let (_, problems) = rule(command);
        assert!(problems[0].starts_with("queries/waste/rule.sql:5: ") && problems[0].contains(says), "{problems:?}");
    }
    let looks = QUERY.replace("--- [columns]", "--- [look]\n--- AWS = \"x\"\n--- [columns]");
    let (_, problems) = files(&[("queries/metric/sizes.sql", &looks)]);
    assert_eq!(problems, ["queries/metric/sizes.sql:4: has `[look]` and is no waste rule"]);
}
