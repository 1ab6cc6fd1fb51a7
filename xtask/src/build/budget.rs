//! Bytes against the recipe's budget: what counts towards a mini program's package size.

use std::fs;

use anyhow::{bail, Context, Result};

use super::recipe::{Budget, Recipe};
use crate::repo::Repo;
use crate::ui::thousands;

#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// index.js as it is.
    pub script: u64,
    /// The .wasm.br as it is.
    pub module: u64,
    /// The module in JavaScript; only an app that asks for it pays for it.
    pub twin: u64,
}

impl Sizes {
    pub fn measure(repo: &Repo, recipe: &Recipe) -> Result<Self> {
        let folder = repo.path(&recipe.output.folder);
        let size = |name: &str| {
            fs::metadata(folder.join(name))
                .map(|facts| facts.len())
                .with_context(|| format!("{}/{name} is not there: run `cargo xtask build`", recipe.output.folder))
        };
        Ok(Sizes {
            script: size(&recipe.output.script)?,
            module: size(&recipe.output.module)?,
            twin: size(&recipe.output.twin)?,
        })
    }

    pub fn total(self) -> u64 {
        self.script + self.module
    }
}

pub fn line(sizes: Sizes, budget: Budget) -> String {
    let left = budget.total as i64 - sizes.total() as i64;
    let verdict = if left >= 0 {
        format!("{} left", thousands(left as u64))
    } else {
        format!("{} too many", thousands(left.unsigned_abs()))
    };
    format!(
        "{} script + {} module = {} of {} bytes, {verdict}; {} twin beside them",
        thousands(sizes.script),
        thousands(sizes.module),
        thousands(sizes.total()),
        thousands(budget.total),
        thousands(sizes.twin)
    )
}

pub fn check(sizes: Sizes, budget: Budget) -> Result<()> {
    let over: Vec<String> = [
        ("script", sizes.script, budget.script),
        ("module", sizes.module, budget.module),
        ("total", sizes.total(), budget.total),
        ("twin", sizes.twin, budget.twin),
    ]
    .into_iter()
    .filter(|(_, is, may)| is > may)
    .map(|(name, is, may)| format!("{name} has {} bytes and may have {}", thousands(is), thousands(may)))
    .collect();
    if over.is_empty() {
        return Ok(());
    }
    bail!(
        "over the budget of wasm-pack.toml: {}; `cargo xtask size --by-crate` shows what takes the room",
        over.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUDGET: Budget = Budget { script: 10, module: 20, total: 25, twin: 90 };

    #[test]
    fn each_budget_counts() {
        let sizes = |script, module| Sizes { script, module, twin: 90 };
        assert!(check(sizes(10, 15), BUDGET).is_ok());
        assert!(check(sizes(11, 1), BUDGET).unwrap_err().to_string().contains("script has 11"));
        assert!(check(sizes(1, 21), BUDGET).unwrap_err().to_string().contains("module has 21"));
        assert!(check(sizes(10, 16), BUDGET).unwrap_err().to_string().contains("total has 26"));
        let twin = Sizes { twin: 91, ..sizes(1, 1) };
        assert!(check(twin, BUDGET).unwrap_err().to_string().contains("twin has 91"));
    }

    #[test]
    fn the_line_says_what_is_left() {
        let line = line(Sizes { script: 10, module: 12, twin: 80 }, BUDGET);
        assert_eq!(line, "10 script + 12 module = 22 of 25 bytes, 3 left; 80 twin beside them");
    }
}
