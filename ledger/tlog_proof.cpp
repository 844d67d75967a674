#include "ledger/tlog_proof.hpp"

#include <charconv>

#include "ledger/base/base64.hpp"
#include "ledger/base/utf8.hpp"

namespace muster::ledger {
namespace {

constexpr std::string_view header = "c2sp.org/tlog-proof@v1\n";
constexpr std::string_view extra_start = "extra ";
constexpr std::string_view index_start = "index ";
constexpr std::size_t max_proof_hashes = 64;

tl::unexpected<Error> not_a_proof(const std::string& why) {
  return failure(Errc::invalid_input, "tlog proof: " + why);
}

/// Takes the next line, without its newline. Errors: `invalid_input` if there is none.
Result<std::string_view> next_line(std::string_view& text) {
  const auto newline = text.find('\n');
  if (newline == std::string_view::npos) return not_a_proof("ends too early");
  const auto line = text.substr(0, newline);
  text.remove_prefix(newline + 1);
  return line;
}

Result<LogIndex> parse_index(std::string_view line) {
  if (!line.starts_with(index_start)) return not_a_proof("no index line");
  line.remove_prefix(index_start.size());
  LogIndex index;
  const char* const end = line.data() + line.size();
  const auto [stop, problem] = std::from_chars(line.data(), end, index.value);
  const bool leading_zero = line.size() > 1 && line.front() == '0';
  if (problem != std::errc() || stop != end || leading_zero) return not_a_proof("bad index");
  return index;
}

}  // namespace

std::string encode_tlog_proof(const TlogProof& proof) {
  std::string text(header);
  if (proof.extra) text += std::string(extra_start) + to_base64(*proof.extra) + "\n";
  text += std::string(index_start) + std::to_string(proof.index.value) + "\n";
  for (const Hash& hash : proof.hashes) text += to_base64(hash.view()) + "\n";
  return text + "\n" + proof.checkpoint;
}

Result<TlogProof> parse_tlog_proof(std::string_view text) {
  if (!text.starts_with(header)) return not_a_proof("no header line");
  if (!is_utf8(text)) return not_a_proof("not UTF-8, as a signed note must be");
  text.remove_prefix(header.size());
  TlogProof proof;
  MUSTER_TRY_ASSIGN(std::string_view line, next_line(text));
  if (line.starts_with(extra_start)) {
    MUSTER_TRY_ASSIGN(proof.extra, bytes_from_base64(line.substr(extra_start.size())));
    MUSTER_TRY_ASSIGN(line, next_line(text));
  }
  MUSTER_TRY_ASSIGN(proof.index, parse_index(line));
  while (true) {
    MUSTER_TRY_ASSIGN(line, next_line(text));
    if (line.empty()) break;
    MUSTER_TRY_ASSIGN(const Bytes bytes, bytes_from_base64(line));
    MUSTER_TRY_ASSIGN(const Hash hash, Hash::from_bytes(bytes));
    proof.hashes.push_back(hash);
    if (proof.hashes.size() > max_proof_hashes) return not_a_proof("over 64 hashes");
  }
  proof.checkpoint = text;
  return proof;
}

}  // namespace muster::ledger
