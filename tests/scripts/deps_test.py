#!/usr/bin/env python3
"""scripts/deps against a pretended package manager, which notes what it is told to do."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
DEPS = ROOT / "scripts" / "deps"

# Files in $STATE: `installed` and `known` list package names, `calls` collects calls of apt-get.
FAKES = {
    "dpkg-query": 'shift 3\n'
                  'for p; do grep -qx "$p" "$STATE/installed" && echo -n "installed=$p "; done\n'
                  'exit 1',
    "apt-cache": 'shift\n'
                 'for p; do grep -qx "$p" "$STATE/known" && echo "  Candidate: 1"; done\n'
                 'true',
    "apt-get": 'echo "$*" >>"$STATE/calls"\n'
               'case "$*" in\n'
               '  *" update") cp "$STATE/all" "$STATE/known" ;;\n'
               '  *" install "*) ! grep -q . "$STATE/broken" ;;\n'
               'esac',
    "id": "echo ${FAKE_UID:-0}",
    "sudo": 'echo "sudo $1" >>"$STATE/calls"; while [[ $1 == -* ]]; do shift; done; exec "$@"',
}


class DepsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.state = pathlib.Path(folder.name)
        bin_folder = self.state / "bin"
        bin_folder.mkdir()
        for name, body in FAKES.items():
            (bin_folder / name).write_text(f"#!/bin/bash\n{body}\n", encoding="utf-8")
            (bin_folder / name).chmod(0o755)
        for tool in ("bash", "env", "grep", "sed", "cp"):
            (bin_folder / tool).symlink_to(shutil.which(tool))
        self.packages = self.listed("build")
        self.write("installed", self.packages)
        self.write("known", self.packages)
        self.write("all", self.packages)
        self.write("broken", [])

    def write(self, name: str, lines: list[str]):
        (self.state / name).write_text("".join(line + "\n" for line in lines), encoding="utf-8")

    def calls(self) -> list[str]:
        file = self.state / "calls"
        return file.read_text(encoding="utf-8").splitlines() if file.exists() else []

    def run_deps(self, *arguments: str, uid: int = 0, without: tuple[str, ...] = (),
                 policy: pathlib.Path | None = None):
        for name in without:
            (self.state / "bin" / name).unlink()
        environment = {"PATH": f"{self.state}/bin", "STATE": str(self.state), "FAKE_UID": str(uid)}
        if policy:
            environment["POLICY_RC_D"] = str(policy)
        return subprocess.run([DEPS, *arguments], env=environment, capture_output=True, text=True,
                              check=False, stdin=subprocess.DEVNULL)

    def listed(self, *groups: str) -> list[str]:
        done = subprocess.run([DEPS, "--list", *groups], capture_output=True, text=True, check=True)
        return done.stdout.split()

    def without_package(self, *names: str):
        self.write("installed", [name for name in self.packages if name not in names])

    def test_nothing_is_done_when_all_is_there(self):
        done = self.run_deps("build")
        self.assertEqual((done.returncode, self.calls()), (0, []))
        self.assertIn("nothing to do", done.stdout)

    def test_only_what_is_missing_is_installed_and_nothing_removed(self):
        self.without_package("ccache", "meson")
        done = self.run_deps("build")
        self.assertEqual(done.returncode, 0, done.stderr)
        (call,) = self.calls()
        self.assertIn("--no-remove --no-install-recommends meson ccache", call)
        self.assertIn("2 of", done.stdout)

    def test_either_alternative_will_do(self):
        others = [name for name in self.packages if name != "libboost-dev"]
        self.write("installed", [*others, "libboost1.81-dev"])
        self.assertEqual((self.run_deps("build").returncode, self.calls()), (0, []))

    def test_lists_are_updated_where_apt_does_not_know_a_package(self):
        self.without_package("meson")
        self.write("known", [])
        self.assertEqual(self.run_deps("build").returncode, 0)
        self.assertEqual([call.split()[3] for call in self.calls()], ["update", "install"])

    def test_a_failure_is_tried_once_more_with_new_lists_and_then_reported(self):
        self.without_package("meson")
        self.write("broken", ["yes"])
        done = self.run_deps("build")
        self.assertEqual([call.split()[3] for call in self.calls()],
                         ["install", "update", "install"])
        self.assertEqual(done.returncode, 3)
        self.assertIn("could not install: meson", done.stderr)

    def test_sudo_is_used_when_not_root_and_never_waits_for_a_password(self):
        self.without_package("meson")
        self.assertEqual(self.run_deps("build", uid=1000).returncode, 0)
        self.assertEqual(self.calls()[0], "sudo -n")

    def test_without_root_and_sudo_the_command_to_run_is_named(self):
        self.without_package("meson")
        done = self.run_deps("build", uid=1000, without=("sudo",))
        self.assertEqual((done.returncode, self.calls()), (3, []))
        self.assertIn("as root, run apt-get install", done.stderr)

    def test_a_web_server_is_not_started_when_it_is_installed(self):
        self.packages = self.listed("bench")
        self.write("known", self.packages)
        self.write("all", self.packages)
        self.without_package("nginx-light")
        policy = self.state / "policy-rc.d"
        apt = self.state / "bin" / "apt-get"
        apt.write_text(apt.read_text() + f'\n{policy} nginx start; echo "policy $?" >>"$STATE/calls"\n')
        for tool in ("install", "rm"):
            (self.state / "bin" / tool).symlink_to(shutil.which(tool))

        done = self.run_deps("bench", policy=policy)

        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.calls()[-1], "policy 101")  # Debian's word for: it is forbidden
        self.assertFalse(policy.exists())

    def test_on_another_system_the_list_is_printed(self):
        done = self.run_deps("build", without=("dpkg-query",))
        self.assertEqual((done.returncode, self.calls()), (0, []))
        self.assertIn("libexpected-dev", done.stdout)

    def test_an_unknown_group_is_wrong_usage(self):
        self.assertEqual(self.run_deps("tests").returncode, 2)

    def test_groups_add_up(self):
        self.assertEqual(self.listed("build", "test"), self.listed("build") + self.listed("test"))


if __name__ == "__main__":
    unittest.main()
