//! A CloudWatch on a port of this machine, for the faults that no peer shows. A stub: its answers are shaped by the
//! service's model (botocore, `cloudwatch/2010-08-01`, protocol `smithy-rpc-v2-cbor`), and it is not independent of us.

use super::cbor::Value;
use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What becomes of one request.
#[derive(Clone, Debug)]
pub enum Fault {
    Well,
    /// A status, and the error's code and message.
    Error(u16, &'static str, &'static str),
    /// A status and a body that is no CBOR.
    Bytes(u16, &'static [u8]),
    /// The last so many results have this status code, and half of their points.
    Status(usize, &'static str),
    /// Another page is named: its points are of the second half.
    Page(&'static str),
    /// A result of something that was not asked.
    Stranger,
    /// More values than times.
    Unequal,
    /// A point this many seconds off.
    Off(i64),
    /// A value that cannot be.
    Value(f64),
    /// An answer that says that it is this long.
    Length(usize),
    /// The connection ends in the middle of the answer.
    Cut,
    /// The answer stops in its middle, and the connection stays.
    Stall,
    /// The connection ends without an answer.
    Gone,
}

#[derive(Default)]
struct State {
    faults: VecDeque<Fault>,
    asked: Vec<Value>,
    listed: Vec<Value>,
}

#[derive(Clone)]
pub struct Stub {
    pub url: String,
    state: Arc<Mutex<State>>,
}

impl Stub {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stub = Self { url: format!("http://{}", listener.local_addr().unwrap()), state: Arc::default() };
        let state = stub.state.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = state.clone();
                std::thread::spawn(move || serve(stream, &state));
            }
        });
        stub
    }

    pub fn misbehave(&self, faults: impl IntoIterator<Item = Fault>) {
        self.state.lock().unwrap().faults.extend(faults);
    }

    /// What ListMetrics says, of `mem_used_percent` alone.
    pub fn list(&self, metrics: Vec<Value>) {
        self.state.lock().unwrap().listed = metrics;
    }

    /// The bodies of the requests since this was last asked.
    pub fn asked(&self) -> Vec<Value> {
        std::mem::take(&mut self.state.lock().unwrap().asked)
    }
}

pub fn map(pairs: Vec<(&str, Value)>) -> Value {
    Value::Map(pairs.into_iter().map(|(key, value)| (key.to_string(), value)).collect())
}

pub fn text(text: &str) -> Value {
    Value::Text(text.into())
}

/// One request of a connection.
fn serve(mut stream: TcpStream, state: &Mutex<State>) {
    let Some((head, body)) = request(&mut stream) else { return };
    let asked = Value::read(&mut body.as_slice());
    let fault = {
        let mut state = state.lock().unwrap();
        state.asked.push(asked.clone());
        state.faults.pop_front().unwrap_or(Fault::Well)
    };
    let answer = if head.contains("/operation/ListMetrics") {
        let of_linux = asked.get("MetricName").is_some_and(|name| name.text() == "mem_used_percent");
        let listed = if of_linux { state.lock().unwrap().listed.clone() } else { Vec::new() };
        map(vec![("Metrics", Value::List(listed))])
    } else {
        data(&asked, &fault)
    };
    let mut bytes = Vec::new();
    answer.write(&mut bytes);
    let (status, more, bytes, length) = match fault {
        Fault::Error(status, code, message) => {
            let mut bytes = Vec::new();
            let name = format!("com.amazonaws.cloudwatch#{code}");
            map(vec![("__type", text(&name)), ("message", text(message))]).write(&mut bytes);
            let length = bytes.len();
            (status, format!("x-amzn-query-error: {code};Sender\r\n"), bytes, length)
        }
        Fault::Bytes(status, bytes) => (status, String::new(), bytes.to_vec(), bytes.len()),
        Fault::Length(length) => (200, String::new(), bytes, length),
        Fault::Gone => return,
        Fault::Cut | Fault::Stall => {
            let length = bytes.len();
            bytes.truncate(length / 2);
            (200, String::new(), bytes, length)
        }
        _ => {
            let length = bytes.len();
            (200, String::new(), bytes, length)
        }
    };
    let head = format!(
        "HTTP/1.1 {status} X\r\nsmithy-protocol: rpc-v2-cbor\r\ncontent-type: application/cbor\r\n{more}\
         content-length: {length}\r\nconnection: close\r\n\r\n"
    );
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&bytes));
    // Until the client has enough of it.
    while matches!(fault, Fault::Stall) && stream.read(&mut [0u8; 1]).is_ok_and(|count| count > 0) {}
}

/// Every half hour of what was asked a point: 10 as the average, 20 as the maximum, 1,000 as the sum.
fn data(asked: &Value, fault: &Fault) -> Value {
    let time = |name: &str| asked.get(name).map_or(0, Value::time);
    let (start, end) = (time("StartTime"), time("EndTime"));
    let middle = start + (end - start) / 2;
    let second = asked.get("NextToken").is_some();
    let queries = asked.get("MetricDataQueries").map(Value::list).unwrap_or_default();
    let mut results = Vec::new();
    for (at, query) in queries.iter().enumerate() {
        let stat = query.get("MetricStat").and_then(|of| of.get("Stat")).map_or("", Value::text);
        let value = match stat {
            "Average" => 10.0,
            "Maximum" => 20.0,
            _ => 1000.0,
        };
        let step = if stat == "Sum" { 3600 } else { 1800 };
        let mut points: Vec<(i64, f64)> = (start..end).step_by(step).map(|second| (second, value)).collect();
        points.reverse();
        let mut status = "Complete";
        match fault {
            Fault::Status(last, code) if at + last >= queries.len() => {
                points.truncate(points.len() / 2);
                status = code;
            }
            Fault::Page(_) if !second => points.retain(|(time, _)| *time >= middle),
            Fault::Off(by) if at == 0 => points[0].0 += by,
            Fault::Value(value) if at == 0 => points[0].1 = *value,
            _ => (),
        }
        if second {
            points.retain(|(time, _)| *time < middle);
        }
        let mut values: Vec<Value> = points.iter().map(|(_, value)| Value::Number(*value)).collect();
        if matches!(fault, Fault::Unequal) {
            values.push(Value::Number(1.0));
        }
        let id = if matches!(fault, Fault::Stranger) { text("q999") } else { query.get("Id").cloned().unwrap() };
        results.push(map(vec![
            ("Id", id),
            ("Label", text("label")),
            ("Timestamps", Value::List(points.iter().map(|(time, _)| Value::Time(*time)).collect())),
            ("Values", Value::List(values)),
            ("StatusCode", text(status)),
        ]));
    }
    let mut answer = vec![("MetricDataResults", Value::List(results)), ("Messages", Value::List(Vec::new()))];
    if let Fault::Page(token) = fault {
        answer.push(("NextToken", text(token)));
    }
    map(answer)
}

fn request(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let (mut bytes, mut buffer) = (Vec::new(), [0u8; 1 << 14]);
    loop {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        if let Some(end) = end {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let length = head
                .lines()
                .filter_map(|line| line.split_once(':'))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .map_or(0, |(_, value)| value.trim().parse::<usize>().unwrap());
            if bytes.len() >= end + 4 + length {
                return Some((head, bytes[end + 4..end + 4 + length].to_vec()));
            }
        }
        match stream.read(&mut buffer) {
            Ok(count @ 1..) => bytes.extend_from_slice(&buffer[..count]),
            _ => return None,
        }
    }
}
