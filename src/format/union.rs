//! Formats whose bill comes as several datasets that overlap: which charges of each are in `cost`.

use super::mapping::Condition;
use crate::focus::control::dataset_of;

/// The landed column that says which dataset a row is of. Landing adds it; no provider writes it.
pub const DATASET: &str = "x_Dataset";

/// A bill that is the union of charges of several datasets. Each is landed whole and summed whole; the
/// native line types say the dataset by their qualifiers.
#[derive(Debug, Clone, Copy)]
pub struct Union {
    pub datasets: &'static [Dataset],
    /// The rows that are charges of `cost`; the others repeat what another dataset has.
    pub keep: Condition,
    /// What the sums of `cost` must be, dataset by dataset.
    pub gates: &'static [Gate],
    /// Line types with their qualifiers that a dataset cannot hold: the file is of another one.
    pub impossible: &'static [Impossible],
}

/// One of the datasets of a bill.
#[derive(Debug, Clone, Copy)]
pub struct Dataset {
    /// As the config names it, and the value of [`DATASET`] beside its twins.
    pub id: &'static str,
    /// The value of [`DATASET`] where the config wants this dataset and no other.
    pub alone: &'static str,
    /// What a manifest calls it.
    pub word: &'static str,
    /// Parts of an export's name that tell it, in lower case.
    pub names: &'static [&'static str],
    /// What is published where it comes alone, in a sentence.
    pub says: &'static str,
}

/// Σ of one of the four costs in `cost` = Σ of a native column over the rows of one dataset, by billing
/// account, sub account and currency. No mapping and no crosswalk stands between the two.
#[derive(Debug, Clone, Copy)]
pub struct Gate {
    /// One of the four costs.
    pub cost: &'static str,
    /// The native money column.
    pub column: &'static str,
    /// The value of [`DATASET`] whose rows are summed.
    pub of: &'static str,
    /// It holds for a delivery that has rows of one of these.
    pub within: &'static [&'static str],
}

/// A line type in the wrong dataset.
#[derive(Debug, Clone, Copy)]
pub struct Impossible {
    /// `Purchase/amortized commitment`.
    pub line_type: &'static str,
    pub what: &'static str,
    pub remedy: &'static str,
}

impl Union {
    /// The dataset of an id.
    pub fn dataset(&self, id: &str) -> Option<&'static Dataset> {
        self.datasets.iter().find(|dataset| dataset.id == id)
    }

    /// The dataset that an export's name tells; `None` where it tells none, or more than one.
    pub fn named(&self, export: &str) -> Option<&'static Dataset> {
        let export = export.to_lowercase();
        let mut told = self.datasets.iter().filter(|dataset| dataset.names.iter().any(|name| export.contains(name)));
        told.next().filter(|_| told.next().is_none())
    }

    /// The gates that hold for a delivery with these native line types.
    pub fn gates<'k>(&self, line_types: impl Iterator<Item = &'k str> + Clone) -> Vec<&'static Gate> {
        let holds = |gate: &&Gate| line_types.clone().any(|key| gate.within.contains(&dataset_of(key)));
        self.gates.iter().filter(holds).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::format::REGISTRY;

    #[test]
    fn the_datasets_of_a_format_are_told_apart() {
        for union in REGISTRY.iter().filter_map(|format| format.union) {
            let mut ids: Vec<_> = union.datasets.iter().flat_map(|d| [d.id, d.alone]).collect();
            let all = ids.len();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), all);
            for dataset in union.datasets {
                for name in dataset.names {
                    assert_eq!(
                        union.named(&format!("Nightly-{}", name.to_uppercase())).map(|d| d.id),
                        Some(dataset.id)
                    );
                }
            }
            assert!(union.named("nightly").is_none());
            for gate in union.gates {
                assert!(crate::focus::COSTS.contains(&gate.cost));
            }
        }
    }
}
