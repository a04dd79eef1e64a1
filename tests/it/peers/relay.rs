//! Between costmill and a peer: passes every byte on and notes what was asked.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// One request: its line, the range it asks for, and whose key signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub range: Option<String>,
    pub key: Option<String>,
}

impl Asked {
    /// Is it for a file, and not for a list or a credential?
    pub fn is_for_a_file(&self) -> bool {
        self.method == "GET" && !["list-type=", "comp=list", "?"].iter().any(|mark| self.path.contains(mark))
    }
}

pub struct Relay {
    pub url: String,
    seen: Arc<Seen>,
}

/// What passes, and what is done first when it does.
#[derive(Default)]
struct Seen {
    asked: Mutex<Vec<Asked>>,
    first: Mutex<Option<First>>,
}

type First = Box<dyn FnMut(&Asked) + Send>;

impl Relay {
    /// In front of a peer; the path of its URL stays.
    pub fn to(url: &str) -> Self {
        let rest = url.strip_prefix("http://").unwrap();
        let (authority, path) = rest.split_once('/').map_or((rest, ""), |(authority, path)| (authority, path));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let here = listener.local_addr().unwrap();
        let seen = Arc::new(Seen::default());
        let (notes, authority) = (seen.clone(), authority.to_string());
        std::thread::spawn(move || {
            for from in listener.incoming().flatten() {
                let Ok(to) = TcpStream::connect(&authority) else { continue };
                let (back_from, back_to) = (to.try_clone().unwrap(), from.try_clone().unwrap());
                let notes = notes.clone();
                std::thread::spawn(move || pass(from, to, Some(&notes)));
                std::thread::spawn(move || pass(back_from, back_to, None));
            }
        });
        let path = if path.is_empty() { String::new() } else { format!("/{path}") };
        Self { url: format!("http://{here}{path}"), seen }
    }

    /// What was asked since this was last called.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.seen.asked.lock().unwrap())
    }

    /// Does something whenever something is asked, before the peer hears of it.
    pub fn first(&self, action: impl FnMut(&Asked) + Send + 'static) {
        *self.seen.first.lock().unwrap() = Some(Box::new(action));
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, notes: Option<&Seen>) {
    let (mut buffer, mut head) = (vec![0u8; 1 << 16], Vec::new());
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        if let Some(notes) = notes {
            head.extend_from_slice(&buffer[..count]);
            note(&mut head, notes);
        }
        if to.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}

/// Takes the requests that are whole out of what came, each with its body.
fn note(head: &mut Vec<u8>, notes: &Seen) {
    while let Some(end) = head.windows(4).position(|four| four == b"\r\n\r\n") {
        let text = String::from_utf8_lossy(&head[..end]).into_owned();
        let header = |name: &str| {
            let mut pairs = text.lines().filter_map(|line| line.split_once(": "));
            pairs.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_string())
        };
        let body: usize = header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        if head.len() < end + 4 + body {
            break;
        }
        head.drain(..end + 4 + body);
        let mut lines = text.lines();
        let mut words = lines.next().unwrap_or_default().split(' ');
        let (Some(method), Some(path)) = (words.next(), words.next()) else { continue };
        let key = header("authorization").and_then(|value| {
            let (_, rest) = value.split_once("Credential=")?;
            Some(rest.split('/').next().unwrap_or_default().to_string())
        });
        let asked = Asked { method: method.into(), path: path.into(), range: header("range"), key };
        if let Some(first) = notes.first.lock().unwrap().as_mut() {
            first(&asked);
        }
        notes.asked.lock().unwrap().push(asked);
    }
}
