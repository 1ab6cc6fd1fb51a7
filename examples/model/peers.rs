//! What others do, as far as it shows on the request. Sources: the packages themselves, ali-oss 6.23.0 (multipartUpload),
//! cos-wx-sdk-v5 1.8.0 (sliceUploadFile), vod-wx-sdk-v2 1.1.2; the stream is one wx.uploadFile with a form policy.
//! Their calls for credentials and, with Tencent's, for resuming and committing are left out: they are taken at their best.

use super::client::{Client, Kind, Outcome, WorldEvent};
use super::world::World;
use std::collections::{HashMap, VecDeque};

#[derive(Clone, Copy, Debug)]
pub struct Pattern {
    pub name: &'static str,
    /// Bytes a part; 0: the whole file in one native stream.
    pub part: u64,
    pub parallel: usize,
    /// Files up to this go in one request.
    pub single: u64,
    /// Attempts for one request; none of them waits before the next.
    pub attempts: u32,
}

const MIB: u64 = 1 << 20;
pub const STREAM: Pattern = Pattern { name: "one stream", part: 0, parallel: 1, single: u64::MAX, attempts: 1 };
pub const ALI_OSS: Pattern = Pattern { name: "ali-oss", part: MIB, parallel: 5, single: 100 << 10, attempts: 1 };
pub const COS: Pattern = Pattern { name: "COS", part: MIB, parallel: 3, single: MIB, attempts: 12 };
pub const TENCENT_VOD: Pattern = Pattern { name: "Tencent VOD", part: 8 * MIB, parallel: 6, single: MIB, attempts: 12 };

pub struct Peer {
    pattern: Pattern,
    size: u64,
    parts: VecDeque<u64>,
    /// What is being read or is under way: its bytes and its attempts.
    jobs: HashMap<u32, (u64, u32)>,
    next: u32,
    loaded: u64,
    end: Option<bool>,
}

impl Peer {
    pub fn new(pattern: Pattern, size: u64) -> Self {
        Peer { pattern, size, parts: VecDeque::new(), jobs: HashMap::new(), next: 0, loaded: 0, end: None }
    }

    fn send(&mut self, world: &mut World, kind: Kind, bytes: u64, attempt: u32) {
        self.next += 1;
        self.jobs.insert(self.next, (bytes, attempt));
        world.request(self.next, kind, bytes);
    }

    fn fill(&mut self, world: &mut World) {
        while self.jobs.len() < self.pattern.parallel {
            let Some(bytes) = self.parts.pop_front() else { break };
            self.next += 1;
            self.jobs.insert(self.next, (bytes, 1));
            world.hold(bytes);
            world.read(self.next, bytes, false);
        }
        if self.jobs.is_empty() {
            self.send(world, Kind::Complete, 0, 1);
        }
    }
}

impl Client for Peer {
    fn on_event(&mut self, world: &mut World, event: WorldEvent) {
        match event {
            // A stream is read as it goes; so is a form that carries a small file.
            WorldEvent::Start if self.size <= self.pattern.single => self.send(world, Kind::Whole, self.size, 1),
            WorldEvent::Start => self.send(world, Kind::Initiate, 0, 1),
            WorldEvent::Disk(id) => {
                if let Some((bytes, attempt)) = self.jobs.remove(&id) {
                    self.send(world, Kind::Part, bytes, attempt);
                }
            }
            WorldEvent::Response { id, kind, outcome } => {
                let Some((bytes, attempt)) = self.jobs.remove(&id) else { return };
                if outcome != Outcome::Ok {
                    if attempt >= self.pattern.attempts {
                        self.end = Some(false);
                    } else {
                        self.send(world, kind, bytes, attempt + 1);
                    }
                    return;
                }
                match kind {
                    Kind::Initiate => {
                        // 10,000 parts at most: all of them make the parts larger instead.
                        let part = self.pattern.part.max(self.size.div_ceil(10_000));
                        let mut left = self.size;
                        while left > 0 {
                            self.parts.push_back(part.min(left));
                            left -= part.min(left);
                        }
                        self.fill(world);
                    }
                    Kind::Part => {
                        self.loaded += bytes;
                        world.bar.step(world.now, self.loaded);
                        world.release(bytes);
                        self.fill(world);
                    }
                    _ => self.end = Some(true),
                }
            }
            WorldEvent::Timer
            | WorldEvent::Network(_)
            | WorldEvent::Switched
            | WorldEvent::Hidden(_)
            | WorldEvent::App(_) => {}
        }
    }

    fn ended(&self) -> Option<bool> {
        self.end
    }
}
