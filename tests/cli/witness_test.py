#!/usr/bin/env python3
"""Witnesses as processes of their own, asked by logs that are honest, that fork, and that are slow.

  tests/cli/witness_test.py MUSTER
"""

import contextlib
import hashlib
import http.client
import json
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

MUSTER = sys.argv.pop(1) if len(sys.argv) > 1 else "build/muster"
ORIGIN = "log.example/one"
PATIENCE = 30


def run(*words, codes=(0,)):
    ran = subprocess.run([MUSTER, *map(str, words), "--json"], capture_output=True, text=True,
                         timeout=PATIENCE, check=False)
    if ran.returncode not in codes:
        raise AssertionError(f"{words}: ended with {ran.returncode}: {ran.stderr}")
    return json.loads(ran.stdout) if ran.stdout.strip() else None


class Log:
    """A registry's log that grows by one entry whenever it is asked to."""

    def __init__(self, folder, key=None):
        self.folder = folder
        self.number = 0
        if key is None:
            run("key", "new", folder / "office.key")
            run("init", folder / "reg", "--origin", ORIGIN, "--registrar", "office", "--name",
                "Office", "--country", "XA", "--key", folder / "office.key")

    def fork(self, folder):
        """Another history from here on, signed by the same operator."""
        shutil.copytree(self.folder, folder)
        other = Log(folder, key="the same")
        other.number = self.number + 1_000
        return other

    def grow(self, entries=1):
        for _ in range(entries):
            self.number += 1
            run("--registry", self.folder / "reg", "site", "register", "--as", "office", "--sign",
                self.folder / "office.key", "--site", f"s{self.number}", "--name", "S",
                "--country", "XA", "--kind", "warehouse")
        return self

    def head(self):
        return run("--registry", self.folder / "reg", "ledger", "head")

    @property
    def key(self):
        return self.head()["verifier_key"]

    def request(self, old_size):
        head = self.head()
        proof = []
        if 0 < old_size < head["size"]:
            proof = run("--registry", self.folder / "reg", "ledger", "consistency", old_size,
                        head["size"])["proof"]
        lines = [f"old {old_size}", *proof, "", head["checkpoint"]]
        return "\n".join(lines).encode()

    def checkpoint(self, *words, codes=(0, 4)):
        return run("--registry", self.folder / "reg", "ledger", "checkpoint", *words, codes=codes)


class Witness:
    """A witness's folder, and its process while it runs."""

    def __init__(self, folder, log, name="witness.example/w1"):
        self.folder = folder
        self.process = None
        self.port = None
        self.key = run("ledger", "witness", "init", folder, "--name", name)["verifier_key"]
        run("ledger", "witness", "add-log", folder, "--log", log.key)

    def start(self):
        self.process = subprocess.Popen(
            [MUSTER, "ledger", "witness", "serve", str(self.folder), "--listen", "127.0.0.1:0",
             "--ends-with-parent", "--json"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        text = ""
        while not text.endswith("}\n"):
            line = self.process.stdout.readline()
            if not line:
                raise AssertionError("the witness did not start")
            text += line
        self.url = json.loads(text)["url"]
        self.port = int(self.url.rsplit(":", 1)[1])
        return self

    def stop(self, with_signal=signal.SIGTERM):
        if self.process is None:
            return None
        self.process.send_signal(with_signal)
        code = self.process.wait(PATIENCE)
        self.process.stdout.close()
        self.process = None
        return code

    def post(self, body, path="/add-checkpoint"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.request("POST", path, body)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), answer.getheader("Content-Type")

    def status(self, body):
        return self.post(body)[0]

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def evidence(self):
        return sorted((self.folder / "evidence").glob("*")) if self.folder.exists() else []


class WitnessProcess(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls.temporary.name)
        (cls.root / "log").mkdir()
        cls.log = Log(cls.root / "log").grow(2)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def witness(self, name="w1"):
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.root)) / name
        witness = Witness(folder, self.log, f"witness.example/{name}").start()
        self.addCleanup(witness.stop)
        return witness

    def fork(self):
        return self.log.fork(pathlib.Path(tempfile.mkdtemp(dir=self.root)) / "fork")

    def policy(self, quorum, *witnesses):
        file = pathlib.Path(tempfile.mkdtemp(dir=self.root)) / "policy"
        lines = [f"log {self.log.key}"]
        names = []
        for number, witness in enumerate(witnesses, start=1):
            names.append(f"w{number}")
            lines.append(f"witness w{number} {witness.key} {witness.url}")
        lines += [f"group all-of-them {quorum} {' '.join(names)}", "quorum all-of-them", ""]
        file.write_text("\n".join(lines))
        return file

    def test_cosigns_what_goes_on_and_serves_it(self):
        witness = self.witness()
        log = self.fork()
        size = log.head()["size"]
        status, line, _ = witness.post(log.request(0))
        self.assertEqual(status, 200)
        self.assertTrue(line.startswith("\N{EM DASH} witness.example/w1 "))
        self.assertEqual(witness.status(log.grow().request(size)), 200)
        status, text = witness.get(f"/{hashlib.sha256(ORIGIN.encode()).hexdigest()}/checkpoint")
        self.assertEqual(status, 200)
        self.assertTrue(text.startswith(log.head()["checkpoint"]))
        self.assertIn("\N{EM DASH} witness.example/w1 ", text)

    def test_a_stale_old_size_gets_409_with_the_size_that_is_wanted(self):
        witness = self.witness()
        body = self.log.request(0)
        self.assertEqual(witness.status(body), 200)
        status, text, kind = witness.post(body)
        self.assertEqual((status, kind), (409, "text/x.tlog.size"))
        self.assertEqual(text, f"{self.log.head()['size']}\n")

    def test_another_key_gets_403_and_another_log_404(self):
        witness = self.witness()
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.root))
        self.assertEqual(witness.status(Log(folder).request(0)), 403)
        other = self.log.request(0).replace(ORIGIN.encode(), b"log.example/two", 1)
        self.assertEqual(witness.status(other), 404)
        self.assertEqual(witness.status(b"nonsense"), 400)
        self.assertEqual(witness.post(b"", "/elsewhere")[0], 404)
        self.assertEqual(witness.get("/add-checkpoint")[0], 405)

    def test_a_fork_is_refused_with_evidence_that_a_stranger_can_judge(self):
        witness = self.witness()
        one, other = self.fork(), self.fork()
        other.number += 500
        size = one.grow().head()["size"]
        self.assertEqual(witness.status(one.request(0)), 200)
        self.assertEqual(witness.status(other.grow().request(size)), 422)
        self.assertEqual(witness.status(other.request(0)), 409)
        files = witness.evidence()
        self.assertEqual(len(files), 1)
        judged = run("ledger", "evidence", "verify", files[0], "--key", self.log.key)
        self.assertTrue(judged["convicts"])
        self.assertEqual((judged["kind"], judged["relation"]), ("fork", "fork"))
        # A longer fork cannot be proven, and whoever has a copy of it convicts the log.
        self.assertEqual(witness.status(other.grow().request(size)), 422)
        longer = next(file for file in witness.evidence() if file not in files)
        judged = run("ledger", "evidence", "verify", longer, "--key", self.log.key, codes=(4,))
        self.assertEqual((judged["convicts"], judged["relation"], judged["code"]),
                         (False, "unconnected", "evidence.unconnected"))
        run("ledger", "compare", longer, "--key", self.log.key, codes=(4,))
        run("--registry", other.folder / "reg", "ledger", "compare", longer, "--key", self.log.key,
            "--out", witness.folder / "proven", codes=(1,))
        run("ledger", "evidence", "verify", witness.folder / "proven", "--key", self.log.key)
        run("--registry", other.folder / "reg", "ledger", "export", witness.folder / "web")
        run("ledger", "compare", longer, "--key", self.log.key, "--tiles", witness.folder / "web",
            "--out", witness.folder / "by-tiles", codes=(1,))
        self.assertEqual((witness.folder / "proven").read_text(),
                         (witness.folder / "by-tiles").read_text())

    def test_a_body_that_is_too_long_is_refused_and_nothing_else_suffers(self):
        witness = self.witness()
        self.assertEqual(witness.status(b"x" * 2_000_000), 413)
        self.assertEqual(witness.status(self.log.request(0)), 200)

    def test_slow_and_silent_clients_keep_nobody_waiting(self):
        witness = self.witness()
        clients = [socket.create_connection(("127.0.0.1", witness.port)) for _ in range(50)]
        for client in clients[::2]:
            client.sendall(b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 9\r\n\r\nol")
        try:
            self.assertEqual(witness.status(self.log.request(0)), 200)
        finally:
            for client in clients:
                client.close()

    def test_a_restart_keeps_the_state(self):
        witness = self.witness()
        fork = self.fork().grow()
        other = self.fork()
        other.number += 500
        size = fork.head()["size"]
        self.assertEqual(witness.status(fork.request(0)), 200)
        self.assertEqual(witness.stop(), 0)
        witness.start()
        self.assertEqual(witness.status(fork.request(0)), 409)
        self.assertEqual(witness.status(other.grow().request(size)), 422)
        self.assertEqual(witness.status(fork.grow().request(size)), 200)

    def test_one_folder_has_one_process(self):
        witness = self.witness()
        run("ledger", "witness", "serve", witness.folder, "--listen", "127.0.0.1:0", codes=(3,))

    def test_killed_at_any_point_it_never_cosigns_two_roots_of_one_size(self):
        one, other = self.fork().grow(), self.fork()
        other.number += 500
        other.grow()
        self.assertEqual(one.head()["size"], other.head()["size"])
        bodies = [one.request(0), other.request(0)]
        source = random.Random(20261124)
        for turn in range(10):
            with self.subTest(turn=turn):
                witness = self.witness()
                cosigned = []

                def ask(body, witness=witness, cosigned=cosigned):
                    try:
                        if witness.status(body) == 200:
                            cosigned.append(body)
                    except (OSError, http.client.HTTPException):
                        pass  # killed meanwhile

                asking = threading.Thread(target=ask, args=(bodies[0],))
                asking.start()
                asking.join(source.uniform(0, 0.02))
                witness.stop(signal.SIGKILL)
                asking.join()
                witness.start()
                ask(bodies[1])
                size = one.head()["size"]
                ask(one.request(size))
                ask(other.request(size))
                # Whichever was stored first: that one, and it alone.
                roots = {bodies[0], one.request(size)}
                cosigned[:] = ["one" if body in roots else "other" for body in cosigned]
                self.assertEqual(len(set(cosigned)), 1)
                witness.stop()

    def test_an_operator_collects_what_it_can_and_says_what_is_missing(self):
        log = self.fork()
        first, second = self.witness("w1"), self.witness("w2")
        any_of, all_of = self.policy("any", first, second), self.policy("all", first, second)
        answer = log.checkpoint("--policy", all_of, codes=(0,))
        self.assertTrue(answer["accepted"])
        self.assertEqual([one["outcome"] for one in answer["witnesses"]], ["cosigned"] * 2)
        second.stop()
        log.grow()
        answer = log.checkpoint("--policy", all_of, codes=(4,))
        self.assertEqual(answer["witnesses"][1]["outcome"], "unreachable")
        self.assertEqual(answer["missing"],
                         "quorum all-of-them is not reached: no cosignature of w2")
        answer = log.checkpoint("--policy", any_of, codes=(0,))
        self.assertTrue(answer["accepted"])
        receipt = first.folder / "receipt"
        run("--registry", log.folder / "reg", "ledger", "receipt", 1, "--policy", any_of, "--out",
            receipt)
        judged = run("ledger", "receipt", "verify", receipt, "--key", self.log.key, "--policy",
                     any_of)
        self.assertEqual(judged["level"], 2)

    def test_a_state_that_was_rolled_back_is_noticed_by_the_log_alone(self):
        # What ledger/witness/README.md says under its limits.
        log = self.fork()
        witness = self.witness()
        policy = self.policy("all", witness)
        log.checkpoint("--policy", policy, codes=(0,))
        witness.stop()
        old = witness.folder.with_name("old")
        shutil.copytree(witness.folder, old)
        witness.start()
        log.grow().checkpoint("--policy", self.policy("all", witness), codes=(0,))
        witness.stop()
        shutil.rmtree(witness.folder)
        shutil.move(old, witness.folder)
        witness.start()
        answer = log.grow().checkpoint("--policy", self.policy("all", witness), codes=(4,))
        self.assertEqual(answer["witnesses"][0]["outcome"], "forgot")


if __name__ == "__main__":
    unittest.main()
