#include "ledger/base/chip_id.hpp"

#include "tests/support/must.hpp"

using namespace muster;
using muster::test::must;
using muster::test::must_fail;

TEST_CASE("a chip id of zeros is 26 zeros and the check character of ISO 7064") {
  const auto id = ChipId::from_parts({.block = 0, .ordinal = 0, .random = 0});

  CHECK(id.to_string() == "00000000000000000000000000" +
                              std::string(1, check_character("00000000000000000000000000")));
}

TEST_CASE("the check character agrees with hand-worked MOD 37,36 values") {
  // "A": (36 + 10) % 36 = 10, 10 * 2 % 37 = 20, 37 - 20 = 17 = 'H'.
  CHECK(check_character("A") == 'H');
  // "1": (36 + 1) % 36 = 1, 2, 35 = 'Z'.
  CHECK(check_character("1") == 'Z');
}

TEST_CASE("the three parts of a chip id come back from its text") {
  const ChipId::Parts parts{.block = ChipId::block_limit - 1,
                            .ordinal = 0x12'3456'789A,
                            .random = ChipId::part_limit - 1};

  const ChipId id = must(ChipId::parse(ChipId::from_parts(parts).to_string()));

  CHECK(id.parts().block == parts.block);
  CHECK(id.parts().ordinal == parts.ordinal);
  CHECK(id.parts().random == parts.random);
}

TEST_CASE("every single wrong character and every swap of neighbours is refused") {
  const std::string good =
      ChipId::from_parts({.block = 77, .ordinal = 1234567, .random = 987654321}).to_string();
  const std::string signs = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

  for (std::size_t i = 0; i < good.size(); ++i) {
    for (const char sign : signs) {
      std::string bad = good;
      bad[i] = sign;
      CHECK((bad == good) == ChipId::parse(bad).has_value());
    }
  }
  for (std::size_t i = 0; i + 1 < good.size(); ++i) {
    std::string bad = good;
    std::swap(bad[i], bad[i + 1]);
    CHECK((bad == good) == ChipId::parse(bad).has_value());
  }
}

TEST_CASE("typed ids may be in lower case, with dashes, and with O for 0") {
  const auto id = ChipId::from_parts({.block = 1, .ordinal = 2, .random = 3});
  std::string typed = id.to_string();
  typed[0] = 'o';
  typed.insert(13, "-");

  CHECK(must(ChipId::parse_typed(typed)) == id);
  CHECK(must_fail(ChipId::parse(typed)).find("chip id: got") == 0);
}
