#!/usr/bin/env python3
"""Commands on a registry that is served elsewhere, of users who may not read every entry:
remote_parts_test.py MUSTER. They ask, and are told what of the answer is proven."""

import json
import time
import unittest

import remote_world as world


class Parts(world.RemoteCase):
    """Users who may not read every entry."""

    def test_a_chip_is_shown_with_what_the_log_commits_to(self):
        user = self.user("maker")
        chip = self.registry.chips[5]
        shown = user.run("chip", "show", chip, code=0).json
        here = self.registry.here("chip", "show", chip).json
        proven = shown.pop("proven")
        word = shown.pop("servers_word")
        shown.pop("entries", None)
        self.assertEqual(shown, here)
        for member in ("custodian", "site", "life", "place", "last_statement", "product"):
            self.assertIn(member, proven["members"])
            self.assertNotIn(member, word)
        self.assertIn("names", word)
        text = user.run("chip", "show", chip, code=0, options=()).out
        self.assertIn("proven: maker", text)
        self.assertIn("The server's word", text)

    def test_its_own_books_are_read_and_a_roster_is_proven(self):
        user = self.user("maker")
        self.registry.say("office", "registry", "commit-state")
        # The server reads what a command wrote beside it a moment later.
        end, members = time.monotonic() + 30, []
        while len(members) < 2 and time.monotonic() < end:
            members = user.run("roster", "show", "maker", code=0).json["proven"]["members"]
        self.assertEqual(sorted(members), ["count", "party", "root", "tpp"])
        for verb, member in ((("ship", "status"), "shipments"), (("licence", "list"), "licences"),
                             (("party", "list"), "parties"), (("finding", "list"), "findings"),
                             (("plan", "list"), "plans"), (("rma", "list"), "returns"),
                             (("hold", "list"), "holds"), (("lot", "list"), "lots"),
                             (("inventory", "list"), "inventories")):
            with self.subTest(verb):
                answer = user.run(*verb, code=0).json
                self.assertIsNone(answer["proven"])
                self.assertEqual(answer["servers_word"], [member])
        chips = user.run("chip", "list", code=0).lines
        self.assertGreaterEqual(len(chips), 77)
        self.assertEqual(len(user.run("chip", "list", "--limit", "3", code=0).lines), 3)
        history = user.run("chip", "history", self.registry.chips[5], code=0).json
        self.assertGreater(len(history["changes"]), 2)
        book = user.run("balance", "show", "maker", "--period", "2026-01-01..2026-02-01").json
        self.assertEqual(book["party"], "maker")

    def test_stock_is_what_the_commands_print_and_the_servers_word(self):
        user = self.user("maker")
        user.say("lot", "create", "--lot", "dice-1", "--product", "a1", "--quantity", "9", "--unit", "die",
                 "--at", "maker-site", "--stream", "stock")
        for verb in (("lot", "show", "dice-1"), ("lot", "list", "--open")):
            with self.subTest(verb):
                answer = user.run(*verb, code=0).json
                self.assertIsNone(answer.pop("proven"))
                self.assertEqual(sorted(answer.pop("servers_word")), sorted(answer))
                self.assertEqual(answer, self.registry.here(*verb).json)
        self.assert_says(self.user("northwind").run("lot", "show", "dice-1"), 2, "the server says")

    def test_what_is_not_its_to_read_is_not_found(self):
        user = self.user("northwind")
        self.assert_says(user.run("chip", "show", self.registry.chips[5]), 2, "the server says")
        self.assert_says(user.run("roster", "show", "maker"), 2, "the server says")

    def test_what_needs_the_whole_log_says_whom_to_ask(self):
        user = self.user("maker")
        for words in (("ledger", "verify"), ("registry", "dump-hash"), ("chip", "list", "--site", "x"),
                      ("holder", "show", "x")):
            with self.subTest(words):
                ran = user.run(*words)
                self.assertNotEqual(ran.code, 0)
                self.assertIn("credential", ran.err)

    def test_an_entry_of_its_own_is_proven_whole_by_its_receipt(self):
        user = self.user("maker")
        made = user.say("site", "register", "--site", "entry", "--name", "E", "--country", "US",
                        "--kind", "warehouse", "--stream", "entry").json
        entry = user.run("ledger", "entry", made["index"], code=0).json
        proven = entry.pop("proven")
        self.assertEqual(entry.pop("servers_word"), [])
        self.assertEqual(entry, self.registry.here("ledger", "entry", made["index"]).json)
        self.assertEqual(sorted(proven["members"]), sorted(entry))

    def test_a_party_records_and_keeps_a_receipt_that_it_verified(self):
        user = self.user("maker")
        receipts = user.cache / "receipts"
        for name in ("one", "two"):
            made = user.say("site", "register", "--site", name, "--name", name, "--country", "US",
                            "--kind", "warehouse", "--receipts", receipts, "--stream", "erp").json
            self.assertEqual(made["status"], "recorded")
            judged = world.muster("ledger", "receipt", "verify",
                                  receipts / f"{made['statement']}.receipt", "--key",
                                  self.registry.vkey, "--json").json
            self.assertTrue(judged["valid"])
        numbers = json.loads((user.kept() / "numbers.json").read_text())
        self.assertEqual(numbers, {"maker/erp": 2})
        refused = user.say("site", "register", "--site", "one", "--name", "x", "--country", "US",
                           "--kind", "warehouse", "--stream", "erp", "--refusals",
                           user.cache / "refusals", code=1).json
        self.assertEqual(refused["status"], "refused")
        judged = world.muster("statement", "check-refusal", refused["refusal"], "--key",
                              self.registry.vkey, "--json").json
        self.assertTrue(judged["valid"])

    def test_chips_that_are_moved_follow_their_last_statements(self):
        user = self.user("northwind")
        release = self.registry.here("ship", "status", "S1").json
        self.assertEqual(release["shipment"], "S1")
        history = self.registry.here("chip", "history", self.registry.chips[0]).json
        released = history["changes"][-1]["statement"]
        accepted = user.say("ship", "accept", "--shipment", "S1", "--release", released, "--method",
                            "opened", "--at", "northwind-site", "--chips",
                            ",".join(self.registry.chips[:3])).json
        self.assertEqual(accepted["status"], "recorded")
        shown = user.run("chip", "show", self.registry.chips[0], code=0).json
        self.assertEqual(shown["custodian"], "northwind")
        # It moved since the commitment: what is new is the server's word, and it says by which entry.
        self.assertIn("custodian", shown["servers_word"])
        self.assertEqual(shown["proven"]["since"][-1]["statement"], accepted["statement"])

    def test_statements_that_were_made_before_are_handed_in(self):
        user = self.user("maker")
        file = user.cache / "made.json"
        body = {"site": "made", "name": "M", "country": "US", "kind": "warehouse"}
        made = user.run("statement", "make", "--kind", "site.register", "--as", "maker", "--sign",
                        self.registry.key("maker"), "--body", json.dumps(body), "--stream", "files",
                        "--out", file, code=0).json
        told = user.run("statement", "submit", file, code=0).lines
        self.assertEqual([(one["status"], one["statement"]) for one in told],
                         [("recorded", made["statement"])])
        told = user.run("statement", "submit", file, code=0).lines
        self.assertEqual(told[0]["status"], "duplicate")

    def test_a_carrier_reads_what_it_has_in_hand_and_no_more(self):
        user = self.user("carrier")
        self.assertEqual(user.run("chip", "list", code=0).lines, [])
        self.assertNotEqual(user.run("licence", "list").code, 0)


if __name__ == "__main__":
    unittest.main(verbosity=1)
