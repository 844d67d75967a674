#include "registry/exchange/own_events.hpp"

#include "registry/exchange/export_scan.hpp"
#include "registry/view/view.hpp"

namespace muster::exchange {
namespace {

Result<ReadStatement> read_at(registry::Registry& registry, registry::Index32 index) {
  MUSTER_TRY_ASSIGN(const auto entries, registry.log().read({index}, 1));
  if (entries.empty()) return failure(Errc::corrupt, "log: an entry is missing");
  return read_statement(registry, entries.front(), Items::with);
}

}  // namespace

StateBefore states_of(registry::Registry& registry) {
  return [&registry](registry::RowN chip,
                     registry::Index32 index) -> std::optional<registry::ChipState> {
    if (registry.view() == nullptr || !registry.flush()) return std::nullopt;
    auto state = registry.view()->chip_at(chip, index);
    return state ? *state : std::nullopt;
  };
}

OwnEvents::OwnEvents(registry::Registry& registry)
    : registry_(registry), builder_(registry.state(), states_of(registry)) {}

Result<bool> OwnEvents::has(const Hash& statement, const std::string& event_hash) {
  if (made_ != statement) MUSTER_TRY(make_events(statement));
  return hashes_.contains(event_hash);
}

Result<void> OwnEvents::make_events(const Hash& statement) {
  made_.reset();
  hashes_.clear();
  const registry::State& state = registry_.state();
  const auto index = state.statement_index(statement);
  if (!index) return {};
  MUSTER_TRY_ASSIGN(const ReadStatement read, read_at(registry_, *index));
  std::vector<Json> events;
  if (is_correction(read.event)) {
    const auto target = state.statement_index(read.event.fields().hash("target"));
    if (!target) return failure(Errc::corrupt, "log: a correction of no statement");
    MUSTER_TRY_ASSIGN(const ReadStatement before, read_at(registry_, *target));
    events = builder_.correction_events(read.view(), before.view());
  } else {
    events = builder_.events(read.view());
  }
  for (const Json& event : events) hashes_.insert(event["eventID"].get<std::string>());
  made_ = statement;
  return {};
}

}  // namespace muster::exchange
