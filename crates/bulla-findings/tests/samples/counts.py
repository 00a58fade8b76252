"""Counts the findings of real reports by severity, from their raw shapes alone: `counts.py SCANNER FILE...` prints one
JSON object for each file, in that order (null for what is no report). It shares nothing with the parsers it checks."""

import json
import math
import sys
from collections import Counter

WORDS = {
    "CRITICAL": "critical",
    "HIGH": "high",
    "MEDIUM": "medium",
    "MODERATE": "medium",
    "LOW": "low",
    "INFO": "negligible",
    "NEGLIGIBLE": "negligible",
}


def word(severity):
    return WORDS.get((severity or "").upper(), "unknown")


def rating(number):
    for floor, name in ((9.0, "critical"), (7.0, "high"), (4.0, "medium"), (0.1, "low")):
        if number is not None and number >= floor:
            return name
    return "unknown"


# Version 4.0 has no formula but a table of 270 rows; these are by the `cvss` package of PyPI.
CVSS4 = {"CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:H/VA:N/SC:L/SI:L/SA:N": 9.1}


def score(vector):
    """The base score, by the formula of the CVSS 3.1 specification, section 7.1."""
    if not vector:
        return None
    if vector.startswith("CVSS:4.0"):
        return CVSS4[vector]
    metrics = dict(part.split(":") for part in vector.split("/")[1:])
    changed = metrics["S"] == "C"
    impact_of = {"H": 0.56, "L": 0.22, "N": 0.0}
    lost = 1 - (1 - impact_of[metrics["C"]]) * (1 - impact_of[metrics["I"]]) * (1 - impact_of[metrics["A"]])
    impact = 7.52 * (lost - 0.029) - 3.25 * (lost - 0.02) ** 15 if changed else 6.42 * lost
    privileges = {"N": 0.85, "L": 0.68 if changed else 0.62, "H": 0.5 if changed else 0.27}
    exploitability = (
        8.22
        * {"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2}[metrics["AV"]]
        * {"L": 0.77, "H": 0.44}[metrics["AC"]]
        * privileges[metrics["PR"]]
        * {"N": 0.85, "R": 0.62}[metrics["UI"]]
    )
    if impact <= 0:
        return 0.0
    total = min((1.08 if changed else 1.0) * (impact + exploitability), 10)
    return math.ceil(round(total * 100000) / 10000) / 10


def grype(report):
    return Counter(word(match["vulnerability"].get("severity")) for match in report["matches"])


def trivy(report):
    """Every item of the four lists of every result, wherever results are; a check that passed is no finding."""
    found = Counter()

    def visit(node):
        if isinstance(node, list):
            for item in node:
                visit(item)
        elif isinstance(node, dict) and "Target" in node:
            for name in ("Vulnerabilities", "Secrets", "Licenses"):
                found.update(word(item.get("Severity")) for item in node.get(name) or [])
            checks = [item for item in node.get("Misconfigurations") or [] if item.get("Status", "FAIL") == "FAIL"]
            found.update(word(item.get("Severity")) for item in checks)
        elif isinstance(node, dict):
            for item in node.values():
                visit(item)

    visit(report)
    return found


def npm_audit(report):
    if "error" in report:
        return None
    if "advisories" in report:
        rows = [(a, f) for a in report["advisories"].values() for f in a["findings"]]
        return Counter(word(advisory["severity"]) for advisory, _ in rows)
    vias = [via for package in report["vulnerabilities"].values() for via in package["via"]]
    return Counter(word(via["severity"]) for via in vias if isinstance(via, dict))


def cargo_audit(report):
    found = Counter(rating(score(item["advisory"]["cvss"])) for item in report["vulnerabilities"]["list"])
    for kind in report["warnings"].values():
        vectors = [(item.get("advisory") or {}).get("cvss") for item in kind]
        found.update(rating(score(vector)) if vector else "negligible" for vector in vectors)
    return found


def pip_audit(report):
    dependencies = report["dependencies"] if isinstance(report, dict) else report
    return Counter("unknown" for dependency in dependencies for _ in dependency.get("vulns", []))


for path in sys.argv[2:]:
    with open(path, "rb") as file:
        print(json.dumps(globals()[sys.argv[1].replace("-", "_")](json.load(file))))
