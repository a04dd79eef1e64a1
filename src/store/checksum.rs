//! What a store says that the bytes of a file add up to, computed beside the download.
//!
//! - S3: `x-amz-checksum-*` of the whole object, asked for with `x-amz-checksum-mode`; those of several parts
//!   (`COMPOSITE`) cannot be told from the bytes alone. Else the etag, which is the MD5 of objects that were put in
//!   one piece and are not encrypted with a key of KMS or the customer's
//!   (docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html).
//! - Blob Storage: `Content-MD5`, of a range `x-ms-blob-content-md5`.
//! - Cloud Storage: `x-goog-hash`, of the object as it is stored.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use crc::{CRC_32_ISCSI, CRC_32_ISO_HDLC, CRC_64_NVME, Crc, Digest, Table};
use http::HeaderMap;
use md5::{Digest as _, Md5};
use sha2::Sha256;

static CRC32: Crc<u32, Table<16>> = Crc::<u32, Table<16>>::new(&CRC_32_ISO_HDLC);
static CRC32C: Crc<u32, Table<16>> = Crc::<u32, Table<16>>::new(&CRC_32_ISCSI);
static CRC64: Crc<u64, Table<16>> = Crc::<u64, Table<16>>::new(&CRC_64_NVME);

/// What a store told of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checksum {
    algorithm: Algorithm,
    value: Vec<u8>,
    /// Guessed from an etag: not every store that speaks like S3 makes its etags so.
    pub guessed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Algorithm {
    Sha256,
    Md5,
    Crc64Nvme,
    Crc32c,
    Crc32,
}

const ALGORITHMS: [(&str, Algorithm); 5] = [
    ("sha256", Algorithm::Sha256),
    ("crc64nvme", Algorithm::Crc64Nvme),
    ("crc32c", Algorithm::Crc32c),
    ("crc32", Algorithm::Crc32),
    ("md5", Algorithm::Md5),
];

impl Checksum {
    /// The best checksum of the whole file that the headers of an answer tell.
    pub fn told(headers: &HeaderMap) -> Option<Self> {
        let text = |name: &str| headers.get(name)?.to_str().ok();
        let composite = text("x-amz-checksum-type").is_some_and(|kind| kind.eq_ignore_ascii_case("COMPOSITE"));
        if !composite {
            for (name, algorithm) in ALGORITHMS {
                let told = text(&format!("x-amz-checksum-{name}")).filter(|told| !told.contains('-'));
                if let Some(value) = told.and_then(|told| STANDARD.decode(told).ok()) {
                    return Some(Self { algorithm, value, guessed: false });
                }
            }
        }
        let google = headers.get_all("x-goog-hash").iter().filter_map(|value| value.to_str().ok());
        let google: Vec<&str> = google.flat_map(|value| value.split(',')).map(str::trim).collect();
        for (name, algorithm) in [("crc32c", Algorithm::Crc32c), ("md5", Algorithm::Md5)] {
            let told = google.iter().find_map(|told| told.strip_prefix(name)?.strip_prefix('='));
            if let Some(value) = told.and_then(|told| STANDARD.decode(told).ok()) {
                return Some(Self { algorithm, value, guessed: false });
            }
        }
        let md5 =
            text("x-ms-blob-content-md5").or_else(|| text("content-md5").filter(|_| text("content-range").is_none()));
        if let Some(value) = md5.and_then(|told| STANDARD.decode(told).ok()) {
            return Some(Self { algorithm: Algorithm::Md5, value, guessed: false });
        }
        let encrypted = text("x-amz-server-side-encryption").is_some_and(|kind| kind != "AES256")
            || headers.contains_key("x-amz-server-side-encryption-customer-algorithm");
        let is_s3 = headers.keys().any(|name| name.as_str().starts_with("x-amz-"));
        text("etag").filter(|_| is_s3 && !encrypted).and_then(Self::of_etag)
    }

    fn of_etag(etag: &str) -> Option<Self> {
        let value = unhex(etag.trim_matches('"')).filter(|value| value.len() == 16)?;
        Some(Self { algorithm: Algorithm::Md5, value, guessed: true })
    }

    /// As a word for [`Checksum::parse`].
    pub fn write(&self) -> String {
        let name = ALGORITHMS.iter().find(|(_, algorithm)| *algorithm == self.algorithm).map_or("", |(name, _)| name);
        format!("{name}:{}:{}", if self.guessed { "guessed" } else { "told" }, STANDARD.encode(&self.value))
    }

    pub fn parse(text: &str) -> Option<Self> {
        let (name, rest) = text.split_once(':')?;
        let (guessed, value) = rest.split_once(':')?;
        let algorithm = ALGORITHMS.iter().find(|(known, _)| *known == name)?.1;
        Some(Self { algorithm, value: STANDARD.decode(value).ok()?, guessed: guessed == "guessed" })
    }

    pub fn start(&self) -> Sum {
        match self.algorithm {
            Algorithm::Sha256 => Sum::Sha256(Sha256::new()),
            Algorithm::Md5 => Sum::Md5(Md5::new()),
            Algorithm::Crc64Nvme => Sum::Crc64(CRC64.digest()),
            Algorithm::Crc32c => Sum::Crc32(CRC32C.digest()),
            Algorithm::Crc32 => Sum::Crc32(CRC32.digest()),
        }
    }

    /// Is this what the store told?
    pub fn holds(&self, sum: Sum) -> bool {
        sum.finish() == self.value
    }
}

/// A checksum under way.
#[derive(Clone)]
pub enum Sum {
    Sha256(Sha256),
    Md5(Md5),
    Crc64(Digest<'static, u64, Table<16>>),
    Crc32(Digest<'static, u32, Table<16>>),
}

impl Sum {
    pub fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256(sum) => sum.update(bytes),
            Self::Md5(sum) => sum.update(bytes),
            Self::Crc64(sum) => sum.update(bytes),
            Self::Crc32(sum) => sum.update(bytes),
        }
    }

    fn finish(self) -> Vec<u8> {
        match self {
            Self::Sha256(sum) => sum.finalize().to_vec(),
            Self::Md5(sum) => sum.finalize().to_vec(),
            Self::Crc64(sum) => sum.finalize().to_be_bytes().to_vec(),
            Self::Crc32(sum) => sum.finalize().to_be_bytes().to_vec(),
        }
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
    pairs.map(|pair| u8::from_str_radix(pair.filter(|pair| pair.len() == 2)?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(list: &[(&str, &str)]) -> HeaderMap {
        list.iter().map(|(name, value)| (name.parse::<http::HeaderName>().unwrap(), value.parse().unwrap())).collect()
    }

    /// The check values of the algorithms' catalogue and of RFC 1321, over "123456789".
    #[test]
    fn each_algorithm_gives_its_published_value() {
        for (name, hex) in [
            ("crc32", "cbf43926"),
            ("crc32c", "e3069283"),
            ("crc64nvme", "ae8b14860a799888"),
            ("md5", "25f9e794323b453885f5181f1b624d0b"),
            ("sha256", "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"),
        ] {
            let value = STANDARD.encode(unhex(hex).unwrap());
            let told = Checksum::parse(&format!("{name}:told:{value}")).unwrap();
            let sum = |text: &[u8]| {
                let mut sum = told.start();
                text.chunks(4).for_each(|chunk| sum.update(chunk));
                sum
            };
            assert!(told.holds(sum(b"123456789")), "{name}");
            assert!(!told.holds(sum(b"123456788")), "{name}");
            assert_eq!(Checksum::parse(&told.write()), Some(told));
        }
    }

    #[test]
    fn the_best_of_what_is_told() {
        let md5 = "\"25f9e794323b453885f5181f1b624d0b\"";
        let told = |list: &[(&str, &str)]| Checksum::told(&headers(list)).map(|told| told.write());
        let etag = Some("md5:guessed:JfnnlDI7RTiF9RgfG2JNCw==".to_string());
        assert_eq!(told(&[("etag", md5), ("x-amz-request-id", "1")]), etag);
        assert_eq!(told(&[("etag", md5), ("x-amz-server-side-encryption", "AES256")]), etag);
        assert_eq!(told(&[("etag", md5), ("x-amz-server-side-encryption", "aws:kms")]), None);
        assert_eq!(told(&[("etag", md5)]), None);
        assert_eq!(told(&[("etag", "\"25f9e794323b453885f5181f1b624d0b-3\""), ("x-amz-id-2", "1")]), None);
        let crc = "rosUhgp5mIg=";
        let of = [("x-amz-checksum-crc64nvme", crc), ("x-amz-checksum-type", "FULL_OBJECT"), ("etag", md5)];
        assert_eq!(told(&of), Some(format!("crc64nvme:told:{crc}")));
        assert_eq!(told(&[("x-amz-checksum-crc32", "y/Q5Jg==-2"), ("x-amz-checksum-type", "COMPOSITE")]), None);
        let google = [("x-goog-hash", "md5=JfnnlDI7RTiF9RgfG2JNCw=="), ("x-goog-hash", "crc32c=4waSgw==")];
        assert_eq!(told(&google), Some("crc32c:told:4waSgw==".into()));
        assert_eq!(
            told(&[("x-goog-hash", "crc32c=4waSgw==,md5=JfnnlDI7RTiF9RgfG2JNCw==")]),
            Some("crc32c:told:4waSgw==".into())
        );
        let azure = Some("md5:told:JfnnlDI7RTiF9RgfG2JNCw==".to_string());
        assert_eq!(told(&[("content-md5", "JfnnlDI7RTiF9RgfG2JNCw==")]), azure);
        assert_eq!(
            told(&[("x-ms-blob-content-md5", "JfnnlDI7RTiF9RgfG2JNCw=="), ("content-range", "bytes 1-2/3")]),
            azure
        );
        assert_eq!(told(&[("content-md5", "JfnnlDI7RTiF9RgfG2JNCw=="), ("content-range", "bytes 1-2/3")]), None);
    }
}
