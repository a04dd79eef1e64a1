"""Stands before moto for clients that speak CloudWatch's first protocol, smithy-rpc-v2-cbor, which moto does not know.

cbor.py ENDPOINT PORT   says `listening` and answers on this port of this machine

A request is read, and its answer written, by botocore's own code of the protocol and model; what it asks, moto answers, with
the caller's access key, so in the caller's account.
"""

import http.server
import re
import sys

import boto3
import botocore.exceptions
from botocore import xform_name
from botocore.parsers import RpcV2CBORParser
from botocore.serialize import RpcV2CBORSerializer

ENDPOINT = sys.argv[1]
MODEL = boto3.client("cloudwatch", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x").meta
PARSER, SERIALIZER = RpcV2CBORParser(), RpcV2CBORSerializer()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        operation = self.path.rsplit("/", 1)[-1]
        asked = PARSER.parse_data_item(PARSER.get_peekable_stream_from_bytes(body)) if body else {}
        key, region = re.search(r"Credential=([^/]+)/\d+/([^/]+)/", self.headers["authorization"]).groups()
        client = boto3.client(
            "cloudwatch",
            endpoint_url=ENDPOINT,
            region_name=region,
            aws_access_key_id=key,
            aws_secret_access_key="x",
            aws_session_token=self.headers.get("x-amz-security-token"),
        )
        out, status = bytearray(), 200
        shape = MODEL.service_model.operation_model(operation).output_shape
        try:
            answer = getattr(client, xform_name(operation))(**asked)
            answer.pop("ResponseMetadata")
            SERIALIZER._serialize_data_item(out, answer, shape)
        except botocore.exceptions.ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            message = error.response["Error"]["Message"]
            # A map of `__type` and `message`, as the protocol has errors.
            out = bytearray(b"\xa2")
            for text in ("__type", error.response["Error"]["Code"], "message", message):
                out += b"\x79" + len(text.encode()).to_bytes(2, "big") + text.encode()
        self.send_response(status)
        self.send_header("smithy-protocol", "rpc-v2-cbor")
        self.send_header("content-type", "application/cbor")
        self.send_header("content-length", str(len(out)))
        self.end_headers()
        self.wfile.write(out)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Handler)
print("listening", flush=True)
server.serve_forever()
