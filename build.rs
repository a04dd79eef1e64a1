//! Builds the catalogue into the binary: `queries/` and the text files of `reports/`, by path.

use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or_else(|| missing("CARGO_MANIFEST_DIR"))?);
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or_else(|| missing("OUT_DIR"))?);
    // Clones that share a build folder are one package to cargo, and a file that is older than the other clone's build is
    // "fresh" to it: what one clone built must not pass for the other's.
    println!("cargo::rerun-if-env-changed=COSTMILL_CLONE");
    let mut files = Vec::new();
    for folder in ["queries", "reports"] {
        println!("cargo::rerun-if-changed={folder}");
        collect(&root, &root.join(folder), &mut files)?;
    }
    files.sort();
    let mut code = String::from("/// Path in the repository, text.\npub const FILES: &[(&str, &str)] = &[\n");
    for file in files {
        let _ = writeln!(
            code,
            "    ({file:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {:?}))),",
            format!("/{file}")
        );
    }
    code.push_str("];\n");
    fs::write(out.join("catalogue_files.rs"), code)?;
    println!("cargo::rustc-env=COSTMILL_PAGE_SOURCES={:016x}", page_sources(&root)?);
    Ok(())
}

/// A hash over the sources that make a page of a query's answers: pages of another build are made again.
fn page_sources(root: &Path) -> io::Result<u64> {
    let mut files = Vec::new();
    for folder in ["src/report", "src/focus", "src/command", "reports/assets"] {
        println!("cargo::rerun-if-changed={folder}");
        every_file(&root.join(folder), &mut files)?;
    }
    println!("cargo::rerun-if-changed=Cargo.lock");
    files.push(root.join("Cargo.lock"));
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        fs::read(file)?.hash(&mut hasher);
    }
    Ok(hasher.finish())
}

fn every_file(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { every_file(&path, files)? } else { files.push(path) }
    }
    Ok(())
}

/// The text files under `folder`, as paths from `root` with `/`. Binary assets are the report's own.
fn collect(root: &Path, folder: &Path, files: &mut Vec<String>) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
        } else if String::from_utf8(fs::read(&path)?).is_ok() {
            let from_root = path.strip_prefix(root).unwrap_or(&path);
            let parts: Vec<_> = from_root.iter().map(|part| part.to_string_lossy()).collect();
            files.push(parts.join("/"));
        }
    }
    Ok(())
}

fn missing(name: &str) -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, format!("{name} is not set: run this through cargo"))
}
