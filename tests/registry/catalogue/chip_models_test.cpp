#include "registry/catalogue/chip_models.hpp"

#include "registry/catalogue/peak_rate.hpp"
#include "tests/registry/catalogue/catalogue_files.hpp"

using namespace muster;
using namespace muster::catalogue;
using namespace muster::test;

namespace {

/// The bundled header and one record of it, with one piece of text exchanged.
std::string with_change(const std::string& from, const std::string& to) {
  const std::string file = repository_file("data/chip_models.csv");
  const std::size_t header_end = file.find('\n') + 1;
  const std::size_t begin = file.find("A100 SXM4 80GB");
  std::string text =
      file.substr(0, header_end) + file.substr(begin, file.find('\n', begin) + 1 - begin);
  text.replace(text.find(from, header_end), from.size(), to);
  return text;
}

std::string refused(const std::string& from, const std::string& to) {
  return must_fail(ChipModels::parse(with_change(from, to), "chips.csv"));
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("figures are exact decimals") {
  CHECK(must(Fixed::parse("149.7")).units() == 149'700'000);
  CHECK(must(Fixed::parse("0.898")).text() == "0.898");
  CHECK(must(Fixed::parse("1979")).text() == "1979");
  CHECK(must(Fixed::parse("6.043583")).rounded(2) == "6.04");
  CHECK(must(Fixed::parse("2395.5")).rounded(0) == "2396");
  for (const auto* bad : {"", ".5", "5.", "1e3", "-1", "1.0000001", "9000000001", " 1", "1,5"}) {
    CAPTURE(bad);
    CHECK_FALSE(Fixed::parse(bad));
  }
}

TEST_CASE("the bundled catalogue reads, and no real product writes logs") {
  CHECK(bundled_models().all().size() == 65);
  for (const ChipModel& model : bundled_models().all()) {
    CAPTURE(model.name);
    CHECK(model.log_profile.empty());
    CHECK_FALSE(model.source.empty());
  }
}

TEST_CASE("the peak is the highest dense rate over all formats, integers included") {
  CHECK(must(peak_rate(bundled_model("H100 SXM5 80GB"))).flop_per_s == 1'979'000'000'000'000);
  CHECK(must(peak_rate(bundled_model("a100-sxm4-80gb"))).flop_per_s == 1'248'000'000'000'000);
  CHECK(must(peak_rate(bundled_model("A100 SXM4 80GB"))).format == "INT4");
  CHECK(must(peak_rate(bundled_model("B200"))).format == "FP4");
  const RateChoice bf16{"BF16/FP16", false};
  CHECK(must(peak_rate(bundled_model("H100 SXM5 80GB"), bf16)).flop_per_s == 989'400'000'000'000);
  CHECK(must(peak_rate(bundled_model("H100 SXM5 80GB"), {"", true})).flop_per_s ==
        3'958'000'000'000'000);
  CHECK_FALSE(must(peak_rate(bundled_model("V100 SXM2 32GB"), {"", true})).sparse);
}

TEST_CASE("a model without a rate is refused by name, with the way out") {
  const auto rate = peak_rate(bundled_model("MI308X"));
  REQUIRE_FALSE(rate);
  CHECK(rate.error().rule == "model.no_rate");
  CHECK(has(rate.error().message, "MI308X: no rate: give --rate or exclude as not covered"));
  CHECK(has(must_fail(peak_rate(bundled_model("B200"), {"FP2", false})), "has BF16/FP16"));
}

TEST_CASE("an unknown model is answered with the names near it") {
  CHECK(has(must_fail(bundled_models().find("H100")), "H100 SXM5 80GB"));
  CHECK_FALSE(bundled_models().find(""));
}

TEST_CASE("each wrong figure is refused with its line and column") {
  CHECK(has(refused(",312,", ",3l2,"), "chips.csv line 2: bf16_dense_tflops: got \"3l2\""));
  CHECK(has(refused("4992", "4993"), "tpp: got 4993, want 4992"));
  CHECK(has(refused("6.04", "6.14"), "performance_density: got 6.14, want 6.04"));
  CHECK(has(refused("INT4 1248@4", "INT4 1248"), "want for example INT4 1248@4"));
  CHECK(has(refused("INT4 1248@4", "INT4 1248@4x"), "want for example INT4 1248@4"));
  CHECK(has(refused("INT4 1248@4", "INT4 1248@65"), "INT4: rate or bit length"));
  CHECK(has(refused(",312,", ",0,"), "BF16/FP16: rate"));
  CHECK(has(refused(",624,80", ",-624,80"), "int8_dense_tops"));
  CHECK(has(refused("A100 SXM4 80GB", ""), "model: want a name"));
}

TEST_CASE("a model stands once, whatever its spelling") {
  std::string text = with_change(",312,", ",312,");
  const std::size_t line = text.find('\n') + 1;
  std::string again = text.substr(line);
  again.replace(0, 4, "a100");
  CHECK(has(must_fail(ChipModels::parse(text + again, "c.csv")), "c.csv line 3: model"));
}
