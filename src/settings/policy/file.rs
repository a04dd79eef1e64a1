//! The policy's tables of `costmill.toml` as they are written.

use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;
use toml::Spanned;

/// A list of texts, each with its place.
pub type Texts = Vec<Spanned<String>>;

/// `where = { ServiceName = ["…"] }`.
pub type FileWhere = BTreeMap<Spanned<String>, Spanned<Texts>>;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileTags {
    pub coverage_key: Option<Spanned<String>>,
    pub target: Option<Spanned<f64>>,
    #[serde(default)]
    pub dimensions: BTreeMap<Spanned<String>, FileDimension>,
    #[serde(default)]
    pub exemption: Vec<Spanned<FileExemption>>,
}

/// A tag dimension: the list of its tag keys, or a table.
#[derive(Debug)]
pub enum FileDimension {
    Keys(Texts),
    Table(Box<FileTagKey>),
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileTagKey {
    pub keys: Option<Texts>,
    pub required: Option<Spanned<bool>>,
    #[serde(default)]
    pub allowed: Texts,
    #[serde(default)]
    pub fold_case: bool,
    #[serde(default)]
    pub synonyms: BTreeMap<Spanned<String>, Spanned<String>>,
    pub inherit: Option<Spanned<bool>>,
    pub active_from: Option<Spanned<toml::Value>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileExemption {
    #[serde(default)]
    pub keys: Texts,
    pub r#where: Option<Spanned<FileWhere>>,
    pub reason: Spanned<String>,
    pub until: Spanned<toml::Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEnvironment {
    pub dimension: Spanned<String>,
    pub non_production: Spanned<Texts>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileTeam {
    pub name: Spanned<String>,
    #[serde(default)]
    pub cost_centre: String,
    #[serde(default)]
    pub bill_to: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileOwner {
    pub from: Option<Spanned<toml::Value>>,
    pub until: Option<Spanned<toml::Value>>,
    pub r#where: Option<Spanned<FileWhere>>,
    pub tag: Option<Spanned<String>>,
    pub team: Option<Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileShowback {
    #[serde(default)]
    pub basis: FileCost,
    #[serde(default)]
    pub tax: FileFollows,
    #[serde(default)]
    pub support: FileFollows,
    #[serde(default)]
    pub credits: FileFollows,
    #[serde(default)]
    pub refunds: FileFollows,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub enum FileCost {
    #[default]
    EffectiveCost,
    BilledCost,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileFollows {
    #[default]
    Owner,
    Unallocated,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileUnitMetric {
    pub id: Spanned<String>,
    pub title: Spanned<String>,
    pub unit: Spanned<String>,
    pub per: Option<Spanned<f64>>,
    pub driver: Spanned<String>,
    pub dimension: Option<Spanned<String>>,
    #[serde(default)]
    pub basis: FileCost,
    #[serde(default)]
    pub quantity: FileCounts,
    pub r#where: Option<Spanned<FileWhere>>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileCounts {
    #[default]
    Flow,
    Level,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileWaste {
    pub minimum_monthly_saving: Option<Spanned<f64>>,
    pub suppressions: Option<Spanned<String>>,
    #[serde(default)]
    pub utilisation: Texts,
}

/// An untagged enum would lose the places of its texts.
impl<'de> Deserialize<'de> for FileDimension {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = FileDimension;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a list of tag keys, or a table with `keys`")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<FileDimension, A::Error> {
                Texts::deserialize(SeqAccessDeserializer::new(list)).map(FileDimension::Keys)
            }

            fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<FileDimension, A::Error> {
                let table = FileTagKey::deserialize(MapAccessDeserializer::new(table))?;
                Ok(FileDimension::Table(Box::new(table)))
            }
        }
        deserializer.deserialize_any(Either)
    }
}
