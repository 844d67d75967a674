#!/usr/bin/env python3
"""Commands on a registry that is served elsewhere: remote_test.py MUSTER. What may read every entry
works on a copy that it verifies itself; remote_parts_test.py is of whoever may not."""

import hashlib
import json
import re
import shutil
import ssl
import unittest

import remote_world as world

# What reads, and prints the same wherever the registry is.
READS = [
    ("party", "list"), ("party", "show", "maker"), ("site", "list"), ("product", "list"),
    ("licence", "list"), ("licence", "show", "L1"), ("ship", "status"), ("ship", "status", "S1"),
    ("chip", "list", "--party", "maker"), ("chip", "show", "CHIP"), ("chip", "history", "CHIP"),
    ("chip", "find", "CHIP"), ("roster", "show", "maker"), ("delegate", "list"),
    ("balance", "show", "maker", "--period", "2026-01-01..2026-02-01"), ("screen", "list"),
    ("balance", "unaccounted"), ("policy", "show"), ("statement", "gaps"), ("finding", "list"),
    ("statement", "disputed"), ("plan", "list"), ("ledger", "entry", "3"), ("ledger", "keys"),
    ("registry", "dump-hash"), ("registry", "check"), ("epcis", "export", "--chip", "CHIP"),
    ("chip", "list", "--limit", "5", "--as-of", "20"), ("ledger", "prove", "3"),
]


def package_from_afar(registry, user, block):
    """Packages so many chips that their list stands beside the statement."""
    registry.say("maker", "chip", "reserve", "--block", block, "--count", 70, "--product", "a1",
                 "--packager", "maker")
    ids = registry.folder / f"ids-{block}.csv"
    registry.here("chip", "ids", "--block", block, "--count", 70, "--out", ids)
    made = user.say("chip", "package", "--product", "a1", "--at", "maker-site", "--chips",
                    f"@{ids}", "--stream", f"afar{block}", party="maker").json
    return made, ids.read_text().split()[1:]


def without_kept(text):
    """Which of the signed checkpoints are kept is each copy's own affair."""
    return re.sub(r'"checkpoint_size": \d+', '"checkpoint_size": N', text)


class Copies(world.RemoteCase):
    """Users who may read every entry."""

    def words(self, verb):
        return [{"CHIP": self.registry.chips[0]}.get(word, word) for word in verb]

    def test_what_reads_prints_the_same_as_beside_the_log(self):
        for name in ("office", "auditor"):
            user = self.user(name)
            for verb in READS:
                words = self.words(verb)
                with self.subTest(name=name, verb=" ".join(verb)):
                    here = self.registry.here(*words, code=None)
                    there = user.run(*words)
                    self.assertEqual((there.code, without_kept(there.out)),
                                     (here.code, without_kept(here.out)), there.err + here.err)

    def test_the_copy_verifies_as_the_log_does_and_goes_on(self):
        user = self.user("auditor")
        verified = user.run("ledger", "verify", code=0).json
        self.assertTrue(verified["valid"])
        before = verified["entries"]
        self.registry.say("maker", "site", "register", "--site", "later", "--name", "Later",
                          "--country", "US", "--kind", "warehouse")
        for _ in range(100):  # the server signs for it within half a second
            sites = user.run("site", "list", code=0).json["sites"]
            if any(site["site"] == "later" for site in sites):
                break
        else:
            self.fail("the entry did not come")
        self.assertGreater(user.run("ledger", "head", code=0).json["size"], before)
        self.assertEqual(self.registry.here("registry", "dump-hash").out,
                         user.run("registry", "dump-hash", code=0).out)

    def test_what_is_recorded_from_afar_is_in_the_log_with_its_receipt(self):
        user = self.user("office")
        receipts = user.cache / "receipts"
        made = user.say("site", "register", "--site", "afar", "--name", "Afar", "--country", "US",
                        "--kind", "warehouse", "--receipts", receipts, party="maker").json
        self.assertEqual(made["status"], "recorded")
        entry = self.registry.here("ledger", "entry", str(made["index"])).json
        self.assertEqual(entry["statement"], made["statement"])
        receipt = receipts / f"{made['statement']}.receipt"
        judged = world.muster("ledger", "receipt", "verify", receipt, "--key", self.registry.vkey,
                              "--json").json
        self.assertTrue(judged["valid"])
        self.assertEqual(list((user.kept() / "outbox").iterdir()), [])

        again = user.say("site", "register", "--site", "afar", "--name", "Afar", "--country", "US",
                         "--kind", "warehouse", party="maker", code=1)
        self.assertIn("the rule:", again.err)
        self.assertEqual(again.json["status"], "refused")

    def test_a_refusal_from_afar_is_the_operators_signed_word(self):
        user = self.user("office")
        folder = user.cache / "refusals"
        refused = user.say("site", "register", "--site", "maker-site", "--name", "Twice",
                           "--country", "US", "--kind", "warehouse", "--refusals", folder,
                           party="maker", code=1).json
        judged = world.muster("statement", "check-refusal", refused["refusal"], "--key",
                              self.registry.vkey, "--json").json
        self.assertTrue(judged["valid"])
        self.assertEqual(judged["statement"], refused["statement"])

    def test_statements_from_files_go_by_the_thousand_and_are_told_one_by_one(self):
        user = self.user("office")
        lines = []
        for number in range(1, 31):
            body = {"site": f"batch{number}", "name": "B", "country": "US", "kind": "warehouse"}
            made = user.run("statement", "make", "--kind", "site.register", "--as", "maker",
                            "--sign", self.registry.key("maker"), "--body", json.dumps(body),
                            "--stream", "batch", "--number", number, "--origin", "log.example/one",
                            code=0).json
            lines.append(json.dumps(made["envelope"]))
        file = user.cache / "batch.ndjson"
        file.write_text("\n".join(lines) + "\n")
        told = user.run("statement", "submit", file, code=0).lines
        self.assertEqual([line["status"] for line in told], ["recorded"] * 30)
        self.assertEqual([line["line"] for line in told], list(range(1, 31)))
        told = user.run("statement", "submit", file, code=0).lines
        self.assertEqual([line["status"] for line in told], ["duplicate"] * 30)
        all_or_nothing = user.run("statement", "submit", "--all-or-nothing", file, code=0).lines
        self.assertEqual(len(all_or_nothing), 30)

    def test_a_statement_takes_its_long_list_along(self):
        user = self.user("office")
        made, ids = package_from_afar(self.registry, user, 8)
        self.assertEqual(made["status"], "recorded")
        self.assertEqual(self.registry.here("chip", "show", ids[-1]).json["site"], "maker-site")
        self.assertEqual(self.user("auditor").run("registry", "dump-hash", code=0).out,
                         self.registry.here("registry", "dump-hash").out)

    def test_dry_runs_and_the_past_hand_nothing_in(self):
        user = self.user("office")
        size = self.registry.here("ledger", "head").json["size"]
        dry = user.say("site", "register", "--site", "dry", "--name", "D", "--country", "US",
                       "--kind", "warehouse", "--dry-run", party="maker").json
        self.assertEqual(dry["status"], "would-be-accepted")
        past = user.say("site", "register", "--site", "dry", "--name", "D", "--country", "US",
                        "--kind", "warehouse", "--as-of", "20", party="maker", code=2)
        self.assertIn("--as-of", past.err)
        self.assertEqual(self.registry.here("ledger", "head").json["size"], size)

    def test_what_is_for_the_operators_own_machine_is_refused_in_a_sentence(self):
        user = self.user("office")
        for words in (("ledger", "checkpoint"), ("ledger", "backup", "b.db"), ("serve",),
                      ("ledger", "migrate", "--to", "file"), ("ledger", "repair", "--from", "x"),
                      ("ledger", "restore", "b.db"), ("statement", "promises"),
                      ("statement", "submit", "--promised")):
            with self.subTest(words):
                self.assert_says(user.run(*words), 2, "operator's own machine")


class NarrowDoor(world.RemoteCase):
    """A server whose requests may not be long."""

    settings = {"limits": {"body_bytes": 6_000}}

    def test_what_is_too_long_for_a_request_goes_as_an_upload(self):
        for block, name in ((9, "office"), (10, "maker")):
            with self.subTest(name):
                made, ids = package_from_afar(self.registry, self.user(name), block)
                self.assertEqual(made["status"], "recorded")
                shown = self.registry.here("chip", "show", ids[0]).json
                self.assertEqual(shown["last_statement"], made["statement"])

    def test_lines_that_are_too_many_for_a_request_go_in_several(self):
        user = self.user("office")
        lines = []
        for number in range(1, 13):
            body = {"site": f"narrow{number}", "name": "B", "country": "US", "kind": "warehouse"}
            made = world.muster("statement", "make", "--kind", "site.register", "--as", "maker",
                                "--sign", self.registry.key("maker"), "--body", json.dumps(body),
                                "--stream", "narrow", "--number", number, "--origin",
                                "log.example/one", "--now", world.NOW, "--json").json
            lines.append(json.dumps(made["envelope"]))
        file = user.cache / "narrow.ndjson"
        file.write_text("\n".join(lines) + "\n")
        told = user.run("statement", "submit", file, code=0).lines
        self.assertEqual([line["status"] for line in told], ["recorded"] * 12)
        ran = user.run("statement", "submit", "--all-or-nothing", file)
        self.assert_says(ran, 2, "all or nothing")


class Certificates(world.RemoteCase):
    """A server that knows a user by a certificate."""

    settings = {
        "tls": {"certificate": str(world.PEM / "server.pem"),
                "key": str(world.PEM / "server.key.pem"),
                "authorities": str(world.PEM / "authority.pem"), "clients": "required"},
        "certificates": [{"sha256": hashlib.sha256(ssl.PEM_cert_to_DER_cert(
            (world.PEM / "client.pem").read_text())).hexdigest(), "role": "operator",
            "party": "office"}]}

    def test_a_certificate_is_a_credential(self):
        user = self.user("office", trusts=False)
        user.certificate = "client"
        user.run("registry", "trust", "--key", self.registry.vkey, code=0)
        self.assertEqual(user.run("party", "list", code=0).out,
                         self.registry.here("party", "list").out)
        made = user.say("site", "register", "--site", "certified", "--name", "C", "--country", "US",
                        "--kind", "warehouse", party="maker").json
        self.assertEqual(made["status"], "recorded")
        user.certificate = "client_of_stranger"
        self.assertEqual(user.run("party", "list").code, 3)


class Doors(world.RemoteCase):
    """Whom a user trusts, and by what he is known."""

    def test_nothing_is_believed_before_somebody_said_whose_log_it_is(self):
        user = self.user("auditor", trusts=False)
        self.assert_says(user.run("party", "list"), 2, "muster registry trust", "verifier key")
        stranger = world.muster("key", "show", self.registry.key("gov"), "--json").json
        self.assertIn("public", stranger)
        wrong = user.run("registry", "trust", "--key", self.registry.vkey[:-6] + "AAAAA=")
        self.assertNotEqual(wrong.code, 0)
        self.assert_says(user.run("party", "list"), 2, "muster registry trust")
        user.run("registry", "trust", "--key", self.registry.vkey, code=0)
        self.assertEqual(user.run("party", "list", code=0).out,
                         self.registry.here("party", "list").out)

    def test_a_key_that_did_not_sign_is_not_trusted(self):
        other = world.pathlib.Path(self.registry.folder / "other")
        self.registry.good("init", other, "--origin", "log.example/one", "--registrar", "office",
                           "--name", "O", "--country", "CH", "--key", self.registry.key("office"))
        vkey = world.muster("--registry", other, "ledger", "head", "--json").json["verifier_key"]
        user = self.user("auditor", trusts=False)
        self.assert_says(user.run("registry", "trust", "--key", vkey), 1, "checkpoint.unknown_key")

    def test_a_wrong_token_or_authority_opens_nothing_and_says_so(self):
        user = self.user("auditor")
        user.authorities = world.PEM / "stranger.pem"
        self.assert_says(user.run("party", "list"), 3, "TLS")
        user.authorities = world.PEM / "authority.pem"
        user.token = self.registry.folder / "wrong.token"
        user.token.write_text("guessed\n")
        user.token.chmod(0o600)
        self.assert_says(user.run("party", "list"), 2, "the server says")

    def test_a_token_that_others_may_read_is_not_used(self):
        user = self.user("auditor")
        user.token = self.registry.folder / "open.token"
        user.token.write_text("the token of auditor\n")
        user.token.chmod(0o644)
        self.assert_says(user.run("party", "list"), 2, "chmod 600")

    def test_nothing_goes_in_the_clear_but_on_this_machine(self):
        user = self.user("auditor", trusts=False)
        user.address = "http://registry.example"
        self.assert_says(user.run("party", "list"), 2, "want https")
        user.address = "http://127.0.0.1.example"
        self.assert_says(user.run("party", "list"), 2, "want https")
        user.address = "http://127.0.0.1:1"
        self.assert_says(user.run("party", "list"), 2, "muster registry trust")

    def test_a_cache_that_others_may_read_is_not_used(self):
        user = self.user("auditor")
        user.kept().chmod(0o755)
        self.assert_says(user.run("party", "list"), 2, "chmod 700")

    def test_a_cache_that_is_removed_is_made_anew(self):
        user = self.user("auditor")
        first = user.run("registry", "dump-hash", code=0).out
        shutil.rmtree(user.kept() / "registry")
        self.assertEqual(user.run("registry", "dump-hash", code=0).out, first)


if __name__ == "__main__":
    unittest.main(verbosity=1)
