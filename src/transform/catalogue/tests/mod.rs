use super::*;

mod folder;
mod lookups;
mod params;
mod refused;
mod results;
mod tables;
mod waste;

#[test]
fn every_embedded_query_passes() {
    let catalogue = Catalogue::embedded().unwrap();
    let of_kind = |kind: Kind| catalogue.queries.values().filter(|query| query.kind == kind).count();
    assert!(of_kind(Kind::Metric) >= 8 && of_kind(Kind::Waste) >= 11, "hardly anything is checked");
    for dimensions in [vec![], vec!["Owner".to_string(), "Cost \"Center\"".to_string()]] {
        let problems = check(&catalogue, &dimensions);
        assert!(problems.is_empty(), "{}", problems.iter().map(|p| format!("{p}\n")).collect::<String>());
    }
}

#[test]
fn a_query_says_whether_it_needs_the_coverage_key() {
    let catalogue = Catalogue::embedded().unwrap();
    let needing: Vec<&str> =
        catalogue.queries.keys().map(String::as_str).filter(|id| catalogue.needs_coverage_key(id)).collect();
    let is_named_so = |id: &&str| id.starts_with("metric/tag_") || id.starts_with("metric/untagged_");
    let named: Vec<&str> = catalogue.queries.keys().map(String::as_str).filter(is_named_so).collect();
    assert!(named.len() > 2 && needing == named, "{needing:?}");
}

#[test]
fn every_waste_rule_of_ours_says_how_to_look() {
    let catalogue = Catalogue::embedded().unwrap();
    let resource = look::Resource {
        id: "arn:aws:ec2:eu-west-1:012345678901:x/y-1",
        region: "eu-west-1",
        sub_account: "012345678901",
    };
    for query in catalogue.queries.values().filter(|query| query.kind == Kind::Waste) {
        assert!(!query.look.is_empty(), "{}", query.id);
        for provider in query.look.keys() {
            let command = query.look_at(provider, resource).unwrap_or_default();
            // It may look, and nothing else.
            let (tool, verbs): (&str, &[&str]) = match provider.as_str() {
                name if name.starts_with("AWS") => ("aws ", &[" describe-", " get-"]),
                "Microsoft" => ("az ", &[" show ", " list ", " --method get "]),
                "Google Cloud" => ("gcloud ", &[" describe ", " list "]),
                other => panic!("{}: {other}", query.id),
            };
            assert!(command.starts_with(tool) && !command.contains('{'), "{}: {command}", query.id);
            assert!(verbs.iter().any(|verb| command.contains(verb)), "{}: {command}", query.id);
        }
    }
}
