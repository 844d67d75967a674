#!/usr/bin/env python3
"""`muster` with its log in PostgreSQL: postgres_commands_test.py MUSTER."""

import contextlib
import json
import subprocess
import sys
import time

from postgres_registry import PostgresCase, main, postgres_server


class Postgres(PostgresCase):
    @classmethod
    def setUpClass(cls):
        cls.server = postgres_server.PostgresServer()
        cls.enterClassContext(cls.server)
        cls.databases = 0

    @staticmethod
    def database(url):
        return url.split("@/")[1].split("?")[0]

    def generation(self, url):
        return self.server.sql("select generation from muster_view.cursor", self.database(url))

    def new_log(self):
        type(self).databases += 1
        name = f"log{self.databases}"
        self.server.sql(f"create database {name} template template0")
        return self.server.url(name)

    def test_a_registry_in_a_database_is_as_one_in_a_file(self):
        self.found("reg", "--log", self.new_log())
        self.add_site("reg", "fab-1")
        self.assertFalse((self.folder / "reg" / "log.db").exists())
        self.assertEqual(self.sites("reg"), {"fab-1"})
        self.assert_good("reg")
        signed = self.at("reg", "ledger", "head").stdout
        self.assertIn("pg.example/log", signed)
        self.at("reg", "registry", "rebuild")
        self.at("reg", "registry", "check")
        kept = {path.name for path in (self.folder / "reg").iterdir()}
        self.assertEqual(kept, {"muster.json", "operator.key"}, "a front end keeps something")

    def test_front_ends_on_one_log_record_at_once_and_see_the_same(self):
        url = self.new_log()
        self.found("one", "--log", url)
        self.run_muster("registry", "attach", self.folder / "two", "--log", url, code=0)
        writers = [subprocess.Popen([sys.executable, "-c", RECORD, str(self.muster),
                                     str(self.folder), *who])
                   for who in (("one", "fab"), ("two", "lab"))]
        for writer in writers:
            self.assertEqual(writer.wait(), 0)
        self.assertEqual(self.sites("one"), {f"{name}-{i}" for name in ("one", "two")
                                             for i in range(8)})
        self.assertEqual(self.dump_hash("one"), self.dump_hash("two"))
        self.assertEqual(self.head("one"), self.head("two"))
        self.assert_good("two")

    def test_without_the_operators_key_a_receipt_waits_for_who_has_it(self):
        url = self.new_log()
        self.found("one", "--log", url)
        self.at("one", "ledger", "checkpoint")
        self.run_muster("registry", "attach", self.folder / "two", "--log", url, code=0)
        self.add_site("two", "fab-1")
        newest = str(self.head("two")[0] - 1)

        early = self.at("two", "ledger", "receipt", newest, code=3)
        self.assertIn(f"receipt for entry {newest}: no signed checkpoint covers it yet", early.stderr)
        self.at("one", "ledger", "checkpoint")
        self.at("two", "ledger", "receipt", newest)

    def test_a_view_that_one_front_end_makes_anew_is_every_front_ends(self):
        url = self.new_log()
        self.found("one", "--log", url)
        self.run_muster("registry", "attach", self.folder / "two", "--log", url, code=0)
        made = self.generation(url)
        self.add_site("two", "fab-1")
        self.assertEqual(self.generation(url), made)
        self.at("one", "registry", "rebuild")
        self.assertNotEqual(self.generation(url), made)
        self.assertEqual(self.dump_hash("one"), self.dump_hash("two"))
        self.at("two", "registry", "check")

    def five_sites(self):
        """A new log with its front end "one". Returns its URL."""
        url = self.new_log()
        self.found("one", "--log", url)
        for number in range(5):
            self.add_site("one", f"fab-{number}")
        return url

    def test_front_ends_that_start_at_once_make_one_view(self):
        url = self.five_sites()
        self.server.sql("drop schema muster_view cascade", self.database(url))
        words = [self.muster, "--registry", self.folder / "one", "registry", "dump-hash"]
        with contextlib.ExitStack() as together:
            starting = [together.enter_context(subprocess.Popen(
                words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
                for _ in range(4)]
            said = {front.communicate(timeout=120) for front in starting}
        self.assertEqual({errors for _, errors in said}, {""})
        self.assertEqual({dump for dump, _ in said}, {self.dump_hash("one")})
        self.at("one", "registry", "check")

    def test_a_front_end_that_is_killed_while_it_makes_the_view_leaves_a_good_one(self):
        self.five_sites()
        dump = self.dump_hash("one")
        words = [self.muster, "--registry", self.folder / "one", "registry", "rebuild"]
        killed = 0
        for milliseconds in range(0, 1200, 60):
            with subprocess.Popen(words, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL) as running:
                time.sleep(milliseconds / 1000)
                running.kill()
                killed += running.wait() < 0
            self.assertEqual(self.dump_hash("one"), dump)
        self.assertGreater(killed, 3, "it was never cut off")
        self.at("one", "registry", "check")

    def test_a_changed_row_of_the_view_is_found_and_made_good(self):
        url = self.new_log()
        self.found("one", "--log", url)
        self.add_site("one", "fab-1")
        dump = self.dump_hash("one")
        self.server.sql("update muster_view.site set country = 'XB' where n = 0",
                        self.database(url))
        found = self.at("one", "registry", "check", code=1)
        self.assertIn("table site", found.stdout + found.stderr)
        self.assertEqual(self.dump_hash("one"), dump)
        self.at("one", "registry", "check")

    def test_a_log_moves_into_a_database_and_back_and_nobody_writes_where_it_was(self):
        url = self.new_log()
        self.found("reg")
        self.add_site("reg", "fab-1")
        self.at("reg", "ledger", "head")
        before, dump = self.head("reg"), self.dump_hash("reg")
        self.at("reg", "ledger", "migrate", "--to", url, "--dry-run")
        self.assertTrue((self.folder / "reg" / "log.db").exists())

        moved = json.loads(self.at("reg", "ledger", "migrate", "--to", url, "--json").stdout)
        self.assertEqual((moved["entries"], moved["root"]), before)
        self.assertEqual(self.head("reg"), before)
        self.assertEqual(self.dump_hash("reg"), dump)
        self.add_site("reg", "fab-2")
        again = self.at("reg", "ledger", "migrate", "--to", url, code=2)
        self.assertIn("the log is there already", again.stderr)

        old = self.folder / "old"
        old.mkdir()
        (self.folder / "reg" / "log.retired.db").rename(old / "log.db")
        (old / "muster.json").write_text('{"origin":"pg.example/log","v":1}\n')
        refused = self.add_site("old", "fab-3", code=3)
        self.assertIn("this log was moved, and grows elsewhere", refused.stderr)

        self.at("reg", "ledger", "migrate", "--to", "file")
        self.add_site("reg", "fab-4")
        self.assert_good("reg")
        self.assertEqual(self.sites("reg"), {"fab-1", "fab-2", "fab-4"})
        self.run_muster("registry", "attach", self.folder / "stale", "--log", url, code=0)
        refused = self.add_site("stale", "fab-5", code=3)
        self.assertIn("this log was moved, and grows elsewhere", refused.stderr)

        forked = self.at("stale", "ledger", "migrate", "--to", "file", code=3)
        self.assertIn("was moved away already", forked.stderr)
        self.assertFalse((self.folder / "stale" / "log.db").exists())
        back = self.at("reg", "ledger", "migrate", "--to", url, code=3)
        self.assertIn("has the log from before it was moved away", back.stderr)
        self.add_site("reg", "fab-6")

    def test_a_migration_that_is_killed_anywhere_is_ended_by_the_same_command(self):
        url = self.new_log()
        self.found("reg")
        for number in range(12):
            self.add_site("reg", f"fab-{number}")
        before, dump = self.head("reg"), self.dump_hash("reg")
        words = [self.muster, "--registry", self.folder / "reg", "ledger", "migrate", "--to", url]
        killed = 0
        for milliseconds in range(1, 200, 2):
            with subprocess.Popen(words, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL) as running:
                time.sleep(milliseconds / 1000)
                running.kill()
                killed += running.wait() < 0
            if (self.folder / "reg" / "log.retired.db").exists():
                break
            self.assertEqual(self.head("reg"), before)
        self.assertGreater(killed, 5, "it was never cut off")
        self.run_muster(*words[1:])  # exit 2 where the last attempt had come to its end
        self.assertEqual(self.head("reg"), before)
        self.assertEqual(self.dump_hash("reg"), dump)
        self.assertIn(url, (self.folder / "reg" / "muster.json").read_text())
        self.assertFalse((self.folder / "reg" / "log.db").exists())
        self.add_site("reg", "fab-last")
        self.assert_good("reg")

    def test_a_migration_that_only_lacks_the_old_files_new_name_gets_it(self):
        url = self.new_log()
        self.found("reg")
        before = self.head("reg")
        self.at("reg", "ledger", "migrate", "--to", url)
        (self.folder / "reg" / "log.retired.db").rename(self.folder / "reg" / "log.db")

        self.at("reg", "ledger", "migrate", "--to", url)

        self.assertTrue((self.folder / "reg" / "log.retired.db").exists())
        self.assertEqual(self.head("reg"), before)
        self.at("reg", "ledger", "migrate", "--to", url, code=2)

    def test_a_password_is_never_shown(self):
        url = self.new_log()
        self.found("reg")
        shown = url.replace("muster@", "muster:topsecret@") + "&sslpassword=hidden"
        moved = self.at("reg", "ledger", "migrate", "--to", shown)
        for word in ("topsecret", "hidden"):
            self.assertNotIn(word, moved.stdout + moved.stderr)
        self.assertIn("muster:***@", moved.stdout)

    def test_a_backup_of_it_is_a_file_that_restores_elsewhere(self):
        self.found("reg", "--log", self.new_log())
        self.add_site("reg", "fab-1")
        self.at("reg", "ledger", "backup", self.folder / "backup.db")
        refused = self.at("reg", "ledger", "restore", self.folder / "backup.db", "--nothing-newer",
                          code=2)
        self.assertIn("muster ledger migrate", refused.stderr)
        self.at("other", "ledger", "restore", self.folder / "backup.db", "--nothing-newer")
        self.assertEqual(self.head("other"), self.head("reg"))

    def test_what_is_wrong_with_the_database_is_one_error(self):
        url = self.new_log()
        self.found("reg", "--log", url)
        taken = self.run_muster("init", self.folder / "second", "--origin", "pg.example/2",
                                "--registrar", "office", "--name", "O", "--country", "XA", "--key",
                                self.key("office"), "--log", url, code=3)
        self.assertIn("has a log already", taken.stderr)
        self.assertFalse((self.folder / "second").exists())
        empty = self.run_muster("registry", "attach", self.folder / "none", "--log",
                                self.new_log(), code=2)
        self.assertIn("no log of Muster", empty.stderr)
        self.assertFalse((self.folder / "none").exists())
        gone = self.run_muster("registry", "attach", self.folder / "none", "--log",
                               "postgres://me:secret@127.0.0.1:1/x", code=3)
        self.assertNotIn("secret", gone.stderr)
        self.assertEqual(len(gone.stderr.splitlines()), 1, gone.stderr)
        self.run_muster("registry", "attach", self.folder / "none", "--log", "mysql://x", code=2)


RECORD = """
import subprocess, sys
muster, folder, registry, party = sys.argv[1:]
for i in range(8):
    name = f"{registry}-{i}"
    subprocess.run([muster, "--registry", f"{folder}/{registry}", "site", "register", "--as", party,
                    "--sign", f"{folder}/{party}.key", "--site", name, "--name", name, "--country",
                    "XA", "--kind", "fab"], check=True, stdout=subprocess.DEVNULL)
"""

if __name__ == "__main__":
    main(PostgresCase)
