"""A PostgreSQL server of a test's own: made in a new folder, on a socket there, gone at the end.

    python3 postgres_server.py PROGRAM [ARGUMENT...]

runs a program beside such a server, whose URL is in MUSTER_TEST_POSTGRES, and ends as it does; with
77, which Meson calls skipped, and the reason where no server can be had.
"""

import glob
import os
import pathlib
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile

SKIPPED = 77


class Unavailable(Exception):
    """Why no server can be had on this machine."""


def programs():
    """The folder of Debian's newest server programs, 15 or later."""
    folders = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"),
                     key=lambda path: int(path.split("/")[4]))
    if not folders or int(folders[-1].split("/")[4]) < 15:
        raise Unavailable("postgresql-15 is not installed (scripts/deps check)")
    return pathlib.Path(folders[-1]).parent


def other_user():
    """The server refuses to run as root: then Debian's user for it does."""
    if os.getuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError as none:
        raise Unavailable("root may not run a server, and there is no user postgres") from none


def place_for(user):
    """Where servers' folders may be: the path of a socket has 107 bytes, and another user walks it."""
    for place in (pathlib.Path(tempfile.gettempdir()), pathlib.Path("/tmp")):
        open_to_all = all(path.stat().st_mode & stat.S_IXOTH for path in (place, *place.parents))
        if len(str(place)) <= 70 and (user is None or open_to_all):
            return place
    raise Unavailable("no folder that the server's user can reach")


class PostgresServer:
    """A server that is there within a `with`. What is acknowledged is synced, as in earnest."""

    def __init__(self, settings=None, primary=None):
        """With `primary`, a standby that follows that server."""
        self.primary = primary
        self.bin = programs()
        self.user = other_user()
        self.place = place_for(self.user)
        self.settings = {"listen_addresses": "", "shared_buffers": "32MB", "max_connections": "40",
                         "logging_collector": "off", **(settings or {})}

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="pg-", dir=self.place))
        os.chmod(self.folder, 0o755)
        self.own(self.folder)
        try:
            self.make()
            self.start()
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        return self

    def __exit__(self, *_):
        self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def make(self):
        if self.primary is None:
            self.run("initdb", "--no-sync", "--auth=trust", "--username=muster",
                     "--encoding=UTF8", "--locale=C", "-D", self.data)
        else:
            self.run("pg_basebackup", "--write-recovery-conf", "--checkpoint=fast", "-D", self.data,
                     "-d", f"host={self.primary.folder} user=muster application_name=standby")

    @property
    def data(self):
        return self.folder / "data"

    def own(self, path):
        if self.user:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)

    def run(self, program, *arguments, check=True):
        """Runs one of the server's programs as the server's user."""
        as_user = {"user": self.user.pw_uid, "group": self.user.pw_gid,
                   "extra_groups": []} if self.user else {}
        done = subprocess.run([self.bin / program, *map(str, arguments)], cwd=self.folder,
                              env={"PATH": os.environ["PATH"], "LC_ALL": "C"}, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False, **as_user)
        if check and done.returncode != 0:
            raise RuntimeError(f"{program}: {done.stdout}")
        return done

    def start(self):
        options = " ".join(f"-c {name}='{value}'" for name, value in self.settings.items())
        self.run("pg_ctl", "-D", self.data, "-w", "-t", "60", "-l", self.folder / "log", "-o",
                 f"-k {self.folder} {options}", "start")

    def stop(self, how="fast"):
        self.run("pg_ctl", "-D", self.data, "-m", how, "stop", check=False)

    def kill(self):
        """Without a word to anybody: SIGKILL."""
        postmaster = int((self.data / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGKILL)

    def promote(self):
        self.run("pg_ctl", "-D", self.data, "-w", "promote")

    def sql(self, statement, database="postgres"):
        return self.run("psql", "-X", "-A", "-t", "-h", self.folder, "-U", "muster", "-d", database,
                        "-c", statement).stdout.strip()

    def url(self, database="postgres"):
        return f"postgres://muster@/{database}?host={self.folder}"


def main(arguments):
    try:
        server = PostgresServer()
    except Unavailable as reason:
        print(f"skipped: {reason}")
        return SKIPPED
    with server:
        return subprocess.run(arguments, check=False,
                              env={**os.environ, "MUSTER_TEST_POSTGRES": server.url()}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
