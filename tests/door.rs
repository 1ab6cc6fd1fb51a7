//! The door to JavaScript, from outside: `wasm-pack test --node`.
#![cfg(target_arch = "wasm32")]

use js_sys::{Array, Function, Promise, Reflect};
use vod_upload::text::base64;
use vod_upload::wasm::{json_error, Core, Fields};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

const SECRET: &str = "dev0Secret+/Key=ForVectors0001";
const TOKEN: &str = "CAISdev/+token==AbC0123456789/xyz+QqEe";

/// More than one request carries.
const LARGE: u32 = 1_300_000;

/// The scripted host of `door/host.js` with a file of so many bytes.
struct Phone {
    host: JsValue,
    core: Core,
}

impl Phone {
    fn new(size: u32) -> Self {
        let make: Function = js_sys::eval(include_str!("door/host.js")).unwrap().unchecked_into();
        let host = make.call1(&JsValue::NULL, &size.into()).unwrap();
        let options = get(&host, "options");
        let core = Core::new(host.clone().unchecked_into(), options.unchecked_ref());
        Phone { host, core }
    }

    fn add(&self, path: &str) {
        self.core.add(arguments(&["1", path, "film.mp4", "0", "", "", "", "{\"Vod\":{}}", ""]));
    }

    /// Starts, authorises as soon as the engine asks, and waits for the end of the run.
    async fn run(&self) {
        let end: Promise = call(&self.host, "end").unchecked_into();
        self.core.start(arguments(&[]));
        for _ in 0..100 {
            if self.log().contains("started") {
                assert!(self.core.set_auth(arguments(&["1", &auth(), &address(), "video-1"])));
                JsFuture::from(end).await.unwrap();
                return;
            }
            if self.log().contains("end") {
                return;
            }
            JsFuture::from(Promise::resolve(&JsValue::NULL)).await.unwrap();
        }
        panic!("never started:\n{}", self.log());
    }

    fn log(&self) -> String {
        call(&self.host, "log").as_string().unwrap()
    }

    fn sent(&self) -> String {
        call(&self.host, "sent").as_string().unwrap()
    }

    fn whole(&self) -> bool {
        call(&self.host, "whole").is_truthy()
    }
}

fn get(of: &JsValue, name: &str) -> JsValue {
    Reflect::get(of, &name.into()).unwrap()
}

fn call(of: &JsValue, name: &str) -> JsValue {
    let method: Function = get(of, name).unchecked_into();
    method.call0(of).unwrap()
}

/// As a script's call gives them.
fn arguments(values: &[&str]) -> Fields {
    values.iter().map(|value| JsValue::from_str(value)).collect::<Array>().unchecked_into()
}

fn auth() -> String {
    let json = format!(
        r#"{{"AccessKeyId":"STS.N1","AccessKeySecret":"{SECRET}","SecurityToken":"{TOKEN}","Expiration":"3000"}}"#
    );
    base64::encode(json.as_bytes())
}

fn address() -> String {
    base64::encode(
        br#"{"Endpoint":"https://oss-cn-shanghai.aliyuncs.com","Bucket":"outin-1","FileName":"sv/film.mp4"}"#,
    )
}

#[wasm_bindgen_test]
async fn a_small_file_is_one_request() {
    let phone = Phone::new(200);
    phone.add("/film.mp4");
    phone.run().await;
    assert!(phone.whole());
    assert_eq!(phone.sent().matches("PUT /sv/film.mp4").count(), 1);
    let log = phone.log();
    let order = ["added", "started", "progress", "succeed", "end"].map(|kind| log.rfind(kind).unwrap());
    assert!(order.is_sorted(), "{log}");
    assert!(log.contains(r#""videoId":"video-1""#) && log.contains(r#""state":"Success""#), "{log}");
}

#[wasm_bindgen_test]
async fn a_larger_file_goes_in_parts() {
    let phone = Phone::new(LARGE);
    phone.add("/film.mp4");
    phone.run().await;
    assert!(phone.whole());
    let sent = phone.sent();
    assert!(sent.matches("partNumber=").count() > 2 && sent.contains("POST /sv/film.mp4?uploads"), "{sent}");
    assert!(sent.contains("authorization: OSS4-HMAC-SHA256 Credential=STS.N1/"), "{sent}");
}

#[wasm_bindgen_test]
async fn damaged_parts_are_sent_again() {
    let phone = Phone::new(LARGE);
    Reflect::set(&phone.host, &"damaged".into(), &2.into()).unwrap();
    Reflect::set(&phone.host, &"core".into(), &ticker(&phone.core)).unwrap();
    phone.add("/film.mp4");
    phone.run().await;
    assert!(phone.whole());
    assert_eq!(phone.log().matches("\"event\":\"retry\"").count(), 2);
}

/// What host.js calls when a timer is up.
fn ticker(core: &Core) -> JsValue {
    // The core outlives the host's timers: both end with the test.
    let core: *const Core = core;
    let tick = Closure::<dyn FnMut()>::new(move || {
        unsafe { (*core).tick(arguments(&[])) };
    });
    let object = js_sys::Object::new();
    Reflect::set(&object, &"tick".into(), &tick.into_js_value()).unwrap();
    object.into()
}

#[wasm_bindgen_test]
async fn a_missing_file_fails_and_says_so() {
    let phone = Phone::new(200);
    phone.add("/other.mp4");
    phone.run().await;
    assert!(phone.log().contains("failed") && phone.sent().is_empty());
}

#[wasm_bindgen_test]
async fn no_secret_is_kept_or_told() {
    let phone = Phone::new(LARGE);
    phone.add("/film.mp4");
    phone.core.start(arguments(&[]));
    for _ in 0..20 {
        JsFuture::from(Promise::resolve(&JsValue::NULL)).await.unwrap();
    }
    assert!(phone.core.set_auth(arguments(&["1", &auth(), &address(), "video-1"])));
    let mut kept = String::new();
    for _ in 0..1000 {
        kept = call(&phone.host, "kept").as_string().unwrap();
        if kept.contains("U1") {
            break;
        }
        JsFuture::from(Promise::resolve(&JsValue::NULL)).await.unwrap();
    }
    phone.core.stop(arguments(&[]));
    assert!(kept.contains("video-1") && kept.contains("U1"), "something is remembered: {kept}");
    for secret in [SECRET, TOKEN] {
        assert!(!kept.contains(secret) && !phone.log().contains(secret));
    }
}

#[wasm_bindgen_test]
async fn a_core_let_go_is_silent() {
    let phone = Phone::new(LARGE);
    phone.add("/film.mp4");
    phone.core.start(arguments(&[]));
    let Phone { host, core } = phone;
    let before = call(&host, "log").as_string();
    drop(core);
    for _ in 0..20 {
        JsFuture::from(Promise::resolve(&JsValue::NULL)).await.unwrap();
    }
    assert_eq!(call(&host, "log").as_string(), before);
}

#[wasm_bindgen_test]
fn broken_json_is_placed() {
    assert_eq!(json_error(r#"{"Vod":{}}"#), "");
    assert!(json_error(r#"{"Vod":{"Title":"test","CateId":"234"}"}"#).starts_with("line 1, column 39"));
}
