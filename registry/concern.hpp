#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "registry/follower.hpp"

namespace muster::registry {

/// What somebody wants to hear of.
struct Interests {
  std::set<std::string> parties{};  ///< And what belongs to them at the time: keys, sites, chips.
  std::set<ChipId> chips{};
  std::set<std::string> keys{};   ///< By their ids.
  std::set<std::string> kinds{};  ///< These kinds of events alone; all if empty.

  /// Nobody in particular: every event is of interest.
  [[nodiscard]] bool everybody() const { return parties.empty() && chips.empty() && keys.empty(); }
};

/// One reason why an event concerns somebody.
struct Concern {
  std::string what;  ///< "party", "chip" or "key".
  std::string id;    ///< Which of those that were asked for.
  /// "said", "signed", "named", "cited", "site"; of chips "custodian", "owner", "lessee",
  /// "subject"; of keys "brought"; or what of theirs is named: "key", "finding", "query",
  /// "licence", "shipment", "plan", "run".
  std::string how;
  std::uint64_t chips = 0;  ///< How many of their chips, where the event is about chips.

  friend auto operator<=>(const Concern&, const Concern&) = default;
};

/// Finds whom the entries of a log concern: by what stands in the header, the body and its
/// manifests, by who signed, and through containers and custody as they are at that index. To be
/// called around each entry, in log order.
class ConcernFinder final {
 public:
  using BlobReader = std::function<Result<Bytes>(const Hash&)>;

  /// Borrows both.
  ConcernFinder(const Interests& interests, const BlobReader& blob)
      : interests_(&interests), blob_(&blob) {}

  /// With the state before the entry.
  void before(const Followed& entry, const State& state);
  /// With the state after it: every reason, each once, in order. Empty if it concerns nobody.
  std::vector<Concern> after(const Followed& entry, const State& state);

  /// The watched keys that signed an entry, with signatures that verify: those asked for, and those
  /// of the parties asked for.
  [[nodiscard]] std::vector<std::string> signing_keys(const Followed& entry,
                                                      const State& state) const;

 private:
  void add(std::string what, std::string id, std::string how);
  /// How many chips of an event are a watched party's, and in what way.
  using ChipCounts = std::map<std::pair<std::string, std::string>, std::uint64_t>;

  void count_chips(const State& state, const std::vector<RowN>& rows, ChipCounts& counts) const;
  void count_ended_custody(const Followed& entry, const State& state, ChipCounts& counts) const;
  void add_header(const Event& event, const State& state);
  void add_signers(const Followed& entry, const State& state);
  void add_chips(const Followed& entry, const State& state);
  void add_text(std::string_view field, const std::string& value, const State& state);
  void add_values(std::string_view field, const Json& value, const State& state);
  void add_manifests(const Event& event, const State& state);
  void add_owner(RowN party, const State& state, const std::string& how);

  const Interests* interests_;
  const BlobReader* blob_;
  ChipCounts before_;
  std::set<Concern> found_;
};

}  // namespace muster::registry
