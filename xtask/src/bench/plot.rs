//! Plots the benches of links: lines are the model in virtual time, dots are real sockets.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use plotters::coord::Shift;
use plotters::prelude::*;

const WIDTH: u32 = 960;
const HEIGHT: u32 = 340;
/// Bytes. Below, the round trips alone make the ratio.
const SIZES: std::ops::Range<f64> = 2e5..1.2e10;
const TIMES: std::ops::Range<f64> = 0.98..12.0;
const PANELS: [&str; 3] = ["A", "B", "C"];
/// Names in the files, names in the legend, colours that the colour-blind tell apart (Okabe and Ito).
const POLICIES: [(&str, &str, RGBColor); 5] = [
    ("ours", "vod-upload", RGBColor(213, 94, 0)),
    ("one stream", "one stream", RGBColor(0, 114, 178)),
    ("ali-oss", "ali-oss, 1 MiB × 5", RGBColor(0, 158, 115)),
    ("COS", "COS, 1 MiB × 3", RGBColor(204, 121, 167)),
    ("Tencent VOD", "Tencent VOD, 8 MiB × 6", RGBColor(120, 120, 120)),
];

/// One run: which link, which policy, how large, how many times the ideal.
#[derive(Debug, PartialEq)]
struct Point {
    link: String,
    policy: String,
    size: f64,
    time: f64,
}

/// Draws from the tables in `folder`; false where they are not there.
pub fn draw(folder: &Path, file: &Path) -> Result<bool> {
    let (Ok(model), Ok(sockets)) =
        (fs::read_to_string(folder.join("link.csv")), fs::read_to_string(folder.join("sockets.csv")))
    else {
        return Ok(false);
    };
    let lines = points(&model, "table", "matrix", "policy", "time_by_ideal")?;
    let dots = points(&sockets, "resets", "0", "client", "time_by_ideal")?;
    let area = SVGBackend::new(file, (WIDTH, HEIGHT)).into_drawing_area();
    area.fill(&WHITE)?;
    for (index, panel) in area.split_evenly((1, PANELS.len())).iter().enumerate() {
        one_link(panel, PANELS[index], &lines, &dots, index == 0)?;
    }
    area.present().context("can't write the plot")?;
    drop(area);
    Ok(true)
}

/// Draws how the bar moves on weak 4G, from what the model wrote; false where it has not.
pub fn draw_progress(folder: &Path, file: &Path) -> Result<bool> {
    let Ok(table) = fs::read_to_string(folder.join("progress.csv")) else {
        return Ok(false);
    };
    let steps = steps(&table)?;
    let end = steps.iter().map(|step| step.1).fold(0.0, f64::max);
    let most = steps.iter().map(|step| step.2).fold(0.0, f64::max);
    let area = SVGBackend::new(file, (WIDTH, HEIGHT)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption("5 MB at 250 KB/s, 100 ms", ("sans-serif", 14))
        .margin(8)
        .x_label_area_size(34)
        .y_label_area_size(42)
        .build_cartesian_2d(0.0..end, 0.0..most)?;
    chart.configure_mesh().disable_mesh().x_desc("seconds").y_desc("MB that the bar shows").draw()?;
    for (name, shown, colour) in POLICIES {
        let mut line = vec![(0.0, 0.0)];
        for (_, seconds, megabytes) in steps.iter().filter(|step| step.0 == name) {
            let before = line.last().map_or(0.0, |at| at.1);
            line.extend([(*seconds, before), (*seconds, *megabytes)]);
        }
        chart
            .draw_series(LineSeries::new(line, colour.stroke_width(2)))?
            .label(shown)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 14, y)], colour.stroke_width(2)));
    }
    chart.configure_series_labels().position(SeriesLabelPosition::UpperLeft).background_style(WHITE).draw()?;
    area.present().context("can't write the plot")?;
    drop(chart);
    Ok(true)
}

/// Client, seconds and megabytes of each step of the bar.
fn steps(table: &str) -> Result<Vec<(String, f64, f64)>> {
    csv::Reader::from_reader(table.as_bytes()).deserialize().map(|row| Ok(row?)).collect()
}

fn one_link(
    area: &DrawingArea<SVGBackend, Shift>,
    link: &str,
    lines: &[Point],
    dots: &[Point],
    legend: bool,
) -> Result<()> {
    let of = |points: &[Point], policy: &str| -> Vec<(f64, f64)> {
        let mine = |p: &&Point| p.policy == policy && p.link.starts_with(link) && SIZES.contains(&p.size);
        points.iter().filter(mine).map(|p| (p.size, p.time)).collect()
    };
    let title = lines.iter().find(|p| p.link.starts_with(link)).map_or(link, |p| &p.link);
    let mut chart = ChartBuilder::on(area)
        .caption(title, ("sans-serif", 14))
        .margin(8)
        .x_label_area_size(34)
        .y_label_area_size(42)
        .build_cartesian_2d(SIZES.log_scale(), TIMES.log_scale())?;
    chart
        .configure_mesh()
        .disable_mesh()
        .x_desc("size")
        .y_desc("time ÷ ideal")
        .x_labels(6)
        .y_labels(6)
        .x_label_formatter(&|bytes| size(*bytes))
        .y_label_formatter(&|times| format!("{times}"))
        .draw()?;
    for (name, shown, colour) in POLICIES {
        chart
            .draw_series(LineSeries::new(of(lines, name), colour.stroke_width(2)))?
            .label(shown)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 14, y)], colour.stroke_width(2)));
        chart.draw_series(of(dots, name).into_iter().map(|at| Circle::new(at, 3, colour.filled())))?;
    }
    if legend {
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperRight)
            .border_style(BLACK.mix(0.3))
            .background_style(WHITE)
            .draw()?;
    }
    Ok(())
}

fn size(bytes: f64) -> String {
    match bytes {
        b if b >= 1e9 => format!("{} GB", b / 1e9),
        b if b >= 1e6 => format!("{} MB", b / 1e6),
        b => format!("{} KB", b / 1e3),
    }
}

/// The rows of a table that finished and whose column `of` is `wanted`.
fn points(table: &str, of: &str, wanted: &str, policy: &str, time: &str) -> Result<Vec<Point>> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(table.as_bytes());
    let mut points = Vec::new();
    for row in reader.deserialize() {
        let row: HashMap<String, String> = row?;
        let field = |name: &str| row.get(name).map(String::as_str).unwrap_or_default();
        if field(of) != wanted || matches!(field("finished"), "false" | "0") {
            continue;
        }
        if let (Ok(size), Ok(time)) = (field("size").parse(), field(time).parse()) {
            points.push(Point { link: field("link").to_owned(), policy: field(policy).to_owned(), size, time });
        }
    }
    Ok(points)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_finished_become_points() {
        let csv = "table,link,policy,size,finished,time_by_ideal\n\
                   bars,\"A: 2 MB/s, 60 ms\",ours,5000000,true,1.1\n\
                   matrix,\"A: 2 MB/s, 60 ms\",ours,5000000,true,1.25\n\
                   matrix,\"A: 2 MB/s, 60 ms\",COS,5000000,false,9\n";
        let found = points(csv, "table", "matrix", "policy", "time_by_ideal").unwrap();
        assert_eq!(found, [Point { link: "A: 2 MB/s, 60 ms".into(), policy: "ours".into(), size: 5e6, time: 1.25 }]);
        assert!(points("", "table", "matrix", "policy", "time_by_ideal").unwrap().is_empty());
    }

    #[test]
    fn steps_of_the_bar_are_read() {
        let found = steps("client,seconds,megabytes\nours,1.5,0.102\n").unwrap();
        assert_eq!(found, [("ours".into(), 1.5, 0.102)]);
    }

    #[test]
    fn sizes_have_units() {
        assert_eq!([2e5, 1e6, 1e10].map(size), ["200 KB", "1 MB", "10 GB"]);
    }
}
