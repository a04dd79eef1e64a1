//! What the teams, their units and their applications are called.

/// The base names; companies of more teams have them in several parts of the world.
const TEAMS: [&str; 40] = [
    "maps",
    "commerce",
    "platform",
    "insights",
    "security",
    "search",
    "checkout",
    "billing",
    "identity",
    "notify",
    "mobile",
    "web",
    "fraud",
    "pricing",
    "catalog",
    "inventory",
    "fulfilment",
    "logistics",
    "support",
    "crm",
    "marketing",
    "ads",
    "recommend",
    "media",
    "streaming",
    "messaging",
    "analytics",
    "datalake",
    "ml",
    "research",
    "risk",
    "treasury",
    "compliance",
    "partners",
    "onboarding",
    "growth",
    "observability",
    "devtools",
    "network",
    "edge",
];
const PARTS: [&str; 4] = ["emea", "apac", "latam", "core"];

/// The name of the team with this number.
pub fn team(number: usize) -> String {
    let name = TEAMS[number % TEAMS.len()];
    match number / TEAMS.len() {
        0 => name.to_owned(),
        part => format!("{name}-{}", PARTS[(part - 1) % PARTS.len()]),
    }
}

/// The business unit of the team with this number.
pub fn unit(number: usize) -> &'static str {
    const FIRST: [&str; 5] = ["Maps", "Commerce", "Shared", "Insights", "Shared"];
    const REST: [&str; 7] = ["Commerce", "Maps", "Insights", "Logistics", "Corporate", "Media", "Shared"];
    FIRST.get(number).copied().unwrap_or(REST[number % REST.len()])
}

/// What the team with this number runs.
pub fn apps(number: usize, team: &str) -> Vec<String> {
    const FIRST: [&[&str]; 5] = [
        &["tiles", "routing", "geocoder"],
        &["payments", "ledger"],
        &["ci", "gateway"],
        &["warehouse", "events"],
        &["auth"],
    ];
    match FIRST.get(number) {
        Some(apps) => apps.iter().map(|app| (*app).to_owned()).collect(),
        None => vec![format!("{team}-api"), format!("{team}-jobs")],
    }
}
