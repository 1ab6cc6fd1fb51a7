//! What WeChat says when something fails, and what it means.
//!
//! The words differ by platform, version and language, and the number is sometimes missing even on new clients: the
//! forms below were collected from documentation, decompiled clients and reports (`WX_RUNTIME`, §1.4 for requests, §3.3
//! for files). The host only quotes, so that what is known about the words stands here, packed and tested.

use crate::api::event::{FileError, HttpResponse};

/// An enum, and a table with a row of patterns for each of its variants: the first row that has one in the text decides.
macro_rules! meanings {
    ($(#[$of:meta])* $name:ident, $(#[$about:meta])* otherwise $unknown:ident, $($(#[$doc:meta])* $variant:ident $words:literal)*) => {
        $(#[$of])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub enum $name {
            $($(#[$doc])* $variant,)*
            $(#[$about])*
            #[default]
            $unknown,
        }

        impl $name {
            /// A line a row. The last one, in which nothing is found, ends the one before.
            const WORDS: &'static str = concat!($($words, "\n",)* "\0");
            /// What the rows mean.
            const MEANT: &'static [$name] = &[$($name::$variant),*];
        }
    };
}

meanings! {
    /// Why a request got no answer.
    TransportErrorKind,
    /// Worth a retry.
    otherwise Network,
    // The first two may quote an address, in which any of the later words may stand.
    /// The host is not on the mini program's domain list.
    DomainNotAllowed "#600002#|domain list|合法域名"
    BadUrl "#600005#|invalid.url|must be http|url is null|method is invalid"
    /// By ourselves.
    Abort "#600004#|:fail..abort"
    /// The app was in the background.
    Interrupted "#600003#|interrupt|suspend"
    Timeout "#5#|time.out|timed.out|超时|逾時|逾时"
    /// WeChat fails everything under way when the network changes.
    NetworkChanged "network.change"
    /// Too many requests at once.
    TooManyRequests "max connected|max task"
    /// Over the bridge's limit.
    TooLarge "#2#|size limit"
    Tls "ssl|tls|cert|证书|證書|憑證"
    Offline "internet_disconnected|appears to be offline|not connected to the internet|断开与互联网|已斷線"
}

meanings! {
    /// Why a file could not be looked at or read.
    FileErrorKind,
    otherwise Other,
    Interrupted "interrupt|suspend"
    Missing "#1300002#|#1301112#|no such file|not found|not exist|enoent"
    Denied "#1300001#|#1300013#|#1300014#|#1301000#|permission|denied"
    Range "#1301006#|#1301007#|#1301009#|out of range"
    TooLarge "#2#|#1300202#|exceed"
}

/// More than any table has.
const NO_ROW: usize = 99;

const SWITCHED: u16 = 1;
const OFFLINE: u16 = 2;
const UNSENT: u16 = 3;
const ABORTED: u16 = 4;

/// A request that got no answer. `how` is what the host knows of it, `NoAnswer` in js-glue/src/host.ts. What it was told of
/// the network counts where WeChat names no other reason; an abort that nobody here asked for is the system's, as good as
/// a lost connection.
pub fn no_answer(how: u16, said: &str) -> HttpResponse {
    let row = understood(TransportErrorKind::WORDS, said);
    let failure = match (how, TransportErrorKind::MEANT.get(row)) {
        (ABORTED, _) => TransportErrorKind::Abort,
        (UNSENT, _) => TransportErrorKind::Network,
        (_, Some(failure)) if *failure != TransportErrorKind::Abort => *failure,
        (SWITCHED, _) => TransportErrorKind::NetworkChanged,
        (OFFLINE, _) => TransportErrorKind::Offline,
        _ => TransportErrorKind::Network,
    };
    HttpResponse { failure, body: words(said), ..HttpResponse::default() }
}

pub fn file_trouble(said: &str) -> FileError {
    let row = understood(FileErrorKind::WORDS, said);
    FileError { failure: FileErrorKind::MEANT.get(row).copied().unwrap_or_default(), detail: words(said) }
}

/// The row of the table that is meant, none of them if it is unknown. The host quotes `#errCode#?#errno#?words`, or gives
/// words of its own; the first of them that says anything decides.
#[inline(never)]
fn understood(table: &str, said: &str) -> usize {
    for text in said.split('?') {
        for (row, any) in table.split('\n').enumerate() {
            if any.split('|').any(|pattern| is_in(text.as_bytes(), pattern.as_bytes())) {
                return row;
            }
        }
    }
    NO_ROW
}

fn words(said: &str) -> String {
    said.rsplit_once('?').map_or(said, |(_, words)| words).into()
}

/// The little of regular expressions that the tables need: ASCII letters of either case, and `.` for any byte or none. A crate
/// for them is larger than the whole module, `contains` and `to_lowercase` of core are larger than this.
fn is_in(text: &[u8], pattern: &[u8]) -> bool {
    let mut text = text;
    while !begins(text, pattern) {
        let [_, rest @ ..] = text else { return false };
        text = rest;
    }
    true
}

fn begins(text: &[u8], pattern: &[u8]) -> bool {
    match (pattern, text) {
        ([], _) => true,
        ([b'.', rest @ ..], _) if begins(text, rest) => true,
        ([first, rest @ ..], [next, text @ ..]) => {
            (*first == b'.' || next.to_ascii_lowercase() == *first) && begins(text, rest)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As js-glue quotes a failure.
    fn said(code: &str, errno: &str, words: &str) -> String {
        format!("#{code}#?#{errno}#?{words}")
    }

    fn request(errno: &str, words: &str) -> TransportErrorKind {
        no_answer(0, &said("undefined", errno, words)).failure
    }

    fn file(code: &str, words: &str) -> FileErrorKind {
        let by_code = file_trouble(&said(code, "undefined", words)).failure;
        assert_eq!(file_trouble(&said("undefined", code, words)).failure, by_code, "errno means what errCode does");
        by_code
    }

    /// Every errMsg of the personas that stand for phones, `DevTools` and desktops, and those of `WX_RUNTIME` §1.4.
    const REQUESTS: &[(TransportErrorKind, &[&str])] = &[
        (
            TransportErrorKind::Timeout,
            &[
                "request:fail timeout",
                "request:fail 请求超时。",
                "request:fail 要求逾時。",
                "request:fail -118:net::ERR_CONNECTION_TIMED_OUT",
                "request:fail -7:net::ERR_TIMED_OUT",
                "request:fail errcode:-118 cronet_error_code:-118 error_msg:net::ERR_CONNECTION_TIMED_OUT",
                "uploadFile:fail timeout",
            ],
        ),
        (
            TransportErrorKind::Interrupted,
            &[
                "request:fail interrupted",
                "request:fail createRequestTask:fail:interrupted",
                "request:fail:interrupted",
                "request:fail createRequestTask:fail: jsapi has no permission, event=createRequestTask, runningState=suspend, permissionMsg=permission ok, detail=network api interrupted in suspend state",
            ],
        ),
        (
            TransportErrorKind::DomainNotAllowed,
            &[
                "request:fail url not in domain list",
                "request:fail url not in domain list:ssl-timeout.oss-cn-shanghai.aliyuncs.com",
                "uploadFile:fail url not in domain list",
                "request:fail https://a.com 不在以下 request 合法域名列表中",
            ],
        ),
        (
            TransportErrorKind::Tls,
            &[
                "request:fail -202:net::ERR_CERT_AUTHORITY_INVALID",
                "request:fail errcode:-202 cronet_error_code:-202 error_msg:net::ERR_CERT_AUTHORITY_INVALID",
                "request:fail -201:net::ERR_CERT_DATE_INVALID",
                "request:fail ssl hand shake error",
                "request:fail 发生了SSL错误，无法建立与该服务器的安全连接。",
                "request:fail 对应的服务器证书无效。",
                "request:fail 小程序要求的 TLS 版本必须大于等于 1.2",
            ],
        ),
        (
            TransportErrorKind::Offline,
            &[
                "request:fail -106:net::ERR_INTERNET_DISCONNECTED",
                "request:fail errcode:-106 cronet_error_code:-106 error_msg:net::ERR_INTERNET_DISCONNECTED",
                "request:fail 似乎已断开与互联网的连接。",
            ],
        ),
        (
            TransportErrorKind::NetworkChanged,
            &[
                "request:fail errcode:10011 cronet_error_code:0 error_msg:network change, cancel all task",
                "request:fail -21:net::ERR_NETWORK_CHANGED",
            ],
        ),
        (TransportErrorKind::TooManyRequests, &["request:fail max connected", "request:fail exceed max task count"]),
        (
            TransportErrorKind::TooLarge,
            &["request:fail convert native buffer parameter fail. native buffer exceed size limit."],
        ),
        (
            TransportErrorKind::BadUrl,
            &[
                "request:fail invalid url \"https://x/abort timeout\"",
                "request:fail request protocol must be http or https",
                "request:fail net::ERR_INVALID_URL",
                "request:fail url is null",
                "request:fail method is invalid",
            ],
        ),
        (
            TransportErrorKind::Network,
            &[
                "",
                "request:fail",
                "request:fail ",
                "request:fail -105:net::ERR_NAME_NOT_RESOLVED",
                "request:fail errcode:-105 cronet_error_code:-105 error_msg:net::ERR_NAME_NOT_RESOLVED",
                "request unknow host error",
                "request:fail 未能找到使用指定主机名的服务器。",
                "request:fail -101:net::ERR_CONNECTION_RESET",
                "request:fail -103:net::ERR_CONNECTION_ABORTED",
                "request:fail 网络连接已中断。",
                "request:fail -2:net::ERR_FAILED",
                "request:fail errcode:-2 cronet_error_code:-2 error_msg:net::ERR_FAILED",
                "request:fail 未能完成该操作。协议错误",
                "request:fail errcode:-101 cronet_error_code:-101 error_msg:net::ERR_CONNECTION_RESET",
                "something new",
                "undefined",
                "[object Object]",
                "request is not a function",
            ],
        ),
    ];

    /// The system's: nobody here has asked for it.
    const ABORTS: &[&str] =
        &["request:fail abort", "uploadFile:fail abort", "request:fail:abort", "request:fail: abort"];

    #[test]
    fn requests_by_their_words() {
        for (failure, all) in REQUESTS {
            for words in *all {
                assert_eq!(request("undefined", words), *failure, "{words}");
            }
        }
    }

    #[test]
    fn requests_a_number_goes_before_the_words() {
        for (number, failure) in [
            ("5", TransportErrorKind::Timeout),
            ("2", TransportErrorKind::TooLarge),
            ("600002", TransportErrorKind::DomainNotAllowed),
            ("600003", TransportErrorKind::Interrupted),
            ("600004", TransportErrorKind::Network),
            ("600005", TransportErrorKind::BadUrl),
        ] {
            for words in ["request:fail", "request:fail max connected"] {
                assert_eq!(request(number, words), failure);
                assert_eq!(no_answer(0, &said(number, "undefined", words)).failure, failure);
                assert_eq!(no_answer(0, &said(number, "600002", words)).failure, failure, "errCode goes before errno");
            }
        }
        // These two say only that something failed.
        assert_eq!(request("600001", "request:fail -118:net::ERR_CONNECTION_TIMED_OUT"), TransportErrorKind::Timeout);
        assert_eq!(request("600000", "request:fail"), TransportErrorKind::Network);
        // The whole number, not its end.
        assert_eq!(request("15", "request:fail"), TransportErrorKind::Network);
    }

    #[test]
    fn requests_the_network_counts_where_no_other_reason_is_named() {
        for (how, failure) in [
            (0, TransportErrorKind::Network),
            (SWITCHED, TransportErrorKind::NetworkChanged),
            (OFFLINE, TransportErrorKind::Offline),
        ] {
            for (named, all) in REQUESTS {
                for words in *all {
                    let expected = if *named == TransportErrorKind::Network { failure } else { *named };
                    assert_eq!(no_answer(how, &said("undefined", "undefined", words)).failure, expected, "{words}");
                }
            }
            for words in ABORTS {
                assert_eq!(no_answer(how, &said("undefined", "undefined", words)).failure, failure, "{words}");
            }
            assert_eq!(no_answer(how, &said("undefined", "600004", "interrupted")).failure, failure);
        }
    }

    #[test]
    fn requests_what_we_know_ourselves_needs_no_words() {
        assert_eq!(no_answer(ABORTED, "").failure, TransportErrorKind::Abort);
        for words in ["timeout", "request is not a function"] {
            let answer = no_answer(UNSENT, words);
            assert_eq!((answer.status, answer.failure, answer.body.as_str()), (0, TransportErrorKind::Network, words));
        }
        assert_eq!(no_answer(0, "no status").failure, TransportErrorKind::Network);
    }

    #[test]
    fn the_words_alone_are_told() {
        assert_eq!(no_answer(0, &said("undefined", "5", "request:fail")).body, "request:fail");
        assert_eq!(no_answer(0, "no status").body, "no status");
        assert_eq!(file_trouble(&said("1300002", "undefined", "stat:fail")).detail, "stat:fail");
    }

    #[test]
    fn files() {
        for (failure, all) in [
            (
                FileErrorKind::Missing,
                &[
                    ("", "readFile:fail no such file or directory, open 'wxfile://tmp_1'"),
                    ("", "readFile:fail no such file or directory \"wxfile://x\""),
                    ("1300002", "stat:fail"),
                    ("1301112", "1301112"),
                    ("", "uploadFile:fail file not found"),
                ][..],
            ),
            (
                FileErrorKind::Denied,
                &[
                    ("1300013", "1300013"),
                    ("1300014", "1300014"),
                    ("1301000", "1301000"),
                    ("1300001", "1300001"),
                    ("", "readFile:fail permission denied, open \"x\""),
                ],
            ),
            (
                FileErrorKind::Range,
                &[
                    ("1301009", "1301009"),
                    ("1301006", "1301006"),
                    ("1301007", "1301007"),
                    ("", "readFile:fail the value of \"position\" is out of range"),
                    ("", "readFile:fail the value of \"length\" is out of range"),
                ],
            ),
            (
                FileErrorKind::Interrupted,
                &[
                    ("", "readFile:fail:interrupted"),
                    ("", "readFile:fail jsapi has no permission, runningState=suspend"),
                ],
            ),
            (
                FileErrorKind::TooLarge,
                &[
                    ("1300202", "1300202"),
                    ("", "readFile:fail:convert native buffer parameter fail. native buffer exceed size limit."),
                    ("", "readFile:fail the maximum size of the file storage limit is exceeded"),
                ],
            ),
            (
                FileErrorKind::Other,
                &[
                    ("", "undefined"),
                    ("", "[object Object]"),
                    ("", "readFile:fail system error"),
                    ("1300201", "1300201"),
                    ("", "x is undefined"),
                    ("", "no bytes"),
                    ("", "boom"),
                    ("", "Cannot read properties of undefined (reading 'stat')"),
                    ("", "readFile gave no answer in 60 s"),
                ],
            ),
        ] {
            for (code, words) in all {
                assert_eq!(file(code, words), failure, "{code} {words}");
            }
        }
        assert_eq!(file_trouble(&said("1300002", "1300013", "out of range")).failure, FileErrorKind::Missing);
        assert_eq!(file_trouble("no bytes").failure, FileErrorKind::Other);
    }

    #[test]
    fn patterns() {
        let found = |text: &str, pattern: &str| is_in(text.as_bytes(), pattern.as_bytes());
        for text in ["timeout", "a TIME OUT", "time-out!", "Timeoout"] {
            assert!(found(text, "time.out"), "{text}");
        }
        for text in ["", "time", "timeou", "time  out", "timout"] {
            assert!(!found(text, "time.out"), "{text}");
        }
        assert!(found("ab超时", "超时") && !found("超", "超时"));
        assert!(found("aab", "ab") && found("end.", "end.") && found("end", "end."));
    }
}
