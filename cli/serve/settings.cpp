#include "cli/serve/settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "ledger/base/file.hpp"
#include "ledger/base/json_fields.hpp"
#include "ledger/base/names.hpp"

namespace muster::serve {
namespace {

constexpr std::uint64_t max_settings_bytes = std::uint64_t{1} << 24U;

struct NamedLimit {
  const char* name;
  std::uint64_t Limits::*limit;
  std::int64_t least;
  std::int64_t most;
};

constexpr std::array named_limits{
    NamedLimit{"body_bytes", &Limits::body_bytes, 1'024, std::int64_t{1} << 30},
    NamedLimit{"batch_statements", &Limits::batch_statements, 1, 100'000},
    NamedLimit{"upload_bytes", &Limits::upload_bytes, 1, std::int64_t{1} << 40},
    NamedLimit{"uploads_bytes", &Limits::uploads_bytes, 1, std::int64_t{1} << 50},
    NamedLimit{"requests_per_second", &Limits::requests_per_second, 1, 1'000'000},
    NamedLimit{"request_burst", &Limits::request_burst, 1, 1'000'000},
    NamedLimit{"waiting_statements", &Limits::waiting_statements, 1, 10'000'000},
    NamedLimit{"jobs_per_party", &Limits::jobs_per_party, 1, 1'000},
    NamedLimit{"connections", &Limits::connections, 1, 100'000},
    NamedLimit{"bodies_bytes", &Limits::bodies_bytes, 4'096, std::int64_t{1} << 40},
    NamedLimit{"waiting_reads", &Limits::waiting_reads, 1, 100'000},
};

Result<void> take_limits(const Json& json, Limits& limits) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "limits"));
  for (const NamedLimit& one : named_limits) {
    if (!fields.has(one.name)) continue;
    MUSTER_TRY_ASSIGN(const std::int64_t value, fields.integer(one.name, one.least, one.most));
    limits.*one.limit = static_cast<std::uint64_t>(value);
  }
  if (!fields.has("bodies_bytes")) {
    limits.bodies_bytes = std::max(limits.bodies_bytes, 4 * limits.body_bytes);
  }
  return fields.finish();
}

Result<std::vector<std::string>> countries_in(FieldReader& fields) {
  std::vector<std::string> countries;
  if (!fields.has("countries")) return countries;
  MUSTER_TRY_ASSIGN(const Json* list, fields.array("countries"));
  for (const Json& one : *list) {
    const std::string text = one.is_string() ? one.get<std::string>() : std::string();
    const bool letters =
        text.size() == 2 && std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
    if (!letters && text != "*") {
      return failure(Errc::invalid_input,
                     fields.path("countries") + ": want two capital letters each, or \"*\"");
    }
    countries.push_back(text);
  }
  return countries;
}

Result<Credential> credential(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  Credential one;
  MUSTER_TRY_ASSIGN(one.sha256, fields.hash("sha256"));
  MUSTER_TRY_ASSIGN(const std::string role, fields.text("role"));
  const auto known_role = parse_role(role);
  if (!known_role) return failure(Errc::invalid_input, where + "." + known_role.error().message);
  one.principal.role = *known_role;
  MUSTER_TRY_ASSIGN(const PartyId party, fields.parsed<PartyId>("party"));
  one.principal.party = party.text();
  MUSTER_TRY_ASSIGN(one.principal.countries, countries_in(fields));
  MUSTER_TRY_ASSIGN(const auto name, fields.optional_text("name"));
  one.principal.name = name.value_or(one.principal.party);
  if (fields.has("expires")) {
    MUSTER_TRY_ASSIGN(one.expires, fields.time("expires"));
  }
  MUSTER_TRY(fields.finish());
  const bool judges = one.principal.role == Role::verifier;
  if (judges != one.principal.countries.empty()) return one;
  return failure(Errc::invalid_input,
                 where + (judges ? ".countries: missing: whose parties the verifier reads, or "
                                   "[\"*\"] for all"
                                 : ".countries: only a verifier has them"));
}

Result<std::vector<Credential>> credentials(FieldReader& fields, const char* member) {
  std::vector<Credential> list;
  if (!fields.has(member)) return list;
  MUSTER_TRY_ASSIGN(const Json* array, fields.array(member));
  for (const Json& one : *array) {
    const std::string where = std::string(member) + "[" + std::to_string(list.size()) + "]";
    MUSTER_TRY_ASSIGN(Credential read, credential(one, where));
    const bool twice = std::ranges::any_of(
        list, [&](const Credential& before) { return before.sha256 == read.sha256; });
    if (twice) return failure(Errc::invalid_input, where + ".sha256: stands there twice");
    list.push_back(std::move(read));
  }
  return list;
}

Result<void> take_tls(const Json& json, Settings& settings) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "tls"));
  MUSTER_TRY_ASSIGN(settings.tls.certificate, fields.text("certificate"));
  MUSTER_TRY_ASSIGN(settings.tls.key, fields.text("key"));
  MUSTER_TRY_ASSIGN(const auto authorities, fields.optional_text("authorities"));
  MUSTER_TRY_ASSIGN(const auto revoked, fields.optional_text("revoked"));
  settings.tls.authorities = authorities.value_or("");
  settings.tls.revoked = revoked.value_or("");
  MUSTER_TRY_ASSIGN(const auto clients, fields.optional_text("clients"));
  MUSTER_TRY(fields.finish());
  if (clients && *clients != "optional" && *clients != "required") {
    return failure(Errc::invalid_input,
                   "tls.clients: got \"" + *clients + "\", want \"optional\" or \"required\"");
  }
  if (clients == "required") settings.client_certificates = http::ClientCertificates::required;
  return {};
}

/// A limit of all requests at once below that of one would refuse it for ever; one caller has half.
Result<void> check_limits(const Limits& limits) {
  if (limits.bodies_bytes / 2 >= limits.body_bytes) return {};
  return failure(Errc::invalid_input,
                 "limits.bodies_bytes: got " + std::to_string(limits.bodies_bytes) +
                     ", want at least twice body_bytes, " + std::to_string(limits.body_bytes));
}

Result<void> take_cleartext(FieldReader& fields, Settings& settings) {
  MUSTER_TRY_ASSIGN(const auto text, fields.optional_text("cleartext"));
  if (!text) return {};
  settings.allows_cleartext = *text == "allowed";
  if (settings.allows_cleartext || *text == "refused") return {};
  return failure(Errc::invalid_input,
                 "cleartext: got \"" + *text + "\", want \"allowed\" or \"refused\"");
}

/// Certificates are shown over TLS alone, and asked for only where somebody vouches for them.
Result<void> check_certificates_can_come(const Settings& settings) {
  if (settings.certificates.empty() || !settings.tls.authorities.empty()) return {};
  return failure(Errc::invalid_input,
                 "certificates: nobody can show one: want \"tls\" with \"authorities\"");
}

}  // namespace

bool Settings::is_exposed() const {
  const bool of_this_machine = address == "::1" || address.starts_with("127.");
  return !has_tls() && !of_this_machine;
}

Result<void> check_cleartext(const Settings& settings) {
  if (!settings.is_exposed() || settings.allows_cleartext) return {};
  return failure(Errc::invalid_input,
                 "listen: " + settings.address +
                     " is not of this machine alone, and without \"tls\" tokens go in the clear: "
                     "want \"tls\", 127.0.0.1 behind a proxy, or \"cleartext\": \"allowed\"");
}

Result<void> take_listen_address(const std::string& text, Settings& settings) {
  const auto colon = text.rfind(':');
  unsigned port = 0;
  const char* const end = text.data() + text.size();
  if (colon != std::string::npos && colon > 0) {
    const auto [stop, problem] = std::from_chars(text.data() + colon + 1, end, port);
    if (problem == std::errc() && stop == end && port <= 65'535) {
      settings.port = static_cast<std::uint16_t>(port);
      settings.address = text.substr(0, colon);
      if (settings.address.starts_with('[') && settings.address.ends_with(']')) {
        settings.address = settings.address.substr(1, settings.address.size() - 2);
      }
      const bool is_number =
          settings.address.find_first_not_of("0123456789.") == std::string::npos ||
          settings.address.find(':') != std::string::npos;
      if (is_number) return {};
      return failure(Errc::invalid_input, "listen: got \"" + settings.address +
                                              "\", want an address in numbers: 127.0.0.1, not "
                                              "localhost");
    }
  }
  return failure(Errc::invalid_input,
                 "listen: got \"" + text + "\", want ADDRESS:PORT, as in 127.0.0.1:8080");
}

Result<Settings> parse_settings(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "configuration"));
  Settings settings;
  MUSTER_TRY_ASSIGN(const auto listen, fields.optional_text("listen"));
  if (listen) MUSTER_TRY(take_listen_address(*listen, settings));
  if (fields.has("threads")) {
    MUSTER_TRY_ASSIGN(const std::int64_t threads, fields.integer("threads", 1, 256));
    settings.threads = static_cast<unsigned>(threads);
  }
  if (fields.has("limits")) {
    MUSTER_TRY_ASSIGN(const Json* limits, fields.object("limits"));
    MUSTER_TRY(take_limits(*limits, settings.limits));
  }
  MUSTER_TRY_ASSIGN(settings.tokens, credentials(fields, "tokens"));
  MUSTER_TRY_ASSIGN(settings.certificates, credentials(fields, "certificates"));
  if (fields.has("tls")) {
    MUSTER_TRY_ASSIGN(const Json* tls, fields.object("tls"));
    MUSTER_TRY(take_tls(*tls, settings));
  }
  MUSTER_TRY(take_cleartext(fields, settings));
  MUSTER_TRY(fields.finish());
  MUSTER_TRY(check_limits(settings.limits));
  MUSTER_TRY(check_certificates_can_come(settings));
  return settings;
}

Result<Settings> read_settings(const std::filesystem::path& file) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(file, max_settings_bytes));
  auto json = parse_json(text);
  if (!json) return failure(std::move(json.error()).during(file.string()));
  auto settings = parse_settings(*json);
  if (!settings) return failure(std::move(settings.error()).during(file.string()));
  http::TlsFiles& tls = settings->tls;
  for (auto* named : {&tls.certificate, &tls.key, &tls.authorities, &tls.revoked}) {
    if (!named->empty()) *named = file.parent_path() / *named;
  }
  return settings;
}

}  // namespace muster::serve
