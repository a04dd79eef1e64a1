"""What costmill prints for other programs, read by programs of others. Prints JSON.

read_units.py cron FILE          each line's job, and its first three times from 2027-01-30 on (croniter)
read_units.py kubernetes FILE    each object's kind and name, validated strictly against Kubernetes' schemas
read_units.py aws-policy FILE    what parliament, which knows IAM's actions, has to say against the policy
"""

import json
import sys


def cron(text):
    from datetime import datetime

    from croniter import croniter

    jobs = []
    for line in text.splitlines():
        if not line or line.startswith("#") or "=" in line.split(" ")[0]:
            continue
        fields = line.split(" ", 6)
        times = croniter(" ".join(fields[:5]), datetime(2027, 1, 30))
        jobs.append({
            "user": fields[5],
            "command": fields[6],
            "times": [times.get_next(datetime).isoformat() for _ in range(3)],
        })
    return jobs


def kubernetes(text):
    import kubernetes_validate
    import yaml

    objects = []
    for document in yaml.safe_load_all(text):
        version = kubernetes_validate.latest_version()
        kubernetes_validate.validate(document, version, strict=True)
        objects.append({"kind": document["kind"], "name": document["metadata"]["name"], "object": document})
    return objects


def aws_policy(text):
    import parliament

    policy = parliament.analyze_policy_string(text)
    return [{"issue": finding.issue, "detail": str(finding.detail)} for finding in policy.findings]


kinds = {"cron": cron, "kubernetes": kubernetes, "aws-policy": aws_policy}
with open(sys.argv[2], encoding="utf-8") as file:
    print(json.dumps(kinds[sys.argv[1]](file.read())))
