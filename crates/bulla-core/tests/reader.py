"""A second reader of the entry format, written from docs/format.md alone: it shares nothing with the Rust crates.

How to run it:

    pip install --require-hashes -r reader-requirements.txt
    python reader.py vectors/*.vector                      compare each vector with its `expect` line
    python reader.py --name OPERATION SUBJECT [CONFIG]     print the name of an entry in a store
"""

import hashlib
import hmac
import re
import sys
import unicodedata
from pathlib import Path

import zstandard
from blake3 import blake3
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

MAGIC = b"\x89BULLA\r\n"
MAX_TIME = 253402300799999
CLOCK_SKEW = 60_000
OPERATION, LANE, HEX_32 = "[a-z0-9][a-z0-9-]{0,63}", "main|pr|local", "[0-9a-f]{64}"
EXPECT = (
    "payload|malformed|unsealed|unknown-signer|bad-seal|wrong-key|issued-in-future|expired|revoked"
    "|lane-not-accepted|rolled-back|too-stale|payload-damaged|too-large"
)

# Ed25519: the prime of the field, the order of the base point, and the y of the eight points of small order.
# OpenSSL, behind `cryptography`, looks neither for small order nor for a y that is not below the prime.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
Y8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
SMALL_ORDER = (0, 1, P - 1, Y8, P - Y8)


class Refusal(Exception):
    """The reader refuses the entry: the stable name, and why."""


def require(condition, name, why):
    if not condition:
        raise Refusal(name, why)


def sha256(data):
    return hashlib.sha256(data).digest()


def number(data):
    return int.from_bytes(data, "little")


class Fields:
    """Takes the header's fields one after the other."""

    def __init__(self, data):
        self.rest = data

    def take(self, size):
        require(size <= len(self.rest), "malformed", "the header ends inside a field")
        data, self.rest = self.rest[:size], self.rest[size:]
        return data

    def text(self, rule=".*"):
        try:
            text = self.take(number(self.take(1))).decode("utf-8")
        except UnicodeDecodeError:
            raise Refusal("malformed", "a text is not UTF-8") from None
        require("Cc" not in map(unicodedata.category, text), "malformed", "a control character")
        require(re.fullmatch(rule, text), "malformed", f"a text that its field does not allow: {text!r}")
        return text


def parse_header(data):
    fields, h = Fields(data), {}
    h["key id"] = fields.take(16)
    h["issued"], h["expires"] = number(fields.take(8)), number(fields.take(8))
    require(h["issued"] < h["expires"] <= MAX_TIME, "malformed", "issued at or expires at")
    h["subject"] = fields.take(32)
    present = number(fields.take(1))
    require(present in (0, 1), "malformed", "config present is neither 0 nor 1")
    h["config"] = fields.take(32) if present else None
    h["operation"], h["lane"] = fields.text(OPERATION), fields.text(LANE)
    h["media type"], h["tool"], h["version"] = fields.text(), fields.text(), fields.text()
    h["binary"], h["database"] = fields.text(f"((sha256|blake3):{HEX_32})?"), fields.text()
    h["digest"] = sha256 if fields.text("sha256|blake3") == "sha256" else lambda data: blake3(data).digest()
    h["zstd"] = fields.text("none|zstd") == "zstd"
    h["chunk size"] = size = number(fields.take(4))
    require(size in [2**n for n in range(12, 21)], "malformed", f"chunk size {size}")
    h["payload length"], h["stored length"] = number(fields.take(8)), number(fields.take(8))
    h["chunks"], h["longest row"] = -(-h["payload length"] // size), size + size // 256 + 64
    require(h["chunks"] <= 262144, "malformed", "too many chunks")
    same = h["stored length"] == h["payload length"]
    require(h["stored length"] <= h["chunks"] * h["longest row"] and (same or h["zstd"]), "malformed", "stored length")
    h["table digest"] = fields.take(32)
    require(not fields.rest, "malformed", "bytes behind the table digest")
    return h


def good_point(data):
    y = number(data) % 2**255
    return y < P and y not in SMALL_ORDER


def good_seal(algorithm, key, seal, message):
    if algorithm == "hmac-sha256":
        return hmac.compare_digest(hmac.digest(key, message, "sha256"), seal)
    if len(seal) != 64 or number(seal[32:]) >= L or not good_point(key) or not good_point(seal[:32]):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(seal, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def unpack(frame, length):
    """Unpacks exactly one zstd frame."""
    try:
        said = zstandard.frame_content_size(frame)  # -1: nothing
        require(said in (-1, length), "payload-damaged", "a chunk's frame says another length")
        return zstandard.ZstdDecompressor().decompress(frame, max_output_size=length, allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise Refusal("payload-damaged", f"a chunk does not unpack: {error}") from None


def read_payload(h, stored, table):
    require(h["digest"](table) == h["table digest"], "payload-damaged", "the table does not have its digest")
    rows = [(number(table[i : i + 4]), table[i + 4 : i + 36]) for i in range(0, len(table), 36)]
    require(sum(size for size, _ in rows) == len(stored), "payload-damaged", "the rows do not add up")
    chunks, at = [], 0
    for i, (size, digest) in enumerate(rows):
        length = min(h["chunk size"], h["payload length"] - i * h["chunk size"])
        within = 1 <= size <= h["longest row"] if h["zstd"] else size == length
        require(within, "payload-damaged", f"row {i} is out of bounds")
        chunk, at = stored[at : at + size], at + size
        require(h["digest"](chunk) == digest, "payload-damaged", f"chunk {i} does not have its digest")
        chunks.append(unpack(chunk, length) if h["zstd"] else chunk)
        require(len(chunks[i]) == length, "payload-damaged", f"chunk {i} does not unpack to its length")
    return b"".join(chunks)


def read_entry(entry, q):
    """Gives the payload, or refuses in the order of the document's table; `q` is what `parse_vector` gives."""
    require(entry, "malformed", "the file is empty")
    require(entry.startswith(MAGIC), "unsealed", "no magic")
    require(len(entry) >= 14, "malformed", "the file ends inside the preamble")
    version, header_size, seal_size = (number(entry[i : i + 2]) for i in (8, 10, 12))
    require(version == 1, "malformed", f"version {version}")
    seal_at, front = 14 + header_size, 14 + header_size + seal_size
    require(front <= 4096, "malformed", "preamble, header and seal are too long")
    require(len(entry) >= front, "malformed", "the file ends inside the header or the seal")
    h = parse_header(entry[14:seal_at])
    issued, key_id = h["issued"], h["key id"]
    require(key_id in q["key"], "unknown-signer", key_id.hex())
    sealed, seal = b"bulla entry seal v1\0" + entry[:seal_at], entry[seal_at:front]
    require(good_seal(*q["key"][key_id], seal, sealed), "bad-seal", q["key"][key_id][0])
    for name in ("operation", "subject", "config"):
        require(h[name] == q.get(name), "wrong-key", name)
    require(issued <= q["now"] + CLOCK_SKEW, "issued-in-future", f"issued at {issued}")
    require(q["now"] < h["expires"], "expired", f"expires at {h['expires']}")
    require(key_id not in q["revoked"], "revoked", key_id.hex())
    require(h["lane"] in q["lane"], "lane-not-accepted", h["lane"])
    require(issued >= q.get("accepted", 0), "rolled-back", f"issued at {issued}")
    require(q["now"] - issued <= q.get("max-age", MAX_TIME), "too-stale", f"issued at {issued}")
    table_at = front + h["stored length"]
    require(len(entry) == table_at + 36 * h["chunks"], "payload-damaged", "the file's length")
    require(h["payload length"] <= q.get("max-payload", 2**64), "too-large", f"{h['payload length']} bytes")
    return read_payload(h, entry[front:table_at], entry[table_at:])


def strictly(pattern, convert=str):
    def parse(value):
        if not re.fullmatch(pattern, value):
            raise ValueError(f"not allowed here: {value!r}")
        return convert(value)

    return parse


def parse_key(line):
    """Gives the key id, and the algorithm with the HMAC key or the Ed25519 public key."""
    kind, digits = strictly(f"bulla-(hmac|ed25519-secret|ed25519-public)-1:{HEX_32}")(line).split(":")
    algorithm, key = "ed25519", bytes.fromhex(digits)
    if kind == "bulla-hmac-1":
        algorithm = "hmac-sha256"
    if kind == "bulla-ed25519-secret-1":
        key = Ed25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw()
    return sha256(b"bulla key id v1\0" + algorithm.encode() + b"\0" + key)[:16], (algorithm, key)


DECIMAL, DIGITS = strictly("0|[1-9][0-9]*", int), strictly(HEX_32, bytes.fromhex)
DIGEST = strictly(f"sha256:{HEX_32}", lambda digest: bytes.fromhex(digest.removeprefix("sha256:")))
LISTS = {"key": parse_key, "lane": strictly(LANE), "revoked": strictly("[0-9a-f]{32}", bytes.fromhex)}
LINES = {"about": str, "expect": strictly(EXPECT), "payload-sha256": DIGITS}
LINES |= {"operation": strictly(OPERATION), "subject": DIGEST, "config": DIGEST}
LINES |= {"now": DECIMAL, "accepted": DECIMAL, "max-age": DECIMAL, "max-payload": DECIMAL}


def parse_vector(data):
    """Gives the lines by their names, and the entry's bytes."""
    head, gap, entry = data.partition(b"\n\n")
    q = {name: [] for name in LISTS}
    for line in head.decode("utf-8").split("\n"):
        name, colon, value = line.partition(": ")
        if colon and name in LISTS:
            q[name].append(LISTS[name](value))
        elif colon and name in LINES and name not in q:
            q[name] = LINES[name](value)
        else:
            raise ValueError(f"an unknown or repeated line: {line!r}")
    if not gap or not {"about", "expect", "now", "operation", "subject"} <= q.keys():
        raise ValueError("a line is missing")
    if (q["expect"] == "payload") != ("payload-sha256" in q):
        raise ValueError("payload-sha256 stands with `expect: payload`, and only there")
    if "payload-sha256" in q:
        q["expect"] += " " + q["payload-sha256"].hex()
    q["key"], q["lane"] = dict(q["key"]), q["lane"] or ["main", "local"]
    return q, entry


def check(path):
    """Gives what the vector expects, what this reader got, and why."""
    try:
        q, entry = parse_vector(path.read_bytes())
    except (OSError, ValueError) as error:
        return "a vector", "an error", error
    try:
        return q["expect"], f"payload {sha256(read_entry(entry, q)).hex()}", "it was read to its end"
    except Refusal as refusal:
        return q["expect"], *refusal.args


def entry_name(operation, subject, config=b""):
    parts = (operation.encode(), subject, config)
    return sha256(b"bulla entry name v1\0" + b"".join(len(p).to_bytes(4, "little") + p for p in parts)).hex()


def main(args):
    if args[:1] == ["--name"] and len(args) in (3, 4):
        print(entry_name(strictly(OPERATION)(args[1]), *map(DIGEST, args[2:])))
        return 0
    results = [(Path(name).stem, *check(Path(name))) for name in args]
    for name, expected, got, why in results:
        print(f"ok {name}" if got == expected else f"DISAGREES {name}: expected {expected}, got {got} ({why})")
    disagree = sum(got != expected for _, expected, got, _ in results)
    print(f"{len(results) - disagree} agree, {disagree} disagree")
    return 0 if results and not disagree else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
