//! One file never becomes two videos.
//!
//! The exact rule. A source is one file of the phone in one `userScope`. While VOD has a video for it, the engine must not ask
//! for another: neither getAuth with `create-video`, nor onUploadstarted without a videoId, nor CreateUploadVideo may come.
//! A video counts from the moment at which the engine could know of it:
//!
//! * an answer of the app's server that names it was handed over, late ones included, and the turn was not cut off by a kill;
//! * VOD has created it by a CreateUploadVideo with a ReferenceId: a lost response is no excuse, since it can be asked for.
//!
//! It no longer counts when
//!
//! * the upload has succeeded (or its checkpoint was deleted for that when the app was killed), or the app has canceled or removed the file: the next upload is another one;
//! * VOD has deleted it;
//! * the file has changed;
//! * no checkpoint could be kept: the option is off, the storage refuses, loses or garbles, or a week
//!   without the app. Then only the same entry of the list in the same run of the app must know it.

use crate::app::AppFile;
use crate::phone::PhoneFile;
use crate::scenario::is_image;
use crate::world::World;
use std::collections::HashMap;
use vod_upload::checkpoint::Head;

/// A file of the phone in a scope: the scope, the file's plan, its size (a kill may leave another file at the path).
pub type Source = (usize, usize, u64);

#[derive(Clone, Debug)]
pub struct Video {
    pub id: String,
    /// The entry of the list for which it was made.
    entry: u32,
    /// The run of the app in which it was made.
    app_run: u32,
    /// The turn in which the engine received its id has ended.
    persisted: bool,
}

#[derive(Default)]
pub struct KnownVideos {
    videos: HashMap<Source, Video>,
    /// When an upload of the source last ended: requests that were sent before belong to that upload.
    released: HashMap<Source, i64>,
}

impl KnownVideos {
    pub fn release(&mut self, source: Source, now: i64) {
        self.videos.remove(&source);
        self.released.insert(source, now);
    }

    pub fn released_since(&self, source: Source, at: i64) -> bool {
        self.released.get(&source).is_some_and(|when| *when >= at)
    }

    pub fn gone(&mut self, id: &str) {
        self.videos.retain(|_, video| video.id != id);
    }

    pub fn clear(&mut self) {
        self.videos.clear();
    }

    pub fn turn_ended(&mut self) {
        self.videos.values_mut().for_each(|video| video.persisted = true);
    }

    /// What was not saved when the process died was never known.
    pub fn killed(&mut self) {
        self.videos.retain(|_, video| video.persisted);
    }
}

impl World {
    /// The source of an entry of the list, if the rule applies: no other entry or file has the same content, and none has
    /// changed.
    pub fn unique_source(&self, id: u32) -> Option<Source> {
        let file = self.app.files.iter().find(|file| file.id == id)?;
        let video = !is_image(self.scenario.files[file.plan].name);
        self.source_of(id).filter(|_| video && self.is_unique(id))
    }

    /// The source of an entry, whether or not others have the same content.
    pub fn source_of(&self, id: u32) -> Option<Source> {
        let file = self.app.files.iter().find(|file| file.id == id)?;
        let size = self.phone.file(&file.path)?.content.size;
        Some((self.scope, file.plan, size))
    }

    /// The engine was given the name of a video for an entry.
    pub fn video_known(&mut self, entry: u32, video: &str) {
        let open = |state: &str| !matches!(state, "Success" | "Canceled");
        // A second video id for the entry is ignored.
        let first = |file: &AppFile| file.video_id.is_empty() || file.video_id == video;
        let listed = self.app.files.iter().any(|file| file.id == entry && open(file.state) && first(file));
        let Some(source) = self.unique_source(entry).filter(|_| listed && self.is_alive(video)) else { return };
        self.keep_video(source, Video { id: video.into(), entry, app_run: self.app_run, persisted: false });
    }

    /// VOD has created a video at the engine's own call, sent at `sent`.
    pub fn video_created(&mut self, source: Source, entry: u32, app_run: u32, sent: i64, video: &str) {
        if !self.observed.videos.released_since(source, sent) && !self.observed.changed {
            self.second_video(source, entry, "VOD creates");
            self.keep_video(source, Video { id: video.into(), entry, app_run, persisted: true });
        }
    }

    fn keep_video(&mut self, source: Source, video: Video) {
        self.observed.videos.videos.entry(source).or_insert(video);
    }

    /// A stored text was removed. If it is the head of an upload whose object is the file, that was its end.
    pub fn upload_over(&mut self, text: &str) {
        let Some(head) = Head::read(text) else { return };
        let suffix = format!("/{}", head.key);
        let objects = self.cloud.objects.iter().filter(|(object, _)| object.ends_with(&suffix));
        let stored: Vec<_> = objects.map(|(_, object)| (object.length, object.crc)).collect();
        let whole = |file: &&PhoneFile| stored.contains(&(file.content.size, file.content.whole()));
        if let Some(file) = self.phone.files.iter().find(whole) {
            let source = (self.scope, file.plan, file.content.size);
            self.observed.videos.release(source, self.now);
        }
    }

    fn is_alive(&self, video: &str) -> bool {
        self.cloud.assets.get(video).is_some_and(|asset| !asset.gone)
    }

    /// A video is requested, or made, for an entry of the list.
    pub fn second_video(&mut self, source: Source, entry: u32, who: &str) {
        let sure = self.scenario.options.checkpoint && !self.phone.storage_failed;
        let Some(video) = self.observed.videos.videos.get(&source) else { return };
        let same_entry = video.app_run == self.app_run && video.entry == entry;
        if (sure || same_entry) && self.is_alive(&video.id) {
            let text = format!("{who} a second video for {source:?}: there is {video:?}");
            self.fail(text);
        }
    }
}
