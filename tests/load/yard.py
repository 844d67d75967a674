"""A registry of some thousand chips in racks, made by the program's own commands, and its front ends."""
import hashlib
import json
import os
import pathlib
import signal
import subprocess

ORIGIN = "load.example/registry"
PARTIES = ("alder", "birch", "cedar", "dogwood")
OPERATOR = "office"
PATIENCE_SECONDS = 1200
TLS = pathlib.Path(__file__).resolve().parent.parent / "vectors" / "tls"
# High enough that no limit cuts what is measured; what limits do is measured apart.
OPEN_LIMITS = {"requests_per_second": 1_000_000, "request_burst": 1_000_000, "connections": 4_000,
               "jobs_per_party": 100}


class Failed(Exception):
    """The program did not do what was asked of it; nothing can go on from there."""


class Yard:
    """The folder with keys, registry and configurations. With `log`, the log is in that database."""

    parties, operator, origin = PARTIES, OPERATOR, ORIGIN

    def __init__(self, muster, folder, log=None, name="registry"):
        self.muster = os.path.abspath(muster)
        self.folder = folder
        self.registry = folder / name
        self.log = log
        self.chips = {}  # party -> ids of its chips
        self.installed = {}  # party -> the statement that put them into their racks

    def run(self, *words, registry=None, codes=(0,)):
        line = [self.muster, "--registry", str(registry or self.registry), *map(str, words), "--json"]
        ran = subprocess.run(line, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
        if ran.returncode not in codes:
            raise Failed(f"{words}: ended with {ran.returncode}: {ran.stderr[:600]}")
        return json.loads(ran.stdout) if ran.stdout.strip() else None

    def lines(self, *words, codes=(0,)):
        """The objects of a command that prints NDJSON."""
        line = [self.muster, "--registry", str(self.registry), *map(str, words), "--json"]
        ran = subprocess.run(line, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
        if ran.returncode not in codes:
            raise Failed(f"{words}: ended with {ran.returncode}: {ran.stderr[:600]}")
        return [json.loads(one) for one in ran.stdout.splitlines()]

    def key(self, party):
        return self.folder / f"{party}.key"

    def site(self, party):
        return f"{party}.dc"

    def say(self, party, *words):
        return self.run(*words, "--as", party, "--sign", self.key(party))

    def found(self, chips):
        """The registry, its parties, and `chips` chips of each of them in a rack."""
        self.begin()
        for number, party in enumerate(PARTIES):
            self.settle(party, 1000 + number, chips)
        return self

    def begin(self):
        """Keys of everybody, where there are none yet, and entry 0."""
        for party in (OPERATOR, *PARTIES):
            if not self.key(party).exists():
                self.run("key", "new", self.key(party))
        self.run("init", self.registry, "--origin", ORIGIN, "--registrar", OPERATOR, "--name", "Office", "--country",
                 "XA", "--key", self.key(OPERATOR), *(["--log", self.log] if self.log else []))

    def settle(self, party, block, chips):
        public = self.run("key", "show", self.key(party))["public"]
        site, product = f"{party}.dc", f"{party}-1"
        self.say(OPERATOR, "party", "register", "--sign", self.key(party), "--party", party, "--name", party,
                 "--country", "XA", "--roles", "designer,fab,packager,test_house,prover", "--key", public)
        self.say(party, "site", "register", "--site", site, "--name", site, "--country", "XA", "--kind", "datacentre")
        self.say(party, "product", "register", "--product", product, "--name", product, "--tpp", "4992", "--model",
                 "a100-sxm4-80gb")
        self.say(party, "chip", "reserve", "--block", block, "--count", chips, "--product", product, "--packager", party)
        made = self.run("chip", "ids", "--block", block, "--count", chips)["chips"]
        self.say(party, "chip", "package", "--product", product, "--at", site, "--chips", self.listed(made))
        self.say(party, "chip", "test", "--chips", self.listed(made, ("pass", ["yes"] * chips)))
        answer = self.say(party, "chip", "install", "--rack", "R0", "--at", site, "--chips",
                          self.listed(made, ("slot", [f"u{n}" for n in range(chips)])))
        self.chips[party], self.installed[party] = made, answer["statement"]

    def listed(self, chips, *columns):
        file = self.folder / "chips.csv"
        rows = zip(chips, *(values for _, values in columns))
        file.write_text("\n".join([",".join(["chip", *(name for name, _ in columns)]), *map(",".join, rows)]) + "\n")
        return f"@{file}"

    def attached(self, name):
        """The folder of a further front end on the same log."""
        registry = self.folder / name
        self.run("registry", "attach", registry, "--log", self.log)
        (registry / "operator.key").write_bytes((self.registry / "operator.key").read_bytes())
        (registry / "operator.key").chmod(0o600)
        return registry

    @staticmethod
    def token(party):
        return f"the token of {party}"

    def configured(self, name="serve", tls=False, **limits):
        """A configuration file; `limits` go before those that are open."""
        tokens = [{"sha256": hashlib.sha256(self.token(party).encode()).hexdigest(), "party": party,
                   "role": "operator" if party == self.operator else "party"}
                  for party in (self.operator, *self.parties)]
        wanted = {"listen": "127.0.0.1:0", "limits": {**OPEN_LIMITS, **limits}, "tokens": tokens}
        if tls:
            wanted["tls"] = {"certificate": str(TLS / "server.pem"), "key": str(TLS / "server.key.pem")}
        file = self.folder / f"{name}.json"
        file.write_text(json.dumps(wanted))
        return file


class Server:
    """`muster serve` as a process. Its log lines go to a file, as they would under systemd."""

    def __init__(self, yard, config, registry=None, port=0, nice=0):
        self.log = open(yard.folder / f"{config.stem}.log", "ab")
        self.process = subprocess.Popen(
            [yard.muster, "--registry", str(registry or yard.registry), "serve", "--config", str(config), "--listen",
             f"127.0.0.1:{port}", "--json"], stdout=subprocess.PIPE, stderr=self.log, preexec_fn=lambda: os.nice(nice))
        said = b""
        while not said.endswith(b"}\n"):
            line = self.process.stdout.readline()
            if not line:
                raise Failed(f"the server ended with {self.process.wait()} before it listened; see {self.log.name}")
            said += line
        self.url = json.loads(said)["url"]
        self.port = int(self.url.rsplit(":", 1)[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.end(signal.SIGTERM)

    def sockets(self):
        """How many sockets the process has open, connections for the most part."""
        place, count = f"/proc/{self.process.pid}/fd", 0
        for name in os.listdir(place):
            try:
                count += os.readlink(f"{place}/{name}").startswith("socket:")
            except FileNotFoundError:
                pass
        return count

    def core_seconds(self):
        words = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def peak_bytes(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
        return 0

    def end(self, how):
        """Sends the signal and waits; the exit code."""
        self.process.send_signal(how)
        code = self.process.wait(PATIENCE_SECONDS)
        self.process.stdout.close()
        self.log.close()
        return code
