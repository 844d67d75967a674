#pragma once

#include <span>
#include <string_view>

#include "cli/remote/served_verbs.hpp"

namespace muster::cli {

/// An option of a verb and the parameter of a route that means the same.
struct RouteParameter {
  std::string_view option;
  std::string_view parameter;
};

/// What of an answer can be proven against the state that the log commits to.
enum class RouteProof { none, chip, roster, entry };

/// A verb that prints what a route answers.
struct RouteVerb {
  std::string_view noun;
  std::string_view verb;
  std::string_view path;    ///< With `{option}` for a value that the path has.
  std::string_view list{};  ///< The member that lists things, over several pages; empty: none.
  std::string_view rows{};  ///< The member that is shown as a table, of one object; empty: none.
  std::span<const RouteParameter> parameters{};
  std::span<const std::string_view> columns{};  ///< Of the list's table.
  RouteProof proof = RouteProof::none;
  bool lines = false;  ///< The verb prints NDJSON.
};

/// The route for a verb as it was given: whether it takes an id decides between one and all. Null
/// where there is none.
[[nodiscard]] const RouteVerb* route_of(const AskedVerb& asked);

/// Asks the route and prints its answer, saying of each part whether it is proven or the server's
/// word. In JSON an object has two members more: `proven` (what is, and by which commitment; null
/// where nothing is) and `servers_word` (the other members).
/// Errors: `invalid_input` for options that the route cannot take; `refused` with rule
/// `remote.contradiction` for an answer that its own proof contradicts; those of calls and proofs.
Result<ExitCode> answer_by_route(Context& context, const RouteVerb& route, const AskedVerb& asked);

}  // namespace muster::cli
