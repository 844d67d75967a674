#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace muster {

/// Which kind of failure. The command's exit code follows from it (see cli/exit_code.hpp).
enum class Errc {
  invalid_input,  ///< What the caller gave cannot be used. Nothing was done.
  refused,    ///< A rule of the registry or of an audit says no; the message starts with its code.
  conflict,   ///< Somebody else came first; read again and retry.
  not_found,  ///< The named thing does not exist.
  unavailable,  ///< A resource (file, lock, disk) cannot be used now.
  corrupt,      ///< Stored data contradicts itself.
};

/// The stable lower-case name of `code`, as it stands in JSON.
[[nodiscard]] std::string_view errc_name(Errc code);

/// A failure to do what was asked. Not for findings: a bad signature or a missing chip is a
/// result that the caller wanted, and travels as a value.
struct Error {
  Errc code;
  std::string message;  ///< Lower case, no full stop: "what: got X, want Y".
  std::string rule{};   ///< Stable code of the rule that refused, empty otherwise.

  /// Says what was being attempted, outermost first: `"reading lot 7: " + message`.
  [[nodiscard]] Error during(std::string_view activity) && {
    message.insert(0, std::string(activity) + ": ");
    return std::move(*this);
  }
};

/// A value, or the reason there is none. A class and not an alias, so that ignoring one is a
/// compile error: tl::expected itself may be dropped silently.
template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
};

/// A failed Result of any type: `return failure(Errc::invalid_input, "hash: got 4 characters")`.
[[nodiscard]] inline tl::unexpected<Error> failure(Errc code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message), {}});
}

/// A refusal by the rule with stable code `rule`, for example "custody.not_custodian".
[[nodiscard]] inline tl::unexpected<Error> refusal(std::string rule, const std::string& message) {
  std::string text = rule + ": " + message;
  return tl::unexpected<Error>(Error{Errc::refused, std::move(text), std::move(rule)});
}

/// Hands an existing error on: `return failure(std::move(error).during("opening the log"))`.
[[nodiscard]] inline tl::unexpected<Error> failure(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace muster

#define MUSTER_CONCAT_IMPL(a, b) a##b
#define MUSTER_CONCAT(a, b) MUSTER_CONCAT_IMPL(a, b)

/// Returns the error of `expression` from the enclosing function, if it has one.
#define MUSTER_TRY(expression)                                        \
  do {                                                                \
    auto&& muster_try_result = (expression);                          \
    if (!muster_try_result) {                                         \
      return ::muster::failure(std::move(muster_try_result).error()); \
    }                                                                 \
  } while (false)

#define MUSTER_TRY_ASSIGN_IMPL(temporary, target, expression) \
  auto temporary = (expression);                              \
  if (!temporary) {                                           \
    return ::muster::failure(std::move(temporary).error());   \
  }                                                           \
  target = std::move(temporary).value()

/// Like MUSTER_TRY, and otherwise declares `target` from the value:
/// `MUSTER_TRY_ASSIGN(const TreeHead head, store.head());`
#define MUSTER_TRY_ASSIGN(target, expression) \
  MUSTER_TRY_ASSIGN_IMPL(MUSTER_CONCAT(muster_try_, __COUNTER__), target, expression)
