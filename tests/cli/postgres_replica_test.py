#!/usr/bin/env python3
"""Front ends that read from a streaming standby: postgres_replica_test.py MUSTER."""

import hashlib
import http.client
import json
import signal
import subprocess
import time

from postgres_registry import PostgresCase, main, postgres_server

TOKEN = "the office's own token"
PATIENCE = 60


class Replica(PostgresCase):
    def setUp(self):
        super().setUp()
        self.primary = self.enterContext(postgres_server.PostgresServer())
        self.primary.sql("create database log template template0")
        self.standby = self.enterContext(postgres_server.PostgresServer(primary=self.primary))
        self.found("main", "--log", self.primary.url("log"))
        self.add_site("main", "fab-1")
        self.wait_for(lambda: self.run_muster(
            "registry", "attach", self.folder / "copy", "--replica", "--log",
            self.standby.url("log")).returncode == 0)

    def wait_for(self, holds):
        end = time.monotonic() + PATIENCE
        while not holds():
            self.assertLess(time.monotonic(), end, "it never came")
            time.sleep(0.1)

    def checkpoint(self, folder, *words):
        """The signed text, as it stands behind the facts that are printed of it."""
        return self.at(folder, "ledger", "head", *words).stdout.split("\n\n", 1)[1]

    def caught_up(self):
        self.wait_for(lambda: self.head("copy") == self.head("main"))

    def test_it_reads_what_the_primary_has_and_follows_it(self):
        self.caught_up()
        self.assertEqual(self.dump_hash("copy"), self.dump_hash("main"))
        self.assertEqual(self.sites("copy"), {"fab-1"})
        self.assert_good("copy")
        self.add_site("main", "fab-2")
        self.caught_up()
        self.assertEqual(self.sites("copy"), {"fab-1", "fab-2"})
        self.assertEqual(self.dump_hash("copy"), self.dump_hash("main"))
        kept = {path.name for path in (self.folder / "copy").iterdir()}
        self.assertEqual(kept, {"muster.json"}, "a replica keeps something")

    def test_it_records_nothing_signs_nothing_and_says_where_to_go(self):
        self.caught_up()
        refused = self.add_site("copy", "fab-2", code=3)
        self.assertIn("a replica): record through a front end whose log is on the primary",
                      refused.stderr)
        self.assertEqual(len(refused.stderr.splitlines()), 1, refused.stderr)
        self.at("copy", "registry", "rebuild", code=3)
        self.at("main", "ledger", "head")
        signed = self.checkpoint("main", "--dry-run")
        self.wait_for(lambda: self.checkpoint("copy") == signed)

    def test_histories_are_whole_while_the_primarys_view_is_behind(self):
        # What the writer has not saved yet, the replica judged by itself.
        self.caught_up()
        self.primary.sql("create function public.is_full() returns trigger language plpgsql as "
                         "$$ begin raise exception 'disk full'; end $$; create trigger is_full "
                         "before insert or update on muster_view.cursor execute function public.is_full()",
                         "log")
        self.add_site("main", "fab-2")
        self.add_site("main", "fab-3")
        size = int(self.primary.sql("select size from muster_view.cursor", "log"))
        self.wait_for(lambda: len(self.sites("copy")) == 3)
        self.assertLess(size, json.loads(self.at("copy", "ledger", "head", "--dry-run",
                                                 "--json").stdout)["size"])
        self.at("copy", "registry", "dump-hash")

    def test_a_server_whose_url_asks_for_a_standby_is_a_replica_too(self):
        self.caught_up()
        url = self.standby.url("log") + "&target_session_attrs=standby"
        self.run_muster("registry", "attach", self.folder / "other", "--log", url, code=0)
        self.assertEqual(self.sites("other"), {"fab-1"})
        refused = self.add_site("other", "fab-2", code=3)
        self.assertIn("a replica", refused.stderr)

    def test_served_over_http_it_says_how_far_it_is(self):
        self.caught_up()
        config = self.folder / "serve.json"
        digest = hashlib.sha256(TOKEN.encode()).hexdigest()
        config.write_text(json.dumps({"listen": "127.0.0.1:0", "tokens": [
            {"sha256": digest, "role": "operator", "party": "office"}]}))
        with subprocess.Popen([self.muster, "--registry", self.folder / "copy", "serve", "--config",
                               config, "--json"], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as server:
            try:
                self.follow(server)
            finally:
                server.send_signal(signal.SIGTERM)
                server.communicate(timeout=PATIENCE)
        self.assertEqual(server.returncode, 0)

    def follow(self, server):
        said = ""
        while not said.endswith("}\n"):
            line = server.stdout.readline()
            self.assertTrue(line, "the server ended before it listened")
            said += line
        port = int(json.loads(said)["url"].rsplit(":", 1)[1])

        def answer(method, path, body=None, **more):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            try:
                connection.request(method, path, body, {"Authorization": "Bearer " + TOKEN, **more})
                answered = connection.getresponse()
                return answered.status, json.loads(answered.read())
            finally:
                connection.close()

        def ask(path):
            return answer("GET", path)[1]

        before = ask("/healthz")
        self.assertEqual((before["status"], before["replica"]), ("ok", True))
        self.add_site("main", "fab-2")
        self.wait_for(lambda: ask("/healthz")["entries"] == before["entries"] + 1)

        # Whatever is handed in is refused for good, and nothing of it is kept.
        lines = {"Content-Type": "application/x-ndjson"}
        for path, body, more in (("/v1/statements", "{}", {"Content-Type": "application/json"}), ("/v1/statements", "{}\n", lines),
                                 ("/v1/statements", "{}\n", {**lines, "Prefer": "respond-async"}),
                                 ("/v1/uploads", '{"kind":"statements","bytes":1,"sha256":"' + 64 * "a" + '"}', {}),
                                 ("/v1/jobs", '{"upload":"x"}', {})):
            status, problem = answer("POST", path, body, **more)
            self.assertEqual((status, problem["rule"]), (421, "server.only_reads"), path)

        # Where the log is moved away under it, it says so.
        self.at("main", "ledger", "migrate", "--to", "file")
        self.wait_for(lambda: answer("GET", "/healthz")[0] == 503)
        self.assertIn("was moved away", ask("/healthz")["detail"])


if __name__ == "__main__":
    main(PostgresCase)
