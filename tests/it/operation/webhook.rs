//! A server that takes what is posted and gives the answers that a test wants, the last one for ever.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// One request.
#[derive(Debug, Clone)]
pub struct Asked {
    pub line: String,
    head: String,
    pub body: String,
}

impl Asked {
    /// Empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        let mut pairs = self.head.lines().filter_map(|line| line.split_once(": "));
        pairs.find(|(known, _)| known.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value)
    }
}

pub struct Server {
    pub url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// Status and further headers of each answer.
    pub fn answering(answers: &[(u16, &'static str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let (notes, answers) = (asked.clone(), answers.to_vec());
        std::thread::spawn(move || {
            for (at, stream) in listener.incoming().flatten().enumerate() {
                serve(stream, &notes, answers[at.min(answers.len() - 1)]);
            }
        });
        Self { url, asked }
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

/// One request of a connection.
fn serve(mut stream: TcpStream, notes: &Mutex<Vec<Asked>>, (status, more): (u16, &str)) {
    let (mut head, mut byte) = (Vec::new(), [0u8; 1]);
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return,
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut asked = Asked { line: head.lines().next().unwrap_or_default().into(), head, body: String::new() };
    let mut body = vec![0; asked.header("content-length").parse().unwrap_or(0)];
    let _ = stream.read_exact(&mut body);
    asked.body = String::from_utf8_lossy(&body).into_owned();
    notes.lock().unwrap().push(asked);
    // No content has no body; of the others it is one that nothing may show.
    let body = if status == 204 { "" } else { "HUSHBODY" };
    let length = if status == 204 { String::new() } else { format!("content-length: {}\r\n", body.len()) };
    let answer = format!("HTTP/1.1 {status} X\r\n{more}{length}connection: close\r\n\r\n{body}");
    let _ = stream.write_all(answer.as_bytes());
}
