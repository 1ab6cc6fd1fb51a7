//! Bytes against the budget of wasm-pack.toml. WeChat counts scripts as they are and `.wasm.br` as it is.

use std::fs;

use anyhow::{ensure, Context, Result};
use indicatif::HumanCount;

use super::recipe::Budget;
use super::Package;

#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    pub script: u64,
    pub module: u64,
    pub fallback: u64,
}

impl Sizes {
    pub fn measure(package: &Package) -> Result<Self> {
        let size = |path: std::path::PathBuf| {
            let missing = || format!("{} is not there: run `cargo xtask build`", path.display());
            fs::metadata(&path).map(|file| file.len()).with_context(missing)
        };
        Ok(Sizes {
            script: size(package.script())?,
            module: size(package.module())?,
            fallback: size(package.fallback())?,
        })
    }

    pub fn total(self) -> u64 {
        self.script + self.module
    }

    pub fn line(self, budget: Budget) -> String {
        format!(
            "script {} + module {} = {} of {} bytes; fallback {} of {}",
            HumanCount(self.script),
            HumanCount(self.module),
            HumanCount(self.total()),
            HumanCount(budget.total),
            HumanCount(self.fallback),
            HumanCount(budget.fallback)
        )
    }

    pub fn check(self, budget: Budget) -> Result<()> {
        ensure!(
            self.total() <= budget.total && self.fallback <= budget.fallback,
            "over the budget of wasm-pack.toml: {}",
            self.line(budget)
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn total_and_fallback_are_limited() {
        let budget = Budget { total: 25, fallback: 90 };
        let check = |script, module, fallback| Sizes { script, module, fallback }.check(budget);
        assert!(check(10, 15, 90).is_ok());
        let error = check(10, 16, 90).unwrap_err().to_string();
        assert!(error.contains("script 10 + module 16 = 26 of 25 bytes"), "{error}");
        assert!(check(1, 1, 91).unwrap_err().to_string().contains("fallback 91 of 90"));
    }
}
