//! Carries a video, an audio file or an image from a WeChat mini program to Alibaba Cloud VOD, whatever the phone does.
//!
//! The crate decides, the host acts: [`engine::Engine`] is told what happened ([`api::event::Event`]) and answers with what
//! to do ([`api::action::Action`]). It owns no clock, no randomness, no network and no files; so a phone that loses the
//! network in the middle of a part is a list of events, and a failing run is replayed from its seed.
//!
//! ```
//! use vod_upload::api::action::Action;
//! use vod_upload::engine::Engine;
//! use vod_upload::api::event::{Event, FileStat, NewFile};
//! use vod_upload::api::options::Options;
//!
//! let mut engine = Engine::new(Options::default());
//! let now = 1_790_000_000_000; // the phone's clock, ms
//! let film = NewFile { id: 1, path: "wxfile://tmp_film.mp4".into(), ..NewFile::default() };
//! assert!(engine.handle_event(Event::Add(film), now));
//! assert!(engine.handle_event(Event::Start, now));
//!
//! // Nothing is believed of a file before it was looked at …
//! let op = std::iter::from_fn(|| engine.poll_action())
//!     .find_map(|action| if let Action::Stat { op, .. } = action { Some(op) } else { None })
//!     .expect("it asks for the file's size");
//!
//! // … and to recognise an upload that was begun before a restart, some of its bytes are read.
//! engine.handle_event(Event::Stat { op, result: Ok(FileStat { size: 3_000_000, mtime: 0 }) }, now + 5);
//! assert!(std::iter::from_fn(|| engine.poll_action()).any(|action| matches!(action, Action::Read { .. })));
//! ```
//!
//! # A tour: one upload, in the order in which it meets the modules
//!
//! 1. **The app adds a file and starts.** What it may say is in [`api::event`] and [`api::options`]. The file joins the [`file::queue`];
//!    what the app may do to it, and sees of it, is one table of moves in [`file::state`].
//! 2. **Inspect.** One file's way has four phases, kept in [`file::transfer`]. The file is looked at and a sample of it read:
//!    by that [`checkpoint`] finds what an earlier run has stored, under whatever path the file came this time.
//! 3. **Authorise.** The app gives a credential and an address, or an STS token with which [`vod`] asks the VOD API for
//!    them. [`flow::clock`] learns the server's time from every answer, for phones whose own is wrong.
//! 4. **Send.** [`multipart::plan`] cuts the file while it goes, as large as [`flow::rate_control`] has found that the link carries in a few
//!    seconds; [`oss`] makes the requests, signs them and adds up the CRC-64. Each part that is stored is noted down.
//! 5. **Something fails.** Both services' answers are turned into a remedy by one table each: [`oss::recovery()`],
//!    [`vod::recovery()`]. [`flow::backoff`] says how long to wait, with jitter from [`flow::rng`]; the network's absence, the background
//!    and an expired credential cost no retry. What the app hears of it in the end is made in [`api::error`].
//! 6. **Confirm.** The object is completed and its checksum compared with that of what was read. A lost answer is not a
//!    failure: the object is looked up. Only then does the bar, whose speed [`flow::throughput`] reckons, reach 100.
//!
//! The engine itself is in one file a concern, beside [`engine`]. How its actions are performed is told in `wasm`, the
//! door to JavaScript, which is compiled for WebAssembly only.
//!
//! # The map
//!
//! | concept | where |
//! |---|---|
//! | the machine, one concern a file | [`engine`] |
//! | what it is told, what it asks for | [`api::event`], [`api::action`] |
//! | the list of files; one file's way and its jobs | [`file::queue`], [`file::transfer`] |
//! | the app's view of a file and the legal moves | [`file::state`] |
//! | which bytes are which part; how big, how many at once; the speed shown | [`multipart::plan`], [`flow::rate_control`], [`flow::throughput`] |
//! | what survives a kill | [`checkpoint`] |
//! | what several uploaders share | [`flow::shared`] |
//! | waiting: the unreliable clock, pauses, jitter | [`flow::clock`], [`flow::backoff`], [`flow::rng`] |
//! | OSS: addresses, requests, signatures, answers, CRC-64 | [`oss`] |
//! | VOD: credentials, addresses, API calls | [`vod`] |
//! | what WeChat's words for a failure mean | [`wechat`] |
//! | JSON, XML, base64, percent-encoding, dates | [`text`] |
//! | errors as the app sees them | [`api::error`] |
//! | the door to JavaScript | `wasm` |
//! | the module's memory | `heap` |

pub mod api;
pub mod checkpoint;
pub mod engine;
pub mod file;
pub mod flow;
#[cfg(any(target_arch = "wasm32", test))]
mod heap;
pub mod multipart;
pub mod oss;
pub mod text;
pub mod vod;
#[cfg(target_arch = "wasm32")]
pub mod wasm;
pub mod wechat;
