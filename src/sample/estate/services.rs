//! What the company uses besides machines: the kinds of resources and the meters that bill them,
//! with AWS's own codes, usage types and units. Prices are those of us-east-1, near the list.

use crate::sample::columns::Col;

/// A product as the bill names it.
pub struct Product {
    pub code: &'static str,
    pub service_code: &'static str,
    pub name: &'static str,
    /// Who sells it, when it is not AWS.
    pub seller: Option<&'static str>,
}

macro_rules! products {
    ($($index:ident $code:literal $service_code:literal $name:literal $seller:expr;)*) => {
        #[derive(Clone, Copy)]
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Place { $($index),* }
        $(pub const $index: usize = Place::$index as usize;)*
        pub const PRODUCTS: &[Product] =
            &[$(Product { code: $code, service_code: $service_code, name: $name, seller: $seller }),*];
    };
}

/// The marketplace seller's euro prices are billed on an account of their own.
pub const SELLER: &str = "Gletscher Analytics GmbH";

products! {
    EC2 "AmazonEC2" "AmazonEC2" "Amazon Elastic Compute Cloud" None;
    RDS "AmazonRDS" "AmazonRDS" "Amazon Relational Database Service" None;
    CACHE "AmazonElastiCache" "AmazonElastiCache" "Amazon ElastiCache" None;
    ECS "AmazonECS" "AmazonECS" "Amazon Elastic Container Service" None;
    S3 "AmazonS3" "AmazonS3" "Amazon Simple Storage Service" None;
    LAMBDA "AWSLambda" "AWSLambda" "AWS Lambda" None;
    CLOUDWATCH "AmazonCloudWatch" "AmazonCloudWatch" "AmazonCloudWatch" None;
    ELB "AWSELB" "AWSELB" "Elastic Load Balancing" None;
    VPC "AmazonVPC" "AmazonVPC" "Amazon Virtual Private Cloud" None;
    DYNAMODB "AmazonDynamoDB" "AmazonDynamoDB" "Amazon DynamoDB" None;
    EKS "AmazonEKS" "AmazonEKS" "Amazon Elastic Container Service for Kubernetes" None;
    SQS "AWSQueueService" "AWSQueueService" "Amazon Simple Queue Service" None;
    KMS "awskms" "awskms" "AWS Key Management Service" None;
    ROUTE53 "AmazonRoute53" "AmazonRoute53" "Amazon Route 53" None;
    CLOUDFRONT "AmazonCloudFront" "AmazonCloudFront" "Amazon CloudFront" None;
    EFS "AmazonEFS" "AmazonEFS" "Amazon Elastic File System" None;
    ECR "AmazonECR" "AmazonECR" "Amazon EC2 Container Registry (ECR)" None;
    SECRETS "AWSSecretsManager" "AWSSecretsManager" "AWS Secrets Manager" None;
    WAF "awswaf" "awswaf" "AWS WAF" None;
    OPENSEARCH "AmazonES" "AmazonES" "Amazon OpenSearch Service" None;
    REDSHIFT "AmazonRedshift" "AmazonRedshift" "Amazon Redshift" None;
    KINESIS "AmazonKinesis" "AmazonKinesis" "Amazon Kinesis" None;
    SNS "AmazonSNS" "AmazonSNS" "Amazon Simple Notification Service" None;
    STATES "AmazonStates" "AmazonStates" "AWS Step Functions" None;
    API_GATEWAY "AmazonApiGateway" "AmazonApiGateway" "Amazon API Gateway" None;
    GLUE "AWSGlue" "AWSGlue" "AWS Glue" None;
    ATHENA "AmazonAthena" "AmazonAthena" "Amazon Athena" None;
    BACKUP "AWSBackup" "AWSBackup" "AWS Backup" None;
    GUARDDUTY "AmazonGuardDuty" "AmazonGuardDuty" "Amazon GuardDuty" None;
    CONFIG "AWSConfig" "AWSConfig" "AWS Config" None;
    CODEBUILD "CodeBuild" "CodeBuild" "CodeBuild" None;
    SUPPORT "AWSSupportBusiness" "AWSSupportBusiness" "AWS Support (Business)" None;
    SAVINGS_PLANS "ComputeSavingsPlans" "ComputeSavingsPlans" "Savings Plans for AWS Compute usage" None;
    OBSERVER "7fx2m9qk4v1zt8r6c3bn5wdhy" "7fx2m9qk4v1zt8r6c3bn5wdhy" "Gletscher Observe" Some(SELLER);
}

/// Which of a region's prefixes a usage type carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prefix {
    Old,
    New,
    None,
}

/// How a meter runs.
#[derive(Debug, Clone, Copy)]
pub enum Flow {
    /// A constant number of units (× 10⁻²) in every hour.
    Hours(i64),
    /// A stored size in GB between the bounds, metered as a share of the month.
    Storage(i64, i64),
    /// Units a day between the bounds, moving with the traffic; fractions of a unit are metered.
    Volume(i64, i64),
    /// The same in whole units.
    Requests(i64, i64),
    /// A constant number of units (× 10⁻²) a day.
    Steady(i64),
    /// So many units once a month.
    Monthly(i64),
}

/// One thing that is metered.
pub struct Meter {
    pub usage_type: &'static str,
    pub prefix: Prefix,
    pub operation: &'static str,
    pub family: &'static str,
    pub unit: &'static str,
    pub price: &'static str,
    /// What the description says after the price.
    pub words: &'static str,
    pub flow: Flow,
    pub details: &'static [(Col, &'static str)],
}

/// A kind of resource.
pub struct Kind {
    pub product: usize,
    /// The resource id; `{hex}`, `{region}`, `{account}`, `{app}`, `{env}` and `{n}` are filled in.
    pub resource: &'static str,
    /// Global services have no region.
    pub regional: bool,
    /// Nobody runs one outside production.
    pub prod_only: bool,
    /// How many there are in the smallest and in the full estate.
    pub count: (usize, usize),
    pub meters: &'static [Meter],
}

/// The parts of a meter in the order its table below reads.
pub const fn meter(
    name: (Prefix, &'static str, &'static str),
    family: &'static str,
    price: (&'static str, &'static str, &'static str),
    flow: Flow,
    details: &'static [(Col, &'static str)],
) -> Meter {
    let (prefix, usage_type, operation) = name;
    let (unit, price, words) = price;
    Meter { usage_type, prefix, operation, family, unit, price, words, flow, details }
}
