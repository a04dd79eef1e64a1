//! The resources that are found, as a small table to look things up with.

use super::Finding;
use crate::error::{Error, Result};
use polars::prelude::*;
use std::collections::HashMap;

/// Numbers the resources of findings.
pub struct Resources {
    numbers: HashMap<[String; 2], u32>,
    names: Vec<[String; 2]>,
}

/// The number of a resource, in tables.
pub const KEY: &str = "x_Key";

impl Resources {
    pub fn of(found: &[Finding]) -> Self {
        let mut resources = Self { numbers: HashMap::new(), names: Vec::new() };
        for finding in found {
            let name = name(finding);
            if !resources.numbers.contains_key(&name) {
                resources.numbers.insert(name.clone(), resources.names.len() as u32);
                resources.names.push(name);
            }
        }
        resources
    }

    pub fn len(&self) -> usize {
        self.names.len()
    }

    pub fn number(&self, finding: &Finding) -> usize {
        self.numbers.get(&name(finding)).map_or(0, |number| *number as usize)
    }

    /// `frame`, which has SubAccountId and ResourceId, with the number of the resource instead;
    /// other resources are left out.
    pub fn join(&self, frame: LazyFrame) -> Result<LazyFrame> {
        let [account, resource] = ["SubAccountId", "ResourceId"];
        let keys = self.frame(&[account, resource])?;
        let filled = frame.with_columns([col(account).fill_null(lit("")), col(resource).fill_null(lit(""))]);
        Ok(filled.join(
            keys,
            [col(account), col(resource)],
            [col(account), col(resource)],
            JoinArgs::new(JoinType::Inner),
        ))
    }

    /// `frame`, which has a column that holds the ids of resources, with their numbers.
    pub fn join_ids(&self, frame: LazyFrame, column: &str) -> Result<LazyFrame> {
        let keys = self.frame(&["x_Account", column])?;
        Ok(frame.join(keys, [col(column)], [col(column)], JoinArgs::new(JoinType::Inner)))
    }

    fn frame(&self, [account, resource]: &[&str; 2]) -> Result<LazyFrame> {
        let column = |name: &str, part: usize| {
            let texts: Vec<&str> = self.names.iter().map(|names| names[part].as_str()).collect();
            Column::new(name.into(), texts)
        };
        let numbers: Vec<u32> = (0..self.names.len() as u32).collect();
        let columns = vec![column(account, 0), column(resource, 1), Column::new(KEY.into(), numbers)];
        let frame = DataFrame::new(self.names.len(), columns);
        frame.map(DataFrame::lazy).map_err(|error| Error::bug("finding", error.to_string()))
    }
}

fn name(finding: &Finding) -> [String; 2] {
    [finding.resource.sub_account.clone(), finding.resource.id.clone()]
}
