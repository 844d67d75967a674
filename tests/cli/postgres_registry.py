"""A registry whose log is in PostgreSQL, for tests."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import postgres_server  # noqa: E402


class PostgresCase(unittest.TestCase):
    """Has the program's path in `muster`, set before any test runs."""

    muster = None

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        self.folder.chmod(0o755)
        for name in ("office", "fab", "lab"):
            self.run_muster("key", "new", self.folder / f"{name}.key", code=0)

    def run_muster(self, *words, code=None):
        done = subprocess.run([self.muster, *map(str, words)], capture_output=True, text=True,
                              check=False)
        if code is not None:
            self.assertEqual(done.returncode, code, done.stderr + done.stdout)
        return done

    def at(self, registry, *words, code=0):
        return self.run_muster("--registry", self.folder / registry, *words, code=code)

    def key(self, name):
        return self.folder / f"{name}.key"

    def found(self, registry, *options):
        """A new registry with two fabs: each acts for itself, whatever folder it writes by."""
        self.run_muster("init", self.folder / registry, "--origin", "pg.example/log", "--registrar",
                        "office", "--name", "Office", "--country", "XA", "--key",
                        self.key("office"), *options, code=0)
        for name in ("fab", "lab"):
            public = json.loads(self.run_muster("key", "show", self.key(name), "--json").stdout)
            self.at(registry, "party", "register", "--as", "office", "--sign", self.key("office"),
                    "--sign", self.key(name), "--party", name, "--name", name, "--country", "XA",
                    "--roles", "fab", "--key", public["public"])

    def add_site(self, registry, name, code=0):
        return self.at(registry, "site", "register", "--as", "fab", "--sign", self.key("fab"),
                       "--site", name, "--name", name, "--country", "XA", "--kind", "fab",
                       code=code)

    def sites(self, registry):
        rows = json.loads(self.at(registry, "site", "list", "--json").stdout)
        return {row["site"] for row in rows["sites"]}

    def head(self, registry):
        found = json.loads(self.at(registry, "ledger", "head", "--dry-run", "--json").stdout)
        return found["size"], found["root"]

    def dump_hash(self, registry):
        return self.at(registry, "registry", "dump-hash").stdout

    def assert_good(self, registry):
        self.at(registry, "ledger", "verify", "--log", "--rules")


def main(case):
    """Runs the tests of a program whose path is the first argument, or says why it cannot."""
    case.muster = pathlib.Path(sys.argv.pop(1)).resolve()
    try:
        postgres_server.programs()
        postgres_server.other_user()
    except postgres_server.Unavailable as reason:
        print(f"skipped: {reason}")
        sys.exit(postgres_server.SKIPPED)
    unittest.main()
