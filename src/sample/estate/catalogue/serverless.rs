//! What runs without machines of the company, and the platform around it.

use crate::sample::columns::Col;
use crate::sample::estate::services::{
    CLOUDWATCH, DYNAMODB, EKS, Flow, KMS, Kind, LAMBDA, OBSERVER, Prefix, SECRETS, SQS, meter,
};
use Flow::{Hours, Monthly, Requests, Storage, Volume};
use Prefix::{New, Old};

pub const KINDS: &[Kind] = &[
    Kind {
        product: LAMBDA,
        resource: "arn:aws:lambda:{region}:{account}:function:{app}-{env}-{n}",
        regional: true,
        prod_only: false,
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
        prod_only: false,
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
        product: DYNAMODB,
        resource: "arn:aws:dynamodb:{region}:{account}:table/{app}-{n}",
        regional: true,
        prod_only: false,
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
        prod_only: true,
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
        prod_only: false,
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
        prod_only: false,
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
        product: SECRETS,
        resource: "arn:aws:secretsmanager:{region}:{account}:secret:{app}/{n}",
        regional: true,
        prod_only: false,
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
        product: OBSERVER,
        resource: "",
        regional: true,
        prod_only: false,
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
