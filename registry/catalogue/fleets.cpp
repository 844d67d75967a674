#include "registry/catalogue/fleets.hpp"

#include <array>
#include <set>

#include "ledger/base/csv.hpp"
#include "registry/catalogue/peak_rate.hpp"

namespace muster::catalogue {
namespace {

constexpr std::array<std::string_view, 8> fleet_columns = {
    "owner", "manufacturer", "chip", "units_median", "units_p5", "units_p95", "as_of", "source"};
constexpr std::array<std::string_view, 3> model_columns = {"fleet_name", "models", "note"};

Result<std::uint64_t> units(const std::string& text, std::string_view column) {
  auto value = Fixed::parse(text);
  if (!value || value->units() % Fixed::units_per_one != 0) {
    return failure(Errc::invalid_input,
                   std::string(column) + ": got \"" + text + "\", want a whole number");
  }
  return value->units() / Fixed::units_per_one;
}

Result<FleetRow> row_of(const CsvRecord& record) {
  const auto& fields = record.fields;
  FleetRow row{fields[0], fields[1], fields[2], 0, {}, {}, {}, fields[7]};
  if (row.owner.empty() || row.chip.empty()) {
    return failure(Errc::invalid_input, "owner and chip: want a name each");
  }
  MUSTER_TRY_ASSIGN(row.units, units(fields[3], fleet_columns[3]));
  if (fields[4].empty() != fields[5].empty()) {
    return failure(Errc::invalid_input, "units_p5 and units_p95: want both or none");
  }
  if (!fields[4].empty()) {
    MUSTER_TRY_ASSIGN(row.units_low, units(fields[4], fleet_columns[4]));
    MUSTER_TRY_ASSIGN(row.units_high, units(fields[5], fleet_columns[5]));
    if (*row.units_low > row.units || row.units > *row.units_high) {
      return failure(Errc::invalid_input, "units: want p5 <= median <= p95");
    }
  }
  MUSTER_TRY_ASSIGN(row.as_of, Timestamp::parse_day_or_instant(fields[6]));
  return row;
}

Result<std::vector<ChipModel>> named_models(std::string_view list, const ChipModels& models) {
  std::vector<ChipModel> members;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(';'), list.size());
    MUSTER_TRY_ASSIGN(const ChipModel* model, models.find(list.substr(0, end)));
    members.push_back(*model);
    list = end < list.size() ? list.substr(end + 1) : "";
  }
  if (members.empty()) return failure(Errc::invalid_input, "models: want at least one");
  return members;
}

}  // namespace

Result<std::vector<FleetRow>> fleets(std::string_view csv, const std::string& file_name) {
  MUSTER_TRY_ASSIGN(const CsvTable table, CsvTable::parse(csv, file_name, fleet_columns));
  std::vector<FleetRow> rows;
  std::set<std::pair<std::string, std::string>> seen;
  for (const CsvRecord& record : table.records()) {
    auto row = row_of(record);
    if (!row) return failure(std::move(row.error()).during(table.where(record)));
    if (!seen.emplace(row->owner, row->chip).second) {
      return failure(Errc::invalid_input, table.where(record) + ": " + row->owner + " and " +
                                              row->chip + " stand twice");
    }
    rows.push_back(std::move(*row));
  }
  return rows;
}

Result<FleetModels> FleetModels::parse(std::string_view csv, const std::string& file_name,
                                       const ChipModels& models) {
  MUSTER_TRY_ASSIGN(const CsvTable table, CsvTable::parse(csv, file_name, model_columns));
  FleetModels result;
  for (const CsvRecord& record : table.records()) {
    auto members = named_models(record.fields[1], models);
    if (!members) {
      Error error = std::move(members.error()).during(table.where(record));
      error.code = Errc::invalid_input;
      return failure(std::move(error));
    }
    if (!result.members_.emplace(record.fields[0], std::move(*members)).second) {
      return failure(Errc::invalid_input, table.where(record) + ": fleet name \"" +
                                              record.fields[0] + "\" stands twice");
    }
  }
  return result;
}

Result<std::vector<const ChipModel*>> FleetModels::members(const std::string& fleet_name) const {
  const auto found = members_.find(fleet_name);
  if (found == members_.end()) {
    return failure(Errc::not_found, "fleet name \"" + fleet_name + "\": no row maps it to models");
  }
  std::vector<const ChipModel*> list;
  for (const ChipModel& model : found->second) list.push_back(&model);
  return list;
}

Result<const ChipModel*> FleetModels::fastest(const std::string& fleet_name) const {
  MUSTER_TRY_ASSIGN(const auto list, members(fleet_name));
  const ChipModel* best = nullptr;
  std::uint64_t best_rate = 0;
  for (const ChipModel* model : list) {
    MUSTER_TRY_ASSIGN(const PeakRate rate, peak_rate(*model));
    if (rate.flop_per_s > best_rate) {
      best = model;
      best_rate = rate.flop_per_s;
    }
  }
  return best;
}

}  // namespace muster::catalogue
