//! The front page of the output folder.

use super::templates::Templates;
use crate::Result;
use crate::focus::{Artifact, BillingMonth};
use serde::Serialize;

/// `index.html`, which links every page: per billing month the ids of its reports. Newest month first.
pub fn index(months: &[(BillingMonth, Vec<String>)]) -> Result<Artifact> {
    let mut months: Vec<&(BillingMonth, Vec<String>)> = months.iter().collect();
    months.sort_by_key(|(month, _)| std::cmp::Reverse(*month));
    let months = months.into_iter().map(|(month, reports)| Month {
        name: month.start().format("%B %Y").to_string(),
        month: month.to_string(),
        reports: reports.iter().map(|id| Link { href: format!("{month}/{id}.html"), title: title_of(id) }).collect(),
    });
    let html = Templates::built_in().index(&Index { months: months.collect() })?;
    Ok(Artifact { path: "index.html".to_string(), bytes: html.into_bytes() })
}

#[derive(Serialize)]
struct Index {
    months: Vec<Month>,
}

#[derive(Serialize)]
struct Month {
    name: String,
    month: String,
    reports: Vec<Link>,
}

#[derive(Serialize)]
struct Link {
    href: String,
    title: String,
}

/// `monthly_review` reads "Monthly review".
fn title_of(id: &str) -> String {
    let words = id.replace('_', " ");
    let mut signs = words.chars();
    signs.next().map(|first| first.to_uppercase().chain(signs).collect()).unwrap_or_default()
}
