#!/usr/bin/env python3
"""Plays `muster demo` at a small scale and reads what it left, as a stranger would.

  tests/cli/demo_test.py MUSTER

The inspector's process never sees the Provers' folder: the demo deletes it before it starts one,
and this test makes sure of it.
"""

import contextlib
import hashlib
import json
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import unittest
import urllib.request
import xml.etree.ElementTree as ElementTree

MUSTER = sys.argv.pop(1) if len(sys.argv) > 1 else "build/muster"
SCALE = "4000"


def run(*words, registry=None):
    command = [MUSTER, *words, "--json"]
    if registry:
        command += ["--registry", str(registry)]
    return subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)


@contextlib.contextmanager
def served(registry, config, roles):
    """`muster serve` with a token for each party of `roles`; gives `ask(party, path)`."""
    config.write_text(json.dumps({"listen": "127.0.0.1:0", "tokens": [
        {"sha256": hashlib.sha256(party.encode()).hexdigest(), "role": role, "party": party} for party, role in roles.items()]}))
    with subprocess.Popen([MUSTER, "--registry", str(registry), "serve", "--config", str(config), "--json"],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        said = ""
        while not said.endswith("}\n"):
            line = server.stdout.readline()
            if not line:
                raise AssertionError("the server ended before it listened")
            said += line
        url = json.loads(said)["url"]

        def ask(party, path):
            asked = urllib.request.Request(url + path, headers={"Authorization": f"Bearer {party}"})
            with urllib.request.urlopen(asked, timeout=60) as answer:
                return json.loads(answer.read())
        try:
            yield ask
        finally:
            server.terminate()


class Demo(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.temporary.name) / "demo"
        ran = run("demo", str(cls.folder), "--scale", SCALE)
        if ran.returncode != 0:
            raise AssertionError(f"demo ended with {ran.returncode}: {ran.stderr[-2000:]}")
        cls.answer = json.loads(ran.stdout)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def audit(self, plan):
        return next(audit for audit in self.answer["audits"] if audit["plan"] == plan)

    def test_is_marked_as_simulated(self):
        self.assertIs(self.answer["simulated"], True)
        self.assertIn("SIMULATED", (self.folder / "report.html").read_text())

    def test_the_inspector_had_no_file_of_the_provers(self):
        self.assertFalse((self.folder / "provers").exists())

    def test_two_witnesses_cosigned_the_freeze_as_processes_of_their_own(self):
        witnessed = self.answer["witnessed"]
        self.assertIs(witnessed["accepted"], True)
        self.assertEqual([one["outcome"] for one in witnessed["witnesses"]], ["cosigned"] * 2)
        checkpoint = self.folder / "frozen.checkpoint"
        checkpoint.write_text(witnessed["checkpoint"])
        judged = run("ledger", "policy", str(self.folder / "inspector" / "witnesses.policy"),
                     "--checkpoint", str(checkpoint))
        self.assertEqual(judged.returncode, 0, judged.stderr)
        for name in ("w1", "w2"):
            shown = run("ledger", "witness", "show", str(self.folder / "witnesses" / name))
            log = json.loads(shown.stdout)["logs"][0]
            self.assertEqual((log["size"], log["root"]), (witnessed["size"], witnessed["root"]))

    def test_no_witness_is_left_running(self):
        text = (self.folder / "registry" / "witnesses.policy").read_text()
        ports = [int(port) for port in re.findall(r"http://127\.0\.0\.1:(\d+)", text)]
        self.assertEqual(len(ports), 2)
        for port in ports:
            with self.assertRaises(OSError):
                socket.create_connection(("127.0.0.1", port), timeout=5).close()

    def test_every_plan_has_its_time_of_freeze_from_the_witnesses(self):
        for audit in self.answer["audits"]:
            freeze = audit["evaluation"]["time_of_freeze"]
            self.assertEqual(freeze["by"], "witnesses", audit["plan"])
            self.assertEqual(len(freeze["witnesses"]), 2, audit["plan"])
            self.assertEqual(freeze["not_after"], self.answer["witnessed"]["quorum_at"])
        self.assertNotIn("operator&#39;s word", (self.folder / "report.html").read_text())

    def test_a_plan_without_witnesses_still_has_the_operators_word(self):
        prover = self.answer["audits"][0]["plan"][2:]
        words = ("plan", "new", prover, "--id", "P-alone", "--as", "inspectorate", "--rule",
                 self.answer["rule_flop"], "--longest-run", "30d", "--emulated", "--now",
                 "2026-11-02T09:00:00Z")
        ran = run(*words, registry=self.folder / "registry")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertEqual(json.loads(ran.stdout)["time_of_freeze"]["text"],
                         "the operator's word (no witness quorum)")
        text = subprocess.run([MUSTER, *words, "--registry", str(self.folder / "registry")],
                              capture_output=True, text=True, timeout=60, check=False).stdout
        self.assertIn("Time of freeze: the operator's word (no witness quorum).", text)

    def test_a_plan_whose_witnesses_did_not_cosign_is_refused(self):
        made = run("ledger", "witness", "init", str(self.folder / "third"), "--name", "third")
        policy = (self.folder / "inspector" / "witnesses.policy").read_text()
        lines = [line for line in policy.splitlines() if line.startswith("log ")]
        lines += ["witness third " + json.loads(made.stdout)["verifier_key"], "quorum third", ""]
        (self.folder / "third.policy").write_text("\n".join(lines))
        prover = self.answer["audits"][0]["plan"][2:]
        ran = run("plan", "new", prover, "--id", "P-third", "--as", "inspectorate", "--rule",
                  self.answer["rule_flop"], "--longest-run", "30d", "--emulated", "--witnesses",
                  str(self.folder / "third.policy"), "--now", "2026-11-02T09:00:00Z",
                  registry=self.folder / "registry")
        self.assertEqual(ran.returncode, 1)
        self.assertIn("plan.freeze_not_witnessed", ran.stderr)
        self.assertIn("quorum third is not reached", ran.stderr)

    def test_an_entry_of_the_freeze_has_a_receipt_of_level_2(self):
        policy = str(self.folder / "inspector" / "witnesses.policy")
        receipt = str(self.folder / "freeze.receipt")
        last = str(self.answer["witnessed"]["size"] - 1)
        ran = run("ledger", "receipt", last, "--policy", policy, "--out", receipt,
                  registry=self.folder / "registry")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        key = json.loads(run("ledger", "policy", policy).stdout)["logs"][0]["key"]
        judged = run("ledger", "receipt", "verify", receipt, "--key", key, "--policy", policy)
        self.assertEqual(judged.returncode, 0, judged.stdout)
        self.assertEqual(json.loads(judged.stdout)["level"], 2)

    def test_a_roster_at_the_freeze_is_proven_with_the_witnesses_behind_it(self):
        proof = self.folder / "roster.proof"
        policy = str(self.folder / "inspector" / "witnesses.policy")
        made = run("roster", "prove", "alder", "--policy", policy, "--out", str(proof),
                   registry=self.folder / "registry")
        self.assertEqual(made.returncode, 0, made.stderr)
        key = json.loads(run("ledger", "policy", policy).stdout)["logs"][0]["key"]
        judged = run("ledger", "check-proof", str(proof), "--key", key, "--policy", policy)
        self.assertEqual(judged.returncode, 0, judged.stdout)
        facts = json.loads(judged.stdout)
        self.assertEqual(facts["level"], 2)
        self.assertIs(facts["roster"]["complete_list"], True)
        self.assertIn("quorum of witnesses", " ".join(facts["proven"]))

    def test_plans_are_followed_by_a_commitment_to_the_state(self):
        ran = run("registry", "dump", registry=self.folder / "registry")
        rows = [json.loads(line) for line in ran.stdout.splitlines()]
        commits = [row["log_index"] for row in rows if row["table"] == "state_commit"]
        plans = [row["log_index"] for row in rows if row["table"] == "plan"]
        self.assertGreater(len(plans), 1)
        self.assertTrue(any(max(plans) < commit < max(plans) + 3 for commit in commits))

    def test_the_prover_that_hides_a_run_is_found(self):
        hider = self.audit("P-" + self.answer["hider"])
        self.assertEqual(hider["evaluation"]["verdict"], "finding")
        self.assertGreater(hider["hits"], 0)

    def test_no_honest_prover_is_accused(self):
        for audit in self.answer["audits"]:
            if audit["plan"] in ("P-" + self.answer["hider"], "P-pool"):
                continue
            self.assertEqual(audit["evaluation"]["verdict"], "no-sign-of", audit["plan"])
            self.assertEqual(audit["hits"], 0, audit["plan"])

    def test_every_sentence_has_its_parts(self):
        for audit in self.answer["audits"]:
            evaluation = audit["evaluation"]
            for part in ("excess_flop", "rule_flop", "window", "within_days", "offbook_at_most",
                         "drawn_probability", "recognition", "lines", "open", "not_covered",
                         "assumptions"):
                self.assertIn(part, evaluation, audit["plan"])
            self.assertEqual(evaluation["recognition"], "not known")
            self.assertGreaterEqual(float(evaluation["drawn_probability"]), 0.95)

    def test_a_stranger_makes_every_draw_anew(self):
        for audit in self.answer["audits"]:
            open_checks = [c["check"] for c in audit["checks"]["checks"] if not c["ok"]]
            self.assertEqual(open_checks, [], audit["plan"])
            self.assertIs(audit["checks"]["valid"], True, audit["plan"])

    def test_a_draw_is_verified_from_the_ledger_alone(self):
        keys = []
        for key in sorted((self.folder / "inspector").glob("frame-*.key")):
            keys += ["--frame-key", f"{key.stem.removeprefix('frame-')}={key}"]
        ran = run("plan", "verify", "P-pool", *keys, registry=self.folder / "registry")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertIn("ceremony in the ledger", json.loads(ran.stdout)["beacon"]["source"])

    def test_a_prover_reads_of_the_pools_draw_what_is_its_own(self):
        registry = self.folder / "registry"
        provers = [audit["plan"].removeprefix("P-") for audit in self.answer["audits"] if audit["plan"] != "P-pool"]
        sites = {site["site"]: site["party"] for site in json.loads(run("site", "list", registry=registry).stdout)["sites"]}
        everybody = {"registrar": "operator", provers[0]: "party", provers[1]: "party"}
        draws = {}
        with served(registry, self.folder / "serve.json", everybody) as ask:
            for name in everybody:
                draws[name] = [ask(name, f"/v1/plans/P-pool{part}")["lines"] for part in ("/draw", "")]
        for name in provers[:2]:
            for lines in draws[name]:
                self.assertGreater(len(lines), 0)
                self.assertEqual({sites[line["site"]] for line in lines}, {name})
                self.assertEqual(lines, [line for line in draws["registrar"][0] if sites[line["site"]] == name])
        self.assertGreater(len({sites[line["site"]] for line in draws["registrar"][0]}), 1)

    def test_every_party_takes_part_in_the_ceremony_of_the_pool(self):
        ran = run("ceremony", "show", "P-pool", registry=self.folder / "registry")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        shown = json.loads(ran.stdout)
        roles = [party["role"] for party in shown["parties"]]
        self.assertEqual(roles, ["prover"] * (len(self.answer["audits"]) - 1) + ["verifier"])
        last_commitment = max(party["committed"] for party in shown["parties"])
        self.assertLess(last_commitment, min(party["revealed"] for party in shown["parties"]))
        self.assertLess(max(party["revealed"] for party in shown["parties"]), shown["sealed"])

    def test_the_ledger_verifies_from_its_entries_alone(self):
        ran = run("ledger", "verify", registry=self.folder / "registry")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertTrue(json.loads(ran.stdout)["valid"])

    def test_a_view_that_is_deleted_comes_back_equal(self):
        registry = self.folder / "registry"
        before = run("registry", "dump-hash", registry=registry)
        for name in ("view.db", "view.db-wal", "view.db-shm"):
            (registry / name).unlink(missing_ok=True)
        after = run("registry", "dump-hash", registry=registry)
        self.assertEqual(before.returncode, 0, before.stderr)
        self.assertEqual(json.loads(before.stdout), json.loads(after.stdout))

    def test_the_report_is_one_well_formed_file_without_script(self):
        text = (self.folder / "report.html").read_text()
        root = ElementTree.fromstring(text)
        self.assertTrue(root.tag.endswith("html"))
        for forbidden in ("<script", "src=\"http", "href=\"http"):
            self.assertNotIn(forbidden, text)

    def test_what_may_be_said_grows_site_by_site_and_is_drawn(self):
        picture = self.folder / "looks.svg"
        words = ["plan", "looks", "P-fir", "--svg", str(picture)]
        ran = run(*words, registry=self.folder / "registry")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        looks = json.loads(ran.stdout)
        drawn = [float(visit["drawn"]) for visit in looks["visits"]]
        self.assertEqual(drawn, sorted(drawn))
        self.assertEqual(drawn[0], 0)  # the run may be at another site
        self.assertGreater(drawn[-1], 0.9)
        self.assertEqual(looks["visits"][-1]["lines"], self.audit("P-fir")["lines"])
        self.assertEqual(ElementTree.parse(picture).getroot().tag[-3:], "svg")
        self.assertEqual(run(*words, registry=self.folder / "registry").returncode, 3)

    def test_the_demo_writes_over_nothing(self):
        ran = run("demo", str(self.folder), "--scale", SCALE)
        self.assertEqual(ran.returncode, 3)
        self.assertEqual(len(ran.stderr.strip().splitlines()[-1:]), 1)


if __name__ == "__main__":
    unittest.main()
