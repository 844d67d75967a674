"""Both registries, filled by fleet_bench: every chip from the wafer to the rack, each registry by one process that stays open."""
import json
import os
import shutil
import subprocess

from gauge import load_now
from yard import Failed, Yard

PROVERS = 16
MOVING = 4  # of them, whose chips move later


class FleetYard(Yard):
    """A registry that fleet_bench made, with the keys of those who signed there."""

    parties = tuple(f"prover-{number}" for number in range(MOVING))
    operator, origin = "registrar", "bench.example/fleet"

    def __init__(self, muster, folder, log, name):
        super().__init__(muster, folder, log, name)
        self.made = folder / f"made-{name}" if log else self.registry

    def key(self, party):
        return self.made / "crew" / f"{party}.key"

    def site(self, party):
        return f"{party}-site"

    def fill(self, options):
        """What the bench tells of the chips that it recorded."""
        words = [os.path.abspath(options.fleet), "record", options.chips, self.made, "--lot", options.lot, "--provers", PROVERS,
                 "--floor", 0, *(["--log", self.log] if self.log else [])]
        ran = subprocess.run([*map(str, words)], stdout=subprocess.PIPE, text=True, check=False)
        if ran.returncode != 0:
            raise Failed(f"{words}: ended with {ran.returncode}")
        self.take_over()
        return json.loads(ran.stdout)

    def take_over(self):
        """A folder that the program opens, and the chips that move later."""
        if self.log:
            self.run("registry", "attach", self.registry, "--log", self.log)
        else:
            (self.registry / "muster.json").write_text(json.dumps({"origin": self.origin, "v": 1}))
        shutil.copy(self.key("operator"), self.registry / "operator.key")
        for party in self.parties:
            self.installed[party], *self.chips[party] = (self.made / "crew" / f"{party}.chips").read_text().split()


def recorded(options, folder, url):
    """The two of them; prints what each chip took."""
    yards = [FleetYard(options.muster, folder, None, "sqlite"), FleetYard(options.muster, folder, url, "postgres")]
    told = []
    for yard in yards:
        told.append(yard.fill(options))
        print(f"<!-- {yard.registry.name}: peak {told[-1]['peak_mib']:,.0f} MiB, load {load_now()} -->", flush=True)
    print("\n| chips from the wafer to the rack, one process | SQLite | PostgreSQL | beside SQLite |\n|---|---|---|---|")
    for left, right in zip(*(one["marks"] for one in told)):
        walls = [1e6 / one["per_s_wall"] for one in (left, right)]
        print(f"| {left['chips']:,} | {walls[0]:.1f} µs a chip, {left['core_us']:.1f} of its core | "
              f"{walls[1]:.1f} µs, {right['core_us']:.1f} of its core | {walls[1] / walls[0]:.2f} |", flush=True)
    for name in ("p50_us", "p99_us"):
        values = [one["histories"][name] for one in told]
        print(f"| a history of the view, {name[:3]} | {values[0]:.0f} µs | {values[1]:.0f} µs | {values[1] / values[0]:.2f} |",
              flush=True)
    return yards
