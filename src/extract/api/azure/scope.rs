//! What Azure is asked about: the parts of an agreement, and subscriptions.
//!
//! learn.microsoft.com/azure/cost-management-billing/costs/understand-work-scopes

use std::collections::BTreeSet;
use std::fmt;

/// What kind of thing a scope is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopeKind {
    /// The enrolment of an Enterprise Agreement: its number is all digits.
    Enrolment,
    Department,
    EnrolmentAccount,
    /// The billing account of a Microsoft Customer Agreement.
    BillingAccount,
    BillingProfile,
    InvoiceSection,
    /// A partner's customer.
    Customer,
    Subscription,
    ResourceGroup,
}

/// One of `scopes`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The resource id without its first `/`, as the generated client wants it.
    pub id: String,
    pub kind: ScopeKind,
}

impl Scope {
    /// Reads what the portal calls a scope's id. `None`: it is none of these.
    pub fn parse(text: &str) -> Option<Self> {
        let id = text.trim().trim_matches('/');
        let legal = |sign: char| sign.is_alphanumeric() || "-_.:()/ ".contains(sign);
        let parts: Vec<&str> = id.split('/').collect();
        if !id.chars().all(legal) || parts.iter().any(|part| part.is_empty() || part.chars().all(|sign| sign == '.')) {
            return None;
        }
        let words: Vec<String> = parts.iter().map(|part| part.to_ascii_lowercase()).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let kind = match words.as_slice() {
            ["subscriptions", _] => ScopeKind::Subscription,
            ["subscriptions", _, "resourcegroups", _] => ScopeKind::ResourceGroup,
            ["providers", "microsoft.billing", "billingaccounts", account, below @ ..] => match below {
                [] if account.bytes().all(|byte| byte.is_ascii_digit()) => ScopeKind::Enrolment,
                [] => ScopeKind::BillingAccount,
                ["departments", _] => ScopeKind::Department,
                ["enrollmentaccounts", _] => ScopeKind::EnrolmentAccount,
                ["billingprofiles", _] => ScopeKind::BillingProfile,
                ["billingprofiles", _, "invoicesections", _] => ScopeKind::InvoiceSection,
                ["customers", _] => ScopeKind::Customer,
                _ => return None,
            },
            _ => return None,
        };
        Some(Self { id: id.to_string(), kind })
    }

    /// Its own name: what stands last.
    pub fn name(&self) -> &str {
        self.id.rsplit('/').next().unwrap_or(&self.id)
    }

    /// Of a Microsoft Customer Agreement?
    pub fn is_modern(&self) -> bool {
        use ScopeKind::{BillingAccount, BillingProfile, Customer, InvoiceSection};
        matches!(self.kind, BillingAccount | BillingProfile | InvoiceSection | Customer)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)
    }
}

/// An id as the bill has it: exports name an account or a subscription by its name alone or by its whole resource id,
/// and resource ids are the same in any case. What the bill does not have stays as it is told.
pub fn in_bill(told: &str, bill: &BTreeSet<String>) -> String {
    let last = |id: &str| id.trim_end_matches('/').rsplit('/').next().unwrap_or(id).to_ascii_lowercase();
    let wanted = last(told);
    let mut found = bill.iter().filter(|id| last(id) == wanted);
    match (found.next(), found.next()) {
        (Some(one), None) => one.clone(),
        _ => told.trim_matches('/').rsplit('/').next().unwrap_or(told).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_what_the_portal_calls_them() {
        use ScopeKind::*;
        let account = "/providers/Microsoft.Billing/billingAccounts";
        for (text, kind) in [
            (format!("{account}/1234567"), Enrolment),
            (format!("{account}/1234567/departments/1"), Department),
            (format!("{account}/1234567/enrollmentAccounts/2"), EnrolmentAccount),
            (format!("{account}/5e98-1:7c5b-2_2019-05-31/"), BillingAccount),
            (format!("{account}/a:b_2019-05-31/billingProfiles/AB12-CD-BG7-XYZ"), BillingProfile),
            (format!("{account}/a:b/billingProfiles/p/invoiceSections/s"), InvoiceSection),
            (format!("{account}/a:b/customers/c"), Customer),
            ("subscriptions/1-2".into(), Subscription),
            ("/subscriptions/1-2/resourceGroups/rg (old)".into(), ResourceGroup),
        ] {
            let scope = Scope::parse(&text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((scope.kind, scope.id.starts_with('/')), (kind, false), "{text}");
        }
        for text in [
            "",
            "subscriptions",
            "subscriptions/1?x=y",
            "subscriptions/../x",
            "https://a/b",
            "a#b",
            "subscriptions/1%2f",
        ] {
            assert_eq!(Scope::parse(text), None, "{text}");
        }
    }

    #[test]
    fn an_id_is_found_in_the_bill_however_it_writes_it() {
        let bill = |ids: &[&str]| ids.iter().map(|id| (*id).to_string()).collect::<BTreeSet<String>>();
        let told = "providers/Microsoft.Billing/billingAccounts/a:b/billingProfiles/AB12";
        for (ids, expected) in [
            (bill(&["ab12", "CD"]), "ab12"),
            (
                bill(&["/providers/Microsoft.Billing/billingaccounts/A:b/billingProfiles/AB12"]),
                "/providers/Microsoft.Billing/billingaccounts/A:b/billingProfiles/AB12",
            ),
            (bill(&["CD"]), "AB12"),
            // Of two that it may be it is neither.
            (bill(&["ab12", "/x/AB12"]), "AB12"),
        ] {
            assert_eq!(in_bill(told, &ids), expected);
        }
    }
}
