#!/usr/bin/env python3
"""`muster serve` over TLS, with certificates of clients: serve_tls_test.py MUSTER."""

import hashlib
import http.client
import json
import pathlib
import shutil
import signal
import socket
import ssl
import statistics
import subprocess
import tempfile
import time
import unittest

import serve_process_test as parts

PEM = pathlib.Path(__file__).resolve().parent.parent / "vectors" / "tls"


def fingerprint(name):
    der = ssl.PEM_cert_to_DER_cert((PEM / f"{name}.pem").read_text())
    return hashlib.sha256(der).hexdigest()


class ShortLived:
    """An authority and a client's certificate of it that soon runs out."""

    def __init__(self, folder, seconds):
        self.folder = folder / "short"
        self.folder.mkdir()
        self.end = time.time() + seconds
        openssl = ["openssl"]
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        (self.folder / "index").touch()
        (self.folder / "ca.conf").write_text(
            "[ca]\ndefault_ca = here\n[here]\ndir = .\ndatabase = index\nnew_certs_dir = .\n"
            "rand_serial = yes\ncertificate = authority.pem\nprivate_key = authority.key\n"
            "default_md = sha256\npolicy = any\ncopy_extensions = copy\n"
            "[any]\ncommonName = supplied\n")

        def when(instant):
            return time.strftime("%Y%m%d%H%M%SZ", time.gmtime(instant))

        for words in (["req", "-x509", *key, "-days", "2", "-subj", "/CN=short", "-keyout",
                       "authority.key", "-out", "authority.pem"],
                      ["req", *key, "-subj", "/CN=client", "-keyout", "client.key", "-out",
                       "client.csr", "-addext", "extendedKeyUsage=clientAuth"],
                      ["ca", "-batch", "-notext", "-config", "ca.conf", "-in", "client.csr", "-out",
                       "client.pem", "-startdate", when(time.time() - 60), "-enddate",
                       when(self.end)]):
            subprocess.run(openssl + words, cwd=self.folder, check=True, capture_output=True,
                           timeout=parts.PATIENCE)
        der = ssl.PEM_cert_to_DER_cert((self.folder / "client.pem").read_text())
        self.fingerprint = hashlib.sha256(der).hexdigest()


class ServeTls(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.registry = parts.Registry(pathlib.Path(holder.name))

    def configure(self, **tls):
        config = json.loads(self.registry.config.read_text())
        config["certificates"] = [{"sha256": fingerprint("client"), "role": "operator",
                                   "party": "office"}]
        config["tls"] = {"certificate": str(PEM / "server.pem"), "key": str(PEM / "server.key.pem"),
                         "authorities": str(PEM / "authority.pem"),
                         "revoked": str(PEM / "revoked.pem"), **tls}
        self.registry.config.write_text(json.dumps(config))

    def started(self, **tls):
        self.configure(**tls)
        server = self.registry.serve()
        self.addCleanup(lambda: server.log.closed or server.end(signal.SIGKILL))
        return server

    def ask(self, server, path, certificate=None, headers=None):
        context = ssl.create_default_context(cafile=PEM / "authority.pem")
        if certificate:
            context.load_cert_chain(PEM / f"{certificate}.pem", PEM / f"{certificate}.key.pem")
        connection = http.client.HTTPSConnection("127.0.0.1", server.port, context=context,
                                                 timeout=parts.PATIENCE)
        try:
            connection.connect()
            self.assertEqual(connection.sock.version(), "TLSv1.3")
            connection.request("GET", path, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def test_a_certificate_is_a_credential_and_a_token_still_is_one(self):
        server = self.started()
        self.assertEqual(self.ask(server, "/healthz")[0], 200)
        self.assertEqual(self.ask(server, "/metrics")[0], 401)
        self.assertEqual(self.ask(server, "/metrics", "client")[0], 200)
        token = {"Authorization": "Bearer " + parts.TOKEN}
        self.assertEqual(self.ask(server, "/metrics", headers=token)[0], 200)
        self.assertEqual(server.end(signal.SIGTERM), 0)

    def test_a_certificate_that_is_not_good_opens_nothing(self):
        server = self.started()
        for name in ("client_revoked", "client_expired", "client_of_stranger", "server"):
            with self.subTest(name), self.assertRaises((OSError, http.client.HTTPException)):
                self.ask(server, "/healthz", name)
        self.assertEqual(self.ask(server, "/metrics", "client")[0], 200)

    @unittest.skipUnless(shutil.which("openssl"), "the program openssl makes the certificates")
    def test_a_certificate_that_runs_out_while_it_is_used_ends_the_connection(self):
        made = ShortLived(self.registry.folder, seconds=15)
        self.configure(authorities=str(made.folder / "authority.pem"))
        config = json.loads(self.registry.config.read_text())
        config["certificates"][0]["sha256"] = made.fingerprint
        del config["tls"]["revoked"]
        self.registry.config.write_text(json.dumps(config))
        server = self.registry.serve()
        self.addCleanup(lambda: server.log.closed or server.end(signal.SIGKILL))
        context = ssl.create_default_context(cafile=PEM / "authority.pem")
        context.load_cert_chain(made.folder / "client.pem", made.folder / "client.key")
        connection = http.client.HTTPSConnection("127.0.0.1", server.port, context=context,
                                                 timeout=parts.PATIENCE)
        self.addCleanup(connection.close)
        try:
            connection.connect()
        except OSError:
            if time.time() < made.end:
                raise
            self.skipTest("this machine was too slow to use the certificate while it is good")
        connection.auto_open = 0  # which would shake hands again, unasked

        def status():
            connection.request("GET", "/metrics")
            answer = connection.getresponse()
            answer.read()
            return answer.status

        first = status()
        if time.time() >= made.end:
            self.skipTest("this machine was too slow to use the certificate while it is good")
        self.assertEqual(first, 200)
        time.sleep(made.end + 2 - time.time())
        with self.assertRaises((OSError, http.client.HTTPException)):
            status()
        self.assertEqual(self.ask(server, "/healthz")[0], 200)

    def test_where_certificates_are_required_a_token_alone_is_not_enough(self):
        server = self.started(clients="required")
        with self.assertRaises((OSError, http.client.HTTPException)):
            self.ask(server, "/healthz", headers={"Authorization": "Bearer " + parts.TOKEN})
        self.assertEqual(self.ask(server, "/healthz", "client")[0], 200)

    def test_a_long_answer_does_not_wait_for_acknowledgements(self):
        # It goes out in records of 16 KiB. Where the second waits for word of the first, each answer
        # takes the 40 ms that the other side waits with that: whatever else the machine does.
        server = self.started()
        context = ssl.create_default_context(cafile=PEM / "authority.pem")
        connection = http.client.HTTPSConnection("127.0.0.1", server.port, context=context,
                                                 timeout=parts.PATIENCE)
        self.addCleanup(connection.close)

        def ask(method, path, body=None, **headers):
            connection.request(method, path, body, {"Authorization": "Bearer " + parts.TOKEN,
                                                    **headers})
            return connection.getresponse().read()

        text = bytes(25_000)
        wish = {"kind": "transcript", "bytes": len(text),
                "sha256": hashlib.sha256(text).hexdigest()}
        made = json.loads(ask("POST", "/v1/uploads", json.dumps(wish),
                              **{"Content-Type": "application/json"}))
        place = "/v1/uploads/" + made["upload"]
        ask("PATCH", place, text, **{"Content-Type": "application/octet-stream",
                                     "Upload-Offset": "0"})
        took = []
        for _ in range(41):
            begun = time.monotonic()
            self.assertEqual(ask("GET", place + "/content"), text)
            took.append(time.monotonic() - begun)
        self.assertLess(statistics.median(took), 0.03)

    def test_nothing_is_answered_in_the_clear(self):
        server = self.started()
        with socket.create_connection(("127.0.0.1", server.port), parts.PATIENCE) as plain:
            plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n")
            said = b""
            try:
                while piece := plain.recv(4096):
                    said += piece
            except OSError:
                pass
        self.assertNotIn(b"HTTP", said)

    def test_files_that_are_wrong_are_named_before_anything_listens(self):
        for wrong, words in (({"key": "absent.pem"}, "absent.pem"),
                             ({"key": str(PEM / "client.key.pem")}, "client.key.pem: want the"),
                             ({"clients": "maybe"}, "tls.clients"),
                             ({"more": 1}, "more")):
            with self.subTest(words):
                self.configure(**wrong)
                ran = subprocess.run([parts.MUSTER, "--registry", self.registry.path, "serve",
                                      "--config", self.registry.config], capture_output=True,
                                     text=True, timeout=parts.PATIENCE, check=False)
                self.assertEqual(ran.returncode, 2, ran.stderr)
                self.assertIn(words, ran.stderr)
                self.assertEqual(len(ran.stderr.splitlines()), 1)


if __name__ == "__main__":
    unittest.main()
