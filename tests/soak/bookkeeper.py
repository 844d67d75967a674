"""What the world was told and did, kept beside the program: acknowledgements, chips, and books.

Nothing here reads the registry. A chip changes when a statement about it was acknowledged, by the few
lines of the action that made it.
"""
import json
import os


class Journal:
    """Every acknowledgement, on the disk before the world goes on."""

    def __init__(self, path):
        self.path = path
        self.file = open(path, "a", encoding="utf-8")

    def keep(self, answer, kind, org):
        line = {name: answer.get(name) for name in ("statement", "index", "leaf")}
        self.file.write(json.dumps(line | {"kind": kind, "org": org}) + "\n")
        self.file.flush()
        os.fsync(self.file.fileno())

    def read(self):
        with open(self.path, encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]


class Chip:
    """One chip as the world believes it to be."""

    def __init__(self, name, product, maker, site):
        self.id = name
        self.product = product
        self.owner = maker
        self.custodian = maker
        self.site = site
        self.life = "made"
        self.place = "loose"
        self.transport = "at site"
        self.flags = set()
        self.holder = None
        self.slot = None
        self.shipment = None
        self.serial = None
        self.device_key = None
        self.number = 0
        self.lessee = None
        self.busy = False  # in a statement that is made and not handed in yet
        self.drawn_for = None  # whom a licence let have it first: a slot of that party alone
        self.was_read = False  # by its custodian of now, since it was installed last

    def free(self):
        """Whether an action may take it up."""
        return not (self.busy or self.flags or self.shipment or self.holder or self.lessee)

    def axes(self):
        return {"custodian": self.custodian, "site": self.site, "life": self.life,
                "place": self.place, "transport": self.transport, "flags": sorted(self.flags),
                "holder": self.holder, "slot": self.slot, "shipment": self.shipment,
                "owner": self.owner, "product": self.product, "lessee": self.lessee}


AXES = tuple(Chip("", "", "", "").axes())


class Bookkeeper:
    """Chips by id in the order of their making, and what each party's book did in this month."""

    def __init__(self, journal):
        self.journal = journal
        self.chips = {}
        self.opening = {}
        self.came = {}
        self.went = {}
        self.held = {}  # party -> ids of all chips that it had at any moment of the month

    def begin_month(self):
        self.held = {}
        for chip in self.chips.values():
            for party in {chip.custodian, chip.lessee} - {None}:
                if chip.life != "destroyed":
                    self.held.setdefault(party, set()).add(chip.id)
        self.opening = {party: self.closing(party) for party in self.parties()}
        self.came, self.went = {}, {}

    def parties(self):
        return sorted(set(self.opening) | set(self.came) | set(self.went))

    def closing(self, party):
        return self.opening.get(party, 0) + self.came.get(party, 0) - self.went.get(party, 0)

    def made(self, chip):
        self.chips[chip.id] = chip
        self.took(chip)

    def took(self, chip):
        self.came[chip.custodian] = self.came.get(chip.custodian, 0) + 1
        self.held.setdefault(chip.custodian, set()).add(chip.id)

    def moved(self, chip, party):
        """`chip` goes to the book of `party`; None where it is counted no more."""
        self.went[chip.custodian] = self.went.get(chip.custodian, 0) + 1
        chip.was_read = chip.was_read and party is None
        if party is None:
            return
        chip.custodian = party
        self.took(chip)

    def of(self, party, place=None, life="passed"):
        """Chips of `party` that an action may take up, in the order of their making."""
        return [chip for chip in self.chips.values()
                if chip.custodian == party and chip.life == life and chip.free()
                and place in (None, chip.place)]
