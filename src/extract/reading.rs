//! From what was announced to a delivery whose bytes are known, and here. What changes meanwhile is looked for again.

use super::tree::Advance;
use super::{Announced, Exports, LOOKS, Read, hash};
use crate::error::{Error, Result};
use crate::focus::{BillingMonth, Delivery};

impl Exports {
    /// Reads a delivery far enough to know it: what is not known yet is fetched and hashed. One that changes
    /// meanwhile is looked for again and read from the start, and so is one that was announced before another changed:
    /// providers write several billing periods anew together. `advance` is told the bytes that arrive.
    ///
    /// Errors: `Lake` and `Bug`, which are not about this delivery.
    pub fn read(&mut self, announced: &Announced, advance: Advance<'_>) -> Result<Read> {
        let mut announced = announced.clone();
        if self.has_moved {
            match self.now(&announced.months, &announced.origin)? {
                Ok(now) => announced = now,
                Err(read) => return Ok(read),
            }
        }
        for look in 1..=LOOKS {
            self.tree.changed();
            let error = match self.tree.hashes(&announced.files, advance) {
                Ok(hashes) => return Ok(Read::Delivery(hash::delivery(&announced, hashes))),
                Err(error @ (Error::Lake(_) | Error::Bug(_))) => return Err(error),
                Err(error) => error,
            };
            match self.after(error, look, &announced.months, &announced.origin)? {
                Ok(again) => announced = again,
                Err(read) => return Ok(read),
            }
        }
        Err(Error::bug(&announced.origin, "a delivery was read more often than it may be"))
    }

    /// Makes every file of a delivery be on this machine, at its `path`. One that is another by now is read from the
    /// start, and is what is given back. `advance` is told the bytes that arrive.
    ///
    /// Errors: `Lake` and `Bug`.
    pub fn fetch(&mut self, mut delivery: Delivery, advance: Advance<'_>) -> Result<Read> {
        for look in 1..=LOOKS {
            self.tree.changed();
            let error = match self.tree.fetch(&delivery, advance) {
                Ok(()) => return Ok(Read::Delivery(delivery)),
                Err(error @ (Error::Lake(_) | Error::Bug(_))) => return Err(error),
                Err(error) => error,
            };
            let read = match self.after(error, look, &delivery.months, &delivery.origin)? {
                Ok(again) => self.read(&again, advance)?,
                Err(read) => read,
            };
            match read {
                Read::Delivery(again) => delivery = again,
                read => return Ok(read),
            }
        }
        Err(Error::bug(&delivery.origin, "a delivery was fetched more often than it may be"))
    }

    /// After an error: the delivery as it is announced now, where it changed, and else what is to be said of it.
    fn after(
        &mut self,
        error: Error,
        look: usize,
        months: &[BillingMonth],
        origin: &str,
    ) -> Result<std::result::Result<Announced, Read>> {
        if self.tree.changed().is_none() {
            return Ok(Err(Read::Refused((months.to_vec(), error))));
        }
        if look == LOOKS {
            return Ok(Err(Read::Waits((months.to_vec(), error))));
        }
        self.has_moved = true;
        match self.tree.refresh() {
            Ok(()) => self.now(months, origin),
            Err(error) => of_this(error, months),
        }
    }

    /// A delivery as the location announces it now; where it has gone, or is not complete, that is what it is.
    fn now(&mut self, months: &[BillingMonth], origin: &str) -> Result<std::result::Result<Announced, Read>> {
        let mut found = match self.found((!months.is_empty()).then_some(months)) {
            Ok(found) => found,
            Err(error) => return of_this(error, months),
        };
        let same = |announced: &Announced| match months.is_empty() {
            true => announced.origin == origin,
            false => announced.months == months,
        };
        let by_name = found.announced.iter().position(|announced| same(announced) && announced.origin == origin);
        if let Some(at) = by_name.or_else(|| found.announced.iter().position(same)) {
            return Ok(Ok(found.announced.swap_remove(at)));
        }
        let error = |(_, error)| error;
        if let Some(error) = found.refused.into_iter().map(error).next() {
            return Ok(Err(Read::Refused((months.to_vec(), error))));
        }
        if let Some(error) = found.waiting.into_iter().map(error).chain(found.late).next() {
            return Ok(Err(Read::Waits((months.to_vec(), error))));
        }
        let what = "was there when it was looked for, and is gone now";
        let error = Error::source(origin, what, "deliver it again; do not move exports while a run reads them");
        Ok(Err(Read::Refused((months.to_vec(), error))))
    }
}

/// What an error is to one delivery: the disk is everybody's problem.
fn of_this(error: Error, months: &[BillingMonth]) -> Result<std::result::Result<Announced, Read>> {
    match error {
        error @ (Error::Lake(_) | Error::Bug(_)) => Err(error),
        error => Ok(Err(Read::Refused((months.to_vec(), error)))),
    }
}
