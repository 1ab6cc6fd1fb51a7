//! The door to JavaScript, from outside: `wasm-pack test --node`.
#![cfg(target_arch = "wasm32")]

use js_sys::{Array, Function, Promise, Reflect};
use std::rc::Rc;
use vod_upload::encoding::base64;
use vod_upload::wasm::{self, json_error, Driver};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

const SECRET: &str = "dev0Secret+/Key=ForVectors0001";
const TOKEN: &str = "CAISdev/+token==AbC0123456789/xyz+QqEe";

/// More than one request carries.
const LARGE: u32 = 1_300_000;

// Places in the list of js-glue/src/host.ts.
const ADD: usize = 0;
const START: usize = 1;
const STOP: usize = 2;
const SET_AUTH: usize = 8;

/// The scripted host of `binding/host.js` with a file of so many bytes.
struct Phone {
    host: JsValue,
    core: Rc<*const Driver>,
}

impl Phone {
    fn new(size: u32) -> Self {
        let make: Function = js_sys::eval(include_str!("binding/host.js")).unwrap().unchecked_into();
        let host = make.call1(&JsValue::NULL, &size.into()).unwrap();
        let options = get(&host, "options");
        let core = Rc::new(wasm::open(host.clone().unchecked_into(), options.unchecked_into()));
        // The host's answers come later, some of them after the test's end.
        let engine = Rc::downgrade(&core);
        let tell = Closure::<dyn FnMut(usize, JsValue)>::new(move |command, args: JsValue| {
            if let Some(engine) = engine.upgrade() {
                unsafe { wasm::tell(*engine, command, args.unchecked_into()) };
            }
        });
        Reflect::set(&host, &"tell".into(), &tell.into_js_value()).unwrap();
        Phone { host, core }
    }

    fn tell(&self, command: usize, arguments: &[&str]) -> bool {
        let values = arguments.iter().map(|value| JsValue::from_str(value)).collect::<Array>();
        unsafe { wasm::tell(*self.core, command, values.unchecked_into()) }
    }

    fn add(&self, path: &str) {
        self.tell(ADD, &["1", path, "film.mp4", "0", "", "", "", "{\"Vod\":{}}", ""]);
    }

    /// Starts, authorises as soon as the engine asks, and waits for the end of the run.
    async fn run(&self) {
        let end: Promise = call(&self.host, "end").unchecked_into();
        self.tell(START, &[]);
        for _ in 0..100 {
            if self.log().contains("started") {
                assert!(self.tell(SET_AUTH, &["1", &auth(), &address(), "video-1"]));
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
    let order = ["started", "progress", "Succeed", "end"].map(|kind| log.rfind(kind).unwrap());
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
    phone.add("/film.mp4");
    phone.run().await;
    assert!(phone.whole());
    assert_eq!(phone.log().matches("\"event\":\"retry\"").count(), 2);
}

#[wasm_bindgen_test]
async fn a_missing_file_fails_and_says_so() {
    let phone = Phone::new(200);
    phone.add("/other.mp4");
    phone.run().await;
    assert!(phone.log().contains("Failed") && phone.sent().is_empty());
}

#[wasm_bindgen_test]
async fn no_secret_is_kept_or_told() {
    let phone = Phone::new(LARGE);
    phone.add("/film.mp4");
    phone.tell(START, &[]);
    for _ in 0..20 {
        JsFuture::from(Promise::resolve(&JsValue::NULL)).await.unwrap();
    }
    assert!(phone.tell(SET_AUTH, &["1", &auth(), &address(), "video-1"]));
    let mut kept = String::new();
    for _ in 0..1000 {
        kept = call(&phone.host, "kept").as_string().unwrap();
        if kept.contains("U1") {
            break;
        }
        JsFuture::from(Promise::resolve(&JsValue::NULL)).await.unwrap();
    }
    phone.tell(STOP, &[]);
    assert!(kept.contains("video-1") && kept.contains("U1"), "something is remembered: {kept}");
    for secret in [SECRET, TOKEN] {
        assert!(!kept.contains(secret) && !phone.log().contains(secret));
    }
}

#[wasm_bindgen_test]
fn broken_json_is_placed() {
    assert_eq!(json_error(r#"{"Vod":{}}"#.into()), "");
    let told = json_error(r#"{"Vod":{"Title":"test","CateId":"234"}"}"#.into());
    assert!(told.as_string().unwrap().starts_with("line 1, column 39"));
}
