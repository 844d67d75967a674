#pragma once

#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "cli/serve/service.hpp"
#include "ledger/base/clock.hpp"
#include "ledger/base/json.hpp"
#include "ledger/crypto/seeded_random.hpp"
#include "registry/json_schema/json_schema.hpp"
#include "tests/cli/http_world.hpp"
#include "tests/support/must.hpp"

namespace muster::test {

/// What the API's description says, held against what was asked and answered.
class Contract final {
 public:
  Contract();

  /// The test fails unless the description has this answer to this request.
  void hold(const std::string& method, const std::string& target, const std::string& content_type,
            const std::string& body, const http::Response& answer);
  /// "get /v1/chips/{chip}", …: all, and those that were held so far with an answer below 400.
  [[nodiscard]] std::set<std::string> operations() const;
  [[nodiscard]] const std::set<std::string>& seen() const { return seen_; }
  [[nodiscard]] const Json& document() const { return document_; }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  [[nodiscard]] std::string template_of(const std::string& path) const;
  void judge(const Json& schema, const std::string& body, const std::string& what);

  std::string text_;
  Json document_;
  Json definitions_;
  std::map<std::string, std::unique_ptr<json_schema::Schema>> schemas_;
  std::set<std::string> seen_;
};

/// Further things of a request.
struct Ask {
  std::string body{};
  std::string content_type = "application/json";
  std::vector<http::Header> headers{};
};

/// A service over a registry's folder, on a free port, with a token for each caller that a test
/// names. Every call is held to the API's description.
class ServeWorld final {
 public:
  /// `now`: where the service's clock stands.
  ServeWorld(std::string folder, const std::string& now, serve::Settings settings = {});
  ServeWorld(const ServeWorld&) = delete;
  ServeWorld& operator=(const ServeWorld&) = delete;
  ~ServeWorld();

  /// Who calls: "operator", or ROLE:PARTY or ROLE:PARTY:COUNTRY of `callers`; empty: nobody.
  http::Response call(const std::string& who, const std::string& method, const std::string& target,
                      const Ask& ask = {});
  http::Response get(const std::string& who, const std::string& target, const Ask& ask = {}) {
    return call(who, "GET", target, ask);
  }
  /// The body, after checking the status.
  Json json(const std::string& who, const std::string& target, unsigned status = 200);
  Json post(const std::string& who, const std::string& target, const Ask& ask, unsigned status);

  [[nodiscard]] Contract& contract() { return contract_; }
  [[nodiscard]] serve::Service& service() { return *service_; }
  [[nodiscard]] std::uint16_t port() const { return http_->port(); }
  [[nodiscard]] std::string log() const { return log_.str(); }
  /// Stops the server, and begins anew over the same folder.
  void restart();
  void stop();

  static serve::Settings with_callers(serve::Settings settings);

 private:
  void begin();

  std::string folder_;
  std::string now_;
  serve::Settings settings_;
  Contract contract_;
  crypto::SeededRandom random_;
  FixedClock clock_;
  std::ostringstream log_;
  std::unique_ptr<serve::Service> service_;
  std::unique_ptr<HttpWorld> http_;
};

/// A header of an answer; empty if it has none.
[[nodiscard]] std::string header_of(const http::Response& answer, const std::string& name);

}  // namespace muster::test
