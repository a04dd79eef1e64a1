use super::*;

mod folder;
mod params;
mod refused;
mod results;
mod tables;

#[test]
fn every_embedded_query_passes() {
    let catalogue = Catalogue::embedded().unwrap();
    assert_eq!(catalogue.queries.len(), 8);
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
    assert_eq!(needing, ["metric/tag_coverage_by_cost", "metric/tag_coverage_by_resource"]);
}
