//! The proposals beyond WebAssembly 1.0, by the names rustc and LLVM give them, and what to do when one appears uninvited.

use std::fmt;

use serde::Deserialize;
use wasmparser::WasmFeatures;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Feature {
    SignExt,
    BulkMemory,
    NontrappingFptoint,
    MutableGlobals,
    ReferenceTypes,
    Multivalue,
    Simd,
    Threads,
    TailCall,
    Exceptions,
    MultiMemory,
    Memory64,
    ExtendedConst,
    Gc,
    Other,
}

use Feature::*;

impl Feature {
    pub fn name(self) -> &'static str {
        match self {
            SignExt => "sign-ext",
            BulkMemory => "bulk-memory",
            NontrappingFptoint => "nontrapping-fptoint",
            MutableGlobals => "mutable-globals",
            ReferenceTypes => "reference-types",
            Multivalue => "multivalue",
            Simd => "simd",
            Threads => "threads",
            TailCall => "tail-call",
            Exceptions => "exceptions",
            MultiMemory => "multi-memory",
            Memory64 => "memory64",
            ExtendedConst => "extended-const",
            Gc => "gc",
            Other => "an unlisted proposal",
        }
    }

    pub fn flag(self) -> WasmFeatures {
        match self {
            SignExt => WasmFeatures::SIGN_EXTENSION,
            BulkMemory => WasmFeatures::BULK_MEMORY,
            NontrappingFptoint => WasmFeatures::SATURATING_FLOAT_TO_INT,
            MutableGlobals => WasmFeatures::MUTABLE_GLOBAL,
            ReferenceTypes => WasmFeatures::REFERENCE_TYPES,
            Multivalue => WasmFeatures::MULTI_VALUE,
            Simd => WasmFeatures::SIMD,
            Threads => WasmFeatures::THREADS,
            TailCall => WasmFeatures::TAIL_CALL,
            Exceptions => WasmFeatures::EXCEPTIONS,
            MultiMemory => WasmFeatures::MULTI_MEMORY,
            Memory64 => WasmFeatures::MEMORY64,
            ExtendedConst => WasmFeatures::EXTENDED_CONST,
            Gc => WasmFeatures::GC,
            Other => WasmFeatures::empty(),
        }
    }

    /// The feature of an instruction, by the group wasmparser files it under; `None` for WebAssembly 1.0.
    pub fn of_operator_group(group: &str) -> Option<Feature> {
        Some(match group {
            "mvp" => return None,
            "sign_extension" => SignExt,
            "saturating_float_to_int" => NontrappingFptoint,
            "bulk_memory" => BulkMemory,
            "reference_types" | "function_references" => ReferenceTypes,
            "simd" | "relaxed_simd" => Simd,
            "threads" | "shared_everything_threads" | "acquire_release_atomics" => Threads,
            "tail_call" => TailCall,
            "exceptions" | "legacy_exceptions" => Exceptions,
            "gc" | "custom_descriptors" => Gc,
            _ => Other,
        })
    }

    pub fn remedy(self) -> &'static str {
        match self {
            SignExt | BulkMemory | NontrappingFptoint | ReferenceTypes | Multivalue => {
                "is -Ctarget-cpu=mvp in the rustflags of wasm-pack.toml, `strip = true` in the release profile, \
                 and is the lowering among the wasm-opt passes?"
            }
            Threads | Simd | TailCall | Exceptions | Memory64 | MultiMemory | ExtendedConst | Gc => {
                "no target feature beyond `mvp` may be switched on in wasm-pack.toml or in a #[target_feature]"
            }
            MutableGlobals => "no imported or exported global may be mutable",
            Other => "see what brought it in: phones run WebAssembly 1.0",
        }
    }
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// WebAssembly 1.0 plus what is allowed, for wasmparser's validator.
pub fn flags(allowed: &[Feature]) -> WasmFeatures {
    allowed.iter().fold(WasmFeatures::MVP, |flags, feature| flags | feature.flag())
}
