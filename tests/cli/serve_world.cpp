#include "tests/cli/serve_world.hpp"

#include <array>

#include "cli/serve/route.hpp"
#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"
#include "tests/support/source_root.hpp"

namespace muster::test {
namespace {

struct Caller {
  const char* name;
  serve::Role role;
  const char* party;
  std::vector<std::string> countries{};
};

const std::vector<Caller>& callers() {
  using serve::Role;
  static const std::vector<Caller> all{
      {"operator", Role::operator_, "registrar"},
      {"party:maker", Role::party, "maker"},
      {"party:northwind", Role::party, "northwind"},
      {"party:witness", Role::party, "witness"},
      {"party:gov", Role::party, "gov"},
      {"custodian:maker", Role::custodian, "maker"},
      {"custodian:northwind", Role::custodian, "northwind"},
      {"custodian:witness", Role::custodian, "witness"},
      {"verifier:SG", Role::verifier, "verifier", {"SG"}},
      {"verifier:FR", Role::verifier, "verifier", {"FR"}},
      {"verifier:*", Role::verifier, "verifier", {"*"}},
      {"party:inspectorate", Role::party, "inspectorate"},
  };
  return all;
}

std::string token_of(const std::string& who) { return "token-of-" + who; }

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
    text.replace(at, what.size(), with);
    at += with.size();
  }
  return text;
}

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

}  // namespace

std::string header_of(const http::Response& answer, const std::string& name) {
  return std::string(http::Request{.headers = answer.headers}.header(name));
}

Contract::Contract()
    : text_(must(
          read_text_file(std::filesystem::path(source_root) / "data" / "openapi" / "muster.json"))),
      document_(must(parse_foreign_json(text_))),
      definitions_(must(parse_foreign_json(replaced(document_["components"]["schemas"].dump(),
                                                    "#/components/schemas/", "#/definitions/")))) {}

std::set<std::string> Contract::operations() const {
  std::set<std::string> names;
  for (const auto& path : document_["paths"].items()) {
    for (const auto& one : path.value().items()) names.insert(one.key() + " " + path.key());
  }
  return names;
}

std::string Contract::template_of(const std::string& path) const {
  serve::Router router;
  for (const auto& one : document_["paths"].items()) {
    const std::string rest = replaced(one.key(), "{path}", "{path*}");
    router.add({"GET", rest, serve::Role::everyone, {}, {}});
  }
  const auto found = router.find("GET", path);
  if (!found || found->route == nullptr) return {};
  return replaced(found->route->path, "{path*}", "{path}");
}

void Contract::judge(const Json& schema, const std::string& body, const std::string& what) {
  const std::string wanted = replaced(schema.dump(), "#/components/schemas/", "#/definitions/");
  auto& compiled = schemas_[wanted];
  if (compiled == nullptr) {
    const Json whole{{"definitions", definitions_},
                     {"allOf", Json::array({must(parse_foreign_json(wanted))})}};
    compiled = std::make_unique<json_schema::Schema>(
        must(json_schema::Schema::compile({"urn:muster:contract", whole})));
  }
  INFO(what);
  INFO(body.substr(0, 4'000));
  const auto faults = must(compiled->faults(must(parse_foreign_json(body)), 3));
  for (const auto& fault : faults) FAIL_CHECK(fault.instance << ": " << fault.message);
}

void Contract::hold(const std::string& method, const std::string& target,
                    const std::string& content_type, const std::string& body,
                    const http::Response& answer) {
  const bool is_problem = answer.content_type == "application/problem+json";
  if (is_problem) {
    judge({{"$ref", "#/components/schemas/Problem"}}, answer.body, "problem of " + target);
    CHECK(must(parse_foreign_json(answer.body))["status"] == answer.status);
    return;
  }
  REQUIRE(answer.status < 400);
  const std::string name = lower(method == "HEAD" ? std::string("GET") : method);
  const std::string path = template_of(target.substr(0, target.find('?')));
  INFO(method);
  INFO(target);
  REQUIRE(!path.empty());
  const Json& operation = document_["paths"][path][name];
  REQUIRE(operation.is_object());
  seen_.insert(name + " " + path);
  if (method == "HEAD" || answer.status == 304) return;
  const std::string status = std::to_string(answer.status);
  INFO(status);
  REQUIRE(operation["responses"].contains(status));
  const Json& content = operation["responses"][status]["content"];
  const std::string type = answer.content_type.substr(0, answer.content_type.find(';'));
  INFO(type);
  REQUIRE(content.contains(type));
  if (content[type].contains("schema")) judge(content[type]["schema"], answer.body, target);
  if (body.empty()) return;
  REQUIRE(operation["requestBody"]["content"].contains(content_type));
  const Json& wanted = operation["requestBody"]["content"][content_type];
  if (wanted.contains("schema")) judge(wanted["schema"], body, "request to " + target);
}

serve::Settings ServeWorld::with_callers(serve::Settings settings) {
  for (const Caller& one : callers()) {
    settings.tokens.push_back(
        {crypto::sha256(token_of(one.name)), {one.role, one.party, one.countries, one.name}, {}});
  }
  return settings;
}

ServeWorld::ServeWorld(std::string folder, const std::string& now, serve::Settings settings)
    : folder_(std::move(folder)),
      now_(now),
      settings_(with_callers(std::move(settings))),
      random_("serve"),
      clock_(must(Timestamp::parse_day_or_instant(now))) {
  begin();
}

ServeWorld::~ServeWorld() { stop(); }

void ServeWorld::begin() {
  service_ = must(serve::Service::open(settings_, {.folder = folder_,
                                                   .openapi = contract_.text(),
                                                   .now = now_,
                                                   .random = &random_,
                                                   .clock = &clock_,
                                                   .log = &log_}));
  http::ServerOptions options = serve::server_options(settings_);
  options.port = 0;
  options.stop_on_signals = false;
  service_->hook_into(options);
  http_ = std::make_unique<HttpWorld>(
      http::AsyncHandler([this](const http::Request& request, const http::Reply& reply) {
        service_->answer(request, reply);
      }),
      options);
}

void ServeWorld::stop() {
  if (http_) http_->stop();
  if (service_) service_->stop();
}

void ServeWorld::restart() {
  stop();
  http_.reset();
  service_.reset();
  begin();
}

http::Response ServeWorld::call(const std::string& who, const std::string& method,
                                const std::string& target, const Ask& ask) {
  http::Call call{.method = method,
                  .url = {"127.0.0.1", http_->port(), target},
                  .body = ask.body,
                  .content_type = ask.content_type,
                  .headers = ask.headers};
  if (!who.empty()) call.headers.push_back({"Authorization", "Bearer " + token_of(who)});
  http::Response answer = must(std::move(http::call_all(
      std::span(&call, 1), {.timeout_ms = 60'000, .max_body_bytes = 100'000'000})[0]));
  contract_.hold(method, target, ask.content_type, ask.body, answer);
  return answer;
}

Json ServeWorld::json(const std::string& who, const std::string& target, unsigned status) {
  const http::Response answer = get(who, target);
  INFO(target);
  INFO(answer.body);
  REQUIRE(answer.status == status);
  return must(parse_foreign_json(answer.body));
}

Json ServeWorld::post(const std::string& who, const std::string& target, const Ask& ask,
                      unsigned status) {
  const http::Response answer = call(who, "POST", target, ask);
  INFO(target);
  INFO(answer.body);
  REQUIRE(answer.status == status);
  return must(parse_foreign_json(answer.body));
}

}  // namespace muster::test
