//! A small store on a port of this machine, which can be told to misbehave: the faults that no good server shows.
//!
//! A stub, shaped by what the providers publish: docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html and
//! API_GetObject.html, learn.microsoft.com/rest/api/storageservices/list-blobs and get-blob,
//! cloud.google.com/storage/docs/xml-api/get-bucket-list and get-object. The integration tests use it as well, with TLS
//! and with whoever gives credentials before it.

use crate::focus::StoreKind;
use chrono::DateTime;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, VecDeque};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Barrier, Mutex};

/// What becomes of one request for a file.
#[derive(Clone)]
pub enum Fault {
    /// Nothing.
    Well,
    /// An answer that is not the file.
    Answer(u16, Vec<(&'static str, &'static str)>, &'static str),
    /// The body ends after so many bytes.
    Truncated(usize),
    /// No more bytes after so many, and the connection stays.
    Stalled(usize),
    /// The connection is reset after so many bytes.
    Reset(usize),
    /// The file is announced with this length, and is of it.
    Length(usize),
    /// A range is not what is given.
    Whole,
    /// Nor is it here, and the body ends after so many bytes.
    WholeTruncated(usize),
    /// The byte at this place is another.
    Damaged(usize),
    /// Something happens to the files first.
    First(Arc<dyn Fn(&mut Files) + Send + Sync>),
    /// The answer waits until others that meet there have arrived.
    Meets(Arc<Barrier>),
    /// So many bytes of no sense, and no word of how many they are.
    Endless(usize),
    /// 403, with a text that stalls, or one that goes on and on.
    Refused(bool),
}

/// A connection, with TLS or without.
pub trait Stream: Read + Write {}

impl<S: Read + Write> Stream for S {}

/// What is done to a connection first.
pub type Wrap = Arc<dyn Fn(TcpStream) -> Box<dyn Stream> + Send + Sync>;

/// Looks at a request before the store does: its head, its body. What it answers is the answer: status, headers with
/// their line ends, body.
pub type Before = Arc<dyn Fn(&str, &str) -> Option<(u16, String, String)> + Send + Sync>;

/// Key → bytes, and headers that go with them.
pub type Files = BTreeMap<String, Stored>;

#[derive(Clone)]
pub struct Stored {
    pub bytes: Vec<u8>,
    /// Empty: the store gives none.
    pub tag: String,
    pub headers: Vec<(String, String)>,
    /// As listed.
    pub written: &'static str,
}

const LONG_AGO: &str = "2026-11-01T00:00:00.000Z";

/// The bytes with an etag of their hash, which is no MD5.
pub fn stored(bytes: impl Into<Vec<u8>>) -> Stored {
    let bytes = bytes.into();
    let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{hash}-1\"");
    Stored { bytes, tag, headers: Vec::new(), written: LONG_AGO }
}

#[derive(Default)]
struct State {
    files: Files,
    /// Of requests for files, in order.
    faults: VecDeque<Fault>,
    /// Of listings.
    list_faults: VecDeque<Fault>,
    /// `GET key range`, `LIST prefix`.
    requests: Vec<String>,
    /// Keys of a page of a listing, where it has several.
    page: Option<usize>,
    /// The listing ends with the token of the page that it is.
    repeats: bool,
    /// What a listing says of the time, as the header has it.
    time: Option<&'static str>,
    /// Requests for files that are not answered yet, now and at most.
    open: (usize, usize),
}

#[derive(Clone)]
pub struct Server {
    pub kind: StoreKind,
    pub url: String,
    state: Arc<Mutex<State>>,
}

impl Server {
    pub fn start(kind: StoreKind) -> Self {
        Self::start_with(kind, "http", Arc::new(|stream| Box::new(stream)), Arc::new(|_, _| None))
    }

    pub fn start_with(kind: StoreKind, scheme: &str, wrap: Wrap, before: Before) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let account = if kind == StoreKind::Blob { "/acc" } else { "" };
        let url = format!("{scheme}://{}{account}", listener.local_addr().unwrap());
        let server = Self { kind, url, state: Arc::new(Mutex::default()) };
        let state = server.state.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (state, wrap, before) = (state.clone(), wrap.clone(), before.clone());
                std::thread::spawn(move || serve(&mut *wrap(stream), kind, &state, &before));
            }
        });
        server
    }

    pub fn put(&self, key: &str, file: Stored) {
        self.state.lock().unwrap().files.insert(key.into(), file);
    }

    pub fn remove(&self, key: &str) {
        self.state.lock().unwrap().files.remove(key);
    }

    /// What becomes of the next requests for files; after these all is well.
    pub fn misbehave(&self, faults: impl IntoIterator<Item = Fault>) {
        self.state.lock().unwrap().faults.extend(faults);
    }

    pub fn misbehave_listing(&self, faults: impl IntoIterator<Item = Fault>) {
        self.state.lock().unwrap().list_faults.extend(faults);
    }

    /// Lists so many keys a page.
    pub fn in_pages(&self, keys: usize) {
        self.state.lock().unwrap().page = Some(keys);
    }

    /// Gives the token of a page with that page, for ever.
    pub fn repeats(&self) {
        self.state.lock().unwrap().repeats = true;
    }

    /// Tells the time with its listings.
    pub fn clock(&self, time: &'static str) {
        self.state.lock().unwrap().time = Some(time);
    }

    /// The most requests for files that were open at one time.
    pub fn most_open(&self) -> usize {
        self.state.lock().unwrap().open.1
    }

    /// The requests since this was last asked.
    pub fn requests(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().unwrap().requests)
    }
}

/// One request of a connection.
fn serve(stream: &mut dyn Stream, kind: StoreKind, state: &Mutex<State>, before: &Before) {
    // The last byte of a request stays unread where the connection is to be reset: then the kernel does that.
    let resets = {
        let state = state.lock().unwrap();
        [state.faults.front(), state.list_faults.front()].iter().any(|next| matches!(next, Some(Fault::Reset(_))))
    };
    let Some(head) = head(stream, resets) else { return };
    let mut body = vec![0; header(&head, "content-length").and_then(|length| length.parse().ok()).unwrap_or(0)];
    let _ = stream.read_exact(&mut body);
    if let Some((status, headers, text)) = before(&head, &String::from_utf8_lossy(&body)) {
        let start =
            format!("HTTP/1.1 {status} X\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n", text.len());
        let _ = stream.write_all(start.as_bytes());
        let _ = stream.write_all(text.as_bytes());
        return;
    }
    let mut words = head.split(' ');
    let (_, target) = (words.next(), words.next().unwrap_or_default());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let path = path.strip_prefix("/acc").filter(|_| kind == StoreKind::Blob).unwrap_or(path);
    let key = decode(path.trim_start_matches('/').split_once('/').map_or("", |(_, key)| key));
    if query.contains("list-type=2") || query.contains("comp=list") {
        return list(stream, kind, query, state);
    }
    let range = header(&head, "range").and_then(|range| {
        let (from, to) = range.strip_prefix("bytes=")?.split_once('-')?;
        Some((from.parse::<usize>().ok()?, to.parse::<usize>().ok()?))
    });
    let (fault, file) = {
        let mut state = state.lock().unwrap();
        state.open = (state.open.0 + 1, state.open.1.max(state.open.0 + 1));
        let shown = range.map(|(from, _)| format!(" from {from}")).unwrap_or_default();
        state.requests.push(format!("GET {key}{shown}"));
        let fault = state.faults.pop_front().unwrap_or(Fault::Well);
        if let Fault::First(change) = &fault {
            change(&mut state.files);
        }
        (fault, state.files.get(&key).cloned())
    };
    if let Fault::Meets(there) = &fault {
        there.wait();
    }
    // Before the answer, so that the next request cannot come first.
    state.lock().unwrap().open.0 -= 1;
    let Some(file) = file else {
        let body = "<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>";
        return answer(stream, 404, &[], body.as_bytes());
    };
    if header(&head, "if-match").is_some_and(|tag| tag != file.tag) {
        return answer(stream, 412, &[], b"<Error><Code>PreconditionFailed</Code></Error>");
    }
    send(stream, fault, &file, range);
}

fn send(stream: &mut dyn Stream, fault: Fault, file: &Stored, range: Option<(usize, usize)>) {
    if let Fault::Answer(status, headers, body) = fault {
        let headers: Vec<_> = headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        return answer(stream, status, &headers, body.as_bytes());
    }
    let endless = match fault {
        Fault::Endless(length) => Some((200, length)),
        Fault::Refused(false) => Some((403, 1 << 30)),
        _ => None,
    };
    if let Fault::Refused(true) = fault {
        let _ = stream.write_all(start(403, &[], 100).as_bytes());
        let _ = stream.read(&mut [0; 1]);
        return;
    }
    if let Some((status, length)) = endless {
        let _ = stream.write_all(format!("HTTP/1.1 {status} X\r\nconnection: close\r\n\r\n").as_bytes());
        let chunk = [b' '; 1 << 12];
        for _ in 0..length >> 12 {
            if stream.write_all(&chunk).is_err() {
                break;
            }
        }
        return;
    }
    let mut bytes = file.bytes.clone();
    if let Fault::Damaged(at) = fault {
        bytes[at] ^= 1;
    }
    if let Fault::Length(length) = fault {
        bytes.resize(length, b' ');
    }
    let mut headers = file.headers.clone();
    if !file.tag.is_empty() {
        headers.push(("etag".into(), file.tag.clone()));
    }
    let range = range.filter(|_| !matches!(fault, Fault::Whole | Fault::WholeTruncated(_)));
    let (status, body) = match range {
        None => (200, bytes.as_slice()),
        Some((from, to)) => {
            let to = to.min(bytes.len() - 1);
            headers.push(("content-range".into(), format!("bytes {from}-{to}/{}", bytes.len())));
            (206, &bytes[from..=to])
        }
    };
    let sent = match fault {
        Fault::Truncated(sent) | Fault::WholeTruncated(sent) | Fault::Stalled(sent) | Fault::Reset(sent) => {
            sent.min(body.len())
        }
        _ => body.len(),
    };
    let _ = stream.write_all(start(status, &headers, body.len()).as_bytes());
    let _ = stream.write_all(&body[..sent]);
    if let Fault::Stalled(_) = fault {
        // Until the other side gives up.
        let _ = stream.read(&mut [0; 1]);
    }
}

fn list(stream: &mut dyn Stream, kind: StoreKind, query: &str, state: &Mutex<State>) {
    let asked = |name: &str| query.split('&').find_map(|part| part.strip_prefix(name)).map(decode);
    let prefix = asked("prefix=").unwrap_or_default();
    let from: usize =
        asked("continuation-token=").or_else(|| asked("marker=")).map_or(0, |token| token.parse().unwrap());
    let (fault, files, page, repeats, time) = {
        let mut state = state.lock().unwrap();
        let shown = if from > 0 { format!(" from {from}") } else { String::new() };
        state.requests.push(format!("LIST {prefix}{shown}"));
        let fault = state.list_faults.pop_front().unwrap_or(Fault::Well);
        (fault, state.files.clone(), state.page.unwrap_or(usize::MAX), state.repeats, state.time)
    };
    let below: Vec<_> = files.iter().filter(|(key, _)| key.starts_with(&prefix)).collect();
    let listed = below.iter().skip(from).take(page).map(|(key, file)| entry(kind, key, file)).collect::<String>();
    let next = match from.saturating_add(page) {
        _ if repeats => Some(from.max(1)),
        next => Some(next).filter(|next| *next < below.len()),
    };
    let next = next.map(|next| next.to_string()).unwrap_or_default();
    let body = match kind {
        StoreKind::Blob => format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults><Prefix>{prefix}</Prefix><Blobs>{listed}</Blobs>\
             <NextMarker>{next}</NextMarker></EnumerationResults>"
        ),
        _ if next.is_empty() => format!("<ListBucketResult>{listed}</ListBucketResult>"),
        _ => format!(
            "<ListBucketResult>{listed}<IsTruncated>true</IsTruncated>\
             <NextContinuationToken>{next}</NextContinuationToken></ListBucketResult>"
        ),
    };
    let headers = time.map(|time| ("date".to_string(), time.to_string())).into_iter().collect();
    send(stream, fault, &Stored { headers, ..stored(body) }, None);
}

/// One file of a listing.
fn entry(kind: StoreKind, key: &str, file: &Stored) -> String {
    let length = file.bytes.len();
    let tag = match kind {
        _ if file.tag.is_empty() => String::new(),
        // Blob Storage lists etags without their quotes.
        StoreKind::Blob => format!("<Etag>{}</Etag>", file.tag.trim_matches('"')),
        _ => format!("<ETag>{}</ETag>", file.tag.replace('"', "&quot;")),
    };
    let written = DateTime::parse_from_rfc3339(file.written).unwrap();
    match kind {
        StoreKind::Blob => format!(
            "<Blob><Name>{key}</Name><Properties><Last-Modified>{}</Last-Modified>\
             {tag}<Content-Length>{length}</Content-Length><Content-Type>application/octet-stream</Content-Type><BlobType>BlockBlob</BlobType></Properties></Blob>",
            written.format("%a, %d %b %Y %H:%M:%S GMT")
        ),
        _ => format!(
            "<Contents><Key>{key}</Key><Size>{length}</Size><LastModified>{}</LastModified>{tag}</Contents>",
            file.written
        ),
    }
}

fn answer(stream: &mut dyn Stream, status: u16, headers: &[(String, String)], body: &[u8]) {
    let _ = stream.write_all(start(status, headers, body.len()).as_bytes());
    let _ = stream.write_all(body);
}

fn start(status: u16, headers: &[(String, String)], length: usize) -> String {
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!(
        "HTTP/1.1 {status} X\r\n{headers}content-length: {length}\r\nlast-modified: Sun, 01 Nov 2026 00:00:00 GMT\r\n\
         x-amz-request-id: 1\r\nconnection: close\r\n\r\n"
    )
}

fn head(stream: &mut dyn Stream, but_one: bool) -> Option<String> {
    let (mut head, mut byte) = (Vec::new(), [0u8; 1]);
    let end: &[u8] = if but_one { b"\r\n\r" } else { b"\r\n\r\n" };
    while !head.ends_with(end) {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    String::from_utf8(head).ok()
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    let mut pairs = head.lines().filter_map(|line| line.split_once(": "));
    pairs.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn decode(text: &str) -> String {
    let mut parts = text.split('%');
    let first = parts.next().unwrap_or_default().to_string();
    parts.fold(first, |out, part| match u8::from_str_radix(part.get(..2).unwrap_or_default(), 16) {
        Ok(byte) => out + &char::from(byte).to_string() + &part[2..],
        Err(_) => out + "%" + part,
    })
}
