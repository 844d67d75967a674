#!/usr/bin/env python3
"""`muster attest replay --with PROGRAM`: the example, and programs that do what they must not; and a
replay in the Prover's room (`attest request`, `replay --request`, `check`).

  tests/cli/replay_program_test.py MUSTER EXAMPLE
"""

import hashlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import textwrap
import unittest

MUSTER = pathlib.Path(sys.argv.pop(1)).resolve()
EXAMPLE = pathlib.Path(sys.argv.pop(1)).resolve()
PATIENCE = 120
DONE = '{"v":"muster/replay-answer/v1","status":"done","step":%d}'

# Every program that is made here may use the example as a module.
PYTHON = f"""#!/usr/bin/env python3
import os, pathlib, sys
sys.dont_write_bytecode = True
sys.path.insert(0, {str(EXAMPLE.parent)!r})
import replay_mlp
folder = pathlib.Path(sys.argv[1])
"""


def muster(*words):
    return subprocess.run([MUSTER, *map(str, words)], capture_output=True, text=True,
                          timeout=PATIENCE, check=False, env={**os.environ, "SECRET": "treasure"})


def running(word):
    """Whether a process has that word among its arguments."""
    for file in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if word.encode() in file.read_bytes().split(b"\0"):
                return True
        except OSError:
            pass  # it ended meanwhile
    return False


class ReplayProgramTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        os.chmod(cls.folder, 0o755)
        text = cls.folder / "text"
        text.write_text("".join(f"rack {i * 7 % 50} holds chips\n" for i in range(400)))
        cls.honest = cls.train("honest", text, "mlp")
        cls.other = cls.train("other", text, "transformer")
        cls.forged = cls.folder / "forged"
        shutil.copytree(cls.honest, cls.forged)
        file = cls.forged / "checkpoints/6.safetensors"
        data = bytearray(file.read_bytes())
        data[-40] ^= 1
        file.write_bytes(data)
        cls.key, cls.public_key = cls.new_key("inspector")
        # Where the kernel makes no walls, all but the network is tried without them.
        ran = cls.replay_at(cls.honest, cls.program("exit 0"))
        cls.without_walls = "refuses it a place" in ran.stderr

    @classmethod
    def train(cls, name, text, model):
        folder = cls.folder / name
        ran = muster("run", "train", folder, "--text", text, "--random", "a" * 64, "--model", model,
                     "--context", 8, "--width", 8, "--hidden", 8, "--batch", 4, "--layers", 1,
                     "--heads", 2, "--steps", 9, "--checkpoint-every", 3, "--shards", 2)
        assert ran.returncode == 0, ran.stderr
        return folder

    @classmethod
    def new_key(cls, name):
        ran = muster("key", "new", cls.folder / name, "--json")
        return cls.folder / name, json.loads(ran.stdout)["public"]

    @classmethod
    def program(cls, lines, head="#!/bin/sh\n"):
        number = len(list(cls.folder.glob("program*")))
        path = cls.folder / f"program{number}"
        path.write_text(head + textwrap.dedent(lines) + "\n")
        path.chmod(0o755)
        return path

    @classmethod
    def replay_at(cls, run, program, *more, segments=1):
        return muster("attest", "replay", run, "--transcript", cls.honest / "transcript.json",
                      "--seed", "b" * 64, "--segments", segments, "--largest", 0, "--with", program,
                      "--json", *more)

    def replay(self, program, *more, code=0, run=None, segments=1):
        if self.without_walls and "--allow-network" not in more:
            more = (*more, "--allow-network")
        ran = self.replay_at(run or self.honest, program, *more, segments=segments)
        self.assertEqual(ran.returncode, code, ran.stdout + ran.stderr)
        return json.loads(ran.stdout) if code in (0, 1) else ran.stderr

    def refused(self, lines, *more, head="#!/bin/sh\n"):
        return self.replay(self.program(lines, head), *more, code=3)

    def test_the_example_comes_to_every_bit_of_an_honest_run(self):
        result = self.replay(EXAMPLE, segments=3)
        self.assertEqual([s["grade"] for s in result["replayed"]], ["exact"] * 3)
        self.assertEqual(result["program"]["executor"], "replay_mlp.py 1")
        self.assertEqual(result["tolerance"], None)
        self.assertEqual(result["detection"], "1")

    def test_the_example_catches_a_forged_segment(self):
        result = self.replay(EXAMPLE, code=1, run=self.forged, segments=3)
        self.assertEqual([s["grade"] for s in result["replayed"]],
                         ["exact", "mismatched", "mismatched"])

    def test_another_rounding_is_judged_by_the_stated_tolerance_only(self):
        program = self.program("""
            replay_mlp.main(folder)
            end = folder / "end.safetensors"
            data = bytearray(end.read_bytes())
            data[-4] ^= 1
            end.write_bytes(data)
            """, PYTHON)
        self.assertEqual(self.replay(program, code=1)["replayed"][0]["grade"], "mismatched")
        result = self.replay(program, "--tolerance-l2", "1e-4", "--tolerance-linf", "1e-6")
        self.assertEqual(result["replayed"][0]["grade"], "within")
        self.assertEqual(result["tolerance"], {"l2": "0.0001", "linf": "1e-06"})

    def test_a_program_that_hangs_is_killed_at_its_time(self):
        self.assertIn("killed at the time limit of 1 s", self.refused("sleep 1000", "--time-limit", 1))

    def test_a_program_gets_no_more_memory_than_its_limit(self):
        said = self.refused("bytearray(1 << 30)", "--memory-limit", 256, head=PYTHON)
        self.assertIn("ended with exit code 1", said)
        self.assertIn("MemoryError", said)

    def test_a_program_reaches_no_socket_unless_that_is_allowed(self):
        if self.without_walls:
            print("skipped: replay_program: the kernel refuses namespaces to this user")
            return
        with socket.create_server(("127.0.0.1", 0)) as server:
            program = self.program(f"""
                import socket
                socket.create_connection(("127.0.0.1", {server.getsockname()[1]}), timeout=5)
                sys.exit("connected")
                """, PYTHON)
            self.assertIn("Network is unreachable", self.replay(program, code=3))
            self.assertIn("connected", self.replay(program, "--allow-network", code=3))

    def test_what_is_no_answer_is_refused_by_name(self):
        self.assertIn("left no answer.json", self.refused("exit 0"))
        self.assertIn("answer:", self.refused("echo garbage > answer.json"))
        self.assertIn("answer.json: not a regular file", self.refused("ln -s /etc/passwd answer.json"))
        self.assertIn("answer.json: not a regular file", self.refused("mkfifo answer.json"))
        self.assertIn("answer.step: got 0", self.refused(f"echo '{DONE % 0}' > answer.json"))
        end = (f"to=$(grep -o '\"to\":[0-9]' request.json | tail -c 2); "
               f"echo '{DONE % 0}' | sed s/0/$to/ > answer.json; ")
        self.assertIn("left no end.safetensors", self.refused(end + "true"))
        self.assertIn("end.safetensors: safetensors", self.refused(end + "echo x > end.safetensors"))

    def test_a_state_that_is_none_is_refused(self):
        said = self.refused("""
            replay_mlp.main(folder)
            end = folder / "end.safetensors"
            end.write_bytes(end.read_bytes()[:-4] + b"\\0\\0\\xc0\\x7f")
            """, head=PYTHON)
        self.assertIn('tensor "weights.output.weight": number 2047 is not finite', said)

    def test_a_program_that_writes_too_much_is_killed(self):
        self.assertIn("killed for writing a file of more than",
                      self.refused("exec truncate -s 1G end.safetensors"))

    def test_what_a_program_starts_dies_with_it(self):
        word = "86399.0625"
        program = self.program(f'setsid sleep {word} &\nexec {EXAMPLE} "$1"')
        self.assertEqual(self.replay(program)["replayed"][0]["grade"], "exact")
        self.assertFalse(running(word))

    def test_a_failure_is_told_with_the_last_that_was_printed(self):
        said = self.refused("head -c 300000 /dev/zero | tr '\\0' x; printf '\\nno \\033[31m card\\n'; "
                            "exit 7")
        self.assertIn("ended with exit code 7", said)
        self.assertIn("card", said)
        self.assertNotIn("\033", said)
        self.assertLess(len(said), 2_000)
        self.assertIn("says that it failed: knows mlp and adam, not transformer",
                      muster("attest", "replay", self.other, "--seed", "b" * 64, "--segments", 1,
                             "--with", EXAMPLE, *["--allow-network"] * self.without_walls).stderr)

    def test_a_program_inherits_nothing(self):
        said = self.refused("env; id -u; pwd; ls -l /proc/self/fd/ | grep -c -- '->'; exit 1")
        lines = [line.strip() for line in said.splitlines()]
        names = {line.split("=")[0] for line in lines if "=" in line}
        self.assertLessEqual(names, {"PATH", "HOME", "TMPDIR", "LANG", "PWD"})
        user = os.geteuid()
        self.assertIn(str(user if user != 0 else 65_534), lines)

    def test_a_finding_stands_whatever_becomes_of_the_program(self):
        result = self.replay(self.program("exit 7"), code=1, run=self.forged)
        self.assertEqual(result["faults"][0]["code"], "run.uncommitted")
        self.assertEqual(result["replayed"], [])
        self.assertIn("exit code 7", result["program"]["failure"])

    def test_usage_and_programs_that_are_none(self):
        missing = self.folder / "missing"
        self.assertIn("missing", self.replay(missing, code=2))
        plain = self.folder / "plain"
        plain.write_text("text")
        self.assertIn("no file that may be executed", self.replay(plain, code=3))
        plain.write_text("#!/no/such/interpreter\n")
        plain.chmod(0o755)
        self.assertIn("cannot be started", self.replay(plain, code=3))
        ran = muster("attest", "replay", self.honest, "--seed", "b" * 64, "--time-limit", 5)
        self.assertEqual(ran.returncode, 2)
        ran = muster("attest", "replay", self.honest, "--seed", "b" * 64, "--with", EXAMPLE,
                     "--segments", 1, *["--allow-network"] * self.without_walls)
        self.assertEqual(ran.returncode, 4, ran.stderr)  # no committed transcript was given

    def room(self, name, *more, run=None, code=0, largest=1, ask=()):
        """A Verifier's draw, and its sealed answer from the Prover's room."""
        draw, sealed = self.folder / f"{name}.draw", self.folder / f"{name}.sealed"
        ran = muster("attest", "request", self.honest / "transcript.json", "--value", "c" * 64,
                     "--source", "beacon round 7", "--segments", 1, "--largest", largest, "--out",
                     draw, *ask, "--json")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        ran = muster("attest", "replay", run or self.honest, "--request", draw, "--sign", self.key,
                     "--sealed", sealed, *more, "--json")
        self.assertEqual(ran.returncode, code, ran.stdout + ran.stderr)
        return draw, sealed, ran

    def judged(self, draw, sealed, *more, code=0, key=None):
        ran = muster("attest", "check", sealed, "--request", draw, "--transcript",
                     self.honest / "transcript.json", "--key", key or self.public_key, *more, "--json")
        self.assertEqual(ran.returncode, code, ran.stdout + ran.stderr)
        return json.loads(ran.stdout) if code in (0, 1) else ran.stderr

    def test_a_verifier_without_weights_learns_that_an_honest_run_is_one(self):
        draw, sealed, ran = self.room("honest")
        result = self.judged(draw, sealed)
        self.assertTrue(result["taken"])
        self.assertTrue(result["looked_at_all"])
        self.assertEqual([s["grade"] for s in result["sealed"]["segments"]], ["exact"] * 2)
        self.assertEqual(result["power"]["detection"], "0.333")
        self.assertEqual(result["power"]["detection_independent"], "0.333")
        self.assertEqual(result["power"]["cost_share"], "0.667")
        muster_digest = hashlib.sha256(MUSTER.read_bytes()).hexdigest()
        self.assertEqual(result["sealed"]["muster"], muster_digest)
        self.judged(draw, sealed, "--muster", muster_digest)
        self.assertFalse(self.judged(draw, sealed, "--muster", "0" * 64, code=1)["taken"])
        # Neither the papers nor the screen hold a digest of a state, a loss or a distance.
        self.assertNotIn("update_norm", ran.stdout)
        self.assertNotIn("claimed", ran.stdout)
        self.assertLess(sealed.stat().st_size, 4_000)

    def test_a_forged_run_does_not_pass_the_room(self):
        draw, sealed, _ = self.room("forged", run=self.forged, code=1)
        result = self.judged(draw, sealed, code=1)
        self.assertIn({"code": "run.uncommitted", "step": 6}, result["sealed"]["faults"])

    def test_in_the_room_only_the_ends_that_were_drawn_need_be_opened(self):
        alone = self.folder / "alone"
        shutil.copytree(self.honest, alone)
        drawn = json.loads(self.room("same", largest=0)[0].read_text())["segments"][0]
        for step in {0, 3, 6, 9} - {3 * drawn, 3 * drawn + 3}:
            (alone / f"checkpoints/{step}.safetensors").unlink()
        draw, sealed, _ = self.room("alone", "--only-chosen", run=alone, largest=0)
        self.assertFalse(self.judged(draw, sealed)["looked_at_all"])
        openings = pathlib.Path(f"{sealed}.openings").read_text().splitlines()
        self.assertEqual(len(openings), 2)
        _, _, ran = self.room("largest", "--only-chosen", run=alone, code=2)
        self.assertIn("--only-chosen", ran.stderr)

    def test_the_room_runs_the_program_that_was_asked_for_and_no_other(self):
        walls = ["--allow-network"] * self.without_walls
        draw, sealed, _ = self.room("program", "--with", EXAMPLE, *walls, ask=("--with", EXAMPLE))
        result = self.judged(draw, sealed)
        self.assertEqual(result["sealed"]["program"], hashlib.sha256(EXAMPLE.read_bytes()).hexdigest())
        self.room("trainer", code=2, ask=("--with", EXAMPLE))
        self.room("unasked", "--with", EXAMPLE, code=2)
        other = self.program("exit 7")
        _, sealed, ran = self.room("failing", "--with", other, *walls, code=3, ask=("--with", other))
        self.assertIn("exit code 7", ran.stderr)
        self.assertFalse(sealed.exists())

    def test_papers_that_do_not_belong_together_are_refused(self):
        draw, sealed, _ = self.room("papers")
        other_draw, other_sealed, _ = self.room("others", largest=0)
        self.assertIn("of another draw", self.judged(other_draw, sealed, code=2))
        self.assertIn("no signature of the key",
                      self.judged(draw, sealed, key=self.new_key("stranger")[1], code=2))
        shutil.copy(f"{other_sealed}.openings", f"{sealed}.openings")
        self.assertIn("not the openings that were sealed", self.judged(draw, sealed, code=2))
        text = json.loads(draw.read_text())
        text["segments"] = [(text["segments"][0] + 1) % 3]
        draw.write_text(json.dumps(text, sort_keys=True, separators=(",", ":")))
        self.assertIn("draw.segments", self.judged(draw, sealed, code=2))
        again = muster("attest", "replay", self.honest, "--request", other_draw, "--sign", self.key,
                       "--sealed", other_sealed)
        self.assertEqual(again.returncode, 3, again.stderr)


if __name__ == "__main__":
    unittest.main()
