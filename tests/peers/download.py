"""Copies what stands below a prefix of a peer's bucket or container into a folder, by the provider's own library.

download.py s3|blob|gcs ENDPOINT BUCKET FOLDER PREFIX
"""

import json
import pathlib
import sys
import urllib.parse
import urllib.request

ACCOUNT = "devstoreaccount1"
# The key that every Azurite has, as its documentation says.
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


def s3(endpoint, bucket, prefix):
    import boto3

    client = boto3.client(
        "s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="reader", aws_secret_access_key="x"
    )
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for found in page.get("Contents", []):
            answer = client.get_object(Bucket=bucket, Key=found["Key"])
            yield found["Key"], answer["Body"].read(), answer["ContentType"]


def blob(endpoint, container, prefix):
    from azure.storage.blob import BlobServiceClient

    service = BlobServiceClient(endpoint, credential={"account_name": ACCOUNT, "account_key": KEY})
    client = service.get_container_client(container)
    for found in client.list_blobs(name_starts_with=prefix):
        yield found.name, client.download_blob(found.name).readall(), found.content_settings.content_type


def gcs(endpoint, bucket, prefix):
    url = f"{endpoint}/storage/v1/b/{bucket}/o"
    listed = json.load(urllib.request.urlopen(f"{url}?prefix={urllib.parse.quote(prefix)}"))
    for found in listed.get("items", []):
        name = urllib.parse.quote(found["name"], safe="")
        yield found["name"], urllib.request.urlopen(f"{url}/{name}?alt=media").read(), found.get("contentType")


def main(kind, endpoint, bucket, folder, prefix):
    root = pathlib.Path(folder)
    root.mkdir(parents=True, exist_ok=True)
    for key, data, content_type in {"s3": s3, "blob": blob, "gcs": gcs}[kind](endpoint, bucket, prefix):
        if key.endswith(".html") and not content_type.startswith("text/html"):
            sys.exit(f"{key} is served as {content_type}")
        path = root / key.removeprefix(prefix)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


main(*sys.argv[1:])
