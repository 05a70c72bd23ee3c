#![no_main]

#[path = "../promises.rs"]
#[allow(dead_code)] // one target keeps one promise
mod promises;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| promises::html(bytes));
