//! Every documented refusal, sent by a small server in the form of its store, and what is told of it.

use super::super::examine;
use crate::extract::{Location, tree::Tree};
use crate::focus::{StoreAddress, StoreKind};
use crate::store::{REFUSALS, Refusal, Remedy, refusal_of};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;

/// Answers every listing or every file with the refusal, and the others well.
fn server(refusal: &'static Refusal, of_listing: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut head = Vec::new();
            let mut byte = [0; 1];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read > 0) {
                head.push(byte[0]);
            }
            let head = String::from_utf8_lossy(&head).into_owned();
            let is_listing = head.contains("list-type=2") || head.contains("comp=list");
            let (status, body) = match is_listing == of_listing {
                true => (refusal.status, refused(refusal)),
                false if is_listing => (200, listing(refusal.store)),
                false => (200, "x".to_string()),
            };
            // A refused request is told by its clock first, where that is wrong.
            let now = chrono::Utc::now().format("%a, %d %b %Y %H:%M:%S GMT");
            let _ = write!(
                stream,
                "HTTP/1.1 {status} X\r\ncontent-length: {}\r\netag: \"1\"\r\nlast-modified: Sun, 01 Nov 2026 00:00:00 GMT\r\n\
                 date: {now}\r\ncontent-type: application/xml\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
        }
    });
    url
}

/// The message where the store puts it: Google's says who lacks what in its details, Azure's what of a SAS is wrong.
fn refused(refusal: &Refusal) -> String {
    let escape = |text: &str| text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    let (code, example) = (refusal.code, refusal.example);
    match (refusal.store, example.split_once(". ")) {
        (StoreKind::Gcs, Some((message, details))) => format!(
            "<?xml version='1.0' encoding='UTF-8'?><Error><Code>{code}</Code><Message>{}.</Message><Details>{}</Details></Error>",
            escape(message),
            escape(details)
        ),
        (StoreKind::Blob, Some((message, details))) if refusal.says.starts_with("Signature not valid") => format!(
            "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>{}.\nRequestId:1\nTime:2</Message>\
             <AuthenticationErrorDetail>{}: Start [a] - Expiry [b] - Current [c]</AuthenticationErrorDetail></Error>",
            escape(message),
            escape(details)
        ),
        _ => format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{}</Message>\
             <RequestId>1</RequestId><HostId>h</HostId></Error>",
            escape(example)
        ),
    }
}

fn listing(store: StoreKind) -> String {
    match store {
        StoreKind::Blob => "<?xml version=\"1.0\"?><EnumerationResults><Blobs><Blob><Name>cur/a.csv</Name><Properties>\
             <Last-Modified>Sun, 01 Nov 2026 00:00:00 GMT</Last-Modified><Etag>1</Etag><Content-Length>1</Content-Length>\
             <Content-Type>text/csv</Content-Type></Properties></Blob></Blobs><NextMarker/></EnumerationResults>"
            .into(),
        _ => "<ListBucketResult><Contents><Key>cur/a.csv</Key><Size>1</Size><LastModified>2026-11-01T00:00:00.000Z\
             </LastModified><ETag>&quot;1&quot;</ETag></Contents></ListBucketResult>"
            .into(),
    }
}

fn address(store: StoreKind, url: &str, folder: &Path) -> StoreAddress {
    let credential = folder.join("credential");
    std::fs::write(
        &credential,
        match store {
            StoreKind::S3 => "[default]\naws_access_key_id = AKPLANTED\naws_secret_access_key = HUSHHUSH\n",
            _ => "SFVTSEhVU0g=",
        },
    )
    .unwrap();
    StoreAddress {
        kind: store,
        bucket: "bills".into(),
        prefix: "cur".into(),
        account: (store == StoreKind::Blob).then(|| "acc".into()),
        endpoint: Some(url.into()),
        region: (store == StoreKind::S3).then(|| "us-east-1".into()),
        profile: None,
        role: None,
        credential_file: (store != StoreKind::Gcs).then_some(credential),
        allow_http: true,
        parallel_fetches: 1,
    }
}

/// What is told of a refused listing, or of a refused file.
fn told(refusal: &'static Refusal, of_listing: bool) -> String {
    let folder = tempfile::tempdir().unwrap();
    let address = address(refusal.store, &server(refusal, of_listing), folder.path());
    let location = Location {
        source: "s".into(),
        folder: address.to_string().into(),
        store: Some(address.clone()),
        dataset: None,
        file_sets: Vec::new(),
    };
    let (_, store, listed) = examine(&address, &location).unwrap();
    let error = match of_listing {
        true => listed.unwrap_err(),
        false => {
            listed.unwrap();
            let file = location.folder.join("a.csv");
            assert_eq!(store.size(&file), Some(1));
            store.text(&file).unwrap_err()
        }
    };
    assert!(store.answered().time.is_some(), "the clock is told beside a refusal");
    error.to_string()
}

/// The permission that helps, by the store and by what was asked; of the table of all permissions, in words of the test.
fn permission(store: StoreKind, of_listing: bool) -> &'static str {
    match (store, of_listing) {
        (StoreKind::S3, true) => "grant s3:ListBucket on arn:aws:s3:::bills (prefix cur/*)",
        (StoreKind::S3, false) => "grant s3:GetObject on arn:aws:s3:::bills/cur/*",
        (StoreKind::Blob, true) => "a SAS needs list (sp=l)",
        (StoreKind::Blob, false) => "a SAS needs read (sp=r)",
        (StoreKind::Gcs, true) => "grant storage.objects.list on bills: the role roles/storage.objectViewer has it",
        (StoreKind::Gcs, false) => "grant storage.objects.get on bills: the role roles/storage.objectViewer has it",
    }
}

#[test]
fn each_documented_refusal_has_its_remedy() {
    let rows: Vec<(&'static Refusal, bool)> = REFUSALS.iter().flat_map(|row| [(row, true), (row, false)]).collect();
    let told: Vec<String> = std::thread::scope(|scope| {
        let work = rows.chunks(rows.len().div_ceil(8)).map(|rows| {
            scope.spawn(move || rows.iter().map(|(row, of_listing)| told(row, *of_listing)).collect::<Vec<_>>())
        });
        let work: Vec<_> = work.collect();
        work.into_iter().flat_map(|work| work.join().unwrap()).collect()
    });
    for ((row, of_listing), message) in rows.iter().zip(&told) {
        let start = if *of_listing { "cannot be listed: " } else { "cannot be read: " };
        assert!(message.contains(&format!("{start}{} ({}", row.means, row.code)), "{row:?}\n{message}");
        let remedy = match row.remedy {
            // Google's answer names the permission itself, and the example's is that of a listing.
            Remedy::Grant if row.store == StoreKind::Gcs => permission(row.store, true),
            Remedy::Grant => permission(row.store, *of_listing),
            Remedy::GrantKey if row.says == "kms:GenerateDataKey" => "remedy: grant kms:GenerateDataKey on ",
            Remedy::GrantKey => "remedy: grant kms:Decrypt on ",
            Remedy::Credential => "remedy: give a credential (docs/sources.md",
            Remedy::Do(text) => text,
        };
        assert!(message.contains(remedy), "{row:?}\n{message}\n≠ {remedy}");
        assert!(!message.contains("HUSH") && !message.contains("SFVTSEhVU0g"), "{message}");
    }
}

/// The answer names another permission than was asked for: a version, say, or a file's tags.
#[test]
fn a_permission_that_the_answer_names_is_believed() {
    let row: &'static Refusal = Box::leak(Box::new(Refusal {
        store: StoreKind::S3,
        status: 403,
        code: "AccessDenied",
        says: "",
        means: "",
        remedy: Remedy::Grant,
        page: "",
        example: "User: arn:aws:iam::1:user/x is not authorized to perform: s3:ListBucket on resource: \"arn:aws:s3:::bills\" because no identity-based policy allows the s3:ListBucket action",
    }));
    assert!(
        told(row, false).contains("remedy: grant s3:ListBucket on arn:aws:s3:::bills (prefix cur/*)"),
        "{}",
        told(row, false)
    );
}

/// No row stands behind one that takes all of its answers, and the docs have every row.
#[test]
fn the_table_is_in_the_docs_and_each_row_can_be_reached() {
    for (at, row) in REFUSALS.iter().enumerate() {
        let taken = refusal_of(row.store, row.code, row.example);
        assert!(taken.is_some_and(|taken| std::ptr::eq(taken, row)), "{at}: {row:?}");
        assert!(row.page.starts_with("https://"), "{row:?}");
    }
    let docs = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/permissions.md")).unwrap();
    let table =
        docs.split_once("<!-- refusals -->").and_then(|(_, rest)| rest.split_once("<!-- end -->")).unwrap().0.trim();
    assert_eq!(
        table,
        markdown().trim(),
        "docs/permissions.md is not what the table says; put this there:\n{}",
        markdown()
    );
}

fn markdown() -> String {
    let mut text = "| store | answer | where it says | means | remedy |\n|---|---|---|---|---|\n".to_string();
    for row in REFUSALS {
        let store = match row.store {
            StoreKind::S3 => "S3",
            StoreKind::Blob => "Blob Storage",
            StoreKind::Gcs => "Cloud Storage",
        };
        let says = if row.says.is_empty() { String::new() } else { format!("`{}`", row.says) };
        let remedy = match row.remedy {
            Remedy::Grant => "grant the permission of the request, from the table above",
            Remedy::GrantKey if row.says == "kms:GenerateDataKey" => {
                "grant `kms:GenerateDataKey`, in the key's policy too"
            }
            Remedy::GrantKey => "grant `kms:Decrypt`, in the key's policy too",
            Remedy::Credential => "give another credential",
            Remedy::Do(text) => text,
        };
        text += &format!(
            "| {store} | [{} `{}`]({}) | {says} | {} | {remedy} |\n",
            row.status, row.code, row.page, row.means
        );
    }
    text
}
