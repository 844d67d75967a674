#!/usr/bin/env python3
"""`muster serve` as a process: beside commands that write, killed and started again, stopped by
SIGTERM, half asked.

  tests/cli/serve_process_test.py MUSTER
"""

import concurrent.futures
import hashlib
import http.client
import json
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

MUSTER = sys.argv.pop(1) if len(sys.argv) > 1 else "build/muster"
PATIENCE = 60
TOKEN = "the office's own token"


def run(*words, codes=(0,)):
    ran = subprocess.run([MUSTER, *map(str, words), "--json"], capture_output=True, text=True,
                         timeout=PATIENCE, check=False)
    if ran.returncode not in codes:
        raise AssertionError(f"{words}: ended with {ran.returncode}: {ran.stderr}")
    return json.loads(ran.stdout) if ran.stdout.strip() else None


class Registry:
    def __init__(self, folder):
        self.folder = folder
        self.path = folder / "reg"
        run("key", "new", folder / "office.key")
        run("init", self.path, "--origin", "log.example/one", "--registrar", "office", "--name",
            "Office", "--country", "XA", "--key", folder / "office.key")
        self.config = folder / "serve.json"
        self.config.write_text(json.dumps({
            "listen": "127.0.0.1:0",
            "tokens": [{"sha256": hashlib.sha256(TOKEN.encode()).hexdigest(), "role": "operator",
                        "party": "office"}]}))

    def statement(self, number):
        """A signed statement that is not handed in; in a stream of its own, so that any order will do."""
        file = self.folder / f"{number}.json"
        body = {"site": f"s{number}", "name": "S", "country": "XA", "kind": "warehouse"}
        run("--registry", self.path, "statement", "make", "--kind", "site.register", "--as", "office",
            "--sign", self.folder / "office.key", "--body", json.dumps(body), "--stream", f"w{number}",
            "--number", 1, "--out", file)
        return file.read_bytes().strip()

    def serve(self):
        return Server(self)


class Server:
    def __init__(self, registry):
        self.log = open(registry.folder / "serve.log", "ab")
        self.process = subprocess.Popen(
            [MUSTER, "--registry", str(registry.path), "serve", "--config", str(registry.config),
             "--json"], stdout=subprocess.PIPE, stderr=self.log)
        said = b""
        while not said.endswith(b"}\n"):
            line = self.process.stdout.readline()
            if not line:
                raise AssertionError("the server ended before it listened")
            said += line
        self.port = int(json.loads(said)["url"].rsplit(":", 1)[1])

    def ask(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, {"Authorization": "Bearer " + TOKEN,
                                                    "Content-Type": "application/json",
                                                    **(headers or {})})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def end(self, how):
        self.process.send_signal(how)
        code = self.process.wait(PATIENCE)
        self.process.stdout.close()
        self.log.close()
        return code


class ServeProcess(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.registry = Registry(pathlib.Path(self.temporary.name))

    def started(self):
        server = self.registry.serve()
        self.addCleanup(lambda: server.log.closed or server.end(signal.SIGKILL))
        return server

    def test_killed_under_load_loses_nothing_that_it_acknowledged(self):
        statements = [self.registry.statement(n) for n in range(1, 41)]
        server = self.started()
        acknowledged = {}
        begun = threading.Event()

        def hand_in(n):
            try:
                status, body = server.ask("POST", "/v1/statements", statements[n])
            except (OSError, http.client.HTTPException):
                return
            if status in (200, 201):
                acknowledged[n] = json.loads(body)
                if len(acknowledged) >= 5:
                    begun.set()

        with concurrent.futures.ThreadPoolExecutor(4) as crew:
            waiting = [crew.submit(hand_in, n) for n in range(len(statements))]
            begun.wait(PATIENCE)
            server.end(signal.SIGKILL)
            concurrent.futures.wait(waiting)
        self.assertGreaterEqual(len(acknowledged), 5)

        server = self.started()
        for n, first in acknowledged.items():
            status, body = server.ask("POST", "/v1/statements", statements[n])
            again = json.loads(body)
            self.assertEqual(status, 200)
            self.assertEqual((again["index"], again["leaf"]), (first["index"], first["leaf"]))
            self.assertEqual(again["receipt"], first["receipt"])
        for n in set(range(len(statements))) - set(acknowledged):
            self.assertIn(server.ask("POST", "/v1/statements", statements[n])[0], (200, 201))
        self.assertEqual(server.end(signal.SIGTERM), 0)
        self.assertTrue(run("--registry", self.registry.path, "ledger", "verify")["valid"])

    def test_commands_write_beside_it(self):
        statements = [self.registry.statement(n) for n in range(1, 16)]
        server = self.started()

        def by_command(number):
            run("--registry", self.registry.path, "site", "register", "--as", "office", "--sign",
                self.registry.folder / "office.key", "--site", f"c{number}", "--name", "C",
                "--country", "XA", "--kind", "warehouse")

        with concurrent.futures.ThreadPoolExecutor(3) as crew:
            posted = [crew.submit(server.ask, "POST", "/v1/statements", one) for one in statements]
            for n in range(5):
                by_command(n)
            self.assertEqual({one.result()[0] for one in posted}, {201})
        server.end(signal.SIGTERM)

        verified = run("--registry", self.registry.path, "ledger", "verify")
        self.assertTrue(verified["valid"])
        self.assertEqual(verified["entries"], 21)

    def test_sigterm_finishes_what_is_under_way(self):
        lines = b"\n".join(self.registry.statement(n) for n in range(1, 31)) + b"\n"
        server = self.started()
        with concurrent.futures.ThreadPoolExecutor(1) as crew:
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
            connection.connect()
            connection.request("POST", "/v1/statements", lines,
                               {"Authorization": "Bearer " + TOKEN,
                                "Content-Type": "application/x-ndjson"})
            ended = crew.submit(server.end, signal.SIGTERM)
            status, body = None, b""
            try:
                answer = connection.getresponse()
                status, body = answer.status, answer.read()
            except (OSError, http.client.HTTPException):
                pass  # it was not read before the stop: then nothing was promised
            connection.close()
            self.assertEqual(ended.result(), 0)

        entries = run("--registry", self.registry.path, "ledger", "verify")["entries"]
        self.assertEqual(entries, 1 + (json.loads(body)["recorded"] if status == 200 else 0))

    def test_half_a_request_holds_nobody_up(self):
        server = self.started()
        halves = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(50)]
        for half in halves:
            half.sendall(b"POST /v1/statements HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n{")

        self.assertEqual(server.ask("GET", "/healthz")[0], 200)
        self.assertEqual(server.ask("POST", "/v1/statements", self.registry.statement(1))[0], 201)
        for half in halves:
            half.close()

    def test_an_upload_whose_last_piece_was_not_judged_before_a_kill_is_judged_at_the_start(self):
        text = self.registry.statement(1) + b"\n"
        server = self.started()
        made = {}
        for name, digest in (("good", hashlib.sha256(text).hexdigest()), ("wrong", "0" * 64)):
            wish = {"kind": "statements", "bytes": len(text), "sha256": digest}
            made[name] = json.loads(server.ask("POST", "/v1/uploads", json.dumps(wish))[1])["upload"]
        server.end(signal.SIGKILL)
        for upload in made.values():
            (self.registry.path / "uploads" / upload / "data").write_bytes(text)

        server = self.started()

        for name, state in (("good", "complete"), ("wrong", "wrong")):
            told = json.loads(server.ask("GET", f"/v1/uploads/{made[name]}")[1])
            self.assertEqual((told["received"], told["state"]), (len(text), state))
        self.assertEqual(server.ask("POST", "/v1/jobs", json.dumps({"upload": made["good"]}))[0], 202)

    def test_a_configuration_with_a_slip_is_refused_by_name(self):
        self.registry.config.write_text('{"tokns": []}')

        ran = subprocess.run([MUSTER, "--registry", str(self.registry.path), "serve", "--config",
                              str(self.registry.config)], capture_output=True, text=True,
                             timeout=PATIENCE, check=False)

        self.assertEqual(ran.returncode, 2)
        self.assertIn("tokns", ran.stderr)

    def test_tokens_go_in_the_clear_over_a_network_only_where_that_is_allowed(self):
        words = [MUSTER, "--registry", str(self.registry.path), "serve", "--config",
                 str(self.registry.config), "--listen", "0.0.0.0:0"]
        refused = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE,
                                 check=False)
        self.assertEqual(refused.returncode, 2)
        self.assertIn("cleartext", refused.stderr)

        config = json.loads(self.registry.config.read_text())
        self.registry.config.write_text(
            json.dumps({**config, "listen": "0.0.0.0:0", "cleartext": "allowed"}))
        server = self.started()
        self.assertEqual(len(json.loads(server.ask("GET", "/healthz")[1])["warnings"]), 1)
        server.end(signal.SIGTERM)
        levels = [json.loads(one)["level"] for one in
                  (self.registry.folder / "serve.log").read_text().splitlines()]
        self.assertIn("warning", levels)

    def test_sigterm_answers_a_feed_that_waits(self):
        server = self.started()
        with concurrent.futures.ThreadPoolExecutor(1) as crew:
            waits = crew.submit(server.ask, "GET", "/v1/feed?after=0&wait=60")
            while b"muster_reads_waiting 1" not in server.ask("GET", "/metrics")[1]:
                time.sleep(0.05)
            self.assertEqual(server.end(signal.SIGTERM), 0)
            status, body = waits.result()
        self.assertEqual(status, 200)
        self.assertEqual(json.loads(body)["entries"], [])

    def test_logs_are_json_lines_and_flags_go_before_the_file(self):
        server = self.started()
        server.ask("GET", "/v1/parties/office")
        server.end(signal.SIGTERM)

        lines = [json.loads(one) for one in
                 (self.registry.folder / "serve.log").read_text().splitlines()]
        self.assertEqual([one["event"] for one in lines], ["listening", "request", "stopped"])
        self.assertEqual(lines[1]["route"], "/v1/parties/{party}")
        self.assertNotIn(TOKEN, json.dumps(lines))
        busy = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(busy.close)
        ran = subprocess.run([MUSTER, "--registry", str(self.registry.path), "serve", "--config",
                              str(self.registry.config), "--listen",
                              f"127.0.0.1:{busy.getsockname()[1]}"],
                             capture_output=True, text=True, timeout=PATIENCE, check=False)
        self.assertEqual(ran.returncode, 3)


if __name__ == "__main__":
    unittest.main(verbosity=1)
