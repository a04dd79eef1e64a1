//! The kinds of resources that are no machines, and their meters.

use super::columns::Col;
use super::services::{
    CLOUDFRONT, CLOUDWATCH, DYNAMODB, EC2, ECR, EFS, EKS, ELB, Flow, KMS, Kind, LAMBDA, Meter, OBSERVER, Prefix,
    ROUTE53, S3, SECRETS, SQS, VPC, WAF, meter,
};
use Flow::{Hours, Monthly, Requests, Storage, Volume};
use Prefix::{New, None, Old};

const INTERNET: &[(Col, &str)] = &[
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

/// Traffic of a machine: some send to the internet, some to another zone.
pub const MACHINE_TRAFFIC: [Meter; 2] = [
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
pub const DATABASE_STORAGE: [Meter; 2] = [
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

pub const KINDS: &[Kind] = &[
    Kind {
        product: EC2,
        resource: "vol-0{hex}",
        regional: true,
        count: (4, 480),
        meters: &[meter(
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
        )],
    },
    Kind {
        product: EC2,
        resource: "vol-0{hex}",
        regional: true,
        count: (1, 240),
        meters: &[meter(
            (Old, "EBS:VolumeUsage.gp2", "CreateVolume-Gp2"),
            "Storage",
            ("GB-Mo", "0.1", "per GB-month of General Purpose SSD (gp2) provisioned storage"),
            Storage(8, 500),
            &[
                (Col::VolumeApiName, "gp2"),
                (Col::VolumeType, "General Purpose"),
                (Col::StorageMedia, "SSD-backed"),
                (Col::MaxIopsVolume, "16000"),
            ],
        )],
    },
    Kind {
        product: EC2,
        resource: "arn:aws:ec2:{region}:{account}:snapshot/snap-0{hex}",
        regional: true,
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
        product: EC2,
        resource: "arn:aws:ec2:{region}:{account}:natgateway/nat-0{hex}",
        regional: true,
        count: (1, 24),
        meters: &[
            meter(
                (Old, "NatGateway-Hours", "NatGateway"),
                "NAT Gateway",
                ("Hrs", "0.045", "per NAT Gateway Hour"),
                Hours(100),
                &[(Col::Group, "NGW:NatGateway"), (Col::GroupDescription, "Hourly charge for NAT Gateways")],
            ),
            meter(
                (Old, "NatGateway-Bytes", "NatGateway"),
                "NAT Gateway",
                ("GB", "0.045", "per GB Data Processed by NAT Gateways"),
                Volume(5, 400),
                &[
                    (Col::Group, "NGW:NatGateway"),
                    (Col::GroupDescription, "Charge for per GB data processed by NatGateways"),
                ],
            ),
        ],
    },
    Kind {
        product: VPC,
        resource: "arn:aws:ec2:{region}:{account}:elastic-ip/eipalloc-0{hex}",
        regional: true,
        count: (1, 110),
        meters: &[meter(
            (New, "PublicIPv4:InUseAddress", "AllocateAddress"),
            "VpcPublicIPv4Address",
            ("Hrs", "0.005", "per In-use public IPv4 address per hour"),
            Hours(100),
            &[(Col::Group, "VPCPublicIPv4Address")],
        )],
    },
    Kind {
        product: S3,
        resource: "larkfield-{app}-{env}-{n}",
        regional: true,
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
        product: LAMBDA,
        resource: "arn:aws:lambda:{region}:{account}:function:{app}-{env}-{n}",
        regional: true,
        count: (2, 380),
        meters: &[
            meter(
                (Old, "Lambda-GB-Second", "Invoke"),
                "Serverless",
                (
                    "Lambda-GB-Second",
                    "0.0000166667",
                    "per GB-second of compute for the first 6 billion GB-seconds per month",
                ),
                Volume(40, 90_000),
                &[
                    (Col::Group, "AWS-Lambda-Duration"),
                    (
                        Col::GroupDescription,
                        "Invocation duration weighted by memory assigned to function, measured in GB-s",
                    ),
                ],
            ),
            meter(
                (Old, "Request", "Invoke"),
                "Serverless",
                ("Requests", "0.0000002", "per 1 million requests"),
                Requests(3, 900_000),
                &[
                    (Col::Group, "AWS-Lambda-Requests"),
                    (Col::GroupDescription, "Invocation call for a Lambda function"),
                ],
            ),
        ],
    },
    Kind {
        product: CLOUDWATCH,
        resource: "arn:aws:logs:{region}:{account}:log-group:/larkfield/{app}/{n}",
        regional: true,
        count: (2, 320),
        meters: &[
            meter(
                (New, "DataProcessing-Bytes", "PutLogEvents"),
                "Data Payload",
                ("GB", "0.5", "per GB custom log data ingested in Standard log class"),
                Volume(1, 20),
                &[
                    (Col::Group, "Ingested Logs"),
                    (Col::GroupDescription, "Existing system, application, and custom log files"),
                ],
            ),
            meter(
                (New, "TimedStorage-ByteHrs", "HourlyStorageMetering"),
                "Storage Snapshot",
                ("GB-Mo", "0.03", "per GB-mo of log storage"),
                Storage(5, 900),
                &[(Col::StorageMedia, "Amazon S3")],
            ),
        ],
    },
    Kind {
        product: ELB,
        resource: "arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/app/{app}-{env}/{hex}",
        regional: true,
        count: (1, 90),
        meters: &[
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
                Volume(2, 120),
                &[(Col::Group, "ELB:Balancing")],
            ),
        ],
    },
    Kind {
        product: DYNAMODB,
        resource: "arn:aws:dynamodb:{region}:{account}:table/{app}-{n}",
        regional: true,
        count: (1, 120),
        meters: &[
            meter(
                (Old, "WriteRequestUnits", "PayPerRequestThroughput"),
                "Amazon DynamoDB PayPerRequest Throughput",
                ("WriteRequestUnits", "0.000000625", "per million write request units"),
                Requests(200, 3_000_000),
                &[(Col::Group, "DDB-WriteUnits")],
            ),
            meter(
                (Old, "ReadRequestUnits", "PayPerRequestThroughput"),
                "Amazon DynamoDB PayPerRequest Throughput",
                ("ReadRequestUnits", "0.000000125", "per million read request units"),
                Requests(100, 9_000_000),
                &[(Col::Group, "DDB-ReadUnits")],
            ),
            meter(
                (Old, "TimedStorage-ByteHrs", "StandardStorage"),
                "Database Storage",
                ("GB-Mo", "0.25", "per GB-Month of storage used beyond first 25 free GB-Months"),
                Storage(1, 300),
                &[(Col::VolumeType, "Amazon DynamoDB - Indexed DataStore")],
            ),
        ],
    },
    Kind {
        product: EKS,
        resource: "arn:aws:eks:{region}:{account}:cluster/{app}-{env}-{n}",
        regional: true,
        count: (1, 10),
        meters: &[meter(
            (New, "AmazonEKS-Hours:perCluster", "CreateOperation"),
            "Compute",
            ("Hours", "0.1", "per hour for Amazon EKS cluster usage"),
            Hours(100),
            &[(Col::Tenancy, "Shared")],
        )],
    },
    Kind {
        product: SQS,
        resource: "arn:aws:sqs:{region}:{account}:{app}-{env}-{n}",
        regional: true,
        count: (1, 140),
        meters: &[meter(
            (New, "Requests-Tier1", "SendMessage"),
            "API Request",
            ("Requests", "0.0000004", "per 1,000,000 Amazon SQS standard requests in Tier1"),
            Requests(10, 2_500_000),
            &[(Col::QueueType, "Standard"), (Col::Group, "SQS-APIRequest-Tier1")],
        )],
    },
    Kind {
        product: KMS,
        resource: "arn:aws:kms:{region}:{account}:key/{hex}",
        regional: true,
        count: (1, 110),
        meters: &[
            meter(
                (Old, "KMS-Keys", "CreateKey"),
                "Encryption Key",
                ("Keys", "1", "per customer managed KMS key version"),
                Monthly(1),
                &[],
            ),
            meter(
                (Old, "KMS-Requests", "GenerateDataKey"),
                "API Request",
                ("Requests", "0.000003", "per 10,000 KMS requests"),
                Requests(20, 400_000),
                &[],
            ),
        ],
    },
    Kind {
        product: ROUTE53,
        resource: "arn:aws:route53:::hostedzone/Z0{hex}",
        regional: false,
        count: (1, 30),
        meters: &[
            meter(
                (None, "HostedZone", ""),
                "DNS Zone",
                ("HostedZone", "0.5", "per Hosted Zone for the first 25 Hosted Zones"),
                Monthly(1),
                &[],
            ),
            meter(
                (None, "DNS-Queries", "A"),
                "DNS Query",
                ("Queries", "0.0000004", "per 1,000,000 queries for the first 1 Billion queries"),
                Requests(500, 5_000_000),
                &[(Col::Group, "Standard Queries")],
            ),
        ],
    },
    Kind {
        product: CLOUDFRONT,
        resource: "arn:aws:cloudfront::{account}:distribution/E{hex}",
        regional: false,
        count: (1, 20),
        meters: &[
            meter(
                (None, "US-DataTransfer-Out-Bytes", "GET"),
                "Data Transfer",
                ("GB", "0.085", "per GB - first 10 TB / month data transfer out"),
                Volume(20, 900),
                &[
                    (Col::TransferType, "CloudFront Outbound"),
                    (Col::FromLocation, "United States"),
                    (Col::ToLocation, "External"),
                ],
            ),
            meter(
                (None, "US-Requests-Tier2-HTTPS", "GET"),
                "Request",
                ("Requests", "0.000001", "per 10,000 HTTPS Requests"),
                Requests(4_000, 6_000_000),
                &[(Col::Location, "United States")],
            ),
        ],
    },
    Kind {
        product: EFS,
        resource: "arn:aws:elasticfilesystem:{region}:{account}:file-system/fs-0{hex}",
        regional: true,
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
        count: (1, 50),
        meters: &[meter(
            (New, "TimedStorage-ByteHrs", ""),
            "EC2 Container Registry",
            ("GB-Mo", "0.1", "per GB-month of data storage"),
            Storage(1, 200),
            &[],
        )],
    },
    Kind {
        product: SECRETS,
        resource: "arn:aws:secretsmanager:{region}:{account}:secret:{app}/{n}",
        regional: true,
        count: (1, 150),
        meters: &[meter(
            (New, "AWSSecretsManager-Secrets", ""),
            "Secret",
            ("Secrets", "0.4", "per Secret"),
            Monthly(1),
            &[],
        )],
    },
    Kind {
        product: WAF,
        resource: "arn:aws:wafv2:us-east-1:{account}:global/webacl/{app}/{hex}",
        regional: false,
        count: (1, 6),
        meters: &[meter(
            (None, "WebACLV2", "CreateWebACL"),
            "Web Application Firewall",
            ("WebACL-month", "5", "per WebACL per month"),
            Monthly(1),
            &[],
        )],
    },
    Kind {
        product: OBSERVER,
        resource: "",
        regional: true,
        count: (1, 2),
        meters: &[meter(
            (New, "MP:observed_hosts-Units", "Observe-Pro"),
            "",
            ("Units", "0.0378", "per observed host and hour"),
            Requests(200, 900),
            &[(Col::ContentType, "Metered")],
        )],
    },
];
