use super::*;

mod folder;
mod params;
mod refused;
mod results;
mod tables;

#[test]
fn every_embedded_query_passes() {
    let catalogue = Catalogue::embedded().unwrap();
    assert!(catalogue.queries.len() > 50, "{} queries", catalogue.queries.len());
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
    let about_tags = |id: &&str| ["/tag_coverage_", "/tag_values_", "/untagged_"].iter().any(|word| id.contains(word));
    assert!(needing.iter().all(|id| about_tags(id)) && needing.len() > 5, "{needing:?}");
    assert_eq!(catalogue.queries.keys().map(String::as_str).filter(about_tags).count(), needing.len());
}
