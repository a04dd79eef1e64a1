//! A server on this machine that answers as a test says, and notes what it was asked.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// One request of the SDK.
#[derive(Debug, Clone)]
pub struct Asked {
    /// `GetCostAndUsage`.
    pub operation: String,
    pub body: serde_json::Value,
}

/// What is answered: status, more headers, and the body; `cut` sends half of it, `hangs` half of it and then nothing more,
/// `drops` nothing at all.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
    pub cut: bool,
    pub hangs: bool,
    pub drops: bool,
}

impl Answer {
    pub fn ok(body: impl Into<String>) -> Self {
        Self { status: 200, body: body.into(), ..Self::default() }
    }

    /// An error as AWS's JSON protocol says it.
    pub fn error(status: u16, code: &str, message: &str) -> Self {
        Self { status, body: serde_json::json!({ "__type": code, "message": message }).to_string(), ..Self::default() }
    }

    pub fn with(mut self, header: &'static str, value: &str) -> Self {
        self.headers.push((header, value.to_string()));
        self
    }
}

pub struct Stub {
    pub url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Stub {
    /// `answer` is given the request and how many came before it.
    pub fn start(answer: impl Fn(&Asked, usize) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let (notes, answer) = (asked.clone(), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (notes, answer) = (notes.clone(), answer.clone());
                std::thread::spawn(move || serve(stream, &notes, answer.as_ref()));
            }
        });
        Self { url, asked }
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

fn serve(mut stream: TcpStream, notes: &Mutex<Vec<Asked>>, answer: &dyn Fn(&Asked, usize) -> Answer) {
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
    let asked = Asked { operation, body: serde_json::from_slice(&body).unwrap_or_default() };
    let before = {
        let mut notes = notes.lock().unwrap();
        notes.push(asked.clone());
        notes.len() - 1
    };
    let Answer { status, headers, body, cut, hangs, drops } = answer(&asked, before);
    if drops {
        return;
    }
    let more: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: {}\r\nconnection: close\r\n{more}\r\n",
        body.len()
    );
    let sent = if cut || hangs { &body.as_bytes()[..body.len() / 2] } else { body.as_bytes() };
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(sent));
    // Until the client has enough of it.
    while hangs && stream.read(&mut byte).is_ok_and(|count| count > 0) {}
}
