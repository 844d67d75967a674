#!/usr/bin/env python3
"""`muster ledger watch --follow` as a process: it tells of events as they come, and stops cleanly.

  tests/cli/watch_follow_test.py MUSTER
"""

import json
import pathlib
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import unittest

MUSTER = sys.argv.pop(1) if len(sys.argv) > 1 else "build/muster"
PATIENCE = 60


def run(*words, codes=(0,)):
    ran = subprocess.run([MUSTER, *map(str, words), "--json"], capture_output=True, text=True,
                         timeout=PATIENCE, check=False)
    if ran.returncode not in codes:
        raise AssertionError(f"{words}: ended with {ran.returncode}: {ran.stderr}")
    return json.loads(ran.stdout) if ran.stdout.strip() else None


class Watch:
    """A running watch, whose lines are read as they come."""

    def __init__(self, *words):
        self.process = subprocess.Popen(
            [MUSTER, "ledger", "watch", "--follow", "--interval", "1", "--json",
             *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.lines = queue.Queue()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        with self.process.stdout:
            for line in self.process.stdout:
                self.lines.put(json.loads(line))

    def next(self):
        return self.lines.get(timeout=PATIENCE)

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.end()

    def end(self):
        code = self.process.wait(timeout=PATIENCE)
        self.reader.join()
        self.process.stderr.close()
        return code


class WatchTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.registry = self.folder / "reg"
        self.office = self.folder / "office.key"
        run("key", "new", self.office)
        run("init", self.registry, "--origin", "log.example/one", "--registrar", "office", "--name",
            "Office", "--country", "XA", "--key", self.office)
        self.number = 0

    def grow(self):
        self.number += 1
        return run("--registry", self.registry, "site", "register", "--as", "office", "--sign",
                   self.office, "--site", f"s{self.number}", "--name", "S", "--country", "XA",
                   "--kind", "warehouse")

    def export(self):
        run("--registry", self.registry, "ledger", "export", self.folder / "web")

    def key(self):
        return run("--registry", self.registry, "ledger", "head")["verifier_key"]

    def watch(self, *words):
        watch = Watch(*words)
        self.addCleanup(lambda: watch.process.poll() is None and watch.process.kill())
        return watch

    def test_events_are_told_as_they_are_recorded_until_a_signal_comes(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            watch = self.watch("--registry", self.registry, "--party", "office", "--kind",
                               "site.register", "--since", self.number + 1)
            made = self.grow()
            self.assertEqual(watch.next()["statement"], made["statement"])
            again = self.grow()
            self.assertEqual(watch.next()["index"], again["index"])
            self.assertEqual(watch.stop(number), 0)

    def test_a_watch_of_tiles_keeps_its_place_and_goes_on_after_a_kill(self):
        self.export()
        state = self.folder / "seen"
        words = ("--tiles", self.folder / "web", "--log-key", self.key(), "--party", "office",
                 "--state", state)
        watch = self.watch(*words)
        self.assertEqual(watch.next()["kind"], "log.genesis")
        self.grow()
        self.export()
        self.assertEqual(watch.next()["kind"], "site.register")
        watch.process.kill()
        watch.end()
        made = self.grow()
        self.export()
        watch = self.watch(*words)
        told = watch.next()
        # Whatever was told before the kill may be told again, but never left out.
        while told["statement"] != made["statement"]:
            self.assertLess(told["index"], made["index"])
            told = watch.next()
        self.assertEqual(watch.stop(), 0)
        self.assertEqual(json.loads(state.read_text())["size"], 3)

    def test_an_alert_shows_in_the_exit_code(self):
        watch = self.watch("--registry", self.registry, "--party", "office", "--alert",
                           "log.genesis")
        self.assertEqual(watch.next()["alerts"], ["kind"])
        self.assertEqual(watch.stop(), 1)

    def test_a_folder_that_is_not_there_yet_is_waited_for(self):
        watch = self.watch("--tiles", self.folder / "web", "--log-key", self.key())
        self.export()
        self.assertEqual(watch.next()["kind"], "log.genesis")
        self.assertEqual(watch.stop(), 0)

    def test_a_fork_ends_the_watch(self):
        shutil.copytree(self.registry, self.folder / "twin")
        self.grow()
        self.export()
        evidence = self.folder / "fork.json"
        watch = self.watch("--tiles", self.folder / "web", "--log-key", self.key(), "--evidence",
                           evidence)
        watch.next()
        watch.next()
        self.registry = self.folder / "twin"
        self.grow()
        self.grow()
        shutil.rmtree(self.folder / "web")
        self.export()
        alarm = watch.next()
        while alarm["alarm"] is None:
            alarm = watch.next()
        self.assertEqual(alarm["alarm"], "log.fork")
        self.assertEqual(watch.end(), 1)
        self.assertTrue(run("ledger", "evidence", "verify", evidence, "--key",
                            self.key())["convicts"])

    def test_one_state_file_serves_one_watch(self):
        state = self.folder / "seen"
        watch = self.watch("--registry", self.registry, "--state", state)
        watch.next()
        run("ledger", "watch", "--registry", self.registry, "--state", state, codes=(3,))
        self.assertEqual(watch.stop(), 0)


if __name__ == "__main__":
    unittest.main()
