#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/http/tls.hpp"
#include "cli/serve/principal.hpp"
#include "ledger/base/hash.hpp"
#include "ledger/base/json.hpp"
#include "ledger/base/timestamp.hpp"

namespace muster::serve {

/// One way to be known: a bearer token or a client certificate, by the SHA-256 of either.
struct Credential {
  Hash sha256{};
  Principal principal{};
  std::optional<Timestamp> expires{};
};

/// What a caller may ask for. A bucket is filled by so much a second, up to its burst.
struct Limits {
  std::uint64_t body_bytes = std::uint64_t{8} << 20U;    ///< Of one request, 413 above.
  std::uint64_t batch_statements = 10'000;               ///< Of one request, more become a job.
  std::uint64_t upload_bytes = std::uint64_t{1} << 30U;  ///< Of one upload.
  /// Of all uploads of one party that are kept.
  std::uint64_t uploads_bytes = std::uint64_t{1} << 34U;
  std::uint64_t requests_per_second = 200;
  std::uint64_t request_burst = 1'000;
  std::uint64_t waiting_statements = 100'000;  ///< Before the sequencer; 429 above.
  std::uint64_t jobs_per_party = 4;            ///< Not finished yet; 429 above.
  std::uint64_t connections = 1'000;
  std::uint64_t bodies_bytes = std::uint64_t{256} << 20U;  ///< Of all requests at once; 503 above.
  std::uint64_t waiting_reads = 200;  ///< With `wait`, a quarter of them of one party; 429 above.
};

/// What is said at the start and at /healthz of a service that `is_exposed`.
inline constexpr const char* exposed_warning =
    "tokens and answers go over the network in the clear: whoever listens there can use them";

struct Settings {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8'080;
  unsigned threads = 8;  ///< Handlers at once.
  Limits limits{};
  std::vector<Credential> tokens{};
  std::vector<Credential> certificates{};
  bool allows_cleartext = false;  ///< Without TLS also on an address that is not of this machine.
  http::TlsFiles tls{};           ///< Without a certificate bytes go in the clear.
  http::ClientCertificates client_certificates = http::ClientCertificates::optional;

  [[nodiscard]] bool has_tls() const { return !tls.certificate.empty(); }
  /// Whether tokens and answers go over a network in the clear.
  [[nodiscard]] bool is_exposed() const;
};

/// Reads a configuration: one JSON object, every member optional. Unknown members are refused, so
/// that a slip does not leave a door open. Errors: `invalid_input`, naming the member.
Result<Settings> parse_settings(const Json& json);

/// The file's settings; files that it names are looked for from its folder on. Errors: those of the
/// file and of `parse_settings`, naming the file.
Result<Settings> read_settings(const std::filesystem::path& file);

/// Errors: `invalid_input` for a service that would go in the clear over a network without that
/// being allowed.
Result<void> check_cleartext(const Settings& settings);

/// Takes "ADDRESS:PORT", an address of IPv6 in brackets. Errors: `invalid_input`.
Result<void> take_listen_address(const std::string& text, Settings& settings);

}  // namespace muster::serve
