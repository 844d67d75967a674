#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "registry/exchange/identifiers.hpp"

namespace muster::registry {
class State;
}

namespace muster::exchange {

/// The spelling that stands for all of a URI's: of GS1 keys that of `gs1::key_spelling`.
[[nodiscard]] std::string one_spelling(std::string_view uri);

/// Says what the URIs of others are called in this register: by the register's own URIs, and by a
/// list that the user keeps. Nothing is guessed.
class Resolver final {
 public:
  explicit Resolver(std::string_view origin) : own_(origin) {}

  /// Reads a list: CSV with the columns `uri`, `space` (chip, org, site, class, container, asm, …)
  /// and `id`. URIs of GS1 keys stand for all their spellings.
  /// `name` is the file's name, for messages.
  /// Errors: `invalid_input`, with the line: an unknown space, an id of no form, a URI
  /// twice.
  Result<void> read_list(std::string_view csv, const std::string& name);

  /// From now on the GS1 keys that signed statements give to chips are known too; a list does not
  /// outweigh them. Borrows the state.
  void learn(const registry::State& state) { state_ = &state; }

  /// What `uri` names; nothing if that is not known.
  [[nodiscard]] std::optional<NamedThing> find(std::string_view uri) const;
  /// The same, if it is one of `space`.
  [[nodiscard]] std::optional<std::string> find(std::string_view uri, std::string_view space) const;

  /// Why `find` found nothing, and what to do, for people.
  [[nodiscard]] std::string why_nothing(std::string_view uri) const;

  /// What was read by `read_list`, by the one spelling of each URI.
  [[nodiscard]] const std::map<std::string, NamedThing, std::less<>>& list() const { return list_; }

 private:
  Identifiers own_;
  const registry::State* state_ = nullptr;
  std::map<std::string, NamedThing, std::less<>> list_;
};

}  // namespace muster::exchange
