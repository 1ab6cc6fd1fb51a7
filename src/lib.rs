//! Uploads a video, an audio file or an image from a WeChat mini program to Alibaba Cloud VOD.
//!
//! The crate decides, the host acts: [`engine::Engine`] takes what happened ([`api::event::Event`]) and answers with what to do
//! ([`api::action::Action`]). It contains no clock, no randomness, no network and no files; so a phone that loses the network in
//! the middle of a part is a list of events, and a failing run is replayed from its seed.
//!
//! ```
//! use vod_upload::api::action::Action;
//! use vod_upload::engine::Engine;
//! use vod_upload::api::event::{Event, FileStat, NewFile};
//! use vod_upload::api::options::Options;
//!
//! let mut engine = Engine::new(Options::default());
//! let now = 1_790_000_000_000; // the phone's clock, ms
//! let video = NewFile { id: 1, path: "wxfile://tmp_video.mp4".into(), ..NewFile::default() };
//! assert!(engine.handle_event(Event::Add(video), now));
//! assert!(engine.handle_event(Event::Start, now));
//!
//! // First the engine asks for the size of the file …
//! let op = std::iter::from_fn(|| engine.poll_action())
//!     .find_map(|action| if let Action::Stat { op, .. } = action { Some(op) } else { None })
//!     .expect("an action that asks for the size");
//!
//! // … then it reads some of its bytes, to recognise an upload that was begun before a restart.
//! engine.handle_event(Event::Stat { op, result: Ok(FileStat { size: 3_000_000, mtime: 0 }) }, now + 5);
//! assert!(std::iter::from_fn(|| engine.poll_action()).any(|action| matches!(action, Action::Read { .. })));
//! ```
//!
//! # A tour: one upload, in the order in which it meets the modules
//!
//! 1. **The app adds a file and starts.** Its commands are in [`api::event`], its options in [`api::options`]. The file joins the
//!    [`file::queue`]; which states it may pass through is one table in [`file::state`].
//! 2. **Inspect.** Everything known of one file is a [`file::UploadFile`]; what is being done for it is a list of
//!    [`file::job`]s. The engine reads the file's size and a sample of its bytes, the [`file::fingerprint`]: by that
//!    [`checkpoint`] finds what an earlier run has stored, under whatever path the file came this time.
//! 3. **Authorise.** The app gives a credential and an address, or an STS token with which [`vod`] asks the VOD API for them
//!    ([`file::authorization`]). [`flow::clock`] takes the server's time from its responses, for phones whose own is wrong.
//! 4. **Send.** [`multipart::plan`] cuts the file into parts while it is being sent; [`flow::rate_control`] decides how large they
//!    are and how many are sent at once. [`oss`] makes the requests, signs them and adds up the CRC-64. Each part that is stored
//!    goes into the checkpoint.
//! 5. **Something fails.** One table a service turns an error into a recovery: [`oss::recovery()`], [`vod::recovery()`].
//!    [`flow::retry_policy`] says how often and how soon it is tried again; the network's absence, the background and an expired
//!    credential use no retry up. What the app receives in the end is an [`api::error::UploadError`].
//! 6. **Confirm.** The upload is completed, and the object's checksum compared with that of what was read. A lost response is not
//!    a failure: the object is examined. Only then does the progress, whose speed [`flow::throughput`] measures, reach 100.
//!
//! # The map
//!
//! | concept | where |
//! |---|---|
//! | the state machine, one concern a module | [`engine`] |
//! | what it takes in, what it asks for, its options | [`api::event`], [`api::action`], [`api::options`] |
//! | errors as the app receives them | [`api::error`] |
//! | the list of files; one file and its jobs | [`file::queue`], [`file::UploadFile`], [`file::job`] |
//! | the states that the app sees, and the legal moves | [`file::state`] |
//! | parts, and what is known of a multipart upload | [`multipart`] |
//! | size and number of parts sent at once; the speed shown | [`flow::rate_control`], [`flow::throughput`] |
//! | retries, waits, clock, randomness | [`flow::retry_policy`], [`flow::backoff`], [`flow::clock`], [`flow::rng`] |
//! | what several uploaders share | [`flow::shared`] |
//! | what survives a kill | [`checkpoint`] |
//! | OSS: addresses, requests, signatures, responses, CRC-64 | [`oss`] |
//! | VOD: upload addresses, API calls | [`vod`] |
//! | the credential that signs for both services | [`credential`] |
//! | keyed hashes; JSON, base64, percent-encoding; dates | [`mac`], [`encoding`], [`timestamp`] |
//! | the binding to JavaScript, compiled for WebAssembly only | `wasm` |

pub mod api;
pub mod checkpoint;
pub mod credential;
pub mod encoding;
pub mod engine;
pub mod file;
pub mod flow;
pub mod mac;
pub mod multipart;
pub mod oss;
pub mod timestamp;
pub mod vod;
#[cfg(target_arch = "wasm32")]
pub mod wasm;
