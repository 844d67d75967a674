#!/usr/bin/env python3
"""The primary is killed under load and its standby takes over: postgres_failover_test.py MUSTER."""

import subprocess
import sys
import time

from postgres_registry import PostgresCase, main, postgres_server


class Failover(PostgresCase):
    def start_pair(self):
        primary = self.enterContext(postgres_server.PostgresServer())
        primary.sql("create database log template template0")
        standby = self.enterContext(postgres_server.PostgresServer(primary=primary))
        primary.sql("alter system set synchronous_standby_names = 'standby'")
        primary.sql("select pg_reload_conf()")
        url = f"postgres://muster@/log?host={primary.folder},{standby.folder}"
        return primary, standby, url

    def start_writer(self, registry, party):
        return subprocess.Popen([sys.executable, "-c", WRITER, str(self.muster), str(self.folder),
                                 registry, party], stdout=subprocess.PIPE, text=True)

    def test_nothing_acknowledged_is_lost_when_the_primary_is_killed_under_load(self):
        primary, standby, url = self.start_pair()
        self.found("one", "--log", url)
        self.run_muster("registry", "attach", self.folder / "two", "--log", url, code=0)
        writers = [self.start_writer("one", "fab"), self.start_writer("two", "lab")]
        time.sleep(3)
        self.at("one", "ledger", "head")  # a signed word that the other server must keep

        primary.kill()
        time.sleep(1)
        standby.promote()
        time.sleep(3)
        (self.folder / "enough").touch()
        acknowledged, failures, after = set(), 0, 0
        for writer in writers:
            for line in writer.communicate(timeout=60)[0].splitlines():
                word, name = line.split()
                if word == "recorded":
                    acknowledged.add(name)
                    after += failures > 0
                else:
                    failures += 1

        self.assertGreater(len(acknowledged), 10)
        self.assertGreater(failures, 0, "the primary was gone, and nobody noticed")
        self.assertGreater(after, 0, "nobody went on with the other server")
        self.assertLessEqual(acknowledged, self.sites("one"))
        self.assertEqual(self.dump_hash("one"), self.dump_hash("two"))
        self.assert_good("one")
        self.at("two", "registry", "check")  # of the view that the other server has
        print(f"{len(acknowledged)} recorded, {failures} calls failed meanwhile", file=sys.stderr)

    def test_no_front_end_is_made_on_a_standby_alone(self):
        primary, standby, url = self.start_pair()
        self.found("one", "--log", url)
        reader = f"postgres://muster@/log?host={standby.folder}"
        refused = self.run_muster("registry", "attach", self.folder / "two", "--log", reader,
                                  code=3)
        self.assertIn("read-only", refused.stderr)
        primary.stop()


WRITER = """
import pathlib, subprocess, sys, time
muster, folder, registry, party = sys.argv[1:]
number = 0
while not pathlib.Path(folder, "enough").exists():
    name = f"{registry}-{number}"
    done = subprocess.run([muster, "--registry", f"{folder}/{registry}", "site", "register", "--as",
                           party, "--sign", f"{folder}/{party}.key", "--site", name, "--name", name,
                           "--country", "XA", "--kind", "fab"], capture_output=True, text=True)
    if done.returncode == 0:
        print("recorded", name, flush=True)
    elif done.returncode != 1:
        print("failed", name, flush=True)
        time.sleep(0.1)
        continue
    number += 1
"""

if __name__ == "__main__":
    main(PostgresCase)
