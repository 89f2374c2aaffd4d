//! simreal: training data that is rendered, made real, and proven.

#![allow(clippy::print_stdout, clippy::print_stderr, clippy::exit)]

mod args;
mod console;
mod drift;
mod gaze;
mod ingest;
mod inspect;
mod interrupt;
mod journey;
mod plan;
mod refine;
mod render;
mod report;
mod settings;
mod train;

use args::{Cli, Command};
use clap::Parser;
use std::process::ExitCode;

/// Training allocates and frees large tensors at every step; this allocator keeps their pages.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// 0 done · 1 an error, with its causes and the remedy · 2 wrong arguments · 130 stopped by Ctrl-C.
fn main() -> ExitCode {
    let cli = Cli::parse();
    match interrupt::listen().and_then(|()| run(cli.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<interrupt::Interrupted>() => {
            eprintln!("{error}");
            ExitCode::from(interrupt::EXIT_CODE)
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Demo(args) => journey::demo(args),
        Command::Experiment(args) => journey::experiment(args),
        Command::Render(args) => match args.what {
            args::RenderWhat::Eyes(args) => render::run(args),
        },
        Command::Ingest(args) => ingest::run(args),
        Command::Inspect(args) => inspect::run(args),
        Command::Train(args) => train::run(args),
        Command::Refine(args) => refine::run(args),
        Command::Drift(args) => drift::run(args),
        Command::Gaze(args) => gaze::run(args),
    }
}
