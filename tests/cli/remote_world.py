"""A registry, the server of it over TLS, and users elsewhere who name it by its address: for tests."""

import hashlib
import http.server
import json
import os
import pathlib
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.request

MUSTER = pathlib.Path(sys.argv.pop(1)).resolve() if len(sys.argv) > 1 else "build/muster"
PEM = pathlib.Path(__file__).resolve().parent.parent / "vectors" / "tls"
PATIENCE = 120
NOW = "2026-01-05T08:00:00Z"
CALLERS = {"office": "operator", "maker": "party", "northwind": "party", "carrier": "custodian",
           "auditor": "verifier"}


class Ran:
    def __init__(self, done):
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def lines(self):
        return [json.loads(line) for line in self.out.splitlines()]


def muster(*words, env=None):
    """Without anything that the machine's user has set."""
    clean = {name: value for name, value in os.environ.items()
             if not name.startswith(("MUSTER_", "XDG_"))}
    if "MUSTER_DATA" in os.environ:
        clean["MUSTER_DATA"] = os.environ["MUSTER_DATA"]
    return Ran(subprocess.run([MUSTER, *map(str, words)], capture_output=True, text=True,
                              timeout=PATIENCE, check=False, env={**clean, **(env or {})}))


class Registry:
    """The operator's own machine."""

    def __init__(self, folder):
        self.folder = folder
        self.path = folder / "reg"
        self.process = None
        self.port = 0
        for name in ("office", "gov", "maker", "northwind", "carrier", "auditor"):
            self.good("key", "new", self.key(name))
            token = folder / f"{name}.token"
            token.write_text(f"the token of {name}\n")
            token.chmod(0o600)
        self.good("init", self.path, "--origin", "log.example/one", "--registrar", "office",
                  "--name", "Office", "--country", "CH", "--key", self.key("office"), "--now", NOW)
        self.furnish()
        head = self.here("ledger", "head")
        self.vkey = head.json["verifier_key"]

    def key(self, name):
        return self.folder / f"{name}.key"

    def secret(self, certificate):
        """A copy of a certificate's key that is its owner's alone."""
        key = self.folder / f"{certificate}.key.pem"
        key.write_bytes((PEM / key.name).read_bytes())
        key.chmod(0o600)
        return key

    def good(self, *words):
        ran = muster(*words)
        if ran.code != 0:
            raise AssertionError(f"{words}: ended with {ran.code}: {ran.err}{ran.out}")
        return ran

    def here(self, *words, code=0):
        ran = muster("--registry", self.path, "--now", NOW, "--json", *words)
        if code is not None and ran.code != code:
            raise AssertionError(f"{words}: ended with {ran.code}: {ran.err}{ran.out}")
        return ran

    def say(self, party, *words, more=()):
        signs = [word for name in (party, *more) for word in ("--sign", self.key(name))]
        return self.here(*words, "--as", party, *signs).json

    def party(self, name, country, roles):
        public = muster("key", "show", self.key(name), "--json").json["public"]
        self.say("office", "party", "register", "--party", name, "--name", f"The {name}",
                 "--country", country, "--roles", roles, "--key", public, more=(name,))
        self.say(name, "site", "register", "--site", f"{name}-site", "--name", "Its site",
                 "--country", country, "--kind", "warehouse")
        self.say(name, "eus", "submit", "--statement", hashlib.sha256(name.encode()).hexdigest(),
                 "--site", f"{name}-site", "--use", "computing", "--no-resale", "yes")
        self.say("office", "screen", "record", "--parties", name, "--lists",
                 hashlib.sha256(b"lists").hexdigest(), "--as-of", NOW, "--verdict", "pass")

    def furnish(self):
        self.party("gov", "US", "authority")
        self.party("maker", "US", "designer,packager,fab,test_house")
        self.party("northwind", "SG", "prover")
        self.party("carrier", "SG", "carrier")
        self.say("maker", "product", "register", "--product", "a1", "--name", "Accelerator One",
                 "--tpp", "4800")
        self.chips = self.make_chips(7, 80)  # more than stand in a statement itself
        self.say("gov", "licence", "grant", "--licence", "L1", "--licensee", "maker",
                 "--consignees", "northwind", "--countries", "SG", "--products", "a1",
                 "--max-units", "10", "--window", "2026-01-01..2027-01-01")
        self.say("maker", "ship", "release", "--shipment", "S1", "--receiver", "northwind",
                 "--destination", "northwind-site", "--purpose", "sale", "--licence", "L1",
                 "--chips", ",".join(self.chips[:3]))
        self.say("office", "registry", "commit-state")

    def make_chips(self, block, count):
        self.say("maker", "chip", "reserve", "--block", block, "--count", count, "--product", "a1",
                 "--packager", "maker")
        ids = self.folder / f"ids-{block}.csv"
        self.here("chip", "ids", "--block", block, "--count", count, "--out", ids)
        self.say("maker", "chip", "package", "--product", "a1", "--at", "maker-site", "--chips",
                 f"@{ids}")
        chips = ids.read_text().split()[1:]
        keys = self.folder / f"keys-{block}.csv"
        keys.write_text("chip,key\n" + "".join(
            f"{chip},{hashlib.sha256(chip.encode()).hexdigest()}\n" for chip in chips))
        passed = self.folder / f"passed-{block}.csv"
        passed.write_text("chip,pass\n" + "".join(f"{chip},yes\n" for chip in chips))
        self.say("maker", "chip", "enrol", "--chips", f"@{keys}")
        self.say("maker", "chip", "test", "--chips", f"@{passed}")
        return chips

    def configure(self, **more):
        tokens = []
        for name, role in CALLERS.items():
            token = {"sha256": hashlib.sha256(f"the token of {name}".encode()).hexdigest(),
                     "role": role, "party": name if name != "auditor" else "gov"}
            if role == "verifier":
                token["countries"] = ["*"]
            tokens.append(token)
        config = {"listen": f"127.0.0.1:{self.port}", "tokens": tokens,
                  "tls": {"certificate": str(PEM / "server.pem"),
                          "key": str(PEM / "server.key.pem")}, **more}
        file = self.folder / "serve.json"
        file.write_text(json.dumps(config))
        return file

    def serve(self, **more):
        config = self.configure(**more)
        log = open(self.folder / "serve.log", "ab")
        self.process = subprocess.Popen(
            [MUSTER, "--registry", self.path, "--now", NOW, "serve", "--config", config, "--json"],
            stdout=subprocess.PIPE, stderr=log)
        log.close()
        said = b""
        while not said.endswith(b"}\n"):
            line = self.process.stdout.readline()
            if not line:
                raise AssertionError("the server ended before it listened")
            said += line
        self.port = int(json.loads(said)["url"].rsplit(":", 1)[1])
        return f"https://127.0.0.1:{self.port}"

    def stop(self, how=signal.SIGTERM):
        if self.process is None:
            return
        self.process.send_signal(how)
        self.process.wait(PATIENCE)
        self.process.stdout.close()
        self.process = None


class User:
    """Somebody on another machine: with a token, a cache of its own, and the operator's key."""

    def __init__(self, registry, name, address, trusts=True):
        self.registry = registry
        self.name = name
        self.address = address
        self.cache = pathlib.Path(tempfile.mkdtemp(dir=registry.folder, prefix=f"{name}-"))
        self.token = registry.folder / f"{name}.token"
        self.authorities = PEM / "authority.pem"
        self.certificate = None
        if trusts:
            ran = self.run("registry", "trust", "--key", registry.vkey)
            if ran.code != 0:
                raise AssertionError(ran.err)

    def run(self, *words, code=None, options=("--json",)):
        env = {"MUSTER_CACHE": str(self.cache)}
        known_by = ("--token-file", self.token)
        if self.certificate:
            known_by = ("--client-certificate", PEM / f"{self.certificate}.pem", "--client-key",
                        self.registry.secret(self.certificate))
        ran = muster("--registry", self.address, *known_by, "--ca-file", self.authorities, "--now",
                     NOW, *options, *words, env=env)
        if code is not None and ran.code != code:
            raise AssertionError(f"{words}: ended with {ran.code}: {ran.err}{ran.out}")
        return ran

    def say(self, *words, code=0, party=None):
        party = party or self.name
        return self.run(*words, "--as", party, "--sign", self.registry.key(party), code=code)

    def kept(self):
        """The folder that is kept of the served registry."""
        return next(self.cache.glob("127.0.0.1-*"))


class Liar:
    """Stands between users and the server, and may change what is answered: `change(method, path,
    status, body)` gives back (status, body), or None to cut the line in the middle of the body."""

    def __init__(self, registry):
        self.registry = registry
        self.change = lambda method, path, status, body: (status, body)
        self.instead = None  # answers (status, body) to what is not passed on, or None
        self.trust = ssl.create_default_context(cafile=PEM / "authority.pem")
        liar = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def relay(self):
                length = int(self.headers.get("Content-Length") or 0)
                liar.answer(self, self.rfile.read(length) if length else None)

            do_GET = do_POST = do_PATCH = do_HEAD = relay

            def log_message(self, *words):
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, request, client_address):
                pass  # users are killed, and go away

        self.server = Server(("127.0.0.1", 0), Handler)
        shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        shown.load_cert_chain(PEM / "server.pem", PEM / "server.key.pem")
        self.server.socket = shown.wrap_socket(self.server.socket, server_side=True)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.address = f"https://127.0.0.1:{self.server.server_address[1]}"

    def truth(self, method, path, body=None, headers=None):
        request = urllib.request.Request(
            f"https://127.0.0.1:{self.registry.port}{path}", data=body, method=method,
            headers={name: value for name, value in (headers or {}).items()
                     if name in ("Authorization", "Content-Type", "Prefer", "Upload-Offset",
                                 "Accept")})
        try:
            with urllib.request.urlopen(request, context=self.trust, timeout=PATIENCE) as answer:
                return answer.status, answer.read(), answer.headers.get("Content-Type")
        except urllib.error.HTTPError as answer:
            return answer.code, answer.read(), answer.headers.get("Content-Type")

    def answer(self, handler, body):
        own = self.instead and self.instead(handler.command, handler.path)
        status, said, kind = (*own, "application/json") if own else self.truth(
            handler.command, handler.path, body, handler.headers)
        changed = self.change(handler.command, handler.path, status, said)
        cut = changed is None
        if not cut:
            status, said = changed
        handler.send_response(status)
        handler.send_header("Content-Type", kind or "text/plain")
        handler.send_header("Content-Length", str(len(said)))
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(said[:len(said) // 2] if cut else said)
        handler.close_connection = True

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class RemoteCase(unittest.TestCase):
    """One registry for all tests of a class: each has users and streams of its own."""

    settings = {}  # of the server, beside its tokens

    @classmethod
    def setUpClass(cls):
        cls.holder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.holder.cleanup)
        cls.registry = Registry(pathlib.Path(cls.holder.name))
        cls.address = cls.registry.serve(**cls.settings)
        cls.addClassCleanup(lambda: cls.registry.stop())

    def user(self, name, **options):
        return User(self.registry, name, self.address, **options)

    def assert_says(self, ran, code, *words):
        self.assertEqual(ran.code, code, ran.err + ran.out)
        for word in words:
            self.assertIn(word, ran.err)
