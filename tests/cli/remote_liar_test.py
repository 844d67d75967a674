#!/usr/bin/env python3
"""Servers that lie, lines that are cut and users that are killed, seen from a command that names the
registry by its address: remote_liar_test.py MUSTER."""

import json
import re
import signal
import subprocess
import time
import unittest

import remote_world as world


class Lies(world.RemoteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.liar = world.Liar(cls.registry)
        cls.addClassCleanup(cls.liar.stop)

    def setUp(self):
        self.honest()

    def honest(self):
        self.liar.change = lambda method, path, status, body: (status, body)
        self.liar.instead = None

    def lie(self, pattern, change):
        """Changes the body of what is answered at a path."""
        wanted = re.compile(pattern)

        def changed(method, path, status, body):
            return (status, change(body)) if wanted.search(path) and status < 300 else (status, body)

        self.liar.change = changed

    def user(self, name):
        return world.User(self.registry, name, self.liar.address)

    def record(self, name):
        return self.registry.say("maker", "site", "register", "--site", name, "--name", name,
                                 "--country", "US", "--kind", "warehouse")

    def signed_until(self, size):
        for _ in range(200):
            note = self.liar.truth("GET", "/checkpoint")[1].decode()
            if int(note.splitlines()[1]) >= size:
                return note.encode()
            time.sleep(0.05)
        raise AssertionError("nobody signed")

    def test_an_entry_that_was_changed_is_seen_and_nothing_of_it_kept(self):
        user = self.user("auditor")
        self.lie("^/tile/entries/", lambda body: body[:900] + bytes([body[900] ^ 1]) + body[901:])
        self.assert_says(user.run("site", "list"), 1, "remote.tiles")
        self.honest()
        self.assertEqual(user.run("site", "list", code=0).out,
                         self.registry.here("site", "list").out)

    def test_hashes_that_were_changed_are_seen(self):
        user = self.user("auditor")
        self.lie("^/tile/0/", lambda body: bytes(32) + body[32:])
        self.assert_says(user.run("site", "list"), 1, "remote.tiles")

    def test_a_list_that_was_changed_or_is_kept_back_is_seen(self):
        user = self.user("auditor")
        self.lie("^/v1/manifests/", lambda body: body.replace(b"a", b"b", 1))
        self.assert_says(user.run("site", "list"), 1, "mirror.manifest", "other bytes")
        self.liar.change = lambda method, path, status, body: (
            (404, b"{}") if path.startswith("/v1/manifests/") else (status, body))
        self.assert_says(user.run("site", "list"), 1, "mirror.manifest", "does not give")
        self.honest()
        user.run("site", "list", code=0)

    def test_a_checkpoint_that_nobody_signed_is_refused(self):
        user = self.user("auditor")
        self.lie("^/checkpoint", lambda body: body.replace(b"\n", b"\n9", 1))
        self.assert_says(user.run("site", "list"), 1, "checkpoint.")

    def test_an_older_checkpoint_than_before_is_a_rollback(self):
        user = self.user("auditor")
        old = self.liar.truth("GET", "/checkpoint")[1]
        made = self.record("newer")
        self.signed_until(made["index"] + 1)
        user.run("site", "list", code=0)
        self.lie("^/checkpoint", lambda body: old)
        self.assert_says(user.run("site", "list"), 1, "remote.rollback")
        self.honest()
        user.run("site", "list", code=0)

    def test_a_fork_is_kept_as_evidence_that_convicts(self):
        user = self.user("auditor")
        user.run("site", "list", code=0)
        # The operator goes on from an older copy, and signs two histories.
        copy = self.registry.folder / "fork"
        subprocess.run(["cp", "-r", self.registry.path, copy], check=True)
        self.record("left")
        self.signed_until(self.registry.here("ledger", "head").json["size"])
        user.run("site", "list", code=0)
        for name in ("right", "more"):
            ran = world.muster("--registry", copy, "--now", world.NOW, "site", "register", "--as",
                               "maker", "--sign", self.registry.key("maker"), "--site", name,
                               "--name", name, "--country", "US", "--kind", "warehouse")
            self.assertEqual(ran.code, 0, ran.err)
        other = world.muster("--registry", copy, "--now", world.NOW, "ledger", "head", "--json")
        self.assertEqual(other.code, 0, other.err)
        tiles = self.registry.folder / "fork-tiles"
        exported = world.muster("--registry", copy, "ledger", "export", tiles)
        self.assertEqual(exported.code, 0, exported.err)

        def forked(method, path, status, body):
            file = tiles / path.split("?")[0].lstrip("/")
            return (200, file.read_bytes()) if file.is_file() else (status, body)

        self.liar.change = forked
        ran = user.run("site", "list")
        self.assert_says(ran, 1, "remote.fork")
        evidence = list((user.kept() / "evidence").iterdir())
        self.assertEqual(len(evidence), 1)
        judged = world.muster("ledger", "evidence", "verify", evidence[0], "--key",
                              self.registry.vkey, "--json").json
        self.assertTrue(judged["convicts"], judged)
        self.assertEqual(judged["kind"], "fork")

    def test_a_proof_that_was_tampered_with_proves_nothing(self):
        user = self.user("maker")
        chip = self.registry.chips[5]
        self.lie("^/v1/state-proofs/", lambda body: body.replace(b'"life":"', b'"life":"x', 1))
        self.assertEqual(user.run("chip", "show", chip).code, 1)
        self.lie("^/v1/chips/", lambda body: body.replace(b'"custodian":"maker"',
                                                          b'"custodian":"gov"', 1))
        self.assert_says(user.run("chip", "show", chip), 1, "remote.contradiction")
        other = self.liar.truth("GET", f"/v1/state-proofs/chips/{self.registry.chips[6]}",
                                headers={"Authorization": "Bearer the token of maker"})[1]
        self.lie("^/v1/state-proofs/", lambda body: other)
        self.assert_says(user.run("chip", "show", chip), 1, "remote.contradiction")
        self.honest()
        user.run("chip", "show", chip, code=0)

    def test_a_receipt_for_another_statement_is_no_receipt(self):
        first = self.record("receipted")
        self.signed_until(first["index"] + 1)
        other = json.loads(self.liar.truth(
            "GET", f"/v1/receipts/{first['statement']}",
            headers={"Authorization": "Bearer the token of office"})[1])
        for name in ("office", "maker"):
            with self.subTest(name):
                user = self.user(name)

                def swapped(body):
                    answer = json.loads(body)
                    answer["receipt"] = other
                    return json.dumps(answer).encode()

                self.lie("^/v1/statements", swapped)
                ran = user.say("site", "register", "--site", f"swapped-{name}", "--name", "S",
                               "--country", "US", "--kind", "warehouse", "--stream", f"r{name}",
                               party="maker", code=1)
                self.assertIn("remote.receipt", ran.err)
                # What became of it is asked again, and the next one takes the next number.
                self.honest()
                after = user.say("site", "register", "--site", f"after-{name}", "--name", "A",
                                 "--country", "US", "--kind", "warehouse", "--stream", f"r{name}",
                                 party="maker")
                self.assertIn("handed in before", after.err)
                entry = self.registry.here("ledger", "entry", after.json["index"]).json
                self.assertEqual(entry["payload"]["number"], 2)

    def test_a_statement_that_is_said_to_be_recorded_and_is_not_is_no_success(self):
        user = self.user("maker")

        said = {"status": "recorded", "statement": "ab" * 32, "index": 1, "leaf": "ab" * 32,
                "receipt": None, "error": None, "refusal": None}
        self.liar.instead = lambda method, path: (
            (201, json.dumps(said).encode()) if method == "POST" else None)
        words = ("site", "register", "--site", "swallowed", "--name", "S", "--country", "US",
                 "--kind", "warehouse", "--stream", "swallow")
        self.assert_says(user.say(*words, code=None), 1, "remote.not_recorded")
        self.honest()
        # It was signed and has its number: now it is handed in.
        self.assertIn("handed in before", user.say(*words, code=1).err)

    def test_a_line_that_is_cut_loses_nothing_and_records_once(self):
        for name in ("office", "maker"):
            with self.subTest(name):
                user = self.user(name)
                user.run("party", "list", code=0)
                self.liar.change = lambda method, path, status, body: (
                    None if method == "POST" else (status, body))
                words = ("site", "register", "--site", f"cut-{name}", "--name", "C", "--country",
                         "US", "--kind", "warehouse", "--stream", f"c{name}")
                ran = user.say(*words, party="maker", code=3)
                self.assertIn("is kept, and asked about", ran.err)
                self.assertEqual(len(list((user.kept() / "outbox").iterdir())), 1)
                self.honest()
                # The same again: the first is in the log by then, and a rule says so.
                ran = user.say(*words, party="maker", code=1)
                self.assertIn("handed in before", ran.err)
                self.assertEqual(list((user.kept() / "outbox").iterdir()), [])
                sites = [s["site"] for s in self.registry.here("site", "list").json["sites"]]
                self.assertEqual(sites.count(f"cut-{name}"), 1)

    def test_answers_that_are_cut_or_no_answers_are_one_clear_error(self):
        user = self.user("auditor")
        maker = self.user("maker")
        for change in (lambda *_: None, lambda method, path, status, body: (200, b"\xff{[" * 40),
                       lambda method, path, status, body: (500, b"<html>"),
                       lambda method, path, status, body: (200, b"")):
            self.liar.change = change
            for ran in (user.run("site", "list"), maker.run("chip", "list")):
                self.assertIn(ran.code, (1, 2, 3), ran.err)
                self.assertEqual(len(ran.err.splitlines()), 1, ran.err)
                self.assertEqual(ran.out, "")
        self.honest()
        user.run("site", "list", code=0)

    def test_a_user_that_is_killed_while_fetching_goes_on_where_it_was(self):
        truth = self.registry.here("registry", "dump-hash").out
        user = self.user("auditor")
        seen = []

        def slow(method, path, status, body):
            seen.append(path)
            if path.startswith("/v1/manifests/") and killing:
                time.sleep(0.5)
            return status, body

        self.liar.change = slow
        for patience in (0.3, 0.8, 1.5):
            killing = True
            process = subprocess.Popen(
                [world.MUSTER, "--registry", user.address, "--token-file", user.token, "--ca-file",
                 user.authorities, "site", "list"], stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, env={"MUSTER_CACHE": str(user.cache)})
            time.sleep(patience)
            process.send_signal(signal.SIGKILL)
            process.wait()
        killing = False
        self.assertEqual(user.run("registry", "dump-hash", code=0).out, truth)
        self.assertTrue(user.run("ledger", "verify", code=0).json["valid"])


if __name__ == "__main__":
    unittest.main(verbosity=1)
