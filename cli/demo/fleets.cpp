#include "cli/demo/fleets.hpp"

#include <map>
#include <numeric>

#include "ledger/base/file.hpp"

namespace muster::cli::demo {
namespace {

constexpr const char* fictional_names[] = {"Alder", "Birch", "Cedar",   "Dogwood", "Elm",
                                           "Fir",   "Hazel", "Juniper", "Larch",   "Maple"};

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

Result<Fleet> named_fleet(const std::string& owner, std::size_t position) {
  constexpr std::size_t names = std::size(fictional_names);
  std::string name = fictional_names[position % names];
  if (position >= names) name += std::to_string(position / names + 1);
  MUSTER_TRY_ASSIGN(const PartyId prover, PartyId::parse(lower(name)));
  return Fleet{prover, name + " Compute", "a fleet the size of " + owner + "'s", {}};
}

template <class T>
Result<T> read_table(const std::string& folder, const std::string& file,
                     Result<T> (*parse)(std::string_view, const std::string&)) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(folder + "/" + file));
  return parse(text, file);
}

/// A row becomes a holding, or a named omission when its model has no known rate.
Result<void> add_row(FleetBook& book, Fleet& fleet, const catalogue::FleetRow& row,
                     const catalogue::FleetModels& names, std::uint64_t scale) {
  const std::uint64_t units = (row.units + scale / 2) / scale;
  auto model = names.fastest(row.chip);
  if (!model && model.error().code == Errc::refused) {
    book.left_out.push_back(row.chip + " (" + std::to_string(row.units) + " at " + fleet.name +
                            "): no rate known");
    return {};
  }
  if (!model) return failure(std::move(model).error());
  MUSTER_TRY_ASSIGN(const auto* kept, book.models.find((*model)->name));
  if (units > 0) fleet.holdings.push_back({row.chip, kept, row.units, units});
  return {};
}

std::uint64_t sum(const std::vector<Holding>& holdings, std::uint64_t Holding::*field) {
  return std::accumulate(
      holdings.begin(), holdings.end(), std::uint64_t{0},
      [field](std::uint64_t total, const Holding& holding) { return total + holding.*field; });
}

}  // namespace

std::uint64_t Fleet::units() const { return sum(holdings, &Holding::units); }

std::uint64_t Fleet::reported() const { return sum(holdings, &Holding::reported); }

Result<FleetBook> read_fleets(const std::string& data_folder, std::uint64_t scale) {
  MUSTER_TRY_ASSIGN(auto models,
                    read_table(data_folder, "chip_models.csv", &catalogue::ChipModels::parse));
  MUSTER_TRY_ASSIGN(const auto rows, read_table(data_folder, "fleets.csv", &catalogue::fleets));
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(data_folder + "/fleet_models.csv"));
  FleetBook book{std::move(models), {}, {}};
  MUSTER_TRY_ASSIGN(const auto names,
                    catalogue::FleetModels::parse(text, "fleet_models.csv", book.models));
  std::map<std::string, std::vector<const catalogue::FleetRow*>> by_owner;
  for (const auto& row : rows) by_owner[row.owner].push_back(&row);
  for (const auto& [owner, owned] : by_owner) {
    MUSTER_TRY_ASSIGN(Fleet fleet, named_fleet(owner, book.fleets.size()));
    for (const auto* row : owned) MUSTER_TRY(add_row(book, fleet, *row, names, scale));
    if (!fleet.holdings.empty()) book.fleets.push_back(std::move(fleet));
  }
  return book;
}

}  // namespace muster::cli::demo
