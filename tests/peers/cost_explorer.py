"""Cost Explorer by the hands of AWS's own Python library.

cost_explorer.py seed ENDPOINT PAGE.json …   queues the pages as moto's answer to GetCostAndUsage
cost_explorer.py model BODY.json …           holds bodies, named <Operation>.….json, to the published model; prints what is wrong
"""

import json
import pathlib
import sys
import urllib.request


def seed(endpoint, pages):
    results = [json.loads(pathlib.Path(page).read_text()) for page in pages]
    url = f"{endpoint}/moto-api/static/ce/cost-and-usage-results"
    body = json.dumps({"results": results}).encode()
    request = urllib.request.Request(url, body, {"content-type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 201, answer.status


def model(bodies):
    import botocore.session
    from botocore.validate import ParamValidator

    service = botocore.session.get_session().get_service_model("ce")
    for body in map(pathlib.Path, bodies):
        shape = service.operation_model(body.name.split(".")[0]).output_shape
        told = json.loads(body.read_text())
        report = ParamValidator().validate(told, shape)
        if report.has_errors():
            print(f"{body.name}: {report.generate_report()}")
        for path in unknown(told, shape, body.name):
            print(f"{path} is not in the model")


def unknown(value, shape, path):
    """Members that the model does not have."""
    if shape.type_name == "structure":
        for name, inner in value.items():
            if name not in shape.members:
                yield f"{path}.{name}"
            else:
                yield from unknown(inner, shape.members[name], f"{path}.{name}")
    elif shape.type_name == "list":
        for inner in value:
            yield from unknown(inner, shape.member, f"{path}[]")


if __name__ == "__main__":
    if sys.argv[1] == "seed":
        seed(sys.argv[2], sys.argv[3:])
    else:
        model(sys.argv[2:])
