//! Parse, run, exit code.

use costmill::Error;
use costmill::cli::{Cli, LogFormat};
use costmill::command::console::Console;
use std::io::Write;
use std::process::ExitCode;

/// Polars allocates and frees large buffers on every thread; the system's allocator keeps them per thread.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    costmill::tls::install_provider();
    let cli = Cli::from_arguments();
    let json = (cli.shared.log_format == LogFormat::Json).then(|| Console::new(cli.shared.quiet, LogFormat::Json));
    if let Some(console) = json {
        std::panic::set_hook(Box::new(move |told| console.problem(&Error::bug("costmill", told.to_string()))));
    }
    // A panic is a bug of ours: status 1 of the table in `--help`, never a status that is not in it.
    match std::panic::catch_unwind(|| costmill::command::run(cli)) {
        Ok(code) => ExitCode::from(code),
        // Told by the hook.
        Err(_) if json.is_some() => ExitCode::from(1),
        Err(_) => {
            let told = "error: bug in costmill: it stopped in the middle; `costmill status` lists what is published\n  \
                        remedy: please report it with the command line and the message above";
            let _ = writeln!(std::io::stderr(), "{told}");
            ExitCode::from(1)
        }
    }
}
