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

/// The same for a table of tests/bench/README.md: the limit in brackets, a figure that exceeds it bold.
pub fn cell(figure: f64, bar: f64) -> String {
    let limit = if bar.is_finite() { bar.to_string() } else { "–".into() };
    match figure > bar + 5e-4 {
        true => format!("**{figure:.3}** ({limit})"),
        false => format!("{figure:.3} ({limit})"),
    }
}

/// Writes target/bench/NAME.json, from which tests/bench/plot.mjs draws.
pub fn write_table(name: &str, rows: Vec<serde_json::Value>) {
    write_measured(&format!("{name}.json"), &serde_json::Value::from(rows).to_string());
    println!("\nevery row: target/bench/{name}.json");
}

/// Writes a file of target/bench.
pub fn write_measured(name: &str, text: &str) {
    let folder = std::path::Path::new("target/bench");
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(folder.join(name), text))
        .expect("target/bench is writable");
}
