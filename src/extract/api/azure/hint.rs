//! How long Azure asks to wait: the general headers, and those of its cost services.

use crate::extract::store;
use http::HeaderMap;

/// The seconds that an answer asks to wait; of several limits that are reached, the longest.
///
/// Cost Management and Consumption tell each limit by a header of its own, in seconds:
/// `x-ms-ratelimit-microsoft.consumption-retry-after`, `x-ms-ratelimit-microsoft.costmanagement-qpu-retry-after`,
/// `…-entity-retry-after`, `…-tenant-retry-after`, `…-client-retry-after`, where the general `Retry-After` may be missing
/// (learn.microsoft.com/azure/cost-management-billing/costs/manage-automation, "Error code 429").
pub fn hint(headers: &HeaderMap) -> Option<u64> {
    let limits = headers.iter().filter(|(name, _)| {
        let name = name.as_str();
        name.starts_with("x-ms-ratelimit-") && name.ends_with("-retry-after")
    });
    let seconds = limits.filter_map(|(_, value)| value.to_str().ok()?.trim().parse::<u64>().ok());
    seconds.chain(store::hint(headers)).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_of_all_limits_counts() {
        for (headers, expected) in [
            (vec![("x-ms-ratelimit-microsoft.consumption-retry-after", "17")], Some(17)),
            (
                vec![
                    ("x-ms-ratelimit-microsoft.costmanagement-qpu-retry-after", "5"),
                    ("x-ms-ratelimit-microsoft.costmanagement-tenant-retry-after", "41"),
                    ("x-ms-ratelimit-microsoft.costmanagement-entity-retry-after", "3"),
                    ("retry-after", "9"),
                ],
                Some(41),
            ),
            (vec![("x-ms-ratelimit-microsoft.consumption-retry-after", "2"), ("retry-after", "9")], Some(9)),
            (vec![("x-ms-ratelimit-remaining-subscription-reads", "11999")], None),
            (vec![("x-ms-ratelimit-microsoft.consumption-retry-after", "soon")], None),
        ] {
            let map = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
            assert_eq!(hint(&map), expected, "{headers:?}");
        }
    }
}
