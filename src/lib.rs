//! Carries a video, an audio file or an image from a WeChat mini program to Alibaba Cloud VOD, whatever the phone does.
//!
//! # The map
//!
//! The crate decides, the host acts: [`engine::Engine`] is told what happened ([`event::Event`]) and answers with what
//! to do ([`action::Action`]). It owns no clock, no randomness, no network and no files.
//!
//! | concept | where |
//! |---|---|
//! | the machine, one concern a file | [`engine`] |
//! | what it is told, what it asks for | [`event`], [`action`] |
//! | the list of files; one file's way and its jobs | [`queue`], [`transfer`] |
//! | the app's view of a file and the legal moves | [`state`] |
//! | which bytes are which part; how big, how many at once; the speed shown | [`parts`], [`rate`], [`meter`] |
//! | what survives a kill | [`checkpoint`] |
//! | what several uploaders share | [`common`] |
//! | waiting: the unreliable clock, pauses, jitter | [`clock`], [`backoff`], [`rng`] |
//! | OSS: addresses, requests, signatures, answers, CRC-64 | [`oss`] |
//! | VOD: credentials, addresses, API calls | [`vod`] |
//! | JSON, XML, base64, percent-encoding, dates | [`text`] |
//! | errors as the app sees them | [`error`] |
//! | the door to JavaScript | `wasm` |
//! | the module's memory | `heap` |

pub mod action;
pub mod backoff;
pub mod checkpoint;
pub mod clock;
pub mod common;
pub mod engine;
pub mod error;
pub mod event;
#[cfg(any(target_arch = "wasm32", test))]
mod heap;
pub mod meter;
pub mod options;
pub mod oss;
pub mod parts;
pub mod queue;
pub mod rate;
pub mod rng;
pub mod state;
pub mod text;
pub mod transfer;
pub mod vod;
#[cfg(target_arch = "wasm32")]
pub mod wasm;
