//! A file that is being fetched: what is there of it, kept so that the rest can be fetched after a crash.
//!
//! Beside `file.part` lies `file.sums`: first the checksum that the store told, then, for every [`CHUNK`] bytes, the
//! SHA-256 of all bytes so far. What a crash left is hashed again, and what does not agree with a line is fetched
//! again: a disk that lost its last writes costs time, not truth.

use crate::error::{Error, Result};
use crate::extract::hash::hex;
use crate::lake;
use crate::store::{Checksum, Sum};
use sha2::{Digest, Sha256};
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

const CHUNK: u64 = 1 << 16;

/// A file under way to its target.
pub struct Part {
    target: PathBuf,
    file: File,
    sums: File,
    /// Bytes that are there.
    len: u64,
    hash: Sha256,
    told: Option<(Checksum, Sum)>,
}

impl Part {
    /// Opens what is there of a file, or begins it.
    pub fn open(target: &Path) -> Result<Self> {
        let folder = target.parent().unwrap_or(target);
        lake::create_folder(folder)?;
        let open = |path: PathBuf| {
            let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
            opened.map_err(|error| disk(&path, &error))
        };
        let (file, sums) = (open(beside(target, "part"))?, open(beside(target, "sums"))?);
        let mut part = Self { target: target.to_path_buf(), file, sums, len: 0, hash: Sha256::new(), told: None };
        part.resume().map_err(|error| disk(target, &error))?;
        Ok(part)
    }

    pub fn len(&self) -> u64 {
        self.len
    }

    /// Reads again what is there, as far as it agrees with the sums.
    fn resume(&mut self) -> std::io::Result<()> {
        let mut text = String::new();
        // What is no text is no sum.
        let _ = self.sums.read_to_string(&mut text);
        let mut lines = text.split_inclusive('\n').filter(|line| line.ends_with('\n')).map(str::trim_end);
        let told = lines.next().unwrap_or_default();
        let told = Checksum::parse(told);
        let mut sum = told.as_ref().map(Checksum::start);
        let mut kept = Vec::new();
        let mut buffer = vec![0u8; usize::try_from(CHUNK).unwrap_or(1 << 16)];
        let mut hash = Sha256::new();
        for line in lines {
            if self.file.read_exact(&mut buffer).is_err() {
                break;
            }
            hash.update(&buffer);
            if hex(&hash.clone().finalize()) != line {
                break;
            }
            if let Some(sum) = &mut sum {
                sum.update(&buffer);
            }
            self.hash = hash.clone();
            self.len += CHUNK;
            kept.push(line);
        }
        self.told = told.zip(sum);
        self.cut(&kept.iter().map(|line| format!("{line}\n")).collect::<String>())
    }

    /// Leaves `len` bytes in the file, and these lines of sums.
    fn cut(&mut self, lines: &str) -> std::io::Result<()> {
        self.file.set_len(self.len)?;
        self.file.seek(SeekFrom::Start(self.len))?;
        self.sums.set_len(0)?;
        self.sums.rewind()?;
        if self.len > 0 {
            let told = self.told.as_ref().map(|(told, _)| told.write()).unwrap_or_default();
            self.sums.write_all(format!("{told}\n{lines}").as_bytes())?;
        } else {
            self.told = None;
        }
        Ok(())
    }

    /// Begins the file again.
    pub fn restart(&mut self) -> Result<()> {
        (self.len, self.hash, self.told) = (0, Sha256::new(), None);
        self.cut("").map_err(|error| disk(&self.target, &error))
    }

    /// What the store tells that the whole file adds up to; taken at the first byte.
    pub fn expect(&mut self, told: Option<Checksum>) -> Result<()> {
        if self.len > 0 {
            return Ok(());
        }
        self.told = told.map(|told| (told.clone(), told.start()));
        let line = self.told.as_ref().map(|(told, _)| told.write()).unwrap_or_default();
        let written =
            self.sums.set_len(0).and_then(|()| self.sums.rewind()).and_then(|()| writeln!(self.sums, "{line}"));
        written.map_err(|error| disk(&self.target, &error))
    }

    pub fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            let room = usize::try_from(CHUNK - self.len % CHUNK).unwrap_or(usize::MAX);
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.file.write_all(now).map_err(|error| disk(&self.target, &error))?;
            self.hash.update(now);
            if let Some((_, sum)) = &mut self.told {
                sum.update(now);
            }
            self.len += now.len() as u64;
            if self.len.is_multiple_of(CHUNK) {
                let line = hex(&self.hash.clone().finalize());
                writeln!(self.sums, "{line}").map_err(|error| disk(&self.target, &error))?;
                crate::fault::point("extract.in_mid_file");
            }
            bytes = later;
        }
        Ok(())
    }

    /// The SHA-256 of what is there, in hex, and the store's checksum where it does not hold.
    pub fn finish(&self) -> (String, Option<Checksum>) {
        let broken = self.told.clone().filter(|(told, sum)| !told.holds(sum.clone()));
        (hex(&self.hash.clone().finalize()), broken.map(|(told, _)| told))
    }

    /// Did the store tell what the file adds up to?
    pub fn is_told(&self) -> bool {
        self.told.is_some()
    }

    /// Gives the whole file its name, durably.
    pub fn settle(self) -> Result<()> {
        lake::settle(&beside(&self.target, "part"), &self.target)?;
        let sums = beside(&self.target, "sums");
        fs::remove_file(&sums).map_err(|error| disk(&sums, &error))
    }
}

fn beside(target: &Path, end: &str) -> PathBuf {
    let mut name = target.as_os_str().to_os_string();
    name.push(".");
    name.push(end);
    name.into()
}

pub fn disk(path: &Path, error: &std::io::Error) -> Error {
    let place = path.display().to_string();
    Error::lake(place, format!("cannot be fetched to disk: {error}"), "check the disk of the lake and its permissions")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(len: usize) -> Vec<u8> {
        (0..len).map(|at| (at * 31 % 251) as u8).collect()
    }

    fn sha(bytes: &[u8]) -> String {
        hex(&Sha256::digest(bytes))
    }

    #[test]
    fn what_is_there_is_taken_up_and_the_whole_is_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("deep/file.csv.gz");
        let all = bytes(200_000);
        let mut part = Part::open(&target).unwrap();
        let told = Checksum::parse("crc32:told:AAAAAA==");
        part.expect(told.clone()).unwrap();
        part.write(&all[..150_000]).unwrap();
        drop(part);
        let mut part = Part::open(&target).unwrap();
        assert_eq!(part.len(), 131_072);
        part.expect(None).unwrap();
        part.write(&all[131_072..]).unwrap();
        assert_eq!(part.finish(), (sha(&all), told), "the checksum that was told first is the one that counts");
        part.settle().unwrap();
        assert_eq!(fs::read(&target).unwrap(), all);
        assert_eq!(fs::read_dir(target.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn bytes_that_a_disk_lost_are_fetched_again() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("file");
        let all = bytes(200_000);
        for (damage, left) in [(70_000usize, 65_536), (10, 0), (190_000, 196_608 - 65_536 + 65_536)] {
            let mut part = Part::open(&target).unwrap();
            part.restart().unwrap();
            part.expect(None).unwrap();
            part.write(&all).unwrap();
            drop(part);
            let mut there = fs::read(beside(&target, "part")).unwrap();
            there[damage] ^= 1;
            if damage > 180_000 {
                // Past the last sum: not looked at, and not kept.
                there = all.clone();
            }
            fs::write(beside(&target, "part"), &there).unwrap();
            let mut part = Part::open(&target).unwrap();
            assert_eq!(part.len(), left as u64, "{damage}");
            let from = usize::try_from(part.len()).unwrap();
            part.write(&all[from..]).unwrap();
            assert_eq!(part.finish().0, sha(&all));
        }
    }

    #[test]
    fn sums_without_sense_are_a_file_from_its_start() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("file");
        fs::write(beside(&target, "part"), bytes(100_000)).unwrap();
        for sums in [&b""[..], b"\n", b"\nnothing\n", b"\xff\xfe\n\n"] {
            fs::write(beside(&target, "sums"), sums).unwrap();
            assert_eq!(Part::open(&target).unwrap().len(), 0);
        }
    }
}
