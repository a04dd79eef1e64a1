"""Makes of Azure's published description of an API one that Prism can serve: management_api.py DESCRIPTION.json OUT.json [links]

A scope is a path of several parts, and Prism's parameters hold one: each path with a scope becomes one for each kind of
scope that the examples are of, answered by the first example of that kind. Examples name a next page at Azure itself;
with `links` they do so here too, else a page is the last.
"""

import json
import os
import re
import sys

SCOPES = {
    "subscriptions/{subscriptionId}": r"subscriptions/[^/]+",
    "subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}": r"subscriptions/[^/]+/resourceGroups/[^/]+",
    "providers/Microsoft.Billing/billingAccounts/{billingAccountId}": r"providers/Microsoft.Billing/billingAccounts/[^/]+",
    "providers/Microsoft.Billing/billingAccounts/{billingAccountId}/billingProfiles/{billingProfileId}":
        r"providers/Microsoft.Billing/billingAccounts/[^/]+/billingProfiles/[^/]+",
}


def absolute(node, folder):
    """References to other files, from wherever the result lies."""
    if isinstance(node, dict):
        reference = node.get("$ref")
        if isinstance(reference, str) and not reference.startswith("#"):
            path, mark, part = reference.partition("#")
            node["$ref"] = os.path.normpath(os.path.join(folder, path)) + mark + part
        for value in node.values():
            absolute(value, folder)
    elif isinstance(node, list):
        for value in node:
            absolute(value, folder)


def answer(operation, folder, name, pattern, links):
    """The first example of this kind of scope for each status."""
    for example in operation.pop("x-ms-examples", {}).values():
        with open(os.path.join(folder, example["$ref"]), encoding="utf-8") as file:
            example = json.load(file)
        scope = str(example["parameters"].get(name, "")).strip("/")
        if pattern and not re.fullmatch(pattern, scope, re.IGNORECASE):
            continue
        for status, response in example["responses"].items():
            body = response.get("body")
            if body is None or status not in operation["responses"]:
                continue
            if not links and "nextLink" in body:
                del body["nextLink"]
            operation["responses"][status].setdefault("examples", {}).setdefault("application/json", body)


def main(source, out, links):
    folder = os.path.dirname(os.path.abspath(source))
    with open(source, encoding="utf-8") as file:
        description = json.load(file)
    paths = {}
    for path, item in description["paths"].items():
        scoped = re.match(r"/\{(scope|resourceScope|billingScope)\}(/.*)", path)
        for form, pattern in SCOPES.items() if scoped else [(None, None)]:
            operations = json.loads(json.dumps(item))
            for method, operation in operations.items():
                if not isinstance(operation, dict) or "responses" not in operation:
                    continue
                answer(operation, folder, scoped and scoped.group(1), pattern, links)
                if not scoped:
                    continue

                def is_scope(parameter):
                    known = description["parameters"].get(parameter.get("$ref", "").rpartition("/")[2], parameter)
                    return known.get("name") == scoped.group(1)

                kept = [parameter for parameter in operation.get("parameters", []) if not is_scope(parameter)]
                parts = [{"name": part, "in": "path", "required": True, "type": "string"} for part in re.findall(r"\{(\w+)\}", form)]
                operation["parameters"] = kept + parts
                operation["operationId"] = operation.get("operationId", method) + str(len(paths))
            paths["/" + form + scoped.group(2) if scoped else path] = operations
    description["paths"] = paths
    if not links:
        # What Prism makes up has one as well.
        for definition in description["definitions"].values():
            definition.get("properties", {}).pop("nextLink", None)
    absolute(description, folder)
    with open(out, "w", encoding="utf-8") as file:
        json.dump(description, file)


main(sys.argv[1], sys.argv[2], "links" in sys.argv[3:])
