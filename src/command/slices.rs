//! The slices of a slot put together, before anything is made of them.

use super::slot::known_format;
use crate::error::Result;
use crate::focus::{DeliveryKind, LandedDelivery, Slot};
use crate::lake::Lake;
use crate::land::union;

/// The deliveries whose parts are the slot: as they are, or slices as one, in the lake's folder for work.
pub fn put_together(lake: &Lake, slot: &Slot, deliveries: &[LandedDelivery]) -> Result<Vec<LandedDelivery>> {
    match deliveries.first() {
        Some(first) if first.kind == DeliveryKind::ExportSlice => {
            let folder = lake.temp()?.join(format!("slices-{}-{}", slot.source, slot.month));
            Ok(vec![union(deliveries, known_format(first)?, slot.month, &folder)?])
        }
        _ => Ok(deliveries.to_vec()),
    }
}
