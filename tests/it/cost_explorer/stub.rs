//! Cost Explorer on this machine, as a stub: what it says is a function of the operation and the request.

use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

type Say = dyn Fn(&str, &Value) -> (u16, Value) + Send + Sync;

pub struct Stub {
    pub url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Stub {
    /// `say` is given the operation and the request's body; status and body are answered.
    pub fn start(say: impl Fn(&str, &Value) -> (u16, Value) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let (notes, say): (_, Arc<Say>) = (asked.clone(), Arc::new(say));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (notes, say) = (notes.clone(), say.clone());
                std::thread::spawn(move || serve(stream, &notes, say.as_ref()));
            }
        });
        Self { url, asked }
    }

    /// The operations that were asked since the last look.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

fn serve(mut stream: TcpStream, notes: &Mutex<Vec<String>>, say: &Say) {
    let (mut head, mut byte) = (Vec::new(), [0u8; 1]);
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return,
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let header = |name: &str| {
        let mut pairs = head.lines().filter_map(|line| line.split_once(": "));
        pairs.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_string())
    };
    let mut body = vec![0; header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0)];
    stream.read_exact(&mut body).unwrap();
    let target = header("x-amz-target").unwrap_or_default();
    let operation = target.strip_prefix("AWSInsightsIndexService.").unwrap_or(&target).to_string();
    let (status, answer) = say(&operation, &serde_json::from_slice(&body).unwrap_or(Value::Null));
    notes.lock().unwrap().push(operation);
    let answer = answer.to_string();
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        answer.len()
    );
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(answer.as_bytes()));
}

/// One amount of the bill that is told.
#[derive(Debug, Clone)]
pub struct Amount {
    /// `2026-09`.
    pub month: String,
    pub account: String,
    pub service: String,
    pub record_type: String,
    pub billed: String,
    pub effective: String,
}

/// The answer to GetCostAndUsage of these amounts; one whose keys come twice is added up by nobody, so none may.
pub fn costs(amounts: &[Amount], request: &Value, is_estimated: impl Fn(&str) -> bool) -> Value {
    let by_account = request["GroupBy"][0]["Key"] == "LINKED_ACCOUNT";
    let mut months: std::collections::BTreeMap<&str, Vec<Value>> = std::collections::BTreeMap::new();
    for amount in amounts {
        let metric = |amount: &str| json!({ "Amount": amount, "Unit": "USD" });
        let (billed, effective) = (metric(&amount.billed), metric(&amount.effective));
        let key = if by_account { &amount.account } else { &amount.service };
        months.entry(&amount.month).or_default().push(json!({
            "Keys": [key, amount.record_type],
            "Metrics": {
                "UnblendedCost": billed, "NetUnblendedCost": billed, "AmortizedCost": effective, "NetAmortizedCost": effective,
            },
        }));
    }
    let results = months.into_iter().map(|(month, groups)| {
        json!({
            "TimePeriod": { "Start": format!("{month}-01"), "End": next(month) },
            "Total": {}, "Groups": groups, "Estimated": is_estimated(month),
        })
    });
    json!({ "ResultsByTime": results.collect::<Vec<_>>() })
}

fn next(month: &str) -> String {
    let (year, number) = month.split_once('-').unwrap();
    let (year, number): (i32, u32) = (year.parse().unwrap(), number.parse().unwrap());
    format!("{}-{:02}-01", year + i32::from(number == 12), number % 12 + 1)
}
