//! Gateways, firewalls, forwarding rules and addresses of other providers. In each test: hits, near misses
//! (used a month ago, too young, gone, off for a part of the day, free), and misses, of which one is the
//! same usage type of another product.

use super::bill::{findings, found, published_of};

#[test]
fn idle_application_gateways() {
    let night = published_of(
        "Microsoft",
        "# 24 hours at 0.246: 5.904 a day
         agw-idle  | Application Gateway | Standard Fixed Cost     | v2 | 1-35  | 24  | 5.904 |
         # units of nothing are nothing; another tier; there for just the 14 days
         agw-zero  | Application Gateway | Standard Fixed Cost     | v2 | 1-35  | 24  | 5.904 |
         agw-zero  | Application Gateway | Standard Capacity Units | v2 | 1-35  | 0   | 0     |
         agw-waf   | Application Gateway | WAF Fixed Cost          | v2 | 22-35 | 24  | 10.632 |
         # half of it is paid by a commitment
         agw-half  | Application Gateway | Standard Fixed Cost     | v2 | 1-35  | 12  | 2.952 |
         agw-half  | Application Gateway | Standard Fixed Cost     | v2 | 1-35  | 12  | 2     | covered=plan-1
         # near misses: a unit a month ago; reserved units; 13 days old; gone; off for half of each day; free
         agw-used  | Application Gateway | Standard Fixed Cost     | v2 | 1-35  | 24  | 5.904 |
         agw-used  | Application Gateway | Standard Capacity Units | v2 | 4     | 0.1 | 0.0008 |
         agw-kept  | Application Gateway | Standard Fixed Cost     | v2 | 1-35  | 24  | 5.904 |
         agw-kept  | Application Gateway | Standard Capacity Units | v2 | 1-35  | 480 | 3.84  |
         agw-fresh | Application Gateway | Standard Fixed Cost     | v2 | 23-35 | 24  | 5.904 |
         agw-gone  | Application Gateway | Standard Fixed Cost     | v2 | 1-34  | 24  | 5.904 |
         agw-part  | Application Gateway | Standard Fixed Cost     | v2 | 1-35  | 12  | 2.952 |
         agw-free  | Application Gateway | Standard Fixed Cost     | v2 | 1-35  | 24  | 0     |
         # misses: in use; another product
         agw-busy  | Application Gateway | Standard Fixed Cost     | v2 | 1-35  | 24  | 5.904 |
         agw-busy  | Application Gateway | Standard Capacity Units | v2 | 1-35  | 40  | 0.32  |
         other-1   | API Management      | Standard Fixed Cost     | v2 | 1-35  | 24  | 5.904 |",
    );
    let expected = [
        // (2.952 + 2) × 30.44 = 150.73888, of which 2.952 × 30.44 = 89.85888 is not covered
        "agw-half delete High 150.7389 89.8589",
        // 5.904 × 30.44 = 179.71776
        "agw-idle delete High 179.7178 179.7178",
        // 10.632 × 30.44 = 323.63808
        "agw-waf delete Medium 323.6381 323.6381",
        "agw-zero delete High 179.7178 179.7178",
    ];
    assert_eq!(found(&night, "idle_application_gateways", &[]), expected);
    assert_eq!(found(&night, "idle_application_gateways", &["max_units=0.1"]).len(), 5);
    let finding = &findings(&night, "idle_application_gateways", &[])[1];
    assert_eq!(
        finding["x_Reason"],
        "Every hour of this application gateway is paid for, and it has served nobody in 35 days: delete it if nothing is to come behind it."
    );
    assert_eq!(
        finding["x_Evidence"],
        "336 of 336 hours billed from 2026-10-18 to 2026-10-31; 0.0 capacity units used since 2026-09-27"
    );
}

#[test]
fn idle_firewalls() {
    let night = published_of(
        "Microsoft",
        "# 24 hours at 1.25
         afw-idle  | Azure Firewall | Standard Deployment     | fw | 1-35  | 24   | 30 |
         # near misses: a megabyte a month ago; 13 days old; gone
         afw-used  | Azure Firewall | Standard Deployment     | fw | 1-35  | 24   | 30 |
         afw-used  | Azure Firewall | Standard Data Processed | fw | 2     | 0.001 | 0.000016 |
         afw-fresh | Azure Firewall | Premium Deployment      | fw | 23-35 | 24   | 42 |
         afw-gone  | Azure Firewall | Standard Deployment     | fw | 1-34  | 24   | 30 |
         # misses: in use; another product with the same usage type
         afw-busy  | Azure Firewall | Standard Deployment     | fw | 1-35  | 24   | 30 |
         afw-busy  | Azure Firewall | Standard Data Processed | fw | 1-35  | 80   | 1.28 |
         hub-1     | Virtual WAN    | Standard Deployment     | fw | 1-35  | 24   | 6  |",
    );
    // 30 × 30.44 = 913.2
    assert_eq!(found(&night, "idle_firewalls", &[]), ["afw-idle delete High 913.2000 913.2000"]);
    assert_eq!(found(&night, "idle_firewalls", &["max_gigabytes=0.001"]).len(), 2);
}

const COMPUTE: &str = "6F81-5844-456A";
const NETWORKING: &str = "E505-1604-58F8";

#[test]
fn idle_forwarding_rules() {
    let rule = "Network Load Balancing: Forwarding Rule Minimum Service Charge in Belgium";
    let data = "Network Load Balancing: Data Processing Charge in Belgium";
    let night = published_of(
        "Google Cloud",
        &format!(
            "fr-idle  | {COMPUTE}    | {rule} | | 1-35  | 24  | 0.6 |
             # as it is called since
             fr-new   | {NETWORKING} | Cloud Load Balancer Forwarding Rule Minimum Global | | 1-35 | 24 | 0.6 |
             # near misses: a byte a month ago; 13 days old; gone
             fr-used  | {COMPUTE}    | {rule} | | 1-35  | 24  | 0.6 |
             fr-used  | {COMPUTE}    | {data} | | 3     | 0.000000001 | 0 |
             fr-fresh | {COMPUTE}    | {rule} | | 23-35 | 24  | 0.6 |
             fr-gone  | {COMPUTE}    | {rule} | | 1-34  | 24  | 0.6 |
             # misses: in use; the same usage type of another product
             fr-busy  | {COMPUTE}    | {rule} | | 1-35  | 24  | 0.6 |
             fr-busy  | {COMPUTE}    | {data} | | 1-35  | 50  | 0.4 |
             x-1      | 0000-0000-0001 | {rule} | | 1-35 | 24 | 0.6 |"
        ),
    );
    // 0.6 × 30.44 = 18.264
    let expected = ["fr-idle delete Medium 18.2640 18.2640", "fr-new delete Medium 18.2640 18.2640"];
    assert_eq!(found(&night, "idle_forwarding_rules", &[]), expected);
}

#[test]
fn idle_static_addresses() {
    let (idle, used) = ("Static Ip Charge in Belgium", "External IP Charge on a Standard VM in Belgium");
    let night = published_of(
        "Google Cloud",
        &format!(
            "ip-idle  | {COMPUTE}    | {idle} | | 1-35       | 24 | 0.24 |
             ip-plain | {NETWORKING} | Static Ip Charge | | 22-35 | 24 | 0.24 |
             # near misses: in use for an hour a month ago; idle on some days; idle at night; 13 days old; released
             ip-hour  | {COMPUTE}    | {idle} | | 1-35       | 24 | 0.24 |
             ip-hour  | {COMPUTE}    | {used} | | 3          | 1  | 0.004 |
             ip-days  | {COMPUTE}    | {idle} | | 1-24+27-35 | 24 | 0.24 |
             ip-night | {COMPUTE}    | {idle} | | 1-35       | 12 | 0.12 |
             ip-fresh | {COMPUTE}    | {idle} | | 23-35      | 24 | 0.24 |
             ip-gone  | {COMPUTE}    | {idle} | | 1-34       | 24 | 0.24 |
             # misses: in use; of another product
             ip-used  | {COMPUTE}    | {used} | | 1-35       | 24 | 0.096 |
             x-1      | 0000-0000-0001 | {idle} | | 1-35     | 24 | 0.24 |"
        ),
    );
    // 0.24 × 30.44 = 7.3056
    let expected = ["ip-idle delete High 7.3056 7.3056", "ip-plain delete Medium 7.3056 7.3056"];
    assert_eq!(found(&night, "idle_static_addresses", &[]), expected);
}
