"""Fills a bucket or container of a peer with a folder, by the provider's own library.

upload.py s3|blob|gcs ENDPOINT BUCKET FOLDER [PREFIX]   every file of the folder, under the prefix
upload.py blob-sas ENDPOINT CONTAINER                   prints a SAS that may read and list the container
upload.py cloudwatch ENDPOINT ACCOUNT FILE              data points into an account of moto, by a role in it, from a CSV:
                                                        namespace,metric,instance,time,value
upload.py s3-users ENDPOINT BUCKET                      prints keys of users that may do nothing, list, and list and read;
                                                        from then on moto asks what each user may do
"""

import datetime
import json
import pathlib
import sys
import urllib.parse
import urllib.request

# The key that every Azurite has, as its documentation says; tests give it to accounts of other names as well.
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


def s3(endpoint, bucket):
    import boto3

    client = boto3.client(
        "s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="uploader", aws_secret_access_key="x"
    )
    client.create_bucket(Bucket=bucket)
    return lambda key, data: client.put_object(Bucket=bucket, Key=key, Body=data)


def service(endpoint):
    from azure.storage.blob import BlobServiceClient

    account = endpoint.rstrip("/").rsplit("/", 1)[1]
    return BlobServiceClient(endpoint, credential={"account_name": account, "account_key": KEY})


def blob(endpoint, container):
    import hashlib

    from azure.core.exceptions import ResourceExistsError
    from azure.storage.blob import ContentSettings

    client = service(endpoint).get_container_client(container)
    try:
        client.create_container()
    except ResourceExistsError:
        pass

    def put(key, data):
        settings = ContentSettings(content_md5=bytearray(hashlib.md5(data).digest()))
        client.upload_blob(key, data, overwrite=True, content_settings=settings)

    return put


def gcs(endpoint, bucket):
    def post(url, data, kind):
        request = urllib.request.Request(url, data=data, headers={"Content-Type": kind}, method="POST")
        urllib.request.urlopen(request).read()

    try:
        post(f"{endpoint}/storage/v1/b", b'{"name": "%s"}' % bucket.encode(), "application/json")
    except urllib.error.HTTPError as error:
        if error.code != 409:
            raise

    def put(key, data):
        name = urllib.parse.quote(key, safe="")
        url = f"{endpoint}/upload/storage/v1/b/{bucket}/o?uploadType=media&name={name}"
        post(url, data, "application/octet-stream")

    return put


def cloudwatch(endpoint, account, file):
    import csv

    import boto3

    keys = {"region_name": "eu-west-1", "aws_access_key_id": "uploader", "aws_secret_access_key": "x"}
    role = f"arn:aws:iam::{account}:role/uploader"
    taken = boto3.client("sts", endpoint_url=endpoint, **keys).assume_role(RoleArn=role, RoleSessionName="uploader")
    found = taken["Credentials"]
    client = boto3.client(
        "cloudwatch",
        endpoint_url=endpoint,
        region_name="eu-west-1",
        aws_access_key_id=found["AccessKeyId"],
        aws_secret_access_key=found["SecretAccessKey"],
        aws_session_token=found["SessionToken"],
    )
    by_namespace = {}
    with open(file, newline="") as lines:
        for namespace, metric, instance, time, value in csv.reader(lines):
            point = {
                "MetricName": metric,
                "Dimensions": [{"Name": "InstanceId", "Value": instance}],
                "Timestamp": datetime.datetime.fromisoformat(time.replace("Z", "+00:00")),
                "Value": float(value),
            }
            by_namespace.setdefault(namespace, []).append(point)
    for namespace, points in by_namespace.items():
        for at in range(0, len(points), 500):
            client.put_metric_data(Namespace=namespace, MetricData=points[at : at + 500])


def users(endpoint, bucket):
    import boto3

    iam = boto3.client(
        "iam", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="uploader", aws_secret_access_key="x"
    )
    for name, actions in {"none": [], "lists": ["s3:ListBucket"], "reads": ["s3:ListBucket", "s3:GetObject"]}.items():
        iam.create_user(UserName=name)
        if actions:
            allowed = {"Effect": "Allow", "Action": actions, "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]}
            policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
            iam.put_user_policy(UserName=name, PolicyName="billing", PolicyDocument=policy)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        print(name, key["AccessKeyId"], key["SecretAccessKey"])
    # So many requests more without a question.
    headers = {"Content-Type": "text/plain"}
    request = urllib.request.Request(f"{endpoint}/moto-api/reset-auth", data=b"0", headers=headers, method="POST")
    urllib.request.urlopen(request).read()


def main(kind, endpoint, bucket, folder=None, prefix=""):
    if kind == "cloudwatch":
        cloudwatch(endpoint, bucket, folder)
        return
    if kind == "s3-users":
        users(endpoint, bucket)
        return
    if kind == "blob-sas":
        from azure.storage.blob import ContainerSasPermissions, generate_container_sas

        expiry = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=6)
        permission = ContainerSasPermissions(read=True, list=True)
        account = endpoint.rstrip("/").rsplit("/", 1)[1]
        print(generate_container_sas(account, bucket, account_key=KEY, permission=permission, expiry=expiry))
        return
    put = {"s3": s3, "blob": blob, "gcs": gcs}[kind](endpoint, bucket)
    root = pathlib.Path(folder)
    for path in sorted(root.rglob("*")):
        if path.is_file():
            put(prefix + path.relative_to(root).as_posix(), path.read_bytes())


main(*sys.argv[1:])
