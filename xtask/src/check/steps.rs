//! What is checked, in order: the quick answers first, and what is built before what needs it.

use std::process::Command;

use anyhow::{bail, ensure, Context, Result};

use super::closing::Closing;
use crate::build;
use crate::process;
use crate::repo::Repo;
use crate::setup;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Even in a hurry: done within seconds once things are compiled.
    Fast,
    Always,
    /// Only by name: brings a gigabyte of other people's tools.
    Named,
}

use When::{Always, Fast, Named};

pub struct Step {
    pub name: &'static str,
    pub title: &'static str,
    pub when: When,
    /// The step that this one can't do without; it counts only if it was to run as well.
    pub needs: Option<&'static str>,
    pub run: fn(&Repo, &mut Closing) -> Result<()>,
}

pub const STEPS: [Step; 15] = [
    Step { name: "fmt", title: "Rust code is formatted", when: Fast, needs: None, run: fmt },
    Step { name: "clippy", title: "no warning, natively and for WebAssembly", when: Fast, needs: None, run: clippy },
    Step { name: "doc", title: "the sources' documentation: no dead link", when: Fast, needs: None, run: doc },
    Step { name: "rust", title: "the engine's tests", when: Fast, needs: None, run: rust },
    Step { name: "build", title: "the package, and what phones refuse", when: Always, needs: None, run: build },
    Step { name: "again", title: "the same bytes from another folder", when: Always, needs: Some("build"), run: again },
    Step { name: "wasm", title: "the door's tests, as WebAssembly in Node", when: Always, needs: None, run: wasm },
    Step { name: "glue", title: "the npm package: types and tests", when: Always, needs: Some("build"), run: glue },
    Step { name: "server", title: "the sample app server and the local cloud", when: Fast, needs: None, run: server },
    Step { name: "demo", title: "the demo mini program's pages", when: Always, needs: Some("build"), run: demo },
    Step { name: "preview", title: "the demo in a browser", when: Always, needs: Some("build"), run: preview },
    Step { name: "e2e", title: "the built package on a simulated phone", when: Always, needs: Some("build"), run: e2e },
    Step { name: "jsc", title: "the package in the iPhones' engine", when: Always, needs: Some("build"), run: jsc },
    Step { name: "size", title: "bytes against the budget", when: Always, needs: Some("build"), run: size },
    Step { name: "frameworks", title: "native, uni-app, Taro", when: Named, needs: Some("build"), run: frameworks },
];

fn fmt(repo: &Repo, closing: &mut Closing) -> Result<()> {
    cargo(repo, &["fmt", "--all", "--check"], closing)
}

fn clippy(repo: &Repo, closing: &mut Closing) -> Result<()> {
    cargo(repo, &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"], closing)?;
    let wasm =
        ["clippy", "--package", "vod-upload", "--lib", "--tests", "--target", "wasm32-unknown-unknown", "--locked"];
    cargo(repo, &[&wasm[..], &["--", "-D", "warnings"]].concat(), closing)
}

fn doc(repo: &Repo, closing: &mut Closing) -> Result<()> {
    let native = ["doc", "--no-deps", "--workspace", "--locked"];
    // The door is there for WebAssembly only.
    let wasm = ["doc", "--no-deps", "--package", "vod-upload", "--locked", "--target", "wasm32-unknown-unknown"];
    for arguments in [&native[..], &wasm[..]] {
        let mut cargo = process::command("cargo");
        cargo.args(arguments).env("RUSTDOCFLAGS", "-D warnings").current_dir(&repo.root);
        passes(&mut cargo, closing)?;
    }
    Ok(())
}

fn rust(repo: &Repo, closing: &mut Closing) -> Result<()> {
    cargo(repo, &["test", "--workspace", "--locked"], closing)?;
    some_passed(closing)
}

fn build(repo: &Repo, closing: &mut Closing) -> Result<()> {
    node_test(repo, "xtask/js", closing)?;
    build::run(repo, false)
}

fn again(repo: &Repo, closing: &mut Closing) -> Result<()> {
    let place = std::env::temp_dir().join(format!("vod-upload-again-{}", std::process::id()));
    let different = build::again::differences(repo, &place);
    std::fs::remove_dir_all(&place).with_context(|| format!("can't remove {}", place.display()))?;
    let different = different?;
    ensure!(different.is_empty(), "built in another folder, these come out differently: {}", different.join(", "));
    closing.take_as_it_is("every file of the package the same");
    Ok(())
}

fn wasm(repo: &Repo, closing: &mut Closing) -> Result<()> {
    let mut wasm_pack = process::command(repo.tools_bin().join("wasm-pack"));
    // Without the release build's flags: the dev profile's WebAssembly does not link for mvp.
    wasm_pack
        .args(["test", "--node", "--mode", "no-install"])
        .env("PATH", process::path_with_tools(repo)?)
        .env("CARGO_TARGET_DIR", repo.wasm_target("wasm-test"))
        .current_dir(&repo.root);
    passes(&mut wasm_pack, closing)?;
    some_passed(closing)
}

fn glue(repo: &Repo, closing: &mut Closing) -> Result<()> {
    npm(repo, "js-glue", &["run", "check"], closing)?;
    npm(repo, "js-glue", &["test"], closing)?;
    some_passed(closing)?;
    node_test(repo, "tests/types", closing)?;
    node_test(repo, "tests/package", closing)
}

fn server(repo: &Repo, closing: &mut Closing) -> Result<()> {
    npm(repo, "miniprogram-demo/server", &["test"], closing)?;
    some_passed(closing)
}

fn demo(repo: &Repo, closing: &mut Closing) -> Result<()> {
    npm(repo, "miniprogram-demo", &["test"], closing)?;
    some_passed(closing)
}

fn preview(repo: &Repo, closing: &mut Closing) -> Result<()> {
    setup::install_chromium(repo);
    npm(repo, "miniprogram-demo/preview", &["test"], closing)?;
    some_passed(closing)
}

fn e2e(repo: &Repo, closing: &mut Closing) -> Result<()> {
    node_test(repo, "tests/e2e", closing)?;
    node_test(repo, "tests/live", closing)
}

fn jsc(repo: &Repo, closing: &mut Closing) -> Result<()> {
    setup::install_jsc(repo);
    node_test(repo, "tests/jsc", closing)
}

fn frameworks(repo: &Repo, closing: &mut Closing) -> Result<()> {
    for folder in [
        "tests/frameworks/native",
        "tests/frameworks/uniapp",
        "tests/frameworks/uniapp-vue2",
        "tests/frameworks/taro",
        "tests/frameworks/recipes",
    ] {
        setup::install_npm_loosely(repo, folder)?;
        node_test(repo, folder, closing)?;
    }
    Ok(())
}

fn size(repo: &Repo, closing: &mut Closing) -> Result<()> {
    let line = crate::size::report(repo)?;
    closing.take_as_it_is(&line);
    Ok(())
}

fn cargo(repo: &Repo, arguments: &[&str], closing: &mut Closing) -> Result<()> {
    passes(process::command("cargo").args(arguments).current_dir(&repo.root), closing)
}

fn npm(repo: &Repo, folder: &str, arguments: &[&str], closing: &mut Closing) -> Result<()> {
    ensure!(repo.path(folder).join("package.json").exists(), "{folder} has no package.json");
    passes(process::npm()?.args(arguments).current_dir(repo.path(folder)), closing)
}

fn node_test(repo: &Repo, folder: &str, closing: &mut Closing) -> Result<()> {
    ensure!(repo.path(folder).is_dir(), "the folder {folder} is missing");
    let mut node = process::command("node");
    // From inside the folder: what a folder given as an argument means differs between Node 20 and 22.
    node.args(["--test", "--test-reporter=spec"]).current_dir(repo.path(folder));
    passes(&mut node, closing)?;
    some_passed(closing)
}

/// A runner that finds no tests is content; here it means that a folder was moved or a pattern is wrong.
fn some_passed(closing: &Closing) -> Result<()> {
    ensure!(closing.passed() > 0, "not a single test ran");
    Ok(())
}

/// Runs it in full view; its last words go to the summary whether it passes or not.
fn passes(command: &mut Command, closing: &mut Closing) -> Result<()> {
    let shown = process::shown(command);
    println!("$ {shown}");
    let (status, lines) = process::shown_and_kept(command)?;
    closing.take(&lines);
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}
