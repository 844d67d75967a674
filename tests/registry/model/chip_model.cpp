#include "tests/registry/model/chip_model.hpp"

namespace muster::test::model {
namespace {

/// Collects the steps from one state.
class Steps final {
 public:
  explicit Steps(const ChipModel& chip) : now_(chip) {}

  std::vector<Step> all() {
    switch (now_.life) {
      case Life::none:
        begin();
        break;
      case Life::reserved:
        make();
        break;
      case Life::out:
        add("K3", [](ChipModel& chip) { chip.life = Life::passed; });
        break;
      case Life::made:
      case Life::passed:
      case Life::failed:
      case Life::retired:
        live();
        break;
      case Life::destroyed:
      case Life::voided:
        break;
    }
    return std::move(steps_);
  }

 private:
  template <class Change>
  void add(const char* code, Change change, Org party = Org::nobody) {
    ChipModel after = now_;
    change(after);
    steps_.push_back({{code, party}, after});
  }

  [[nodiscard]] bool gone() const { return now_.seized || now_.lost || now_.stolen; }
  [[nodiscard]] bool barred() const { return gone() || now_.hold; }
  [[nodiscard]] bool released() const { return now_.released_to != Org::nobody; }
  [[nodiscard]] bool is_free() const {
    return !released() && !barred() && !now_.quarantine && now_.where == Where::site;
  }

  void begin() {
    add("B1", [](ChipModel& chip) { chip.life = Life::reserved; });
    add("F6", [](ChipModel& chip) {
      chip.life = Life::made;
      chip.custodian = chip.owner = Org::a;
      chip.where = Where::choke;
      chip.quarantine = true;
    });
  }

  void make() {
    add("B5", [](ChipModel& chip) {
      chip.life = Life::made;
      chip.custodian = chip.owner = Org::fab;
    });
    add("L1", [](ChipModel& chip) { chip.life = Life::voided; });
  }

  void live() {
    tests();
    handling();
    releases();
    under_way();
    cases();
    authority();
    losses();
    end();
  }

  void tests() {
    const auto pass = [](ChipModel& chip) { chip.life = Life::passed; };
    if (now_.life == Life::made && is_free()) {
      add("B7p", pass);
      add("B7f", [](ChipModel& chip) { chip.life = Life::failed; });
    }
    if (now_.life == Life::made && now_.quarantine && now_.where == Where::choke) {
      add("J2", [](ChipModel& chip) {
        chip.quarantine = false;
        chip.life = Life::passed;
        chip.where = Where::site;
      });
    }
    if (now_.life == Life::failed && is_free()) add("B7re", pass);
  }

  void handling() {
    if (now_.life != Life::passed || !is_free()) return;
    const auto put = [](Place place) { return [place](ChipModel& chip) { chip.place = place; }; };
    if (now_.place == Place::loose) {
      add("C1", put(Place::in));
      add("C4", put(Place::packed));
    }
    if (now_.place == Place::in) {
      add("C2", put(Place::loose));
      add("G1", put(Place::installed));
    }
    if (now_.place == Place::packed) add("C5", put(Place::loose));
    if (now_.place == Place::installed) add("G2", put(Place::in));
    for (const Org party : traders) {
      if (party == now_.owner) continue;
      add(
          "H1", [party](ChipModel& chip) { chip.owner = party; }, party);
    }
  }

  void releases() {
    const bool may =
        now_.life == Life::passed || now_.life == Life::retired || now_.life == Life::failed;
    if (now_.place == Place::installed || !is_free() || !may) return;
    for (const Org party : traders) {
      if (party == now_.custodian) continue;
      add(
          "E1", [party](ChipModel& chip) { chip.released_to = party; }, party);
    }
  }

  void under_way() {
    if (!released() || gone()) return;
    const auto go = [](Where where) { return [where](ChipModel& chip) { chip.where = where; }; };
    if (now_.where == Where::site) {
      add("E2", [](ChipModel& chip) { chip.released_to = Org::nobody; });
      add("E3", go(Where::transit));
    }
    if (now_.where == Where::transit && !now_.hold) {
      add("E3b", [](ChipModel&) {});
      add("F1", go(Where::choke));
    }
    if (now_.where == Where::choke && !now_.hold) add("F4", go(Where::transit));
    if (now_.where == Where::choke || now_.hold || now_.quarantine) return;
    add("E5", [](ChipModel& chip) { accept(chip); });
    add("E6", [](ChipModel& chip) {
      chip.released_to = Org::nobody;
      chip.where = Where::transit;
      chip.quarantine = true;
    });
    add("J1", [](ChipModel& chip) { chip.quarantine = true; });
  }

  static void accept(ChipModel& chip) {
    chip.custodian = chip.released_to;
    chip.released_to = Org::nobody;
    chip.where = Where::site;
    chip.quarantine = false;
  }

  void cases() {
    if (!now_.quarantine || barred()) return;
    if (!released() && now_.where == Where::transit) {
      add("J2r", [](ChipModel& chip) {
        chip.where = Where::site;
        chip.quarantine = false;
      });
    }
    if (released() && now_.where == Where::transit) {
      add("J2a", [](ChipModel& chip) { accept(chip); });
      add("J2b", [](ChipModel& chip) { chip.released_to = Org::nobody; });
    }
    if (!released() && now_.where == Where::site) {
      add("J2", [](ChipModel& chip) { chip.quarantine = false; });
    }
  }

  void authority() {
    const bool missing = now_.lost || now_.stolen;
    if (!now_.hold && !missing) add("F3", [](ChipModel& chip) { chip.hold = true; });
    if (now_.hold && !missing) add("F3x", [](ChipModel& chip) { chip.hold = false; });
    if (!gone()) {
      add("F5", [](ChipModel& chip) {
        chip.custodian = Org::government;
        chip.released_to = Org::nobody;
        chip.where = Where::site;
        chip.place = Place::loose;
        chip.seized = true;
        chip.quarantine = chip.hold = false;
      });
    }
    if (!now_.seized) return;
    add("F5r", [](ChipModel& chip) { chip.seized = false; });
    add("F5k", [](ChipModel& chip) {
      chip.seized = false;
      chip.life = Life::retired;
    });
  }

  void losses() {
    const auto lose = [](ChipModel& chip) {
      chip.released_to = Org::nobody;
      chip.where = Where::site;
      chip.place = Place::loose;
    };
    if (!gone() && now_.where != Where::choke) {
      add("J3", [&](ChipModel& chip) { lose(chip), chip.lost = true; });
      add("J4", [&](ChipModel& chip) { lose(chip), chip.stolen = true; });
    }
    if (now_.lost || now_.stolen) {
      add("J5", [](ChipModel& chip) {
        chip.lost = chip.stolen = chip.hold = false;
        chip.quarantine = true;
      });
    }
  }

  void end() {
    if (!is_free()) return;
    const bool at_hand = now_.place == Place::loose || now_.place == Place::in;
    if (now_.life == Life::passed && at_hand) {
      add("K1", [](ChipModel& chip) {
        chip.life = Life::retired;
        chip.place = Place::loose;
      });
    }
    if (now_.life == Life::retired || now_.life == Life::failed) {
      add("K2", [](ChipModel& chip) {
        chip.life = Life::destroyed;
        chip.custodian = Org::nobody;
        chip.place = Place::loose;
      });
    }
    if (now_.life == Life::passed && now_.place == Place::loose) {
      add("K3", [](ChipModel& chip) { chip.life = Life::out; });
    }
  }

  const ChipModel& now_;
  std::vector<Step> steps_;
};

constexpr std::array<const char*, 9> lives{"none",    "reserved",  "made", "passed", "failed",
                                           "retired", "destroyed", "void", "out"};
constexpr std::array<const char*, 6> orgs{"nobody", "F", "A", "B", "V", "G"};
constexpr std::array<const char*, 3> wheres{"site", "transit", "choke"};
constexpr std::array<const char*, 4> places{"loose", "in", "packed", "installed"};

template <class Names, class Enum>
std::string name_in(const Names& names, Enum value) {
  return names.at(static_cast<std::size_t>(value));
}

}  // namespace

std::vector<Step> steps_from(const ChipModel& chip) { return Steps(chip).all(); }

std::string text_of(const ChipModel& chip) {
  std::string text = name_in(lives, chip.life) + ", held by " + name_in(orgs, chip.custodian) +
                     ", owned by " + name_in(orgs, chip.owner) + ", released to " +
                     name_in(orgs, chip.released_to) + ", at " + name_in(wheres, chip.where) +
                     ", " + name_in(places, chip.place);
  if (chip.quarantine) text += ", quarantine";
  if (chip.hold) text += ", hold";
  if (chip.seized) text += ", seized";
  if (chip.lost) text += ", lost";
  if (chip.stolen) text += ", stolen";
  return text;
}

}  // namespace muster::test::model
