//! What carries traffic: gateways, balancers, addresses, names.

use crate::sample::columns::Col;
use crate::sample::estate::services::{CLOUDFRONT, EC2, ELB, Flow, Kind, Prefix, ROUTE53, VPC, WAF, meter};
use Flow::{Hours, Monthly, Requests, Volume};
use Prefix::{New, None, Old};

pub const KINDS: &[Kind] = &[
    Kind {
        product: EC2,
        resource: "arn:aws:ec2:{region}:{account}:natgateway/nat-0{hex}",
        regional: true,
        prod_only: false,
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
        prod_only: false,
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
        product: ELB,
        resource: "arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/app/{app}-{env}/{hex}",
        regional: true,
        prod_only: false,
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
        product: ROUTE53,
        resource: "arn:aws:route53:::hostedzone/Z0{hex}",
        regional: false,
        prod_only: false,
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
        prod_only: false,
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
        product: WAF,
        resource: "arn:aws:wafv2:us-east-1:{account}:global/webacl/{app}/{hex}",
        regional: false,
        prod_only: false,
        count: (1, 6),
        meters: &[meter(
            (None, "WebACLV2", "CreateWebACL"),
            "Web Application Firewall",
            ("WebACL-month", "5", "per WebACL per month"),
            Monthly(1),
            &[],
        )],
    },
];
