//! What stores: buckets, snapshots, file systems, images.

use super::INTERNET;
use crate::sample::columns::Col;
use crate::sample::estate::services::{EC2, ECR, EFS, Flow, Kind, Prefix, S3, meter};
use Flow::{Requests, Storage, Volume};
use Prefix::{New, Old};

pub const KINDS: &[Kind] = &[
    Kind {
        product: EC2,
        resource: "arn:aws:ec2:{region}:{account}:snapshot/snap-0{hex}",
        regional: true,
        prod_only: false,
        count: (1, 200),
        meters: &[meter(
            (Old, "EBS:SnapshotUsage", "CreateSnapshot"),
            "Storage Snapshot",
            ("GB-Mo", "0.05", "per GB-Month of snapshot data stored"),
            Storage(5, 400),
            &[(Col::StorageMedia, "Amazon S3")],
        )],
    },
    Kind {
        product: S3,
        resource: "larkfield-{app}-{env}-{n}",
        regional: true,
        prod_only: false,
        count: (2, 170),
        meters: &[
            meter(
                (Old, "TimedStorage-ByteHrs", "StandardStorage"),
                "Storage",
                ("GB-Mo", "0.023", "per GB - first 50 TB / month of storage used"),
                Storage(200, 9000),
                &[
                    (Col::StorageClass, "General Purpose"),
                    (Col::VolumeType, "Standard"),
                    (Col::Durability, "99.999999999%"),
                    (Col::Availability, "99.99%"),
                ],
            ),
            meter(
                (Old, "Requests-Tier1", "PutObject"),
                "API Request",
                ("Requests", "0.000005", "per 1,000 PUT, COPY, POST, or LIST requests"),
                Requests(900, 90_000),
                &[(Col::Group, "S3-API-Tier1"), (Col::GroupDescription, "PUT/COPY/POST or LIST requests")],
            ),
            meter(
                (Old, "Requests-Tier2", "GetObject"),
                "API Request",
                ("Requests", "0.0000004", "per 10,000 GET and all other requests"),
                Requests(1, 2_000_000),
                &[(Col::Group, "S3-API-Tier2"), (Col::GroupDescription, "GET and all other requests")],
            ),
            meter(
                (Old, "DataTransfer-Out-Bytes", "GetObject"),
                "Data Transfer",
                ("GB", "0.09", "per GB - first 10 TB / month data transfer out beyond the global free tier"),
                Volume(1, 25),
                INTERNET,
            ),
        ],
    },
    Kind {
        product: S3,
        resource: "larkfield-{app}-archive-{n}",
        regional: true,
        prod_only: false,
        count: (1, 60),
        meters: &[meter(
            (Old, "TimedStorage-SIA-ByteHrs", "StandardIAStorage"),
            "Storage",
            ("GB-Mo", "0.0125", "per GB-Month of storage used in Standard-Infrequent Access"),
            Storage(500, 20_000),
            &[(Col::StorageClass, "Infrequent Access"), (Col::VolumeType, "Standard - Infrequent Access")],
        )],
    },
    Kind {
        product: EFS,
        resource: "arn:aws:elasticfilesystem:{region}:{account}:file-system/fs-0{hex}",
        regional: true,
        prod_only: false,
        count: (1, 40),
        meters: &[meter(
            (New, "TimedStorage-ByteHrs", ""),
            "Storage",
            ("GB-Mo", "0.3", "per GB-Mo for Standard storage"),
            Storage(5, 1200),
            &[(Col::StorageClass, "General Purpose")],
        )],
    },
    Kind {
        product: ECR,
        resource: "arn:aws:ecr:{region}:{account}:repository/{app}/{n}",
        regional: true,
        prod_only: false,
        count: (1, 50),
        meters: &[meter(
            (New, "TimedStorage-ByteHrs", ""),
            "EC2 Container Registry",
            ("GB-Mo", "0.1", "per GB-month of data storage"),
            Storage(1, 200),
            &[],
        )],
    },
];
