#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/json.hpp"
#include "registry/exchange/profile.hpp"
#include "registry/exchange/vocabulary.hpp"
#include "registry/json_schema/place.hpp"

// Building blocks of the profile. Internal to it.

namespace muster::exchange {

using json_schema::Place;

class Checker;
using Check = void (*)(Checker& checker, const Json& value, const Place& place);

/// One member of an object.
struct Member {
  std::string_view name;
  Check check;
  bool required = false;
};

/// Which other members an object may have.
enum class Others {
  none,
  extensions,  ///< Those whose name is a URI, compact or not.
  any,
};

/// Collects faults.
class Checker final {
 public:
  explicit Checker(std::size_t most) : most_(most) {}

  void fault(const Place& place, std::string message);
  [[nodiscard]] bool enough() const { return faults_.size() >= most_; }
  [[nodiscard]] std::vector<DocumentFault> take() { return std::move(faults_); }

  /// Checks an object against its members. False if it is no object.
  bool object(const Json& value, const Place& place, std::span<const Member> members,
              Others others);
  /// Checks each item of a list. False if it is no list.
  bool list(const Json& value, const Place& place, Check item);

 private:
  std::size_t most_;
  std::vector<DocumentFault> faults_;
};

// Single values.
void check_text(Checker& checker, const Json& value, const Place& place);
void check_uri(Checker& checker, const Json& value, const Place& place);
void check_time(Checker& checker, const Json& value, const Place& place);
void check_action(Checker& checker, const Json& value, const Place& place);
void check_offset(Checker& checker, const Json& value, const Place& place);
void check_number(Checker& checker, const Json& value, const Place& place);
void check_boolean(Checker& checker, const Json& value, const Place& place);
void check_hex(Checker& checker, const Json& value, const Place& place);
void check_uom(Checker& checker, const Json& value, const Place& place);
void check_version(Checker& checker, const Json& value, const Place& place);
void check_context(Checker& checker, const Json& value, const Place& place);

/// A word of a vocabulary, or a URI of somebody else's.
template <Vocabulary vocabulary>
void check_term(Checker& checker, const Json& value, const Place& place);

/// A list whose items are all checked alike.
template <Check item>
void check_list(Checker& checker, const Json& value, const Place& place) {
  checker.list(value, place, item);
}

/// A list of URIs, none twice.
void check_distinct_uris(Checker& checker, const Json& value, const Place& place);

/// Faults if two items of a list are equal.
void check_distinct(Checker& checker, const Json& value, const Place& place);

/// Whether `object` has a list of at least `least` items called `name`.
[[nodiscard]] bool has_list(const Json& object, std::string_view name, std::size_t least);

}  // namespace muster::exchange
