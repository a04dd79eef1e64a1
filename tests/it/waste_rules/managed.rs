//! Databases and machines of other providers.

use super::bill::{found, published_of};
use super::oversized::measure_in;

const SQL: &str = "9662-B51E-5089";
const ZONAL: &str = "Cloud SQL for PostgreSQL: Zonal -";
const REGIONAL: &str = "Cloud SQL for PostgreSQL: Regional -";

#[test]
fn stopped_databases() {
    let storage = format!("{ZONAL} Standard storage in Belgium");
    let night = published_of(
        "Google Cloud",
        &format!(
            "db-off    | {SQL} | {storage} | | 1-35  | 3.3 | 0.56 |
             # its backups and its address go on
             db-kept   | {SQL} | {storage} | | 22-35 | 3.3 | 0.56 |
             db-kept   | {SQL} | Cloud SQL: Backups in Belgium | | 22-35 | 1 | 0.08 |
             db-kept   | {SQL} | Cloud SQL: IP address idling | | 22-35 | 24 | 0.24 |
             # near misses: an hour a month ago; a shared core; 13 days old; gone
             db-hour   | {SQL} | {storage} | | 1-35  | 3.3 | 0.56 |
             db-hour   | {SQL} | {ZONAL} vCPU in Belgium | | 3 | 2 | 0.08 |
             db-micro  | {SQL} | {storage} | | 1-35  | 3.3 | 0.56 |
             db-micro  | {SQL} | Cloud SQL for PostgreSQL: Zonal - Micro instance in Belgium | | 1-35 | 24 | 0.25 |
             db-fresh  | {SQL} | {storage} | | 23-35 | 3.3 | 0.56 |
             db-gone   | {SQL} | {storage} | | 1-34  | 3.3 | 0.56 |
             # misses: it runs; another product
             db-runs   | {SQL} | {storage} | | 1-35  | 3.3 | 0.56 |
             db-runs   | {SQL} | {ZONAL} vCPU in Belgium | | 1-35 | 48 | 1.98 |
             x-1       | 0000-0000-0001 | {storage} | | 1-35 | 3.3 | 0.56 |"
        ),
    );
    // 0.56 × 30.44 = 17.0464; (0.56 + 0.08 + 0.24) × 30.44 = 26.7872
    let expected = ["db-kept delete Low 26.7872 26.7872", "db-off delete Medium 17.0464 17.0464"];
    assert_eq!(found(&night, "stopped_databases", &[]), expected);
}

#[test]
fn replicated_databases_of_non_production() {
    let of = |name: &str, kind: &str, region: &str, on: &str, extras: &str| {
        // A vCPU-hour at 0.04 in one zone and 0.08 in two, a GiB-month at 0.17 and 0.34.
        let (core, disk) = if kind == ZONAL { ("1.92", "0.34") } else { ("3.84", "0.68") };
        format!(
            "{name} | {SQL} | {kind} vCPU in {region} | | {on} | 48 | {core} | region={region} {extras}\n\
             {name} | {SQL} | {kind} Standard storage in {region} | | {on} | 2 | {disk} | region={region} {extras}\n"
        )
    };
    let bill = [
        of("db-dev", REGIONAL, "Belgium", "1-35", "env=dev"),
        // Without a price in one zone there is no figure.
        of("db-alone", REGIONAL, "Oregon", "22-35", "env=test"),
        // Near misses: production; unknown; production for a day; 13 days old; gone; in one zone.
        of("db-prod", REGIONAL, "Belgium", "1-35", "env=prod"),
        of("db-unknown", REGIONAL, "Belgium", "1-35", ""),
        of("db-once", REGIONAL, "Belgium", "1-29+31-35", "env=dev"),
        of("db-once", REGIONAL, "Belgium", "30", "env=prod"),
        of("db-fresh", REGIONAL, "Belgium", "23-35", "env=dev"),
        of("db-gone", REGIONAL, "Belgium", "1-34", "env=dev"),
        of("db-zonal", ZONAL, "Belgium", "1-35", "env=dev"),
        // A miss: the same usage type of another product.
        format!("x-1 | 0000-0000-0001 | {REGIONAL} vCPU in Belgium | | 1-35 | 48 | 3.84 | region=Belgium env=dev\n"),
    ];
    let night = published_of("Google Cloud", &bill.concat());
    // (3.84 + 0.68 − 1.92 − 0.34) × 30.44 = 68.7944
    let expected = ["db-dev resize Medium 68.7944 68.7944", "db-alone resize Medium - -"];
    assert_eq!(found(&night, "replicated_databases_of_non_production", &[]), expected);
}

const VM: &str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines";

/// Machines of a bill whose sizes have names of their own, by the series with the operating system.
#[test]
fn machines_by_series() {
    let night = published_of(
        "Microsoft",
        &format!(
            "{VM}/large | Virtual Machines | D8s v5 | Dsv5 Series         | 1-35 | 24 | 9.216 | machine=Standard_D8s_v5
             {VM}/small | Virtual Machines | D4s v5 | Dsv5 Series         | 1-35 | 24 | 4.608 | machine=Standard_D4s_v5
             # with a licence: there is no price of a smaller one
             {VM}/win   | Virtual Machines | D8s v5 | Dsv5 Series Windows | 1-35 | 24 | 18    | machine=Standard_D8s_v5
             # an older generation, and its successor by another series' price
             {VM}/old   | Virtual Machines | DS2 v2 | DSv2 Series         | 1-35 | 24 | 3.504 | machine=Standard_DS2_v2
             {VM}/new   | Virtual Machines | D2s v5 | Dsv5 Series         | 1-35 | 24 | 2.304 | machine=Standard_D2s_v5
             # not production, all week; by day; reserved capacity that nothing takes up
             {VM}/dev   | Virtual Machines | D2s v5 | Dsv5 Series         | 1-35 | 24 | 2.304 | machine=Standard_D2s_v5 env=dev
             {VM}/day   | Virtual Machines | D2s v5 | Dsv5 Series         | 1-35 | 12 | 1.152 | machine=Standard_D2s_v5 env=dev
             /subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/capacityReservationGroups/c/capacityReservations/c | Virtual Machines | D2s v5 | Dsv5 Series | 1-35 | 24 | 2.304 | machine=Standard_D2s_v5 env=dev"
        ),
    );
    // 3.504 − 2.304 = 1.2 a day: × 30.44 = 36.528; Low, because it has a local disk.
    assert_eq!(found(&night, "previous_generation_machines", &[]), [format!("{VM}/old upgrade Low 36.5280 36.5280")]);
    // 2.304 × (1 − 60 ÷ 168) × 30.44 = 45.0860
    let expected = [format!("{VM}/dev schedule Medium 45.0860 45.0860")];
    assert_eq!(found(&night, "non_production_around_the_clock", &[]), expected);
    measure_in(
        &night,
        "sub-1",
        &["large", "small", "win"]
            .map(|name| format!("{VM}/{name} | cpu | 20 | 30 | 30 | yes\n{VM}/{name} | memory | 30 | 35 | 30 | yes"))
            .join("\n"),
    );
    // Half fits (20 % → 40 %), and a quarter of the memory does not (35 % → 140 %). 4.608 × 30.44 = 140.26752.
    // Of D4s v5 the half: no price of a Standard_D2s_v5 but 2.304: (4.608 − 2.304) × 30.44 = 70.13376.
    let expected = [
        format!("{VM}/large resize High 140.2675 140.2675"),
        format!("{VM}/small resize High 70.1338 70.1338"),
        format!("{VM}/win resize High - -"),
    ];
    assert_eq!(found(&night, "oversized_machines", &[]), expected);
}

const COMPUTE: &str = "6F81-5844-456A";
const GC: &str = "//compute.googleapis.com/projects/p/zones/eu-b/instances";

/// Machines whose cores and memory are charges of their own.
#[test]
fn machines_by_cores_and_memory() {
    let of = |name: &str, machine: &str, (vcpus, gib): (i64, i64), hours: i64, extras: &str| {
        // A core-hour at 0.03, a GiB-hour at 0.004.
        let (cores, memory) = (vcpus * hours, gib * hours);
        let cost = |quantity: i64, price: i64| format!("{}.{:03}", quantity * price / 1000, quantity * price % 1000);
        format!(
            "{GC}/{name} | {COMPUTE} | N2 Instance Core running in Belgium | | 1-35 | {cores} | {} | machine={machine} {extras}\n\
             {GC}/{name} | {COMPUTE} | N2 Instance Ram running in Belgium | | 1-35 | {memory} | {} | machine={machine} {extras}\n",
            cost(cores, 30),
            cost(memory, 4)
        )
    };
    let bill = [
        of("large", "n2-standard-8", (8, 32), 24, ""),
        of("small", "n2-standard-4", (4, 16), 24, ""),
        of("covered", "n2-standard-8", (8, 32), 24, "covered=cud-1"),
        of("dev", "n2-standard-2", (2, 8), 24, "env=dev"),
        of("day", "n2-standard-2", (2, 8), 12, "env=dev"),
        // A type that nobody knows has no hours.
        of("custom", "n2-custom-6-20480", (6, 20), 24, "env=dev"),
        // The same usage type of another product.
        "x-1 | 0000-0000-0001 | N2 Instance Core running in Belgium | | 1-35 | 48 | 1.44 | machine=n2-standard-2 env=dev\n".to_string(),
    ];
    let night = published_of("Google Cloud", &bill.concat());
    // 2 × 24 × 0.03 + 8 × 24 × 0.004 = 2.208 a day; × (1 − 60 ÷ 168) × 30.44 = 43.20740…
    let expected = [format!("{GC}/dev schedule Medium 43.2074 43.2074")];
    assert_eq!(found(&night, "non_production_around_the_clock", &[]), expected);
    measure_in(
        &night,
        "sub-1",
        &["large", "covered"]
            .map(|name| format!("{GC}/{name} | cpu | 20 | 30 | 30 | yes\n{GC}/{name} | memory | 30 | 35 | 30 | yes"))
            .join("\n"),
    );
    // Of 8 cores and 32 GiB the half: 4 × 24 × 0.03 + 16 × 24 × 0.004 = 4.416 a day; × 30.44 = 134.42304. Where a
    // commitment pays nothing is freed.
    let expected =
        [format!("{GC}/covered resize High 134.4230 0.0000"), format!("{GC}/large resize High 134.4230 134.4230")];
    assert_eq!(found(&night, "oversized_machines", &[]), expected);
}
