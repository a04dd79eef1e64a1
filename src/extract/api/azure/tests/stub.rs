//! A small server that answers as it is told: the faults that no good server shows. Not Azure, nor independent of us: what
//! it answers is shaped by the interface's published description.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// One request.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub method: String,
    /// Path and query, as they were sent.
    pub target: String,
    pub authorization: String,
    /// All headers, for what else is looked at.
    pub head: String,
    pub body: String,
}

/// What becomes of a request.
#[derive(Debug, Clone)]
pub enum Reply {
    Answer(u16, Vec<(String, String)>, String),
    /// The body ends after so many bytes.
    Truncated(String, usize),
    /// Half of the body, and then nothing more.
    Stalled(String),
    /// The connection ends without an answer.
    Gone,
}

pub fn ok(body: impl Into<String>) -> Reply {
    Reply::Answer(200, Vec::new(), body.into())
}

pub fn status(status: u16, headers: &[(&str, &str)], body: &str) -> Reply {
    let headers = headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    Reply::Answer(status, headers, body.into())
}

type Answerer = dyn Fn(&Asked) -> Reply + Send + Sync;

#[derive(Clone)]
pub struct Stub {
    pub url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Stub {
    /// Answers in this order; what is asked after them is 418.
    pub fn queue(replies: impl IntoIterator<Item = Reply>) -> Self {
        let replies: Mutex<VecDeque<Reply>> = Mutex::new(replies.into_iter().collect());
        let none = || status(418, &[], "{\"error\":{\"code\":\"NothingPlanned\"}}");
        Self::with(move |_| replies.lock().unwrap().pop_front().unwrap_or_else(none))
    }

    pub fn with(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let stub = Self { url, asked: Arc::default() };
        let (asked, answer): (_, Arc<Answerer>) = (stub.asked.clone(), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (asked, answer) = (asked.clone(), answer.clone());
                std::thread::spawn(move || serve(stream, &asked, &*answer));
            }
        });
        stub
    }

    /// What was asked since this was last called.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

fn serve(mut stream: TcpStream, notes: &Mutex<Vec<Asked>>, answer: &Answerer) {
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
        pairs
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.to_string())
            .unwrap_or_default()
    };
    let mut body = vec![0; header("content-length").parse().unwrap_or(0)];
    if stream.read_exact(&mut body).is_err() {
        return;
    }
    let mut words = head.split(' ');
    let asked = Asked {
        method: words.next().unwrap_or_default().into(),
        target: words.next().unwrap_or_default().into(),
        authorization: header("authorization"),
        body: String::from_utf8_lossy(&body).into_owned(),
        head: head.clone(),
    };
    let reply = answer(&asked);
    notes.lock().unwrap().push(asked);
    let stalls = matches!(reply, Reply::Stalled(_));
    let (status, headers, body, sent) = match reply {
        Reply::Answer(status, headers, body) => (status, headers, body.clone(), body.len()),
        Reply::Truncated(body, sent) => (200, Vec::new(), body, sent),
        Reply::Stalled(body) => (200, Vec::new(), body.clone(), body.len() / 2),
        Reply::Gone => return,
    };
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = if status == 204 { String::new() } else { format!("content-length: {}\r\n", body.len()) };
    let _ = stream.write_all(format!("HTTP/1.1 {status} X\r\n{headers}{length}connection: close\r\n\r\n").as_bytes());
    let _ = stream.write_all(&body.as_bytes()[..sent]);
    // Until the client has enough of it.
    while stalls && stream.read(&mut byte).is_ok_and(|count| count > 0) {}
}
