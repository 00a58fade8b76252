//! What the project does beside `cargo build`, as `cargo xtask SUBCOMMAND`: one file for each.

#![expect(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    reason = "a developer's tool in a developer's own tree: it prints, and reads the environment and plain files"
)]

mod bench;
mod checks;
mod ci;
mod demo;
mod deny;
mod fuzz;
mod process;
mod seeds;
mod servers;
mod tally;
mod test;
mod tools;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask SUBCOMMAND

  demo                             build the program and run a real command through the cache, twice
  test [--cluster] [-p CRATE ...]  install what the tests need under target/tools, then run every test, or those selected;
                                   --cluster adds those on three nodes of Garage, and on Azure's emulator
  fuzz [--seconds N] [TARGET]      run the fuzz targets, or one, for 20 or N seconds each
  deny                             hold the dependencies to deny.toml
  checks                           formatting, lints, documentation, dependencies
  bench [NAME ...]                 measure, and print the ratios
  ci                               all of that, as .ci/run has it";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match *arguments {
        ["demo"] => demo::run_demo(),
        ["test", ref arguments @ ..] => test::run(arguments),
        ["fuzz", ref options @ ..] => fuzz::run(options),
        ["deny"] => deny::run(),
        ["checks"] => checks::run(),
        ["bench", ref names @ ..] => bench::run_benchmarks(names),
        ["ci"] => ci::run(),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
