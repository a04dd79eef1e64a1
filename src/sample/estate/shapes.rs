//! The shapes of machines as the price list has them, in us-east-1, Linux.

use super::services::{CACHE, EC2, ECS, RDS};

/// A shape of machine.
#[derive(Debug, PartialEq, Eq)]
pub struct Shape {
    pub name: &'static str,
    pub product: usize,
    pub price: &'static str,
    pub instance_family: &'static str,
    pub vcpu: &'static str,
    pub memory: &'static str,
    /// Size in normalized units (large = 4).
    pub factor: i64,
}

const fn shape(
    name: &'static str,
    product: usize,
    price: &'static str,
    instance_family: &'static str,
    size: (&'static str, &'static str, i64),
) -> Shape {
    let (vcpu, memory, factor) = size;
    Shape { name, product, price, instance_family, vcpu, memory, factor }
}

const GENERAL: &str = "General purpose";
const COMPUTE: &str = "Compute optimized";
const MEMORY: &str = "Memory optimized";

pub static M5_LARGE: Shape = shape("m5.large", EC2, "0.096", GENERAL, ("2", "8 GiB", 4));
pub static M5_XLARGE: Shape = shape("m5.xlarge", EC2, "0.192", GENERAL, ("4", "16 GiB", 8));
pub static M5_2XLARGE: Shape = shape("m5.2xlarge", EC2, "0.384", GENERAL, ("8", "32 GiB", 16));
pub static C5_XLARGE: Shape = shape("c5.xlarge", EC2, "0.17", COMPUTE, ("4", "8 GiB", 8));
pub static C5_2XLARGE: Shape = shape("c5.2xlarge", EC2, "0.34", COMPUTE, ("8", "16 GiB", 16));
pub static C5_4XLARGE: Shape = shape("c5.4xlarge", EC2, "0.68", COMPUTE, ("16", "32 GiB", 32));
pub static R5_LARGE: Shape = shape("r5.large", EC2, "0.126", MEMORY, ("2", "16 GiB", 4));
pub static R5_XLARGE: Shape = shape("r5.xlarge", EC2, "0.252", MEMORY, ("4", "32 GiB", 8));
pub static R5_2XLARGE: Shape = shape("r5.2xlarge", EC2, "0.504", MEMORY, ("8", "64 GiB", 16));
pub static T3_MEDIUM: Shape = shape("t3.medium", EC2, "0.0416", GENERAL, ("2", "4 GiB", 2));
pub static T3_LARGE: Shape = shape("t3.large", EC2, "0.0832", GENERAL, ("2", "8 GiB", 4));
pub static T3_LARGE_WINDOWS: Shape = shape("t3.large", EC2, "0.1108", GENERAL, ("2", "8 GiB", 4));
pub static M6I_LARGE: Shape = shape("m6i.large", EC2, "0.096", GENERAL, ("2", "8 GiB", 4));
pub static M6I_XLARGE: Shape = shape("m6i.xlarge", EC2, "0.192", GENERAL, ("4", "16 GiB", 8));
pub static M6I_2XLARGE: Shape = shape("m6i.2xlarge", EC2, "0.384", GENERAL, ("8", "32 GiB", 16));
pub static R6I_2XLARGE: Shape = shape("r6i.2xlarge", EC2, "0.504", MEMORY, ("8", "64 GiB", 16));
pub static C6G_XLARGE: Shape = shape("c6g.xlarge", EC2, "0.136", COMPUTE, ("4", "8 GiB", 8));
pub static C6I_XLARGE: Shape = shape("c6i.xlarge", EC2, "0.17", COMPUTE, ("4", "8 GiB", 8));
pub static C6I_4XLARGE: Shape = shape("c6i.4xlarge", EC2, "0.68", COMPUTE, ("16", "32 GiB", 32));
pub static M4_LARGE: Shape = shape("m4.large", EC2, "0.1", GENERAL, ("2", "8 GiB", 4));
pub static C4_XLARGE: Shape = shape("c4.xlarge", EC2, "0.199", COMPUTE, ("4", "7.5 GiB", 8));
pub static R4_LARGE: Shape = shape("r4.large", EC2, "0.133", MEMORY, ("2", "15.25 GiB", 4));
pub static T2_MEDIUM: Shape = shape("t2.medium", EC2, "0.0464", GENERAL, ("2", "4 GiB", 2));
pub static DB_R5_LARGE: Shape = shape("db.r5.large", RDS, "0.25", MEMORY, ("2", "16 GiB", 4));
pub static DB_R6G_XLARGE: Shape = shape("db.r6g.xlarge", RDS, "0.45", MEMORY, ("4", "32 GiB", 8));
pub static DB_T3_MEDIUM: Shape = shape("db.t3.medium", RDS, "0.072", GENERAL, ("2", "4 GiB", 2));
pub static CACHE_R6G: Shape = shape("cache.r6g.large", CACHE, "0.206", MEMORY, ("2", "13.07 GiB", 4));
/// A container task: its vCPU hours.
pub static FARGATE: Shape = shape("", ECS, "0.04048", "", ("", "", 0));
