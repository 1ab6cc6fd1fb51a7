//! Programs that some tests need, from Debian's packages, where apt-get is there and xtask runs as root.

use which::which;

use crate::process;
use crate::repo::Repo;
use crate::ui::Task;

pub struct Program {
    names: &'static [&'static str],
    /// The environment variable that names another one.
    variable: &'static str,
    package: &'static str,
}

/// JavaScriptCore's shell, the engine of iPhones.
pub const JSC: Program = Program { names: &["jsc"], variable: "JSC", package: "libjavascriptcoregtk-4.0-bin" };

pub const CHROMIUM: Program =
    Program { names: &["chromium", "chromium-browser", "google-chrome"], variable: "CHROMIUM", package: "chromium" };

/// Tries. The tests report it if the program is still missing.
pub fn ensure(repo: &Repo, program: &Program) {
    let there = program.names.iter().any(|name| which(name).is_ok()) || std::env::var_os(program.variable).is_some();
    let Some(apt) = (!there && is_root()).then(|| which("apt-get").ok()).flatten() else {
        return;
    };
    let package = program.package;
    let task = Task::start(format!("installing {package} (once)"));
    let log = repo.logs().join(format!("{package}.log"));
    for arguments in [&["update"][..], &["install", "--yes", "--no-install-recommends", package]] {
        let mut command = process::command(&apt);
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        if let Err(error) = process::logged(&task, &mut command, &log) {
            eprintln!("! {package} could not be installed: {error:#}");
            return;
        }
    }
    task.done("");
}

fn is_root() -> bool {
    process::text(process::command("id").arg("-u")).is_ok_and(|id| id == "0")
}
