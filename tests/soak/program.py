"""Runs the program as processes, and looks at the end of each: exit code, signal, words."""
import collections
import json
import os
import resource
import signal
import subprocess
import threading
import time

# What a sanitizer, an uncaught exception or a failed MUSTER_CHECK leaves on standard error.
TRACES = ("AddressSanitizer", "UndefinedBehavior", "ThreadSanitizer", "LeakSanitizer",
          "runtime error:", "terminate called", "Assertion", "check failed", "core dumped",
          "Segmentation fault", "std::exception")
PATIENCE_SECONDS = 180


class Unexpected(Exception):
    """The program did something that the world did not ask for; the soak cannot go on from it."""


Ran = collections.namedtuple("Ran", "code out err killed")


class Checks:
    """How many checks there were, and which failed."""

    def __init__(self):
        self.count = 0
        self.failed = []
        self.lock = threading.Lock()

    def that(self, good, what):
        with self.lock:
            self.count += 1
            if not good:
                self.failed.append(what)
                print(f"FAILED: {what}", flush=True)
        return good


def instant(milliseconds):
    seconds, rest = divmod(milliseconds, 1000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{rest:03d}Z"


def stamp(path):
    """What changes with every write to a file; None where nothing is in it yet."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return (found.st_size, found.st_mtime_ns) if found.st_size else None


def small_files(size):
    """No file of the process may grow beyond `size` bytes: each write says so by EFBIG."""
    def apply():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    return apply


class Program:
    """`muster`, the folder it works on, and the clock it is given."""

    def __init__(self, muster, registry, now_ms, checks, tally):
        self.muster = os.path.abspath(muster)
        self.registry = registry
        self.now_ms = now_ms
        self.checks = checks
        self.tally = tally

    def start(self, words, registry=None, now_ms=None, preexec_fn=None):
        line = [self.muster, "--registry", str(registry or self.registry), "--now",
                instant(self.now_ms if now_ms is None else now_ms), *map(str, words)]
        self.count("processes")
        return subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, errors="replace",
                                preexec_fn=preexec_fn)

    def count(self, what, by=1):
        with self.checks.lock:
            self.tally[what] += by

    def end(self, process, words, killed=False):
        """Waits for `process`, and holds its end to what any process must keep to."""
        try:
            out, err = process.communicate(timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise Unexpected(f"no end after {PATIENCE_SECONDS} s: {words}") from None
        code = process.returncode
        sent = killed and code == -signal.SIGKILL
        self.checks.that(sent or 0 <= code <= 4, f"ended with {code}: {words}: {err[-300:]}")
        traced = any(trace in err for trace in TRACES)
        self.checks.that(not traced, f"a trace: {words}: {err[-900:]}")
        return Ran(code, out, err, sent)

    def run(self, words, **how):
        return self.end(self.start(words, **how), words)

    def killed_after(self, seconds, words):
        """Sends SIGKILL after `seconds`, unless the process has ended by then."""
        process = self.start(words)
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
        return self.end(process, words, killed=True)

    def killed_at_a_write(self, pause, words):
        """Sends SIGKILL `pause` seconds after something was written to the log, if it still runs."""
        log = self.registry / "log.db-wal"
        before = stamp(log)
        process = self.start(words)
        while process.poll() is None and stamp(log) in (None, before):
            time.sleep(0.0002)
        if process.poll() is None:
            time.sleep(pause)
            process.kill()
        return self.end(process, words, killed=True)

    def json(self, words, codes=(0,), **how):
        ran = self.run([*words, "--json"], **how)
        if not self.checks.that(ran.code in codes, f"exit {ran.code}, want {codes}: {words}: "
                                                   f"{ran.err.strip()[:400]}"):
            raise Unexpected(f"{words}")
        return json.loads(ran.out)

    def lines(self, words, **how):
        """The objects of a command that prints NDJSON."""
        ran = self.run([*words, "--json"], **how)
        if not self.checks.that(ran.code == 0, f"exit {ran.code}: {words}: {ran.err[:400]}"):
            raise Unexpected(f"{words}")
        return [json.loads(line) for line in ran.out.splitlines()]
