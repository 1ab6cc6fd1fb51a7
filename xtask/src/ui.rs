//! Progress on the terminal: a line for each task, with a spinner while it runs and its time when it is done.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

pub struct Task {
    title: String,
    started: Instant,
    bar: ProgressBar,
}

impl Task {
    pub fn start(title: impl Into<String>) -> Self {
        let title = title.into();
        let bar = ProgressBar::new_spinner();
        // Where there is no terminal to draw on.
        if bar.is_hidden() {
            eprintln!("… {title}");
        }
        let style = ProgressStyle::with_template("{spinner} {prefix} [{elapsed}] {wide_msg}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner());
        bar.set_style(style);
        bar.set_prefix(title.clone());
        bar.enable_steady_tick(Duration::from_millis(120));
        Task { title, started: Instant::now(), bar }
    }

    /// The program's latest line.
    pub fn line(&self, line: &str) {
        let line = console::strip_ansi_codes(line).trim().to_owned();
        if !line.is_empty() {
            self.bar.set_message(line);
        }
    }

    pub fn done(self, note: &str) {
        self.bar.finish_and_clear();
        let dash = if note.is_empty() { "" } else { ": " };
        eprintln!("✓ {}{dash}{note} [{}]", self.title, duration(self.started.elapsed()));
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

pub fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 60.0 {
        format!("{seconds:.1} s")
    } else {
        format!("{} min {:02} s", seconds as u64 / 60, seconds as u64 % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_times_are_in_minutes() {
        assert_eq!(duration(Duration::from_millis(1540)), "1.5 s");
        assert_eq!(duration(Duration::from_secs(125)), "2 min 05 s");
    }
}
