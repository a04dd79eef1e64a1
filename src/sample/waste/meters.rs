//! The meters of what is planted, where the ordinary estate has none like them.

use crate::sample::columns::Col;
use crate::sample::estate::services::{Flow, Meter, Prefix, meter};
use Flow::{Hours, Requests, Steady, Storage};
use Prefix::{New, Old};

pub static NAT_HOURS: Meter = meter(
    (Old, "NatGateway-Hours", "NatGateway"),
    "NAT Gateway",
    ("Hrs", "0.045", "per NAT Gateway Hour"),
    Hours(100),
    &[(Col::Group, "NGW:NatGateway"), (Col::GroupDescription, "Hourly charge for NAT Gateways")],
);
/// A trickle: a third of a GB a day.
pub static NAT_BYTES: Meter = meter(
    (Old, "NatGateway-Bytes", "NatGateway"),
    "NAT Gateway",
    ("GB", "0.045", "per GB Data Processed by NAT Gateways"),
    Steady(33),
    &[(Col::Group, "NGW:NatGateway"), (Col::GroupDescription, "Charge for per GB data processed by NatGateways")],
);

/// Application, network and classic load balancers: their hours, and what little they carry.
pub static BALANCERS: [(Meter, Meter); 3] = [
    (
        meter(
            (Old, "LoadBalancerUsage", "LoadBalancing:Application"),
            "Load Balancer-Application",
            ("Hrs", "0.0225", "per Application LoadBalancer-hour (or partial hour)"),
            Hours(100),
            &[(Col::Group, "ELB:Balancing")],
        ),
        meter(
            (Old, "LCUUsage", "LoadBalancing:Application"),
            "Load Balancer-Application",
            ("LCU-Hrs", "0.008", "per used Application load balancer capacity unit-hour (or partial hour)"),
            Steady(120),
            &[(Col::Group, "ELB:Balancing")],
        ),
    ),
    (
        meter(
            (Old, "LoadBalancerUsage", "LoadBalancing:Network"),
            "Load Balancer-Network",
            ("Hrs", "0.0225", "per Network LoadBalancer-hour (or partial hour)"),
            Hours(100),
            &[(Col::Group, "ELB:Balancing")],
        ),
        meter(
            (Old, "LCUUsage", "LoadBalancing:Network"),
            "Load Balancer-Network",
            ("LCU-Hrs", "0.006", "per used Network load balancer capacity unit-hour (or partial hour)"),
            Steady(90),
            &[(Col::Group, "ELB:Balancing")],
        ),
    ),
    (
        meter(
            (Old, "LoadBalancerUsage", "LoadBalancing"),
            "Load Balancer",
            ("Hrs", "0.025", "per LoadBalancer-hour (or partial hour)"),
            Hours(100),
            &[(Col::Group, "ELB:Balancer")],
        ),
        meter(
            (Old, "DataProcessing-Bytes", "LoadBalancing"),
            "Load Balancer",
            ("GB", "0.008", "per GB Data Processed by the LoadBalancer"),
            Steady(250),
            &[(Col::Group, "ELB:Balancer")],
        ),
    ),
];
/// What their ids look like.
pub const BALANCER_IDS: [&str; 3] = [
    "arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/app/{app}-{env}-{n}/{hex}",
    "arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/net/{app}-{env}-{n}/{hex}",
    "arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/{app}-{env}-{n}",
];

pub static ADDRESS_IDLE: Meter = meter(
    (New, "PublicIPv4:IdleAddress", "AllocateAddress"),
    "VpcPublicIPv4Address",
    ("Hrs", "0.005", "per Idle public IPv4 address per hour"),
    Hours(100),
    &[(Col::Group, "VPCPublicIPv4Address")],
);
pub static ADDRESS_IN_USE: Meter = meter(
    (New, "PublicIPv4:InUseAddress", "AllocateAddress"),
    "VpcPublicIPv4Address",
    ("Hrs", "0.005", "per In-use public IPv4 address per hour"),
    Hours(100),
    &[(Col::Group, "VPCPublicIPv4Address")],
);

pub static MAGNETIC: Meter = meter(
    (Old, "EBS:VolumeUsage", "CreateVolume"),
    "Storage",
    ("GB-Mo", "0.05", "per GB-month of Magnetic provisioned storage"),
    Storage(80, 800),
    &[(Col::VolumeApiName, "standard"), (Col::VolumeType, "Magnetic"), (Col::StorageMedia, "HDD-backed")],
);
pub static MAGNETIC_IO: Meter = meter(
    (Old, "EBS:VolumeIOUsage", "CreateVolume"),
    "System Operation",
    ("IOs", "0.00000005", "per 1 million I/O requests of Magnetic provisioned storage"),
    Requests(20_000, 2_000_000),
    &[(Col::Group, "EBS I/O Requests"), (Col::GroupDescription, "Input/Output Operation")],
);
/// Old and so small that nobody gains by touching it.
pub static SMALL_GP2: Meter = meter(
    (Old, "EBS:VolumeUsage.gp2", "CreateVolume-Gp2"),
    "Storage",
    ("GB-Mo", "0.1", "per GB-month of General Purpose SSD (gp2) provisioned storage"),
    Storage(8, 15),
    &[(Col::VolumeApiName, "gp2"), (Col::VolumeType, "General Purpose"), (Col::StorageMedia, "SSD-backed")],
);
pub static SNAPSHOT: Meter = meter(
    (Old, "EBS:SnapshotUsage", "CreateSnapshot"),
    "Storage Snapshot",
    ("GB-Mo", "0.05", "per GB-Month of snapshot data stored"),
    Storage(90, 700),
    &[(Col::StorageMedia, "Amazon S3")],
);

/// Of four processors, by engine.
pub static DATABASE_SUPPORT: [Meter; 2] = [
    meter(
        (Old, "ExtendedSupport:Yr1-Yr2:PostgreSQL12", "CreateDBInstance:0014"),
        "RDS Extended Support",
        ("vCPU-Hours", "0.1", "per vCPU-hour of RDS Extended Support for PostgreSQL 12, year 1-2"),
        Hours(400),
        &[(Col::DatabaseEngine, "PostgreSQL")],
    ),
    meter(
        (Old, "ExtendedSupport:Yr1-Yr2:MySQL5.7", "CreateDBInstance:0002"),
        "RDS Extended Support",
        ("vCPU-Hours", "0.1", "per vCPU-hour of RDS Extended Support for MySQL 5.7, year 1-2"),
        Hours(400),
        &[(Col::DatabaseEngine, "MySQL")],
    ),
];
pub static CLUSTER: Meter = meter(
    (New, "AmazonEKS-Hours:perCluster", "CreateOperation"),
    "Compute",
    ("Hours", "0.1", "per hour for Amazon EKS cluster usage"),
    Hours(100),
    &[(Col::Tenancy, "Shared")],
);
pub static CLUSTER_SUPPORT: Meter = meter(
    (New, "AmazonEKS-Hours:extendedSupport", "ExtendedSupport"),
    "Compute",
    ("Hours", "0.5", "per hour for Amazon EKS cluster usage, extended support"),
    Hours(100),
    &[(Col::Tenancy, "Shared")],
);
