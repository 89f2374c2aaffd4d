//! trainer

pub mod conv;
