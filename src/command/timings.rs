//! Where a night's processor time goes, by stage: `costmill run --timings`.

use crate::ledger::Stage;
use std::cell::RefCell;
use std::time::{Duration, Instant};

/// Time by stage, in the order the stages first came: of the processor (user + system, all threads, in seconds), and of
/// the clock on the wall.
#[derive(Debug, Default)]
pub struct Timings {
    stages: RefCell<Vec<(&'static str, f64, Duration)>>,
}

impl Timings {
    /// Does some work and counts its processor time under `stage`. Stages do not nest.
    pub fn time<T>(&self, stage: &'static str, work: impl FnOnce() -> T) -> T {
        let (before, began) = (processor_seconds(), Instant::now());
        let result = work();
        let (spent, passed) = (processor_seconds() - before, began.elapsed());
        let mut stages = self.stages.borrow_mut();
        match stages.iter_mut().find(|(name, ..)| *name == stage) {
            Some((_, seconds, wall)) => (*seconds, *wall) = (*seconds + spent, *wall + passed),
            None => stages.push((stage, spent, passed)),
        }
        result
    }

    /// As a run's record has them.
    pub fn stages(&self) -> Vec<Stage> {
        let stage = |(name, seconds, wall): &(&'static str, f64, Duration)| Stage {
            stage: (*name).to_string(),
            processor_ms: (seconds * 1000.0).round() as u64,
            wall_ms: u64::try_from(wall.as_millis()).unwrap_or(u64::MAX),
        };
        self.stages.borrow().iter().map(stage).collect()
    }

    /// One line: `land 1.20 s, normalise 0.80 s, …`.
    pub fn line(&self) -> String {
        let stages = self.stages.borrow();
        let parts: Vec<_> = stages.iter().map(|(name, seconds, _)| format!("{name} {seconds:.2} s")).collect();
        format!("processor time: {}", parts.join(", "))
    }
}

/// Of this process so far. Where the system does not tell (it is Linux that does), 0.
fn processor_seconds() -> f64 {
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program may hold spaces: the fields are counted from its closing bracket.
    let fields: Vec<&str> =
        stat.rsplit_once(')').map(|(_, rest)| rest.split_whitespace().collect()).unwrap_or_default();
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok()).unwrap_or_default();
    (ticks(11) + ticks(12)) / TICKS_PER_SECOND
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_add_up_under_their_names() {
        let timings = Timings::default();
        assert_eq!(timings.time("land", || 1) + timings.time("normalise", || 2) + timings.time("land", || 3), 6);
        let line = timings.line();
        assert!(line.starts_with("processor time: land ") && line.contains(", normalise "), "{line}");
        assert_eq!(line.matches("land").count(), 1);
    }
}
