"""The parties, their places, what they make and what they may send where."""
import hashlib
import random

from program import instant

DAY_MS = 86_400_000
SEASON = 3  # months between what is tried now and then
ORIGIN = "soak.example/register"
PRODUCTS = {"a1": ("4992", "a100-sxm4-80gb"), "a2": ("15832", "h100-sxm5-80gb")}
PARTIES = {  # name: country, roles, sites
    "border": ("XA", "authority", {"border.port": "chokepoint"}),
    "north": ("XA", "designer,fab,packager,test_house", {"north.fab": "fab"}),
    "meridian": ("XA", "distributor", {"meridian.floor": "warehouse"}),
    "swift": ("XA", "carrier", {}),
    "alder": ("XB", "prover", {"alder.dc1": "datacentre", "alder.dc2": "datacentre"}),
    "birch": ("XB", "prover", {"birch.dc1": "datacentre", "birch.dc2": "datacentre"}),
    "cedar": ("XA", "prover", {"cedar.dc1": "datacentre"}),
    "dogwood": ("XB", "prover", {"dogwood.dc1": "datacentre"}),
    "bazaar": ("XB", "distributor", {"bazaar.store": "warehouse"}),
    "ember": ("XB", "destroyer", {"ember.yard": "warehouse"}),
    "agency": ("XC", "verifier,inspector", {}),
}
PROVERS = ("alder", "birch", "cedar", "dogwood")


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


class World:
    """What every action works with: the voice, the books, the dice, and who is there."""

    def __init__(self, program, voice, books, options):
        self.program = program
        self.voice = voice
        self.books = books
        self.dice = random.Random(f"{options.seed} schedule")
        self.fate = random.Random(f"{options.seed} damage")  # apart, so that it moves no action
        self.chips_wanted = options.chips
        self.months = options.months
        self.month = 0
        self.window = None  # first and last instant of the month, in milliseconds
        self.provers = list(PROVERS)
        self.numbers = {}
        self.pending = []  # (month, what to do then)
        self.schedule = hashlib.sha256()
        self.checkpoints = []  # (file, size), the oldest first
        self.older = None  # a backup of the month before
        self.log_keys = []  # options with every key that signed checkpoints
        self.vrf_key = None
        self.frame_keys = {}
        self.tiles = None

    def count(self, what):
        """How often it was asked for before."""
        self.numbers[what] = self.numbers.get(what, 0) + 1
        return self.numbers[what] - 1

    def number(self, what):
        """A name that was never used: S0, S1, …"""
        return f"{what}{self.count(what)}"

    def note(self, *words):
        """Takes an action into the digest of the schedule, which follows from the seed alone."""
        self.schedule.update((" ".join(map(str, (self.month, *words))) + "\n").encode())

    def later(self, months, action):
        self.pending.append((self.month + months, action))

    def sites(self, party):
        return list(PARTIES[party][2])

    def country(self, party):
        return PARTIES[party][0]

    def pick(self, chips, count):
        """Up to `count` of `chips`, by the dice, in the order of their making."""
        return sorted(self.dice.sample(chips, min(count, len(chips))), key=lambda chip: chip.number)

    def found(self):
        """Makes the registry, with everybody in it."""
        office, _ = self.voice.new_key("office")
        self.voice.keys["office"] = office
        self.program.json(["init", self.program.registry, "--origin", ORIGIN, "--registrar",
                           "office", "--name", "Office", "--country", "XA", "--key", office])
        for party, (country, roles, _) in PARTIES.items():
            key, public = self.voice.new_key(party)
            self.voice.say("org.register", "office",
                           {"party": party, "name": party.title(), "country": country,
                            "roles": roles.split(","), "key": public}, also=(key,))
            self.voice.keys[party] = key
        for party, (country, _, sites) in PARTIES.items():
            for site, kind in sites.items():
                self.voice.say("site.register", party, {"site": site, "name": site,
                                                        "country": country, "kind": kind})
        for product, (tpp, model) in PRODUCTS.items():
            self.voice.say("product.register", "north", {
                "product": product, "name": product.upper(), "tpp": tpp, "model": model})
        self.voice.say("policy.change", "office",
                       {"rules_version": 1, "reason": "the law's exceptions",
                        "parameters": {"exceptions": ["repair"]}})
        for party, (_, _, sites) in PARTIES.items():
            if sites and party != "border":
                self.voice.say("eus.submit", party, {
                    "statement": digest(party), "site": list(sites)[0], "use": "computing",
                    "no_resale": True})
        self.license()

    def license(self):
        abroad = [party for party in PARTIES if self.country(party) == "XB"]
        self.voice.say("licence.grant", "border", {
            "licence": "L1", "licensee": "meridian", "consignees": abroad, "end_users": abroad,
            "countries": ["XB"], "products": sorted(PRODUCTS),
            "max_units": 4 * self.chips_wanted,
            "window": {"from": instant(self.program.now_ms),
                       "to": instant(self.program.now_ms + 1500 * DAY_MS)}})

    def screen(self):
        """A pass of screening grows old after 30 days."""
        self.voice.say("screen.result", "office", {
            "parties": [party for party in PARTIES if self.sites(party)],
            "lists": digest(f"lists {self.month}"), "as_of": instant(self.program.now_ms),
            "verdict": "pass"})
