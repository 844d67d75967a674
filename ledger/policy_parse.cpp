#include <algorithm>
#include <charconv>
#include <map>

#include "ledger/policy.hpp"

namespace muster::ledger {
namespace {

using Words = std::vector<std::string_view>;

constexpr std::string_view policy_blanks = " \t";

/// The items of one line: what stands between spaces and tabs.
Words words_of(std::string_view line) {
  Words words;
  while (true) {
    const auto begin = line.find_first_not_of(policy_blanks);
    if (begin == std::string_view::npos) return words;
    line.remove_prefix(begin);
    const auto end = std::min(line.find_first_of(policy_blanks), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

bool is_policy_byte(char c) { return c == '\t' || c < 0 || (c >= 0x20 && c != 0x7F); }

tl::unexpected<Error> policy_error(const std::string& what) {
  return failure(Errc::invalid_input, what);
}

/// `k` of a group: decimal, without sign and leading zeros.
std::optional<std::size_t> threshold_of(std::string_view text) {
  std::size_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, value);
  if (problem != std::errc() || stop != end || text.starts_with('0')) return std::nullopt;
  return value;
}

}  // namespace

/// Reads a policy line by line.
class PolicyParser final {
 public:
  Result<Policy> run(std::string_view text);

 private:
  Result<void> line(std::string_view line);
  Result<void> log(const Words& words);
  Result<void> witness(const Words& words);
  Result<void> group(const Words& words);
  Result<void> quorum(const Words& words);
  /// Errors: `invalid_input` if `name` cannot be defined, or is already.
  Result<void> check_new(std::string_view name) const;
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;
  Result<std::size_t> member(std::string_view name);

  Policy policy_;
  std::map<std::string, std::size_t, std::less<>> places_;
  std::vector<bool> is_member_;  ///< Of some group, by place.
  bool has_quorum_line_ = false;
};

std::optional<std::size_t> PolicyParser::find(std::string_view name) const {
  const auto found = places_.find(name);
  return found == places_.end() ? std::nullopt : std::optional(found->second);
}

Result<void> PolicyParser::check_new(std::string_view name) const {
  const std::string quoted = "\"" + std::string(name) + "\"";
  if (name == "none")
    return policy_error("name " + quoted + ": stands for no quorum, choose another");
  if (find(name)) return policy_error("name " + quoted + ": is defined on a line before");
  return {};
}

Result<void> PolicyParser::log(const Words& words) {
  if (words.size() != 2 && words.size() != 3) return policy_error("want: log <vkey> [<url>]");
  MUSTER_TRY_ASSIGN(const VerifierKey key, VerifierKey::parse(words[1]));
  const auto same = [&](const PolicyLog& other) { return other.key.key() == key.key(); };
  if (std::ranges::any_of(policy_.logs_, same)) {
    return policy_error("log " + key.name() + ": its key is that of a log before");
  }
  if (policy_.logs_.size() == max_policy_items) return policy_error("over 256 logs");
  policy_.logs_.push_back({key, words.size() == 3 ? std::string(words[2]) : std::string()});
  return {};
}

Result<void> PolicyParser::witness(const Words& words) {
  if (words.size() != 3 && words.size() != 4) {
    return policy_error("want: witness <name> <vkey> [<url>]");
  }
  MUSTER_TRY(check_new(words[1]));
  MUSTER_TRY_ASSIGN(const CosignerKey key, CosignerKey::parse(words[2]));
  const auto same = [&](const PolicyWitness& other) { return other.key.key() == key.key(); };
  if (const auto other = std::ranges::find_if(policy_.witnesses_, same);
      other != policy_.witnesses_.end()) {
    return policy_error("witness \"" + std::string(words[1]) + "\": its key is that of \"" +
                        other->name + "\"");
  }
  if (policy_.witnesses_.size() == max_policy_items) return policy_error("over 256 witnesses");
  places_.emplace(words[1], policy_.nodes_.size());
  policy_.nodes_.push_back({.name = std::string(words[1]), .witness = policy_.witnesses_.size()});
  policy_.witnesses_.push_back(
      {std::string(words[1]), key, words.size() == 4 ? std::string(words[3]) : std::string()});
  return {};
}

Result<std::size_t> PolicyParser::member(std::string_view name) {
  const std::string quoted = "\"" + std::string(name) + "\"";
  const auto place = find(name);
  if (!place) return policy_error("member " + quoted + ": is defined on no line before");
  is_member_.resize(policy_.nodes_.size());
  if (is_member_[*place]) {
    return policy_error("member " + quoted + ": is a member already, and may count once only");
  }
  is_member_[*place] = true;
  return *place;
}

Result<void> PolicyParser::group(const Words& words) {
  if (words.size() < 4) return policy_error("want: group <name> any|all|<k> <member>...");
  MUSTER_TRY(check_new(words[1]));
  const std::size_t count = words.size() - 3;
  const auto threshold = words[2] == "any"   ? std::optional<std::size_t>(1)
                         : words[2] == "all" ? std::optional(count)
                                             : threshold_of(words[2]);
  if (!threshold || *threshold < 1 || *threshold > count) {
    return policy_error("group \"" + std::string(words[1]) + "\": got threshold " +
                        std::string(words[2]) + ", want any, all or 1 to " + std::to_string(count));
  }
  Policy::Node node{.name = std::string(words[1]), .threshold = *threshold};
  for (std::size_t i = 3; i < words.size(); ++i) {
    MUSTER_TRY_ASSIGN(const std::size_t place, member(words[i]));
    node.members.push_back(place);
  }
  const std::size_t groups = policy_.nodes_.size() - policy_.witnesses_.size();
  if (groups == max_policy_items) return policy_error("over 256 groups");
  places_.emplace(words[1], policy_.nodes_.size());
  policy_.nodes_.push_back(std::move(node));
  return {};
}

Result<void> PolicyParser::quorum(const Words& words) {
  if (words.size() != 2) return policy_error("want: quorum <name>, or quorum none");
  if (has_quorum_line_) return policy_error("a second quorum line, want one");
  has_quorum_line_ = true;
  policy_.quorum_name_ = words[1];
  if (words[1] == "none") return {};
  policy_.quorum_ = find(words[1]);
  if (policy_.quorum_) return {};
  return policy_error("quorum \"" + std::string(words[1]) + "\": is defined on no line before");
}

Result<void> PolicyParser::line(std::string_view line) {
  if (!std::ranges::all_of(line, is_policy_byte)) return policy_error("got a control character");
  const Words words = words_of(line);
  if (words.empty() || words.front().starts_with('#')) return {};
  if (words.front() == "log") return log(words);
  if (words.front() == "witness") return witness(words);
  if (words.front() == "group") return group(words);
  if (words.front() == "quorum") return quorum(words);
  return policy_error("got \"" + std::string(words.front()) +
                      "\", want log, witness, group or quorum");
}

Result<Policy> PolicyParser::run(std::string_view text) {
  if (text.size() > max_policy_bytes) {
    return policy_error("policy: got " + std::to_string(text.size()) + " bytes, want at most " +
                        std::to_string(max_policy_bytes));
  }
  policy_.text_ = text;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string where = "line " + std::to_string(number);
    const auto newline = text.find('\n');
    if (newline == std::string_view::npos) {
      return policy_error(where + ": does not end in a newline: is the file whole?");
    }
    auto read = line(text.substr(0, newline));
    if (!read) return failure(std::move(read).error().during(where));
    text.remove_prefix(newline + 1);
  }
  if (!has_quorum_line_)
    return policy_error("policy: no quorum line; `quorum none` wants no witness");
  return std::move(policy_);
}

Result<Policy> Policy::parse(std::string_view text) { return PolicyParser().run(text); }

}  // namespace muster::ledger
