//! The kinds of resources that are no machines, and their meters.

mod analytics;
mod network;
mod serverless;
mod storage;

use super::services::{Flow, Kind, Meter, Prefix, meter};
use crate::sample::columns::Col;
use Flow::{Storage, Volume};
use Prefix::Old;

/// Every kind that the estate has some of.
pub const KINDS: [&[Kind]; 4] = [storage::KINDS, network::KINDS, serverless::KINDS, analytics::KINDS];

pub const INTERNET: &[(Col, &str)] = &[
    (Col::ServiceCode, "AWSDataTransfer"),
    (Col::ServiceName, "AWS Data Transfer"),
    (Col::TransferType, "AWS Outbound"),
    (Col::ToLocation, "External"),
];
const BETWEEN_ZONES: &[(Col, &str)] = &[
    (Col::ServiceCode, "AWSDataTransfer"),
    (Col::ServiceName, "AWS Data Transfer"),
    (Col::TransferType, "IntraRegion"),
];

/// A volume of today's type.
pub static GP3: Meter = meter(
    (Old, "EBS:VolumeUsage.gp3", "CreateVolume-Gp3"),
    "Storage",
    ("GB-Mo", "0.08", "per GB-month of General Purpose (gp3) provisioned storage"),
    Storage(20, 600),
    &[
        (Col::VolumeApiName, "gp3"),
        (Col::VolumeType, "General Purpose"),
        (Col::StorageMedia, "SSD-backed"),
        (Col::MaxIopsVolume, "16000"),
    ],
);
/// A volume of the type before it.
pub static GP2: Meter = meter(
    (Old, "EBS:VolumeUsage.gp2", "CreateVolume-Gp2"),
    "Storage",
    ("GB-Mo", "0.1", "per GB-month of General Purpose SSD (gp2) provisioned storage"),
    Storage(100, 900),
    &[
        (Col::VolumeApiName, "gp2"),
        (Col::VolumeType, "General Purpose"),
        (Col::StorageMedia, "SSD-backed"),
        (Col::MaxIopsVolume, "16000"),
    ],
);

/// Traffic of a machine: some send to the internet, some to another zone.
pub static MACHINE_TRAFFIC: [Meter; 2] = [
    meter(
        (Old, "DataTransfer-Out-Bytes", "RunInstances"),
        "Data Transfer",
        ("GB", "0.09", "per GB - first 10 TB / month data transfer out beyond the global free tier"),
        Volume(1, 40),
        INTERNET,
    ),
    meter(
        (Old, "DataTransfer-Regional-Bytes", "InterZone-In"),
        "Data Transfer",
        ("GB", "0.01", "per GB - regional data transfer - in/out/between EC2 AZs or using elastic IPs or ELB"),
        Volume(2, 300),
        BETWEEN_ZONES,
    ),
];

/// What a database bills besides its hours.
pub static DATABASE_STORAGE: [Meter; 2] = [
    meter(
        (Old, "RDS:GP3-Storage", "CreateDBInstance"),
        "Database Storage",
        ("GB-Mo", "0.115", "per GB-month of provisioned GP3 storage"),
        Storage(50, 800),
        &[(Col::VolumeType, "General Purpose-GP3"), (Col::DeploymentOption, "Single-AZ")],
    ),
    meter(
        (Old, "RDS:ChargedBackupUsage", "CreateDBInstance"),
        "Storage Snapshot",
        ("GB-Mo", "0.095", "per additional GB-month of backup storage exceeding free allocation"),
        Storage(20, 300),
        &[],
    ),
];
