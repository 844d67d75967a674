"""What the tests of runs that Muster does not know have in common: the program, and the example run.

Reads its two arguments, the program and data/replay's example, and takes them off the command line.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

MUSTER = pathlib.Path(sys.argv.pop(1)).resolve()
EXAMPLE = pathlib.Path(sys.argv.pop(1)).resolve()
PATIENCE = 120
RANDOM = "a" * 64


def muster(*words):
    return subprocess.run([MUSTER, *map(str, words)], capture_output=True, text=True,
                          timeout=PATIENCE, check=False)


class ExampleTest(unittest.TestCase):
    """A test with a folder of its own, which the user of a re-execution may enter."""

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        os.chmod(cls.folder, 0o755)

    @classmethod
    def good(cls, *words):
        ran = muster(*words, "--json")
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)

    @classmethod
    def trained(cls, name):
        """The folder of a run of the example, from its data to its checkpoints."""
        run = cls.folder / name
        for words in (("data", run), ("train", run, RANDOM)):
            subprocess.run([EXAMPLE, *map(str, words)], check=True, timeout=PATIENCE)
        return run
