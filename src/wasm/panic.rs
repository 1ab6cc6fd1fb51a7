//! The panic hook: message and source line of a panic reach the console, the app's log and the message of `InternalError`.

use super::host::Host;
use std::cell::RefCell;
use std::panic::PanicHookInfo;

thread_local! {
    /// A panic hook is a plain function without a receiver; this is how it finds the host.
    static HOST: RefCell<Option<Host>> = const { RefCell::new(None) };
}

/// Reports every panic of this instance to `host`. The trap that follows ends the instance.
pub fn install_hook(host: Host) {
    HOST.with(|slot| *slot.borrow_mut() = Some(host));
    std::panic::set_hook(Box::new(report));
}

fn report(info: &PanicHookInfo<'_>) {
    HOST.with(|slot| {
        if let Some(host) = &*slot.borrow() {
            host.on_panic(&info.to_string());
        }
    });
    console_error_panic_hook::hook(info);
}
