#include "ledger/witness/add_checkpoint.hpp"

#include <charconv>

#include "ledger/base/base64.hpp"

namespace muster::ledger {
namespace {

constexpr std::string_view old_size_start = "old ";

tl::unexpected<Error> not_a_request(const std::string& why) {
  return failure(Errc::invalid_input, "add-checkpoint: " + why);
}

/// Takes the next line of a request, without its newline.
Result<std::string_view> next_request_line(std::string_view& body) {
  const auto newline = body.find('\n');
  if (newline == std::string_view::npos) return not_a_request("ends too early");
  const auto line = body.substr(0, newline);
  body.remove_prefix(newline + 1);
  return line;
}

}  // namespace

Result<TreeSize> parse_tree_size(std::string_view text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, value);
  const bool padded = text.size() > 1 && text.front() == '0';
  if (problem != std::errc() || stop != end || padded || text.front() == '-') {
    return failure(Errc::invalid_input, "tree size: want a decimal number below 2^63");
  }
  return TreeSize{static_cast<std::uint64_t>(value)};
}

std::string encode_add_checkpoint(const AddCheckpoint& request) {
  std::string body(old_size_start);
  body += std::to_string(request.old_size.value) + "\n";
  for (const Hash& hash : request.proof) body += to_base64(hash.view()) + "\n";
  return body + "\n" + request.checkpoint;
}

Result<AddCheckpoint> parse_add_checkpoint(std::string_view body) {
  if (body.size() > max_add_checkpoint_bytes) return not_a_request("over 131072 bytes");
  MUSTER_TRY_ASSIGN(std::string_view line, next_request_line(body));
  if (!line.starts_with(old_size_start)) return not_a_request("want \"old <size>\" first");
  AddCheckpoint request;
  MUSTER_TRY_ASSIGN(request.old_size, parse_tree_size(line.substr(old_size_start.size())));
  while (true) {
    MUSTER_TRY_ASSIGN(line, next_request_line(body));
    if (line.empty()) break;
    if (request.proof.size() == max_add_checkpoint_hashes) return not_a_request("over 63 hashes");
    MUSTER_TRY_ASSIGN(const Bytes bytes, bytes_from_base64(line));
    MUSTER_TRY_ASSIGN(const Hash hash, Hash::from_bytes(bytes));
    request.proof.push_back(hash);
  }
  request.checkpoint = body;
  return request;
}

}  // namespace muster::ledger
