"""Holds the JSON documents in a list on standard input to a schema. Prints what is wrong, one line each."""

import json
import sys

import jsonschema

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
validator_class = jsonschema.validators.validator_for(schema)
validator_class.check_schema(schema)
validator = validator_class(schema)
documents = json.load(sys.stdin)
problems = [
    f"document {at}, {error.json_path}: {error.message[:300]}"
    for at, document in enumerate(documents)
    for error in validator.iter_errors(document)
]
print("\n".join([f"{len(documents)} documents", *problems]))
sys.exit(bool(problems))
