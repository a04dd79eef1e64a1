//! What is kept in a store, and what is told of one that refuses.

mod refuse;

use super::*;
use crate::focus::{StoreAddress, StoreKind};
use object_store::ObjectStore;
use object_store::memory::InMemory;
use std::sync::Arc;

pub fn address(prefix: &str) -> StoreAddress {
    StoreAddress {
        kind: StoreKind::S3,
        bucket: "lakes".into(),
        prefix: prefix.into(),
        account: None,
        endpoint: None,
        region: None,
        profile: None,
        role: None,
        credential_file: None,
        allow_http: false,
        parallel_fetches: 3,
    }
}

fn over(root: &Arc<InMemory>, prefix: &str) -> Objects {
    Objects::over(root.clone() as Arc<dyn ObjectStore>, &address(prefix))
}

#[test]
fn what_is_written_is_read_below_the_prefix_and_nothing_beside_it() {
    let root = Arc::new(InMemory::new());
    let (one, other) = (over(&root, "a/b"), over(&root, "a/bc"));
    one.write("x/1", b"one").unwrap();
    one.write("x/2", b"two!").unwrap();
    other.write("x/3", b"other").unwrap();
    assert_eq!(one.read("x/1").unwrap().as_deref(), Some(&b"one"[..]));
    assert_eq!(one.read("x/3").unwrap(), None);
    assert_eq!(one.list("x").unwrap(), [("x/1".to_string(), 3), ("x/2".to_string(), 4)]);
    assert_eq!(one.list("").unwrap().len(), 2);
    assert_eq!(over(&root, "").list("a/bc").unwrap(), [("a/bc/x/3".to_string(), 5)]);
    assert_eq!((one.url("x/1").as_str(), one.url("").as_str()), ("s3://lakes/a/b/x/1", "s3://lakes/a/b"));
}

#[test]
fn of_several_that_create_one_does_and_the_same_bytes_are_no_conflict() {
    let root = Arc::new(InMemory::new());
    let objects = over(&root, "l");
    assert!(objects.create("e", b"mine").unwrap());
    assert!(objects.create("e", b"mine").unwrap(), "an answer that was lost");
    assert!(!objects.create("e", b"other").unwrap());
    assert_eq!(objects.read("e").unwrap().as_deref(), Some(&b"mine"[..]));
}

#[test]
fn what_was_replaced_since_it_was_read_is_not_replaced_again() {
    let root = Arc::new(InMemory::new());
    let objects = over(&root, "l");
    assert!(objects.replace("p", b"1", None).unwrap());
    assert!(!objects.replace("p", b"2", None).unwrap(), "there is one by now");
    let (_, read) = objects.read_tagged("p").unwrap().unwrap();
    assert!(objects.replace("p", b"2", Some(read.clone())).unwrap());
    assert!(!objects.replace("p", b"3", Some(read)).unwrap());
    assert_eq!(objects.read("p").unwrap().as_deref(), Some(&b"2"[..]));
}

#[test]
fn files_are_sent_whole_small_and_in_pieces() {
    let folder = tempfile::tempdir().unwrap();
    let root = Arc::new(InMemory::new());
    let objects = over(&root, "l");
    let sizes = [0usize, 5, (8 << 20) + 3];
    let files: Vec<_> = sizes.iter().map(|size| (folder.path().join(size.to_string()), format!("f/{size}"))).collect();
    for ((path, _), size) in files.iter().zip(sizes) {
        std::fs::write(path, vec![7u8; size]).unwrap();
    }
    objects.send(&files).unwrap();
    let listed: Vec<_> = objects.list("f").unwrap().into_iter().map(|(_, size)| size as usize).collect();
    assert_eq!(listed, sizes);
    assert_eq!(objects.read("f/8388611").unwrap().unwrap(), vec![7u8; (8 << 20) + 3]);
    let gone = [(folder.path().join("gone"), "f/gone".to_string())];
    let error = objects.send(&gone).unwrap_err();
    assert!(error.to_string().contains("cannot be read"), "{error}");
}
