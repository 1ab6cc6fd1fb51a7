//! The steps in their order: the quick ones first, and what is built before what needs it.

use std::process::Command;

use anyhow::{bail, ensure, Context, Result};

use super::summary::Results;
use crate::build::{self, Variant};
use crate::process;
use crate::repo::Repo;
use crate::setup;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// With --fast as well: seconds, once things are compiled.
    Fast,
    Always,
    /// Only by name: installs a gigabyte of tools.
    Named,
}

use When::{Always, Fast, Named};

pub struct Step {
    pub name: &'static str,
    pub title: &'static str,
    pub when: When,
    /// It does not run when the step `build` has failed.
    pub needs_build: bool,
    pub run: fn(&Repo, &mut Results) -> Result<()>,
}

const fn step(
    name: &'static str,
    title: &'static str,
    when: When,
    needs_build: bool,
    run: fn(&Repo, &mut Results) -> Result<()>,
) -> Step {
    Step { name, title, when, needs_build, run }
}

pub const STEPS: [Step; 16] = [
    step("fmt", "Rust code is formatted", Fast, false, fmt),
    step("clippy", "no warning, natively and for WebAssembly", Fast, false, clippy),
    step("doc", "the sources' documentation: no dead link", Fast, false, doc),
    step("rust", "the engine's tests", Fast, false, rust),
    step("build", "the package, and the check of what phones refuse", Always, false, build),
    step("reproducible", "the same bytes from another folder", Always, true, reproducible),
    step("wasm", "the wasm binding, in Node", Always, false, wasm),
    step("glue", "the npm package: types and tests", Always, true, glue),
    step("server", "the sample app server and the local cloud", Fast, false, server),
    step("demo", "the demo mini program's pages", Always, true, demo),
    step("preview", "the demo in a browser", Always, true, preview),
    step("e2e", "the built package on a simulated phone", Always, true, e2e),
    step("panic", "a panic's message and line reach the app", Always, false, panic),
    step("jsc", "the package in JavaScriptCore, the engine of iPhones", Always, true, jsc),
    step("size", "bytes against the budget", Always, true, size),
    step("frameworks", "native, uni-app, Taro", Named, true, frameworks),
];

fn fmt(repo: &Repo, results: &mut Results) -> Result<()> {
    cargo(repo, &["fmt", "--all", "--check"], results)
}

fn clippy(repo: &Repo, results: &mut Results) -> Result<()> {
    cargo(repo, &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"], results)?;
    let wasm =
        ["clippy", "--package", "vod-upload", "--lib", "--tests", "--target", "wasm32-unknown-unknown", "--locked"];
    cargo(repo, &[&wasm[..], &["--", "-D", "warnings"]].concat(), results)
}

fn doc(repo: &Repo, results: &mut Results) -> Result<()> {
    // The binding exists for WebAssembly only.
    for scope in [&["--workspace"][..], &["--package", "vod-upload", "--target", "wasm32-unknown-unknown"]] {
        let mut cargo = process::command("cargo");
        cargo.args(["doc", "--no-deps", "--document-private-items", "--locked"]).args(scope);
        cargo.env("RUSTDOCFLAGS", "-D warnings").current_dir(&repo.root);
        passes(&mut cargo, results)?;
    }
    Ok(())
}

fn rust(repo: &Repo, results: &mut Results) -> Result<()> {
    cargo(repo, &["test", "--workspace", "--locked"], results)?;
    some_passed(results)
}

fn build(repo: &Repo, results: &mut Results) -> Result<()> {
    node_test(repo, "xtask/js", results)?;
    node_test(repo, "tests/bench", results)?;
    build::run(repo, Variant::Release, false)
}

fn reproducible(repo: &Repo, results: &mut Results) -> Result<()> {
    let place = std::env::temp_dir().join(format!("vod-upload-reproducible-{}", std::process::id()));
    let different = build::reproducible::differences(repo, &place);
    std::fs::remove_dir_all(&place).with_context(|| format!("can't remove {}", place.display()))?;
    let different = different?;
    ensure!(different.is_empty(), "built in another folder, these come out differently: {}", different.join(", "));
    results.note = "every file of the package is the same".to_owned();
    Ok(())
}

fn wasm(repo: &Repo, results: &mut Results) -> Result<()> {
    let mut wasm_pack = process::command(repo.tools_bin().join("wasm-pack"));
    // Without the release build's flags: the dev profile's WebAssembly does not link for mvp.
    wasm_pack
        .args(["test", "--node", "--mode", "no-install"])
        .env("PATH", process::path_with_tools(repo)?)
        .env("CARGO_TARGET_DIR", repo.target("wasm-test"))
        .current_dir(&repo.root);
    passes(&mut wasm_pack, results)?;
    some_passed(results)
}

fn glue(repo: &Repo, results: &mut Results) -> Result<()> {
    passes(process::npm()?.args(["run", "check"]).current_dir(repo.glue()), results)?;
    npm_test(repo, "js-glue", results)?;
    for folder in ["tests/platform-node", "tests/types", "tests/contract", "tests/package"] {
        node_test(repo, folder, results)?;
    }
    Ok(())
}

fn server(repo: &Repo, results: &mut Results) -> Result<()> {
    npm_test(repo, "miniprogram-demo/server", results)
}

fn demo(repo: &Repo, results: &mut Results) -> Result<()> {
    npm_test(repo, "miniprogram-demo", results)
}

fn preview(repo: &Repo, results: &mut Results) -> Result<()> {
    setup::ensure_program(repo, &setup::CHROMIUM);
    npm_test(repo, "miniprogram-demo/preview", results)?;
    none_skipped(results)
}

fn e2e(repo: &Repo, results: &mut Results) -> Result<()> {
    node_test(repo, "tests/e2e", results)?;
    node_test(repo, "tests/live", results)
}

fn panic(repo: &Repo, results: &mut Results) -> Result<()> {
    build::run(repo, Variant::TestPanic, false)?;
    setup::ensure_program(repo, &setup::JSC);
    node_test(repo, "tests/panic", results)?;
    none_skipped(results)
}

fn jsc(repo: &Repo, results: &mut Results) -> Result<()> {
    setup::ensure_program(repo, &setup::JSC);
    node_test(repo, "tests/jsc", results)?;
    none_skipped(results)
}

fn frameworks(repo: &Repo, results: &mut Results) -> Result<()> {
    for project in ["native", "uniapp", "uniapp-vue2", "taro", "recipes"] {
        let folder = format!("tests/frameworks/{project}");
        setup::install_npm(repo, &folder, "install")?;
        node_test(repo, &folder, results)?;
    }
    Ok(())
}

fn size(repo: &Repo, results: &mut Results) -> Result<()> {
    results.note = crate::size::report(repo)?;
    Ok(())
}

fn cargo(repo: &Repo, arguments: &[&str], results: &mut Results) -> Result<()> {
    passes(process::command("cargo").args(arguments).current_dir(&repo.root), results)
}

fn npm_test(repo: &Repo, folder: &str, results: &mut Results) -> Result<()> {
    passes(process::npm()?.arg("test").current_dir(repo.path(folder)), results)?;
    some_passed(results)
}

fn node_test(repo: &Repo, folder: &str, results: &mut Results) -> Result<()> {
    let mut node = process::command("node");
    // From inside the folder: what a folder given as an argument means differs between Node 20 and 22.
    node.args(["--test", "--test-reporter=spec"]).current_dir(repo.path(folder));
    passes(&mut node, results)?;
    some_passed(results)
}

/// A runner that finds no tests exits with 0; here it means that a folder was moved or a pattern is wrong.
fn some_passed(results: &Results) -> Result<()> {
    ensure!(results.passed > 0, "not a single test ran");
    Ok(())
}

/// Tests are skipped where an engine is missing (jsc, Chromium). On a CI server that would hide what was not tested.
fn none_skipped(results: &Results) -> Result<()> {
    let required = std::env::var_os("VOD_UPLOAD_REQUIRE_ENGINES").is_some_and(|value| value == "1");
    ensure!(
        !required || results.skipped == 0,
        "{} tests were skipped, and VOD_UPLOAD_REQUIRE_ENGINES is 1: install what they ask for above",
        results.skipped
    );
    Ok(())
}

/// Runs a program in full view; its results go to the summary whether it passes or not.
fn passes(command: &mut Command, results: &mut Results) -> Result<()> {
    let shown = process::shown(command);
    println!("$ {shown}");
    let (status, lines) = process::shown_and_kept(command)?;
    results.read(&lines);
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}
