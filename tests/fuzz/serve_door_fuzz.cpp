// The service's door: a request, as whoever it is that sends it. Nothing that comes from outside
// makes the server fail, every refusal is a problem that says so, and nobody gets in without a
// credential but to what is public.
//
// An input is "WHO METHOD TARGET\n", header lines, an empty line and the body; WHO is 0 for nobody,
// 1 for a carrier, 2 for a party, 3 for a verifier, 4 for the operator.

#include <sstream>

#include "cli/app.hpp"
#include "cli/serve/service.hpp"
#include "ledger/base/check.hpp"
#include "ledger/crypto/seeded_random.hpp"
#include "ledger/crypto/sha256.hpp"
#include "tests/fuzz/scratch.hpp"

namespace {

namespace door {

using namespace muster;

constexpr const char* now = "2026-01-05T08:00:00Z";

/// A registry with entry 0 alone, and a service over it, for the life of the program.
class World final {
 public:
  World() : random_("serve door"), clock_(Timestamp::parse(now).value()) {
    const std::string key = (scratch_.path() / "registrar.key").string();
    run({"key", "new", key});
    run({"init", folder(), "--origin", "fuzz.example/registry", "--registrar", "registrar",
         "--name", "R", "--country", "CH", "--key", key});
    serve::Settings settings;
    settings.limits.request_burst = 1'000'000;
    settings.limits.requests_per_second = 1'000'000;
    settings.limits.jobs_per_party = 1;
    settings.limits.batch_statements = 4;
    using serve::Role;
    for (const auto& [name, role] : {std::pair{"1", Role::custodian},
                                     {"2", Role::party},
                                     {"3", Role::verifier},
                                     {"4", Role::operator_}}) {
      serve::Credential one{.sha256 = crypto::sha256(std::string_view(name))};
      one.principal = {role, role == Role::operator_ ? "registrar" : "other", {}, name};
      if (role == Role::verifier) one.principal.countries = {"CH"};
      settings.tokens.push_back(std::move(one));
    }
    auto service = serve::Service::open(settings, {.folder = folder(),
                                                   .openapi = "{}",
                                                   .now = now,
                                                   .random = &random_,
                                                   .clock = &clock_,
                                                   .log = &log_});
    MUSTER_CHECK(service.has_value());
    service_ = std::move(*service);
  }

  http::Response answer(const http::Request& request) {
    log_.str({});
    return service_->answer(request);
  }

 private:
  [[nodiscard]] std::string folder() const { return (scratch_.path() / "registry").string(); }
  void run(std::vector<std::string> words) {
    words.insert(words.end(), {"--now", now});
    std::ostringstream said;
    MUSTER_CHECK(cli::run(words, said, said, random_) == 0);
  }

  fuzz::Scratch scratch_{"serve-door"};
  crypto::SeededRandom random_;
  FixedClock clock_;
  std::ostringstream log_;
  std::unique_ptr<serve::Service> service_;
};

std::string_view next_line(std::string_view& rest) {
  const auto end = std::min(rest.find('\n'), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

http::Request request_of(std::string_view text) {
  std::string_view first = next_line(text);
  http::Request request{.remote = "127.0.0.1"};
  const std::string who(first.substr(0, 1));
  first.remove_prefix(std::min<std::size_t>(2, first.size()));
  const auto space = std::min(first.find(' '), first.size());
  request.method = first.substr(0, space);
  first.remove_prefix(std::min(space + 1, first.size()));
  const auto mark = std::min(first.find('?'), first.size());
  request.path = first.substr(0, mark);
  request.query = first.substr(std::min(mark + 1, first.size()));
  if (who >= "1" && who <= "4") request.headers.push_back({"Authorization", "Bearer " + who});
  while (!text.empty()) {
    const std::string_view line = next_line(text);
    if (line.empty()) break;
    const auto colon = std::min(line.find(": "), line.size());
    request.headers.push_back({std::string(line.substr(0, colon)),
                               std::string(line.substr(std::min(colon + 2, line.size())))});
  }
  request.body = text;
  return request;
}

bool is_public(const std::string& path) {
  for (const char* open :
       {"/checkpoint", "/tile/", "/tiles/", "/v1/proofs/", "/healthz", "/openapi.json"}) {
    if (path.starts_with(open)) return true;
  }
  return path.find('%') != std::string::npos;  // which may spell one of them
}

}  // namespace door

}  // namespace

int fuzz_serve_door(const std::uint8_t* data, std::size_t size) {
  using namespace muster;
  static door::World world;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const http::Request request = door::request_of(text);

  const http::Response answer = world.answer(request);

  MUSTER_CHECK(answer.status < 500);
  if (answer.status >= 400) {
    MUSTER_CHECK(answer.content_type == "application/problem+json");
    const auto json = parse_foreign_json(answer.body);
    MUSTER_CHECK(json && (*json)["status"] == answer.status);
  }
  const bool nobody = request.header("Authorization").empty();
  MUSTER_CHECK(!nobody || answer.status >= 400 || door::is_public(request.path));
  return 0;
}
