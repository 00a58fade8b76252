"""Validates CycloneDX documents against the official JSON schema of their own version.

usage: validate.py FILE...     The schemas are those in the package cyclonedx-python-lib.
"""

import json
import sys
from importlib.resources import files

from jsonschema import Draft7Validator
from referencing import Registry, Resource

SCHEMAS = files("cyclonedx.schema") / "_res"


def schema(name):
    return json.loads((SCHEMAS / name).read_text(encoding="utf-8"))


def beside(uri):
    """The schemas refer to one another by file name."""
    return Resource.from_contents(schema(uri.rsplit("/", 1)[-1]))


def problems(path):
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    validator = Draft7Validator(
        schema(f"bom-{document['specVersion']}.SNAPSHOT.schema.json"), registry=Registry(retrieve=beside)
    )
    for error in validator.iter_errors(document):
        yield f"{path}: {error.json_path}: {error.message[:300]}"
    # The schema can't say it: every reference leads to a component.
    refs = set()

    def collect(components):
        for component in components:
            refs.add(component.get("bom-ref"))
            collect(component.get("components", []))

    collect(document.get("components", []))
    for vulnerability in document["vulnerabilities"]:
        for affected in vulnerability.get("affects", []):
            if affected["ref"] not in refs:
                yield f"{path}: {vulnerability['id']} affects {affected['ref']!r}, which is no component"


found = [problem for path in sys.argv[1:] for problem in problems(path)]
print("\n".join(found) or f"ok {len(sys.argv) - 1}")
sys.exit(bool(found))
