//! Starting other programs: in a clean environment, with a log or in full view.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use anyhow::{bail, Context, Result};

use crate::interrupt::{self, INTERRUPTED};
use crate::repo::Repo;
use crate::ui::{duration, Task};

/// Lines of a failed program's log that are shown.
const LOG_TAIL: usize = 40;

/// A program that prints nothing for this long is taken to hang. The longest silence of a step is the link-time optimisation of the
/// engine, about a minute on two cores.
const SILENCE_LIMIT: Duration = Duration::from_secs(15 * 60);

/// A command that is not influenced by how xtask itself was built or called.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if changes_a_build(&name.to_string_lossy()) {
            command.env_remove(name);
        }
    }
    command
}

/// Variables that `cargo run` sets for xtask, or a person for other builds.
fn changes_a_build(name: &str) -> bool {
    const PREFIXES: [&str; 4] = ["CARGO_PKG_", "CARGO_BIN_", "CARGO_PROFILE_", "CARGO_MANIFEST_"];
    const NAMES: [&str; 6] =
        ["CARGO", "CARGO_CRATE_NAME", "CARGO_PRIMARY_PACKAGE", "CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS", "OUT_DIR"];
    PREFIXES.iter().any(|prefix| name.starts_with(prefix)) || NAMES.contains(&name)
}

/// `npm` is a script with an ending on Windows.
pub fn npm() -> Result<Command> {
    let npm = which::which("npm")
        .context("npm is not on the PATH: it comes with Node.js 20 or newer, see https://nodejs.org")?;
    Ok(command(npm))
}

/// The PATH with this repository's own tools first.
pub fn path_with_tools(repo: &Repo) -> Result<OsString> {
    let own = [repo.tools_bin(), repo.glue().join("node_modules").join(".bin")];
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(own.into_iter().chain(std::env::split_paths(&inherited)))
        .context("the path of this folder can't stand on a PATH (it has a separator in it)")
}

/// What a program prints on stdout, trimmed.
pub fn text(command: &mut Command) -> Result<String> {
    let shown = shown(command);
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("can't start `{shown}`"))?;
    if !output.status.success() {
        bail!("`{shown}` failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs with a spinner that shows the last line; everything goes to a log, whose end is shown when the program fails.
pub fn logged(task: &Task, command: &mut Command, log: &Path) -> Result<()> {
    let shown = shown(command);
    if let Some(folder) = log.parent() {
        fs::create_dir_all(folder).with_context(|| format!("can't make the folder {}", folder.display()))?;
    }
    let mut file = File::create(log).with_context(|| format!("can't write {}", log.display()))?;
    let (status, lines) = by_line(command, SILENCE_LIMIT, |line| {
        // A full disk must not stop a build that would get by without its log.
        let _ = writeln!(file, "{line}");
        task.line(line);
    })?;
    if status.success() {
        return Ok(());
    }
    let tail = lines[lines.len().saturating_sub(LOG_TAIL)..].join("\n");
    bail!("`{shown}` failed ({status})\n{tail}\n(full log: {})", log.display())
}

/// Runs in full view and returns the lines.
pub fn shown_and_kept(command: &mut Command) -> Result<(ExitStatus, Vec<String>)> {
    by_line(command, SILENCE_LIMIT, |line| println!("{line}"))
}

/// Hands over the terminal until the program ends; its exit code becomes that of xtask.
pub fn in_the_foreground(command: &mut Command) -> Result<ExitCode> {
    let shown = shown(command);
    let status = command.stdin(Stdio::null()).status().with_context(|| format!("can't start `{shown}`"))?;
    Ok(match status.code() {
        Some(code) => ExitCode::from(u8::try_from(code).unwrap_or(1)),
        None => ExitCode::from(INTERRUPTED),
    })
}

/// Runs a program and calls `on_line` with each line of its output. Fails when the program can't be started, when it prints
/// nothing for `silence_limit` (it is ended then), or after Ctrl-C.
fn by_line(
    command: &mut Command,
    silence_limit: Duration,
    mut on_line: impl FnMut(&str),
) -> Result<(ExitStatus, Vec<String>)> {
    let shown = shown(command);
    let (reader, writer) = io::pipe().context("can't make a pipe")?;
    command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
    let mut child = command.spawn().with_context(|| format!("can't start `{shown}`"))?;
    // The pipe ends when nobody can write to it: `command` still holds its two writers.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || BufReader::new(reader).split(b'\n').try_for_each(|line| sender.send(line)));
    let mut kept = Vec::new();
    loop {
        match lines.recv_timeout(silence_limit) {
            Ok(line) => {
                let line = line.with_context(|| format!("can't read what `{shown}` prints"))?;
                let line = String::from_utf8_lossy(&line).trim_end().to_owned();
                on_line(&line);
                kept.push(line);
            }
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                child.kill().with_context(|| format!("`{shown}` hangs and can't be ended"))?;
                child.wait().with_context(|| format!("`{shown}` can't be waited for"))?;
                bail!("`{shown}` has printed nothing for {} and was ended", duration(silence_limit));
            }
        }
    }
    let status = child.wait().with_context(|| format!("`{shown}` can't be waited for"))?;
    if interrupt::requested() {
        bail!("interrupted while `{shown}` was running");
    }
    Ok((status, kept))
}

/// The command as one would type it, for messages.
pub fn shown(command: &Command) -> String {
    let program = PathBuf::from(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    std::iter::once(name).chain(command.get_args()).map(|part| part.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn a_build_is_not_changed_by_the_callers_flags() {
        for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_PROFILE_RELEASE_LTO", "CARGO_PKG_NAME"] {
            assert!(changes_a_build(name), "{name}");
        }
        for name in ["CARGO_HOME", "CARGO_TARGET_DIR", "RUSTUP_TOOLCHAIN", "PATH"] {
            assert!(!changes_a_build(name), "{name}");
        }
    }

    #[cfg(unix)]
    fn run(script: &str, silence_limit: Duration) -> (Result<(ExitStatus, Vec<String>)>, Vec<String>) {
        let mut lines = Vec::new();
        let result = by_line(command("sh").args(["-c", script]), silence_limit, |line| lines.push(line.to_owned()));
        (result, lines)
    }

    #[cfg(unix)]
    #[test]
    fn both_streams_are_read_line_by_line() {
        let (result, lines) = run("echo one; echo two >&2; echo three; exit 3", SILENCE_LIMIT);
        let (status, kept) = result.unwrap();
        assert_eq!(status.code(), Some(3));
        assert_eq!(lines, ["one", "two", "three"]);
        assert_eq!(kept, lines);
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_prints_nothing_is_ended() {
        let started = Instant::now();
        // `exec`: the shell's process becomes that of `sleep`, so that it ends, too.
        let (result, lines) = run("echo begun; exec sleep 60", Duration::from_millis(500));
        let error = result.unwrap_err().to_string();
        assert_eq!(error, "`sh -c echo begun; exec sleep 60` has printed nothing for 0.5 s and was ended");
        assert_eq!(lines, ["begun"]);
        assert!(started.elapsed() < Duration::from_secs(30));
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_prints_may_take_longer_than_the_limit() {
        let (started, limit) = (Instant::now(), Duration::from_secs(1));
        let (result, lines) = run("for n in 1 2 3 4 5; do echo $n; sleep 0.25; done", limit);
        assert!(result.unwrap().0.success() && started.elapsed() > limit);
        assert_eq!(lines, ["1", "2", "3", "4", "5"]);
    }
}
