#include "registry/catalogue/chip_models.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "ledger/base/csv.hpp"

namespace muster::catalogue {
namespace {

enum Column : std::size_t {
  model_column,
  vendor_column,
  release_column,
  bf16_column,
  fp8_column,
  fp4_column,
  int8_column,
  other_formats_column,
  memory_column,
  bandwidth_column,
  power_column,
  die_area_column,
  tpp_column,
  density_column,
  datacentre_column,
  sparse_ratio_column,
  log_profile_column,
  source_column,
  confidence_column,
  notes_column,
  column_count
};

constexpr std::array<std::string_view, column_count> columns = {"model",
                                                                "vendor",
                                                                "release_date",
                                                                "bf16_dense_tflops",
                                                                "fp8_dense_tflops",
                                                                "fp4_dense_tflops",
                                                                "int8_dense_tops",
                                                                "other_formats_tops_at_bits",
                                                                "memory_gb",
                                                                "mem_bw_tb_s",
                                                                "tdp_w",
                                                                "die_area_mm2",
                                                                "tpp",
                                                                "performance_density",
                                                                "datacenter_part",
                                                                "sparse_ratio",
                                                                "log_profile",
                                                                "source",
                                                                "confidence",
                                                                "notes"};

constexpr std::uint64_t most_tera_per_s = 100'000'000;

Result<std::optional<Fixed>> figure(const CsvRecord& record, Column column) {
  const std::string& text = record.fields[column];
  if (text.empty()) return std::optional<Fixed>();
  auto value = Fixed::parse(text);
  if (!value) return failure(std::move(value.error()).during(columns[column]));
  return std::optional<Fixed>(*value);
}

Result<void> add_rate(ChipModel& chip, FormatRate rate) {
  if (rate.bits == 0 || rate.bits > 64 || rate.tera_per_s.units() == 0 ||
      rate.tera_per_s.units() > most_tera_per_s * Fixed::units_per_one) {
    return failure(Errc::invalid_input, rate.format + ": rate or bit length out of range");
  }
  chip.rates.push_back(std::move(rate));
  return {};
}

/// "INT4 1248@4": a format, its rate, its bits.
Result<FormatRate> other_format(std::string_view text) {
  const std::size_t space = text.find(' ');
  const std::size_t at = text.find('@');
  FormatRate rate;
  const bool shaped = space != std::string_view::npos && at != std::string_view::npos && at > space;
  const std::string_view bits = shaped ? text.substr(at + 1) : "";
  const auto parsed = std::from_chars(bits.data(), bits.data() + bits.size(), rate.bits);
  if (!shaped || space == 0 || bits.empty() || parsed.ptr != bits.data() + bits.size()) {
    return failure(Errc::invalid_input, std::string(columns[other_formats_column]) + ": got \"" +
                                            std::string(text.substr(0, 40)) +
                                            "\", want for example INT4 1248@4");
  }
  rate.format = std::string(text.substr(0, space));
  MUSTER_TRY_ASSIGN(rate.tera_per_s, Fixed::parse(text.substr(space + 1, at - space - 1)));
  return rate;
}

Result<void> read_rates(const CsvRecord& record, ChipModel& chip) {
  struct Named {
    Column column;
    const char* format;
    unsigned bits;
  };
  for (const Named& named : {Named{bf16_column, "BF16/FP16", 16}, Named{fp8_column, "FP8", 8},
                             Named{fp4_column, "FP4", 4}, Named{int8_column, "INT8", 8}}) {
    MUSTER_TRY_ASSIGN(const auto rate, figure(record, named.column));
    if (rate) MUSTER_TRY(add_rate(chip, {named.format, named.bits, *rate}));
  }
  std::string_view rest = record.fields[other_formats_column];
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find("; "), rest.size());
    MUSTER_TRY_ASSIGN(FormatRate rate, other_format(rest.substr(0, end)));
    MUSTER_TRY(add_rate(chip, std::move(rate)));
    rest = end < rest.size() ? rest.substr(end + 2) : "";
  }
  return {};
}

/// A tabled figure is a second witness of the rates: a typing error in either shows here.
Result<void> check_tabled(const CsvRecord& record, const ChipModel& chip) {
  const auto computed = tpp(chip);
  if (chip.published_tpp && (!computed || computed->rounded(0) != chip.published_tpp->text())) {
    return failure(Errc::invalid_input, "tpp: got " + chip.published_tpp->text() + ", want " +
                                            (computed ? computed->rounded(0) : "none") +
                                            " from the rates");
  }
  const std::string& tabled = record.fields[density_column];
  const auto exact = performance_density(chip);
  if (tabled.empty()) return {};
  MUSTER_TRY_ASSIGN(const auto read, figure(record, density_column));
  // Tables divide the rounded TPP: their last digit may differ by one.
  constexpr std::uint64_t hundredth = Fixed::units_per_one / 100;
  if (!exact || exact->units() > read->units() + hundredth ||
      read->units() > exact->units() + hundredth) {
    return failure(Errc::invalid_input, "performance_density: got " + tabled + ", want " +
                                            (exact ? exact->rounded(2) : "none") +
                                            " from tpp and die area");
  }
  return {};
}

Result<ChipModel> chip_of(const CsvRecord& record) {
  ChipModel chip;
  chip.name = record.fields[model_column];
  if (slug(chip.name).empty() || chip.name.size() > 64) {
    return failure(Errc::invalid_input, "model: want a name of 1 to 64 characters");
  }
  chip.vendor = record.fields[vendor_column];
  chip.release = record.fields[release_column];
  MUSTER_TRY(read_rates(record, chip));
  MUSTER_TRY_ASSIGN(chip.memory_gb, figure(record, memory_column));
  MUSTER_TRY_ASSIGN(chip.memory_tb_per_s, figure(record, bandwidth_column));
  MUSTER_TRY_ASSIGN(chip.power_w, figure(record, power_column));
  MUSTER_TRY_ASSIGN(chip.die_area_mm2, figure(record, die_area_column));
  MUSTER_TRY_ASSIGN(chip.published_tpp, figure(record, tpp_column));
  MUSTER_TRY_ASSIGN(chip.sparse_ratio, figure(record, sparse_ratio_column));
  if (chip.sparse_ratio && (chip.sparse_ratio->units() < Fixed::units_per_one ||
                            chip.sparse_ratio->units() > 16 * Fixed::units_per_one)) {
    return failure(Errc::invalid_input, "sparse_ratio: want 1 to 16");
  }
  const std::string& datacentre = record.fields[datacentre_column];
  if (datacentre != "Y" && datacentre != "N") {
    return failure(Errc::invalid_input, "datacenter_part: got \"" + datacentre + "\", want Y or N");
  }
  chip.datacentre = datacentre == "Y";
  chip.log_profile = record.fields[log_profile_column];
  chip.source = record.fields[source_column];
  chip.confidence = record.fields[confidence_column];
  chip.notes = record.fields[notes_column];
  MUSTER_TRY(check_tabled(record, chip));
  return chip;
}

}  // namespace

Result<ChipModels> ChipModels::parse(std::string_view csv, const std::string& file_name) {
  MUSTER_TRY_ASSIGN(const CsvTable table, CsvTable::parse(csv, file_name, columns));
  ChipModels models;
  for (const CsvRecord& record : table.records()) {
    auto chip = chip_of(record);
    if (!chip) return failure(std::move(chip.error()).during(table.where(record)));
    const std::string id = slug(chip->name);
    const bool twice = std::any_of(models.models_.begin(), models.models_.end(),
                                   [&](const ChipModel& other) { return slug(other.name) == id; });
    if (twice) {
      return failure(Errc::invalid_input,
                     table.where(record) + ": model \"" + chip->name + "\" stands twice");
    }
    models.models_.push_back(std::move(*chip));
  }
  return models;
}

Result<const ChipModel*> ChipModels::find(std::string_view name) const {
  const std::string id = slug(name);
  std::string near;
  for (const ChipModel& model : models_) {
    const std::string candidate = slug(model.name);
    if (candidate == id) return &model;
    if (!id.empty() && candidate.find(id.substr(0, id.find('-'))) == 0) {
      near += (near.empty() ? "" : ", ") + model.name;
    }
  }
  return failure(Errc::not_found, "chip model: got \"" + std::string(name.substr(0, 64)) +
                                      "\", which the catalogue lacks" +
                                      (near.empty() ? "" : "; near it: " + near));
}

}  // namespace muster::catalogue
