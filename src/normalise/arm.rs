//! Azure Resource Manager ids: `/subscriptions/<id>/resourceGroups/<name>/providers/<provider>/<type>/<name>`,
//! with more pairs of type and name for what lies inside (learn.microsoft.com/azure/azure-resource-manager/
//! management/resource-name-rules). They are the same in any case.

/// `microsoft.sql/servers/databases` of `…/providers/Microsoft.Sql/servers/a/databases/b`.
pub fn resource_type(id: &str) -> Option<String> {
    const MARK: &str = "/providers/";
    let at = id.to_ascii_lowercase().rfind(MARK)?;
    let mut parts = id[at + MARK.len()..].split('/');
    let mut kind = parts.next().filter(|provider| !provider.is_empty())?.to_lowercase();
    let mut types = 0;
    while let Some(part) = parts.next().filter(|part| !part.is_empty()) {
        kind.push('/');
        kind.push_str(&part.to_lowercase());
        types += 1;
        if parts.next().is_none() {
            break;
        }
    }
    (types > 0).then_some(kind)
}

/// The id without a last collection whose member has no name: the order of
/// `…/reservationOrders/<order>/reservations/`.
pub fn named(id: &str) -> Option<String> {
    let id = id.trim();
    let kept = match id.strip_suffix('/') {
        Some(collection) => collection.rsplit_once('/').map_or(collection, |(order, _)| order),
        None => id,
    };
    (!kept.is_empty()).then(|| kept.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_names_its_type() {
        for (id, kind) in [
            (
                "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm",
                Some("microsoft.compute/virtualmachines"),
            ),
            (
                "/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.SQL/SERVERS/A/DATABASES/B",
                Some("microsoft.sql/servers/databases"),
            ),
            (
                "/providers/Microsoft.Capacity/reservationOrders/o/reservations/",
                Some("microsoft.capacity/reservationorders/reservations"),
            ),
            (
                "/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/a/providers/Microsoft.Insights/components/b",
                Some("microsoft.insights/components"),
            ),
            ("/subscriptions/s", None),
            ("/providers/Microsoft.Compute", None),
            ("", None),
        ] {
            assert_eq!(resource_type(id).as_deref(), kind, "{id}");
        }
    }

    #[test]
    fn a_collection_without_a_member_is_its_owner() {
        let order = "/providers/Microsoft.Capacity/reservationOrders/49ed";
        assert_eq!(named(&format!("{order}/reservations/")).as_deref(), Some(order));
        assert_eq!(named(order).as_deref(), Some(order));
        assert_eq!(named(" "), None);
    }
}
