//! Every input that fuzzing has kept, and everything it has found, once more (`cargo xtask fuzz` looks for new ones).

#[path = "fuzz/targets/mod.rs"]
mod targets;

use std::fs;
use std::path::Path;

#[test]
fn what_fuzzing_found_stays_found() {
    for target in targets::ALL {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(target.name);
        let mut count = 0;
        for entry in fs::read_dir(&folder).expect("a corpus for each target") {
            let path = entry.expect("an entry").path();
            let data = fs::read(&path).expect("a readable input");
            let run = std::panic::catch_unwind(|| (target.run)(&data));
            assert!(run.is_ok(), "{} breaks the target {}", path.display(), target.name);
            count += 1;
        }
        assert!(count > 0, "the corpus of {} is empty", target.name);
    }
}
