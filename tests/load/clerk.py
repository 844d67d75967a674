"""Signs statements as their parties would, in this process: by libsodium, which the build needs anyway."""
import base64
import collections
import ctypes
import ctypes.util
import hashlib
import json
import time

SODIUM = ctypes.CDLL(ctypes.util.find_library("sodium") or "libsodium.so.23")
if SODIUM.sodium_init() < 0:
    raise RuntimeError("libsodium: no start")
EVENT = "application/vnd.muster.event+json"

# The hash by which its author knows it, and the line that is handed in.
Statement = collections.namedtuple("Statement", "hash line chips")


def signature(secret, message):
    """Ed25519; `secret` is seed and public key, 64 bytes."""
    made = ctypes.create_string_buffer(64)
    SODIUM.crypto_sign_detached(made, None, message, ctypes.c_ulonglong(len(message)), secret)
    return made.raw


def is_signed(public, message, sig):
    return len(sig) == 64 and SODIUM.crypto_sign_verify_detached(
        sig, message, ctypes.c_ulonglong(len(message)), public) == 0


def pre_authentication(kind, payload):
    """What a DSSE envelope has signed."""
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def now_text():
    """A minute ago: no clock of this machine is asked for a future."""
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() - 60))


class Clerk:
    """One party's key and one stream of its numbered statements."""

    def __init__(self, party, key_file, origin, stream):
        key = json.loads(open(key_file, encoding="utf-8").read())
        self.secret = bytes.fromhex(key["secret"]) + bytes.fromhex(key["public"])
        self.key_id = key["key_id"]
        self.head = {"evidence": [], "org": party, "origin": origin, "refs": [], "stream": stream, "v": 1, "zone": "Z"}
        self.number = 0

    def says(self, kind, body, chips=(), expects=(), site=None, number=None):
        """A signed statement; the next of its stream unless `number` says otherwise."""
        if number is None:
            self.number += 1
        event = self.head | {"body": body, "event_time": now_text(), "expects": list(expects), "kind": kind,
                             "number": number or self.number, "subjects": {"chips": list(chips)} if chips else {}}
        if site:
            event["site"] = site
        payload = json.dumps(event, sort_keys=True, separators=(",", ":")).encode()
        signed = pre_authentication(EVENT.encode(), payload)
        envelope = {"payload": base64.b64encode(payload).decode(), "payloadType": EVENT, "signatures": [
            {"keyid": self.key_id, "sig": base64.b64encode(signature(self.secret, signed)).decode()}]}
        return Statement(hashlib.sha256(signed).hexdigest(),
                         json.dumps(envelope, sort_keys=True, separators=(",", ":")).encode(), tuple(chips))


def forged(statement):
    """The same with a signature of nobody."""
    envelope = json.loads(statement.line)
    envelope["signatures"][0]["sig"] = base64.b64encode(bytes(64)).decode()
    return Statement(statement.hash, json.dumps(envelope, separators=(",", ":")).encode(), statement.chips)
