//! A model of phone, link and cloud in virtual time, for the benches.
#![allow(dead_code)] // Each bench uses its part of it.

pub mod client;
pub mod engine_client;
pub mod net;
pub mod peers;
pub mod risk;
pub mod world;

/// A figure and its upper limit; `*` marks one that exceeds it, and `missed` counts those.
pub fn compare(figure: f64, bar: f64, missed: &mut u32) -> String {
    let over = figure > bar + 5e-4;
    *missed += u32::from(over);
    let digits = if figure < 100.0 { 3 } else { 0 };
    format!("{figure:.digits$} of {bar}{}", if over { " *" } else { "" })
}

/// Writes target/bench/NAME.json, from which tests/bench/plot.mjs draws.
pub fn write_table(name: &str, rows: Vec<serde_json::Value>) {
    let file = format!("target/bench/{name}.json");
    let table = serde_json::Value::from(rows).to_string();
    match std::fs::create_dir_all("target/bench").and_then(|()| std::fs::write(&file, table)) {
        Ok(()) => println!("\nevery row: {file}"),
        Err(error) => println!("\n{file} could not be written: {error}"),
    }
}
