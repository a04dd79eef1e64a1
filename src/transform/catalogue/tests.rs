use super::*;

#[test]
fn every_embedded_query_passes() {
    let catalogue = Catalogue::embedded().unwrap();
    assert_eq!(catalogue.queries.len(), 8);
    for dimensions in [vec![], vec!["Owner".to_string(), "Cost \"Center\"".to_string()]] {
        let problems = check(&catalogue, &dimensions);
        assert!(problems.is_empty(), "{}", problems.iter().map(|p| format!("{p}\n")).collect::<String>());
    }
}
