//! simreal: training data that is rendered, made real, and proven.

#![allow(clippy::exit)]

mod ablate;
mod args;
mod calibrate;
mod claim;
mod clean;
mod console;
mod derived;
mod drift;
mod epochs;
mod estimators;
mod exit;
mod export;
mod frames;
mod gaze;
mod hand;
mod held_out;
mod images;
mod ingest;
mod inspect;
mod interrupt;
mod journey;
mod limits;
mod live;
mod modality;
mod plan;
mod predictions;
mod pupil;
mod refine;
mod render;
mod report;
mod seeds;
mod settings;
mod shards;
mod train;

use args::{Cli, Command};
use clap::Parser;
use std::process::ExitCode;

/// Training allocates and frees large tensors at every step; this allocator keeps their pages.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    limits::ignore_file_size_signal();
    let cli = Cli::parse();
    let codes = exit::Codes::of(&cli.command);
    let Err(error) = interrupt::listen().and_then(|()| run(cli.command)) else {
        return ExitCode::SUCCESS;
    };
    if error.is::<interrupt::Interrupted>() {
        console::tell(format_args!("{error}"));
    } else {
        console::tell(format_args!("error: {error:#}"));
    }
    ExitCode::from(codes.code(&error))
}

fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Demo(args) => journey::demo(args),
        Command::Experiment(args) => journey::experiment(args),
        Command::Calibrate(args) => calibrate::run(args),
        Command::Render(args) => match args.what {
            args::RenderWhat::Eyes(args) => render::eyes(args),
            args::RenderWhat::Hands(args) => render::hands(args),
        },
        Command::Ingest(args) => ingest::run(args),
        Command::Inspect(args) => inspect::run(args),
        Command::Export(args) => export::run(args),
        Command::Train(args) => train::run(args),
        Command::Ablate(args) => ablate::run(args),
        Command::Refine(args) => refine::run(args),
        Command::Drift(args) => drift::run(args),
        Command::Gaze(args) => gaze::run(args),
        Command::Pupil(args) => pupil::run(args),
        Command::Hand(args) => hand::run(args),
    }
}
