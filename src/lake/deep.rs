//! Room for Polars: it walks a plan by recursion, and the plan of a query over queries is deep.

use crate::error::{Error, Result};

/// A test's thread has 2 MiB and Windows' main thread 1 MiB, most of which an unoptimised build
/// fills with a plan of thirty steps. This is address space, not memory in use.
const STACK_BYTES: usize = 64 << 20;

/// Does `work` on a thread with a large stack and waits for it. A panic goes on here.
///
/// # Errors
/// Those of the work; [`Error::Lake`] when the machine has no thread left.
pub fn on_deep_stack<T: Send>(work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("plan".into()).stack_size(STACK_BYTES);
        let thread = thread.spawn_scoped(scope, work).map_err(|error| {
            Error::lake(
                "threads",
                format!("no thread can be started: {error}"),
                "free memory or raise the limit of threads",
            )
        })?;
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}
