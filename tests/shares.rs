//! Files under way together: a small one does not wait for the end of a large one, and none waits for one that cannot go.

use std::collections::VecDeque;
use vod_upload::api::action::{Action, UploadEvent};
use vod_upload::api::event::{Event, FileStat, HttpResponse, NewFile, ReadOutcome};
use vod_upload::api::options::{Authoriser, Options};
use vod_upload::encoding::base64;
use vod_upload::engine::Engine;

/// Of the large file; on this link they fill the memory.
const PART_MS: i64 = 1_000;

fn file(id: u32) -> Event {
    Event::Add(NewFile { id, path: format!("{id}"), name: "a.mp4".into(), ..NewFile::default() })
}

/// UploadAuth and UploadAddress.
fn address(id: u32) -> (String, String) {
    let auth = "{\"AccessKeyId\":\"STS.K\",\"AccessKeySecret\":\"s\",\"SecurityToken\":\"t\",\"Expiration\":\"36000\"}";
    let address = format!(
        "{{\"Endpoint\":\"https://oss-cn-shanghai.aliyuncs.com\",\"Bucket\":\"outin-1\",\"FileName\":\"{id}.mp4\"}}"
    );
    (base64::encode(auth.as_bytes()), base64::encode(address.as_bytes()))
}

/// setUploadAuthAndAddress.
fn credential(id: u32) -> Event {
    let (auth, address) = address(id);
    Event::SetAuth { id, auth, address, video_id: format!("v{id}") }
}

/// The answer of getAuth.
fn answer(id: u32) -> Event {
    let (auth, address) = address(id);
    let json = format!("{{\"UploadAuth\":\"{auth}\",\"UploadAddress\":\"{address}\",\"VideoId\":\"v{id}\"}}");
    Event::Credential { id, json }
}

/// Uploads the first file, and others that `turn` adds, on a link that answers each part after [`PART_MS`]. `turn` is called
/// whenever the link is waited for, with the number of parts stored so far. Returns the files in the order of their ends,
/// with the parts that were stored until then.
fn upload(options: Options, sizes: [u64; 2], mut turn: impl FnMut(u32) -> Vec<Event>) -> Vec<(u32, u32)> {
    let callbacks = options.authoriser == Authoriser::Callbacks;
    let (mut engine, mut now) = (Engine::new(options), 1_780_272_000_000);
    let mut local = VecDeque::from([file(1), Event::Start]);
    let mut requests: Vec<(i64, u32, &str)> = Vec::new();
    let (mut parts, mut ended) = (0, Vec::new());
    while ended.len() < 2 {
        let event = local.pop_front().unwrap_or_else(|| {
            assert!(!requests.is_empty(), "nothing is under way, and files are left");
            requests.sort_unstable();
            let (at, id, body) = requests.remove(0);
            now = now.max(at);
            parts += u32::from(body == " ");
            Event::Response {
                id,
                result: Ok(HttpResponse {
                    status: 200,
                    headers: "x-oss-request-id: R\netag: \"E\"\n".into(),
                    body: body.into(),
                }),
            }
        });
        if local.is_empty() {
            local.extend(turn(parts));
        }
        engine.handle_event(event, now);
        while let Some(action) = engine.poll_action() {
            let facts = |path: &str| FileStat { size: sizes[usize::from(path == "2")], mtime: 1 };
            match action {
                Action::Stat { op, path } => local.push_back(Event::Stat { op, result: Ok(facts(&path)) }),
                Action::Read { op, path, length, .. } => {
                    let result = Ok(ReadOutcome { length, crc: 0, stat: facts(&path) });
                    local.push_back(Event::Read { op, result });
                }
                // Not all at once, so that memory is freed part by part.
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
                Action::Emit { id, emit: UploadEvent::Credential { .. } } => local.push_back(answer(id)),
                Action::Emit { id, emit: UploadEvent::Started } if callbacks => local.push_back(credential(id)),
                Action::Emit { id, emit: UploadEvent::Succeed } => ended.push((id, parts)),
                Action::Emit { emit: UploadEvent::Failed(failure), .. } => panic!("{}", failure.code),
                _ => {}
            }
        }
    }
    ended
}

#[test]
fn a_small_file_goes_beside_a_large_one() {
    let options =
        Options { network: "wifi".into(), parallel_files: 2, crc: false, checkpoint: false, ..Options::default() };
    let mut added = false;
    let ended = upload(options, [300_000_000, 500_000], |parts| {
        let add = parts >= 40 && !std::mem::replace(&mut added, parts >= 40);
        add.then(|| file(2)).into_iter().collect()
    });
    assert_eq!(ended[0].0, 2);
    assert!(ended[0].1 < 80, "it waited for {} parts of the other", ended[0].1);
}

#[test]
fn a_film_goes_on_after_a_memory_warning_beside_a_picture_that_waits_for_it() {
    let options = Options {
        network: "wifi".into(),
        parallel_files: 0,
        crc: false,
        checkpoint: false,
        authoriser: Authoriser::Auth,
        ..Options::default()
    };
    for (turn, size) in (2..40).flat_map(|turn| [(turn, 300_000), (turn, 900_000)]) {
        let mut turns = 0;
        let ended = upload(options.clone(), [20_000_000, size], |_| {
            turns += 1;
            match turns {
                1 => vec![file(2)],
                // Down to one connection, and to memory for one part.
                _ if turns == turn => vec![Event::MemoryWarning; 5],
                _ => vec![],
            }
        });
        assert_eq!(ended.len(), 2, "a warning at turn {turn}, a picture of {size} bytes");
    }
}
