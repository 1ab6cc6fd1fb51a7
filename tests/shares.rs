//! Files under way together: a small one does not wait for the end of a large one.

use std::collections::VecDeque;
use vod_upload::api::action::{Action, UploadEvent};
use vod_upload::api::event::{Event, FileStat, HttpResponse, NewFile, ReadOutcome};
use vod_upload::api::options::Options;
use vod_upload::encoding::base64;
use vod_upload::engine::Engine;

const SIZES: [u64; 2] = [300_000_000, 500_000];
/// Of the large file; on this link they fill the memory.
const PART_MS: i64 = 1_000;

fn file(id: u32) -> Event {
    Event::Add(NewFile { id, path: format!("{id}"), name: "a.mp4".into(), ..NewFile::default() })
}

fn credential(id: u32) -> Event {
    let auth = "{\"AccessKeyId\":\"STS.K\",\"AccessKeySecret\":\"s\",\"SecurityToken\":\"t\",\"Expiration\":\"36000\"}";
    let address = format!(
        "{{\"Endpoint\":\"https://oss-cn-shanghai.aliyuncs.com\",\"Bucket\":\"outin-1\",\"FileName\":\"{id}.mp4\"}}"
    );
    let (auth, address) = (base64::encode(auth.as_bytes()), base64::encode(address.as_bytes()));
    Event::SetAuth { id, auth, address, video_id: format!("v{id}") }
}

#[test]
fn a_small_file_goes_beside_a_large_one() {
    let options =
        Options { network: "wifi".into(), parallel_files: 2, crc: false, checkpoint: false, ..Options::default() };
    let (mut engine, mut now) = (Engine::new(options), 1_780_272_000_000);
    let mut local = VecDeque::from([file(1), Event::Start]);
    let mut requests: Vec<(i64, u32, &str)> = Vec::new();
    let (mut parts, mut ended) = (0, Vec::new());
    while ended.len() < 2 {
        let event = local.pop_front().unwrap_or_else(|| {
            requests.sort_unstable();
            let (at, id, body) = requests.remove(0);
            now = now.max(at);
            parts += u32::from(body == " ");
            Event::Response {
                id,
                answer: HttpResponse {
                    status: 200,
                    headers: "x-oss-request-id: R\netag: \"E\"\n".into(),
                    body: body.into(),
                    ..HttpResponse::default()
                },
            }
        });
        if parts == 40 && ended.is_empty() && local.is_empty() {
            parts += 1;
            local.push_back(file(2));
        }
        engine.handle_event(event, now);
        while let Some(action) = engine.poll_action() {
            let facts = |path: &str| FileStat { size: SIZES[usize::from(path == "2")], mtime: 1 };
            match action {
                Action::Stat { op, path } => local.push_back(Event::Stat { op, result: Ok(facts(&path)) }),
                Action::Read { op, path, length, .. } => {
                    let result = Ok(ReadOutcome { length, crc: 0, facts: facts(&path) });
                    local.push_back(Event::Read { op, result });
                }
                // Not all at once, so that room comes free part by part.
                Action::Request { id, url, .. } if url.contains("partNumber") => {
                    requests.push((now + PART_MS + i64::from(id % 7), id, " "));
                }
                Action::Request { id, method: "PUT", .. } => requests.push((now + 50, id, "")),
                Action::Request { id, url, .. } if url.contains("uploadId=") => {
                    requests.push((now + 50, id, "<CompleteMultipartUploadResult></CompleteMultipartUploadResult>"))
                }
                Action::Request { id, .. } => requests.push((
                    now + 50,
                    id,
                    "<InitiateMultipartUploadResult><UploadId>U</UploadId></InitiateMultipartUploadResult>",
                )),
                Action::Emit { id, emit: UploadEvent::Started } => local.push_back(credential(id)),
                Action::Emit { id, emit: UploadEvent::Succeed } => ended.push((id, parts)),
                Action::Emit { emit: UploadEvent::Failed(failure), .. } => panic!("{}", failure.code),
                _ => {}
            }
        }
    }
    assert_eq!(ended[0].0, 2);
    assert!(ended[0].1 < 80, "it waited for {} parts of the other", ended[0].1);
}
