"""Counts the findings in a raw report by severity, from the report's shape alone: count.py SCANNER FILE."""

import collections
import json
import math
import sys


def kingfisher(report):
    for found in json.loads(report)["findings"]:
        yield "critical" if found["finding"]["validation"]["outcome"] == "verified_active" else "high"


def semgrep(report):
    of = {"CRITICAL": "critical", "HIGH": "high", "ERROR": "high", "MEDIUM": "medium", "WARNING": "medium"}
    of |= {"LOW": "low", "INFO": "negligible", "INVENTORY": "negligible", "EXPERIMENT": "negligible"}
    for result in json.loads(report)["results"]:
        if not result["extra"].get("is_ignored"):
            yield of[result["extra"]["severity"]]


def zizmor(report):
    of = {"High": "high", "Medium": "medium", "Low": "low", "Informational": "negligible", "Unknown": "unknown"}
    for found in json.loads(report):
        if not found["ignored"]:
            yield of[found["determinations"]["severity"]]


def cvss3(vector):
    """The base score of CVSS 3.1, sections 7.1 and 7.4."""
    metric = dict(part.split(":") for part in vector.split("/")[1:])
    changed = metric["S"] == "C"
    impact_of = {"H": 0.56, "L": 0.22, "N": 0.0}
    iss = 1 - math.prod(1 - impact_of[metric[name]] for name in "CIA")
    impact = 7.52 * (iss - 0.029) - 3.25 * (iss - 0.02) ** 15 if changed else 6.42 * iss
    privileges = {"N": 0.85, "L": 0.68 if changed else 0.62, "H": 0.5 if changed else 0.27}[metric["PR"]]
    exploitability = 8.22 * privileges * {"N": 0.85, "R": 0.62}[metric["UI"]]
    exploitability *= {"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2}[metric["AV"]] * {"L": 0.77, "H": 0.44}[metric["AC"]]
    if impact <= 0:
        return 0.0
    score = min((1.08 if changed else 1.0) * (impact + exploitability), 10)
    hundred_thousands = round(score * 100_000)
    tenths, rest = divmod(hundred_thousands, 10_000)
    return (tenths + (rest > 0)) / 10


def osv_scanner(report):
    for source in json.loads(report)["results"]:
        for package in source["packages"]:
            records = {record["id"]: record for record in package["vulnerabilities"]}
            for group in package["groups"]:
                ratings = [rating for id in group["ids"] for rating in records[id].get("severity", [])]
                assert all(rating["type"] == "CVSS_V3" for rating in ratings)
                worst = max((cvss3(rating["score"]) for rating in ratings), default=0)
                words = [records[id].get("database_specific", {}).get("severity") for id in group["ids"]]
                if worst > 0:
                    yield next(name for least, name in RATINGS if worst >= least)
                else:
                    of = {"CRITICAL": 5, "HIGH": 4, "MODERATE": 3, "LOW": 2, None: 0}
                    yield ["unknown", "", "low", "medium", "high", "critical"][max(of[word] for word in words)]


RATINGS = [(9.0, "critical"), (7.0, "high"), (4.0, "medium"), (0.1, "low")]


def trufflehog(report):
    for line in report.splitlines():
        yield "critical" if json.loads(line)["Verified"] else "high"


def gitleaks(report):
    for _ in json.loads(report) or []:
        yield "high"


with open(sys.argv[2], encoding="utf-8") as file:
    counted = collections.Counter(globals()[sys.argv[1].replace("-", "_")](file.read()))
print(*(f"{severity}={counted[severity]}" for severity in sorted(counted)))
