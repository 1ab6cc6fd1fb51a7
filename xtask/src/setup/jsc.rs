//! JavaScriptCore's shell, the engine of iPhones: from Debian's packages, where there is one to ask and the right to do so.

use which::which;

use crate::process;
use crate::repo::Repo;
use crate::ui::Task;

const PACKAGE: &str = "libjavascriptcoregtk-4.0-bin";

/// Does what it can. Whether there is a shell in the end, its tests find out for themselves, and say so loudly.
pub fn ensure(repo: &Repo) {
    let may = which("jsc").is_err() && std::env::var_os("JSC").is_none() && is_root();
    let Some(apt) = may.then(|| which("apt-get").ok()).flatten() else {
        return;
    };
    let task = Task::start(format!("installing {PACKAGE} for jsc"));
    let log = repo.logs().join("jsc.log");
    for arguments in [&["update"][..], &["install", "--yes", "--no-install-recommends", PACKAGE]] {
        let mut command = process::command(&apt);
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        if let Err(error) = process::logged(&task, &mut command, &log) {
            eprintln!("! jsc could not be installed: {error:#}");
            return;
        }
    }
    task.done("");
}

#[cfg(unix)]
fn is_root() -> bool {
    nix::unistd::Uid::effective().is_root()
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}
