#include "cli/allowance_files.hpp"

#include "cli/print/number.hpp"
#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::cli {

using namespace attestation;

void add_allowance_options(CLI::App& verb, AllowanceOptions& options) {
  verb.add_option("--allowance", options.files, "an allowance that was issued; repeatable");
  verb.add_option("--issuer-key", options.issuer_keys,
                  "public key that issues allowances, as `key show` prints it; repeatable");
  verb.add_option("--terms", options.terms, "file of the terms that allowances must name");
  verb.add_option("--flop-per-megacycle", options.flop_per_megacycle,
                  "most FLOP that a chip does in a million cycles: of the fastest product");
}

Result<crypto::PublicKey> issuer_key_of(const std::string& text) {
  auto key = crypto::PublicKey::parse(text);
  if (!key) return failure(std::move(key.error()).during("--issuer-key"));
  return key;
}

Result<HandedAllowance> read_allowance_file(const std::string& file,
                                            std::span<const crypto::PublicKey> issuers) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(file, ledger::max_envelope_text_bytes));
  auto handed = read_allowance(text, issuers);
  if (!handed) return failure(std::move(handed.error()).during(file));
  return handed;
}

Result<Hash> terms_digest(const std::string& file) {
  MUSTER_TRY_ASSIGN(const Bytes bytes, read_file(file));
  return crypto::sha256(bytes);
}

Result<std::optional<IssuedAllowances>> issued_allowances(const AllowanceOptions& options) {
  if (options.files.empty() && options.issuer_keys.empty()) {
    if (options.terms.empty() && options.flop_per_megacycle == 0) {
      return std::optional<IssuedAllowances>();
    }
    return failure(Errc::invalid_input,
                   "--terms, --flop-per-megacycle: want --issuer-key and --allowance beside them");
  }
  if (options.issuer_keys.empty()) {
    return failure(Errc::invalid_input,
                   "--allowance: want the keys of the issuers beside it: --issuer-key");
  }
  IssuedAllowances issued;
  for (const std::string& text : options.issuer_keys) {
    MUSTER_TRY_ASSIGN(crypto::PublicKey key, issuer_key_of(text));
    issued.issuers.push_back(std::move(key));
  }
  for (const std::string& file : options.files) {
    MUSTER_TRY_ASSIGN(std::string text, read_text_file(file, ledger::max_envelope_text_bytes));
    issued.allowances.push_back({file, std::move(text)});
  }
  if (!options.terms.empty()) {
    MUSTER_TRY_ASSIGN(issued.terms, terms_digest(options.terms));
  }
  issued.flop_per_megacycle = options.flop_per_megacycle;
  MUSTER_TRY(book_of(issued));
  return std::optional(std::move(issued));
}

Result<std::optional<AllowanceBook>> allowance_book(const AllowanceOptions& options) {
  MUSTER_TRY_ASSIGN(const auto issued, issued_allowances(options));
  if (!issued) return std::optional<AllowanceBook>();
  MUSTER_TRY_ASSIGN(auto book, book_of(*issued));
  return std::optional(std::move(book));
}

void print_allowance_use(print::Printer& printer, const std::optional<AllowanceUse>& use) {
  if (!use) return;
  printer.facts({"",
                 {{"allowances loaded", print::grouped(use->loaded)},
                  {"number of the last", use->number == 0 ? "none" : print::grouped(use->number)},
                  {"megacycles left", print::grouped(use->remaining_megacycles)},
                  {"megacycles spent in all", print::grouped(use->spent_megacycles)}}});
}

}  // namespace muster::cli
