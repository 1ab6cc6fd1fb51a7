//! Responses: what a success means.

use super::restart::RestartReason;
use super::Engine;
use crate::api::event::{HttpResponse, TransportError};
use crate::file::{FileId, JobId, Phase, Sent, Step, Task};
use crate::multipart::{Etag, PartRange, UploadedPart};
use crate::oss::crc64;
use crate::oss::response::{self, header};
use crate::oss::{provenance, Op, Provenance};
use crate::timestamp;
use crate::vod;

/// A clock that was corrected by more than this may have spoilt a signature, ms.
const CLOCK_TOLERANCE: i64 = 60_000;

impl Engine {
    pub(super) fn on_response(&mut self, request: u32, result: &Result<HttpResponse, TransportError>) -> bool {
        let Some((id, job_id)) = self.find_request(request) else {
            return self.on_cleanup_response(request, result);
        };
        let hidden = self.connectivity.is_hidden();
        let job = &mut self.files[id].jobs[job_id];
        let Step::Sending { since, .. } = job.step else { return false };
        job.step = Step::Waiting;
        let (task, suspended) = (job.task, job.suspended || hidden);
        let response = match result {
            Ok(response) => response,
            Err(error) => {
                self.on_transport_error(id, job_id, error);
                return true;
            }
        };
        self.go_online();
        let before = self.clock.server();
        if is_from_service(task, response) && !suspended {
            if let Some(date) = header(&response.headers, "date").and_then(timestamp::parse_http_date) {
                self.sync_clock(date);
            }
        }
        if !(200..300).contains(&response.status) || response::is_error(&response.body) {
            let corrected = (self.clock.server() - before).abs() > CLOCK_TOLERANCE;
            let attempts = &mut self.files[id].jobs[job_id].attempts;
            let blind = matches!(task, Task::Post | Task::Head);
            if blind && corrected && attempts.clock_corrections < self.retry.max_clock_corrections {
                // OSS answers a form that was dated by a wrong clock with no more than AccessDenied, and HEAD with no body.
                attempts.clock_corrections += 1;
                return true;
            }
            self.on_error_response(id, job_id, response);
            return true;
        }
        let took = self.clock.monotonic_ms() - since;
        self.on_success(id, job_id, response, took);
        true
    }

    fn on_success(&mut self, id: FileId, job: JobId, response: &HttpResponse, took: i64) {
        let task = self.files[id].jobs[job].task;
        if let Task::Vod(call) = task {
            return self.on_vod_response(id, job, call, response);
        }
        let crc = self.response_crc(response);
        match (task, source(task, response)) {
            // A captive portal answers 200 to everything.
            (_, Provenance::NotFromOss) => {
                self.unexpected_response(id, job, response, "an answer that is not from OSS");
            }
            (Task::Post, from) => self.on_form_response(id, job, response, from),
            (Task::Head, from) => self.on_object_head(id, job, response, from),
            (Task::Put, Provenance::Doubtful) => self.verify_object(id, job, Sent::Put),
            (_, Provenance::Doubtful) => {
                self.unexpected_response(id, job, response, "an answer that may not be from OSS");
            }
            (Task::CoverPut(_), _) if self.differs(id, job, crc) => self.checksum_mismatch(id, job, response),
            (Task::CoverPut(_), _) => self.on_cover_stored(id, job),
            (Task::Put, _) => {
                let size = self.files[id].size();
                self.measure(id, job, size, took);
                self.on_put_stored(id, job, response, crc);
            }
            (Task::Part(range), _) => self.on_part_response(id, job, range, response, took),
            (Task::Initiate, _) => self.on_initiated(id, job, response, took),
            (Task::List(marker), _) => self.on_list_page(id, job, marker, response),
            (_, _) => self.on_completed(id, job, crc),
        }
    }

    fn on_put_stored(&mut self, id: FileId, job: JobId, response: &HttpResponse, crc: Option<u64>) {
        match crc {
            None if self.options.crc => self.verify_object(id, job, Sent::Put),
            _ if self.differs(id, job, crc) => self.checksum_mismatch(id, job, response),
            _ => self.succeed(id),
        }
    }

    /// Whether the CRC-64 of a response is another one than that of the bytes which the job has sent.
    fn differs(&self, id: FileId, job: JobId, crc: Option<u64>) -> bool {
        crc.is_some_and(|crc| crc != self.files[id].jobs[job].crc)
    }

    fn on_part_response(&mut self, id: FileId, job: JobId, range: PartRange, response: &HttpResponse, took: i64) {
        let etag = header(&response.headers, "etag").unwrap_or_default();
        let crc = self.response_crc(response);
        if etag.is_empty() || self.differs(id, job, crc) {
            return self.checksum_mismatch(id, job, response);
        }
        self.measure(id, job, range.length, took);
        let job = self.finish_job(id, job);
        let file = &mut self.files[id];
        file.upload.parts.store(UploadedPart {
            number: range.number,
            checked: !job.outdated || !self.options.crc,
            offset: range.offset,
            length: range.length,
            etag: Etag::new(etag),
            crc: job.crc,
        });
        file.auth.refusals = 0;
        for other in file.jobs.iter_mut() {
            other.attempts.forgive();
            if other.request < job.request {
                other.overtaken += 1;
            }
        }
        file.upload.crc_shown |= crc.is_some();
        file.upload.crc_missing |= crc.is_none();
        let loaded = file.upload.parts.loaded();
        if file.upload.fresh && crc.is_none() && self.options.crc {
            // Nothing follows later from the mere existence of an object with such a part.
            file.upload.fresh = false;
            self.save_checkpoint(id);
        }
        self.save_part(id, range.number);
        self.report_progress(id, loaded, false);
    }

    /// The job's request carried so many bytes of its file in `took` ms.
    fn measure(&mut self, id: FileId, job: JobId, bytes: u64, took: i64) {
        if took == 0 {
            // The phone's clock stands still.
            return;
        }
        let departure = self.files[id].jobs[job].departure;
        // It does not count as sending any more.
        let at_once = self.oss_requests_in_flight() + 1;
        self.rate.on_part_sent(bytes, took, departure, at_once, self.clock.monotonic_ms());
        if let Some(belief) = self.rate.changed_belief() {
            self.log(id, "debug", "link", belief);
        }
    }

    fn on_initiated(&mut self, id: FileId, job: JobId, response: &HttpResponse, took: i64) {
        let Some(upload_id) = response::upload_id(&response.body) else {
            return self.unexpected_response(id, job, response, "an answer without an upload id");
        };
        let job = self.finish_job(id, job);
        if took > 0 && self.rate.on_initiated(took, job.departure) {
            // The link is slower than expected: parts that were only read so far are cut again, to another size.
            self.abort_oss_requests(id);
            self.files[id].upload.parts.reset();
        }
        let file = &mut self.files[id];
        let phase = file.phase;
        let nothing_there = !file.upload.object_exists;
        file.upload.open(upload_id, nothing_there);
        file.auth.refusals = 0;
        if let Phase::Probe(sent) = phase {
            if !self.on_probe_opened(id, sent) {
                return;
            }
        }
        self.files[id].phase = Phase::Parts;
        self.save_checkpoint(id);
    }

    fn on_list_page(&mut self, id: FileId, job: JobId, marker: u32, response: &HttpResponse) {
        let Some((parts, next)) = response::list(&response.body) else {
            return self.unexpected_response(id, job, response, "a list that cannot be read");
        };
        self.finish_job(id, job);
        let file = &mut self.files[id];
        file.upload.add_listed(parts);
        // A list whose markers do not grow has an end, too.
        if let Some(next) = next.filter(|next| *next > marker) {
            file.jobs.add(Task::List(next));
            return;
        }
        file.phase = Phase::Parts;
        if !file.upload.reconcile() {
            self.restart_upload(id, RestartReason::PartsLost);
        }
    }

    /// The object is stored, though what should have followed failed (CallbackFailed).
    pub(super) fn on_stored_with_warning(&mut self, id: FileId, job: JobId, response: &HttpResponse) {
        let crc = self.response_crc(response);
        match self.files[id].jobs[job].task {
            Task::CoverPut(_) if self.differs(id, job, crc) => self.checksum_mismatch(id, job, response),
            Task::CoverPut(_) => self.on_cover_stored(id, job),
            Task::Complete => self.on_completed(id, job, crc),
            Task::Put => self.on_put_stored(id, job, response, crc),
            Task::Post => self.on_form_response(id, job, response, Provenance::Oss),
            _ => self.unexpected_response(id, job, response, "an answer to something else"),
        }
    }

    /// The CRC-64 in a response of OSS; none if the option `integrity` is off.
    pub(super) fn response_crc(&self, response: &HttpResponse) -> Option<u64> {
        let crc = header(&response.headers, "x-oss-hash-crc64ecma").and_then(crc64::parse_decimal);
        crc.filter(|_| self.options.crc)
    }

    /// Takes the server's time over. Expiries that were derived from the phone's clock move along, once. False: the time is
    /// not plausible.
    pub(super) fn sync_clock(&mut self, server: i64) -> bool {
        let (before, known) = (self.clock.server(), self.clock.is_synced());
        let plausible = self.clock.sync(server);
        let shift = self.clock.server() - before;
        if plausible && !known {
            self.files.iter_mut().for_each(|file| file.auth.on_clock_synced(shift));
        }
        plausible
    }
}

/// Whether a response is the service's own: its Date is not that of a proxy on the way.
fn is_from_service(task: Task, response: &HttpResponse) -> bool {
    if task.is_vod() {
        vod::response::is_from_vod(response.status, &response.body)
    } else {
        header(&response.headers, "x-oss-request-id").is_some()
    }
}

/// Who sent a response to a request for OSS.
pub(super) fn source(task: Task, response: &HttpResponse) -> Provenance {
    let op = task.oss_op().unwrap_or(Op::Abort);
    provenance(op, response.status, &response.headers, &response.body)
}
