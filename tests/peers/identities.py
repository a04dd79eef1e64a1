"""Identities of a peer, with as little as they are given.

identities.py user ENDPOINT NAME POLICY_FILE       an IAM user of moto with that policy alone; prints key id and secret
identities.py enforce ENDPOINT                     moto checks keys, signatures and policies from now on
identities.py sas ENDPOINT CONTAINER LETTERS HOURS a SAS of Azurite with these permissions, for so many hours from now

moto knows no condition keys of requests: it takes a statement with a Condition for a refusal. So the conditions are
left out here, and with them the bound on the path of a listing.
"""

import datetime
import json
import sys
import urllib.request

ACCOUNT = "devstoreaccount1"
# The key that every Azurite has, as its documentation says.
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


def user(endpoint, name, policy):
    import boto3

    with open(policy, encoding="utf-8") as file:
        document = json.load(file)
    for statement in document["Statement"]:
        statement.pop("Condition", None)
    iam = boto3.client(
        "iam", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="root", aws_secret_access_key="x"
    )
    iam.create_user(UserName=name)
    if document["Statement"]:
        iam.put_user_policy(UserName=name, PolicyName="costmill", PolicyDocument=json.dumps(document))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    print(key["AccessKeyId"], key["SecretAccessKey"])


def enforce(endpoint):
    request = urllib.request.Request(f"{endpoint}/moto-api/reset-auth", data=b"0", method="POST")
    # As urllib sends it by itself, it is a form, whose body moto does not see.
    request.add_header("Content-Type", "text/plain")
    urllib.request.urlopen(request).read()


def sas(endpoint, container, letters, hours):
    from azure.storage.blob import ContainerSasPermissions, generate_container_sas

    now = datetime.datetime.now(datetime.timezone.utc)
    print(
        generate_container_sas(
            ACCOUNT,
            container,
            account_key=KEY,
            permission=ContainerSasPermissions.from_string(letters),
            start=now - datetime.timedelta(days=2),
            expiry=now + datetime.timedelta(hours=float(hours)),
        )
    )


{"user": user, "enforce": enforce, "sas": sas}[sys.argv[1]](*sys.argv[2:])
