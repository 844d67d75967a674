#include "cli/remote/served_verbs.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "cli/remote/parts.hpp"
#include "cli/remote/route_answers.hpp"

namespace muster::cli {
namespace {

struct HomeVerb {
  std::string_view noun;
  std::string_view verb;  ///< Empty: the noun alone.
};

/// What signs checkpoints, writes or moves the log's file, or waits in the operator's folder.
constexpr std::array home_verbs{
    HomeVerb{"serve", ""},
    HomeVerb{"ledger", "checkpoint"},
    HomeVerb{"ledger", "backup"},
    HomeVerb{"ledger", "restore"},
    HomeVerb{"ledger", "catch-up"},
    HomeVerb{"ledger", "repair"},
    HomeVerb{"ledger", "migrate"},
    HomeVerb{"registry", "attach"},
    HomeVerb{"operator", "succeed"},
    HomeVerb{"statement", "promise"},
    HomeVerb{"statement", "promises"},
};

Result<void> check_works_from_afar(const AskedVerb& asked) {
  const auto is_it = [&](const HomeVerb& one) {
    return one.noun == asked.noun && one.verb == asked.verb;
  };
  if (std::ranges::none_of(home_verbs, is_it)) return {};
  return failure(Errc::invalid_input,
                 asked.noun + (asked.verb.empty() ? "" : " " + asked.verb) +
                     ": is for the operator's own machine: run it there, with --registry FOLDER");
}

}  // namespace

Result<ExitCode> act_on_served(Context& context, const AskedVerb& asked) {
  MUSTER_TRY(check_works_from_afar(asked));
  auto code = context.action()();
  if (code || !reads_in_parts(code.error())) return code;
  const RouteVerb* const route = route_of(asked);
  if (route == nullptr) {
    return failure(std::move(code.error()).during(asked.noun + " " + asked.verb));
  }
  return answer_by_route(context, *route, asked);
}

}  // namespace muster::cli
