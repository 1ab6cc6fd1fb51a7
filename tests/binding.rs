//! The binding to JavaScript, from outside: `wasm-pack test --node`.
#![cfg(target_arch = "wasm32")]

use base64::prelude::{Engine as _, BASE64_STANDARD};
use js_sys::{Function, Promise, Reflect};
use std::rc::Rc;
use vod_upload::wasm::{Runtime, Uploader};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

const SECRET: &str = "dev0Secret+/Key=ForVectors0001";
const TOKEN: &str = "CAISdev/+token==AbC0123456789/xyz+QqEe";

/// More than one request carries.
const LARGE: u32 = 1_300_000;

/// The scripted host of `binding/host.js` with a file of so many bytes, and one uploader.
struct Phone {
    host: JsValue,
    uploader: Rc<Uploader>,
}

fn new_host(size: u32) -> JsValue {
    let make: Function = js_sys::eval(include_str!("binding/host.js")).unwrap().unchecked_into();
    make.call1(&JsValue::NULL, &size.into()).unwrap()
}

impl Phone {
    fn new(size: u32) -> Self {
        let host = new_host(size);
        let runtime = Runtime::new(host.clone().unchecked_into());
        let uploader = Rc::new(runtime.create_uploader(7, get(&host, "options").unchecked_into()));
        // The host's timer may fire after the test's end.
        let held = Rc::downgrade(&uploader);
        let handle_timeout = Closure::<dyn FnMut()>::new(move || {
            if let Some(uploader) = held.upgrade() {
                uploader.handle_timeout();
            }
        });
        Reflect::set(&host, &"handleTimeout".into(), &handle_timeout.into_js_value()).unwrap();
        Phone { host, uploader }
    }

    fn add(&self, path: &str) {
        let new_file: Function = get(&self.host, "newFile").unchecked_into();
        let file = new_file.call2(&self.host, &1.into(), &path.into()).unwrap();
        assert!(self.uploader.add_file(file.unchecked_into()));
    }

    fn authorise(&self) -> bool {
        let upload_auth = js_sys::Object::new();
        for (name, value) in [("uploadAuth", auth()), ("uploadAddress", address()), ("videoId", "video-1".into())] {
            Reflect::set(&upload_auth, &name.into(), &value.into()).unwrap();
        }
        self.uploader.set_upload_auth(1, upload_auth.unchecked_into())
    }

    /// Starts, authorises as soon as the engine asks, and waits for the end of the run.
    async fn run(&self) {
        let end: Promise = call(&self.host, "end").unchecked_into();
        self.uploader.start();
        for _ in 0..100 {
            if self.log().contains(r#""type":"started""#) {
                assert!(self.authorise());
                JsFuture::from(end).await.unwrap();
                return;
            }
            if self.log().contains(r#""type":"end""#) {
                return;
            }
            turn().await;
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

async fn turn() {
    JsFuture::from(Promise::resolve(&JsValue::NULL)).await.unwrap();
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
    BASE64_STANDARD.encode(json)
}

fn address() -> String {
    BASE64_STANDARD
        .encode(br#"{"Endpoint":"https://oss-cn-shanghai.aliyuncs.com","Bucket":"outin-1","FileName":"sv/film.mp4"}"#)
}

#[wasm_bindgen_test]
async fn a_small_file_is_one_request() {
    let phone = Phone::new(200);
    phone.add("/film.mp4");
    phone.run().await;
    assert!(phone.whole());
    assert_eq!(phone.sent().matches("PUT /sv/film.mp4").count(), 1);
    let log = phone.log();
    let order =
        ["started", "progress", "succeed", "end"].map(|kind| log.rfind(&format!(r#""type":"{kind}""#)).unwrap());
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
    assert_eq!(phone.log().matches(r#""event":"retry""#).count(), 2);
}

#[wasm_bindgen_test]
async fn a_missing_file_fails_and_says_so() {
    let phone = Phone::new(200);
    phone.add("/other.mp4");
    phone.run().await;
    assert!(phone.log().contains(r#""type":"failed","code":"FileNotFound""#) && phone.sent().is_empty());
}

#[wasm_bindgen_test]
async fn an_uploader_with_nothing_left_to_do_is_idle() {
    let phone = Phone::new(200);
    phone.add("/film.mp4");
    let idle = || get(&phone.host, "idle").as_f64().unwrap();
    assert!(idle() > 0.0, "it waits for a start");
    let before = idle();
    phone.run().await;
    for _ in 0..50 {
        turn().await;
    }
    assert!(idle() > before);
    assert!(phone.log().lines().all(|line| line.starts_with("7 ")), "the id that the host gave it");
}

#[wasm_bindgen_test]
async fn no_secret_is_stored_or_told() {
    let phone = Phone::new(LARGE);
    phone.add("/film.mp4");
    phone.uploader.start();
    for _ in 0..100 {
        if phone.log().contains("started") {
            break;
        }
        turn().await;
    }
    assert!(phone.authorise());
    let mut kept = String::new();
    for _ in 0..1000 {
        kept = call(&phone.host, "kept").as_string().unwrap();
        if kept.contains("U1") {
            break;
        }
        turn().await;
    }
    phone.uploader.stop();
    assert!(kept.contains("video-1") && kept.contains("U1"), "something is stored: {kept}");
    for secret in [SECRET, TOKEN] {
        assert!(!kept.contains(secret) && !phone.log().contains(secret));
    }
}

#[wasm_bindgen_test]
fn broken_json_is_placed() {
    let runtime = Runtime::new(new_host(1).unchecked_into());
    assert_eq!(runtime.json_error(r#"{"Vod":{}}"#), None);
    let error = runtime.json_error(r#"{"Vod":{"Title":"test","CateId":"234"}"}"#).unwrap();
    assert!(error.contains("line 1 column 39") || error.contains("line 1, column 39"), "{error}");
}

#[wasm_bindgen_test]
fn adding_a_file_gives_its_mime_type() {
    let phone = Phone::new(1);
    phone.add("wxfile://tmp_1");
    assert!(phone.log().contains(r#"{"type":"added","contentType":"video/mp4"}"#), "{}", phone.log());
}
