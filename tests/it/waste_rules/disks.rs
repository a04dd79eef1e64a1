//! Disks, snapshots and reserved capacity of other providers.

use super::bill::{findings, found, published_of};

const AZ: &str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute";

#[test]
fn unattached_managed_disks() {
    let (ssd, hdd, premium) = ("Standard SSD Managed Disks", "Standard HDD Managed Disks", "Premium SSD Managed Disks");
    let night = published_of(
        "Microsoft",
        &format!(
            "# standard disks without an operation, where machines run; ids in any case
             {AZ}/disks/still  | Storage | E10 LRS Disk            | {ssd} | 1-35  | 0.032 | 0.3   |
             /subscriptions/s/resourcegroups/g/providers/microsoft.compute/disks/low | Storage | S10 LRS Disk | {hdd} | 22-35 | 0.032 | 0.18 |
             # where no machine runs
             {AZ}/disks/lost   | Storage | P10 LRS Disk            | {premium} | 1-35 | 0.032 | 0.64 | account=sub-2
             # near misses: an operation a month ago, there too; 13 days old; gone; a machine ran a month ago
             {AZ}/disks/read   | Storage | E10 LRS Disk            | {ssd} | 1-35  | 0.032 | 0.3   |
             {AZ}/disks/read   | Storage | E10 LRS Disk Operations | {ssd} | 3     | 0.001 | 0.000002 |
             {AZ}/disks/read-2 | Storage | S4 LRS Disk             | {hdd} | 1-35  | 0.032 | 0.05  | account=sub-2
             {AZ}/disks/read-2 | Storage | S4 LRS Disk Operations  | {hdd} | 30    | 0.001 | 0.0000005 | account=sub-2
             {AZ}/disks/fresh  | Storage | E10 LRS Disk            | {ssd} | 23-35 | 0.032 | 0.3   |
             {AZ}/disks/gone   | Storage | E10 LRS Disk            | {ssd} | 1-34  | 0.032 | 0.3   |
             {AZ}/disks/batch  | Storage | P10 LRS Disk            | {premium} | 1-35 | 0.032 | 0.64 | account=sub-3
             # misses: a premium disk beside machines, whose operations nobody bills; a snapshot; a share; another product
             {AZ}/disks/beside | Storage | P10 LRS Disk            | {premium} | 1-35 | 0.032 | 0.64 |
             {AZ}/snapshots/s  | Storage | LRS Snapshots           | {hdd} | 1-35  | 3.2   | 0.16  | account=sub-2
             /subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a | Storage | Hot LRS Data Stored | Files v2 | 1-35 | 3 | 0.1 | account=sub-2
             {AZ}/disks/other  | Azure NetApp Files | E10 LRS Disk | {ssd} | 1-35  | 0.032 | 0.3   | account=sub-2
             # machines; capacity that nobody takes up is none
             {AZ}/virtualMachines/vm-1 | Virtual Machines | D2s v5 | Dsv5 Series | 1-35 | 24 | 2.304 | machine=Standard_D2s_v5
             {AZ}/virtualMachines/vm-3 | Virtual Machines | D2s v5 | Dsv5 Series | 2    | 24 | 2.304 | machine=Standard_D2s_v5 account=sub-3
             {AZ}/capacityReservationGroups/g/capacityReservations/c | Virtual Machines | D2s v5 | Dsv5 Series | 1-35 | 24 | 2.304 | machine=Standard_D2s_v5 account=sub-2"
        ),
    );
    let found = found(&night, "unattached_managed_disks", &[]);
    let short: Vec<&str> = found.iter().map(|line| line.rsplit_once('/').unwrap().1).collect();
    // 0.3 × 30.44 = 9.132; 0.64 × 30.44 = 19.4816; 0.18 × 30.44 = 5.4792
    let expected =
        ["still delete High 9.1320 9.1320", "low delete Medium 5.4792 5.4792", "lost delete Medium 19.4816 19.4816"];
    assert_eq!(short, expected);
    let says =
        findings(&night, "unattached_managed_disks", &[]).iter().map(|it| it["x_Reason"].clone()).collect::<Vec<_>>();
    assert!(says[0].starts_with("Nothing has read or written this disk in 35 days"), "{}", says[0]);
    assert!(
        says[2].starts_with("No machine has run in the sub account and region of this disk for 35 days"),
        "{}",
        says[2]
    );
}

const COMPUTE: &str = "6F81-5844-456A";
const GC: &str = "//compute.googleapis.com/projects/p/zones/eu-b";

#[test]
fn unattached_persistent_disks() {
    let (core, ram) = ("E2 Instance Core running in Belgium", "E2 Instance Ram running in Belgium");
    let night = published_of(
        "Google Cloud",
        &format!(
            "# where no machine runs; and its machine, of the same name, last ran on 10-17
             {GC}/disks/1 | {COMPUTE} | Storage PD Capacity in Belgium  | | 1-35  | 6.6 | 0.26 | account=sub-2
             {GC}/disks/2 | {COMPUTE} | Balanced PD Capacity in Belgium | | 1-35  | 3.3 | 0.33 | name=gone
             # near misses: 13 days old; gone; its machine ran on 10-18; for six days only; another has its name; a machine a month ago
             {GC}/disks/3 | {COMPUTE} | SSD backed PD Capacity          | | 23-35 | 3.3 | 0.56 | account=sub-2
             {GC}/disks/4 | {COMPUTE} | Balanced PD Capacity in Belgium | | 1-34  | 3.3 | 0.33 | account=sub-2
             {GC}/disks/5 | {COMPUTE} | Balanced PD Capacity in Belgium | | 1-35  | 3.3 | 0.33 | name=lately
             {GC}/disks/6 | {COMPUTE} | Balanced PD Capacity in Belgium | | 1-35  | 3.3 | 0.33 | name=rare
             {GC}/disks/7 | {COMPUTE} | Balanced PD Capacity in Belgium | | 1-35  | 3.3 | 0.33 | name=again
             {GC}/disks/8 | {COMPUTE} | Balanced PD Capacity in Belgium | | 1-35  | 3.3 | 0.33 | account=sub-3
             # misses: beside machines, without their name; a snapshot; the same usage type of another product
             {GC}/disks/9 | {COMPUTE} | Balanced PD Capacity in Belgium | | 1-35  | 3.3 | 0.33 |
             //compute.googleapis.com/projects/p/global/snapshots/1 | {COMPUTE} | Storage PD Snapshot in Belgium | | 1-35 | 3.3 | 0.1 | account=sub-2
             {GC}/disks/x | 0000-0000-0001 | Balanced PD Capacity in Belgium | | 1-35 | 3.3 | 0.33 | account=sub-2
             {GC}/instances/1 | {COMPUTE} | {core} | | 1-21 | 48  | 1.05 | name=gone machine=e2-standard-2
             {GC}/instances/1 | {COMPUTE} | {ram}  | | 1-21 | 192 | 0.56 | name=gone machine=e2-standard-2
             {GC}/instances/2 | {COMPUTE} | {core} | | 1-22 | 48  | 1.05 | name=lately machine=e2-standard-2
             {GC}/instances/3 | {COMPUTE} | {core} | | 2-7  | 48  | 1.05 | name=rare machine=e2-standard-2
             {GC}/instances/4 | {COMPUTE} | {core} | | 1-15 | 48  | 1.05 | name=again machine=e2-standard-2
             {GC}/instances/5 | {COMPUTE} | {core} | | 16-35 | 48 | 1.05 | name=again machine=e2-standard-2
             {GC}/instances/6 | {COMPUTE} | {core} | | 2    | 48  | 1.05 | account=sub-3 machine=e2-standard-2"
        ),
    );
    let found = found(&night, "unattached_persistent_disks", &[]);
    let short: Vec<&str> = found.iter().map(|line| line.rsplit_once('/').unwrap().1).collect();
    // 0.33 × 30.44 = 10.0452; 0.26 × 30.44 = 7.9144
    assert_eq!(short, ["2 delete Low 10.0452 10.0452", "1 delete Medium 7.9144 7.9144"]);
}

#[test]
fn unused_capacity_reservations() {
    let of = |name: &str| format!("{AZ}/capacityReservationGroups/g/capacityReservations/{name}");
    let line = |name: &str, days: &str, hours: &str, cost: &str| {
        format!(
            "{} | Virtual Machines | D2s v5 | Dsv5 Series | {days} | {hours} | {cost} | machine=Standard_D2s_v5\n",
            of(name)
        )
    };
    let bill = [
        line("idle", "1-35", "24", "2.304"),
        // Of three machines two are taken up now and then, and one is not.
        line("one-of-three", "1-30", "72", "6.912"),
        line("one-of-three", "31-35", "24", "2.304"),
        // Near misses: taken up by day; on one day; 13 days old; given back.
        line("by-day", "1-35", "12", "1.152"),
        line("one-day", "1-24+26-35", "24", "2.304"),
        line("fresh", "23-35", "24", "2.304"),
        line("gone", "1-34", "24", "2.304"),
        // Misses: a machine; a host.
        format!(
            "{AZ}/virtualMachines/vm-1 | Virtual Machines | D2s v5 | Dsv5 Series | 1-35 | 24 | 2.304 | machine=Standard_D2s_v5\n"
        ),
        format!("{} | Azure Dedicated Host | D2s v5 | Dsv5 Series | 1-35 | 24 | 2.304 |\n", of("host")),
    ];
    let night = published_of("Microsoft", &bill.concat());
    let found = found(&night, "unused_capacity_reservations", &[]);
    let short: Vec<&str> = found.iter().map(|line| line.rsplit_once('/').unwrap().1).collect();
    // 2.304 × 30.44 = 70.13376; (2 × 6.912 + 5 × 2.304) ÷ 7 × 30.44 = 110.2101…
    assert_eq!(short, ["idle delete Medium 70.1338 70.1338", "one-of-three delete Medium 110.2102 110.2102"]);
}

#[test]
fn premium_snapshots() {
    let (premium, standard) = ("Premium SSD Managed Disks", "Standard HDD Managed Disks");
    let night = published_of(
        "Microsoft",
        &format!(
            "# 100 GB: 3.2 GB-months a day at 0.12 and at 0.05
             {AZ}/snapshots/fast   | Storage | LRS Snapshots | {premium}  | 1-35  | 3.2 | 0.384 |
             {AZ}/snapshots/slow   | Storage | LRS Snapshots | {standard} | 1-35  | 3.2 | 0.16  |
             # where no other price is shown: another region, another redundancy
             {AZ}/snapshots/alone  | Storage | LRS Snapshots | {premium}  | 1-35  | 3.2 | 0.384 | region=us
             {AZ}/snapshots/zones  | Storage | ZRS Snapshots | {premium}  | 22-35 | 3.2 | 0.48  |
             # near misses: 13 days old; gone; a price so low that nothing is saved
             {AZ}/snapshots/fresh  | Storage | LRS Snapshots | {premium}  | 23-35 | 3.2 | 0.384 |
             {AZ}/snapshots/gone   | Storage | LRS Snapshots | {premium}  | 1-34  | 3.2 | 0.384 |
             {AZ}/snapshots/cheap  | Storage | LRS Snapshots | {premium}  | 1-35  | 3.2 | 0.15  |
             # misses: a disk; the same usage type of another product
             {AZ}/disks/d          | Storage | P10 LRS Disk  | {premium}  | 1-35  | 0.032 | 0.64 |
             {AZ}/snapshots/netapp | Azure NetApp Files | LRS Snapshots | {premium} | 1-35 | 3.2 | 0.384 |"
        ),
    );
    let found = found(&night, "premium_snapshots", &[]);
    let short: Vec<&str> = found.iter().map(|line| line.rsplit_once('/').unwrap().1).collect();
    // (0.384 − 3.2 × 0.05) × 30.44 = 6.81856
    assert_eq!(short, ["fast upgrade High 6.8186 6.8186", "zones upgrade High - -", "alone upgrade High - -"]);
}
