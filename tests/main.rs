//! The whole house, from outside. One binary, because each would link Burn and Arrow again.

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

mod boundaries;
mod cli;
mod determinism;
mod experiment;
mod hand;
mod hand_experiment;
mod journey;
mod kills;
mod promises;
mod refine;
mod resume;
mod shards;
mod support;
