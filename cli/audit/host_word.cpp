#include "cli/audit/host_word.hpp"

#include <filesystem>

#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::cli {
namespace {

constexpr std::uint64_t most_note_bytes = std::uint64_t{1} << 26U;
constexpr std::size_t salt_size = 16;

Result<Bytes> salt_of(Context& context, const std::string& file) {
  Bytes salt(salt_size);
  std::error_code problem;
  if (std::filesystem::exists(file, problem)) {
    MUSTER_TRY_ASSIGN(std::string text, read_text_file(file, 1024));
    while (!text.empty() && text.back() == '\n') text.pop_back();
    auto filled = fill_from_lower_hex(text, salt);
    if (!filled) return failure(std::move(filled.error()).during(file));
    return salt;
  }
  context.random().fill(salt);
  if (!context.options().dry_run) {
    MUSTER_TRY(create_file(file, as_bytes(to_hex(salt) + "\n"), 0600));
  }
  return salt;
}

}  // namespace

Result<HostWord> host_word(Context& context, const HostOptions& options) {
  HostWord host{{}, options.refused};
  if (options.note.empty()) return host;
  MUSTER_TRY_ASSIGN(const Bytes note, read_file(options.note, most_note_bytes));
  MUSTER_TRY_ASSIGN(const Bytes salt, salt_of(context, options.note + ".salt"));
  host.note = crypto::sha256({ByteView(salt), ByteView(note)});
  return host;
}

Result<AnswerKind> unseen_answer(const std::string& answer, const HostOptions& host,
                                 const std::string& verb, const std::string& presents) {
  MUSTER_TRY_ASSIGN(const AnswerKind kind, parse_answer_kind(answer, "--answer"));
  if (kind == AnswerKind::presented) {
    return failure(Errc::invalid_input,
                   "--answer: got \"presented\", want absent, denied or dead; what a chip presents "
                   "is " +
                       presents);
  }
  if (host.note.empty() != host.refused.empty()) return kind;
  return failure(Errc::invalid_input,
                 verb +
                     ": want the host's signed note (--host-note FILE) or why it would not "
                     "sign (--host-refused TEXT), one of both");
}

Json host_evidence(const HostWord& host) {
  Json evidence = Json::array();
  if (host.note) {
    evidence.push_back(Json{{"sha256", host.note->to_hex()}, {"type", "host-countersignature"}});
  }
  return evidence;
}

std::string host_code(const HostWord& host) {
  return host.note ? "host.signed" : "host.refused-to-sign";
}

}  // namespace muster::cli
