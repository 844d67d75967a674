#include "cli/remote/trusted_log.hpp"

#include <algorithm>

#include "ledger/base/file.hpp"
#include "ledger/base/json_fields.hpp"

namespace muster::cli {
namespace {

constexpr std::size_t most_trusted_keys = 1'000;
constexpr std::uint64_t most_trust_bytes = 1'000'000;

}  // namespace

std::string encode_trusted_log(const TrustedLog& log) {
  Json keys = Json::array();
  for (const ledger::VerifierKey& key : log.keys) keys.push_back(key.to_string());
  return canonical_json({{"keys", std::move(keys)}, {"url", log.url}, {"v", 1}});
}

Result<TrustedLog> parse_trusted_log(std::string_view text) {
  MUSTER_TRY_ASSIGN(const Json json, parse_json(text));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "trust"));
  MUSTER_TRY(fields.integer("v", 1, 1));
  TrustedLog log;
  MUSTER_TRY_ASSIGN(log.url, fields.text("url"));
  MUSTER_TRY_ASSIGN(const Json* keys, fields.array("keys"));
  MUSTER_TRY(fields.finish());
  if (keys->empty() || keys->size() > most_trusted_keys) {
    return failure(Errc::invalid_input, "trust.keys: want 1 to 1000 verifier keys");
  }
  for (const Json& one : *keys) {
    if (!one.is_string()) return failure(Errc::invalid_input, "trust.keys: want texts");
    MUSTER_TRY_ASSIGN(auto key, ledger::VerifierKey::parse(one.get<std::string>()));
    log.keys.push_back(std::move(key));
  }
  const auto is_other = [&](const ledger::VerifierKey& key) { return key.name() != log.origin(); };
  if (std::ranges::none_of(log.keys, is_other)) return log;
  return failure(Errc::invalid_input, "trust.keys: are of several logs, want one");
}

Result<TrustedLog> read_trusted_log(const std::filesystem::path& file, const std::string& url) {
  auto text = read_text_file(file, most_trust_bytes);
  if (!text && text.error().code == Errc::not_found) {
    return failure(Errc::not_found,
                   url +
                       ": nobody said whose log this is; get the operator's verifier key from "
                       "the operator, not from the server, and say once: muster registry trust "
                       "--registry " +
                       url + " --key VKEY");
  }
  if (!text) return failure(text.error());
  auto log = parse_trusted_log(*text);
  if (!log) return failure(std::move(log.error()).during(file.string()));
  if (log->url == url) return log;
  return failure(Errc::invalid_input, file.string() + ": is about " + log->url + ", want " + url);
}

}  // namespace muster::cli
