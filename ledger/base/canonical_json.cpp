#include "ledger/base/canonical_json.hpp"

#include <charconv>

namespace muster {
namespace {

/// Written by hand because every recorded and every audited statement passes here; anything that is
/// not the common case is left to the library's parser.
class PlainReader final {
 public:
  explicit PlainReader(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  bool whole(Json& out) { return value(out, 0) && at_ == end_; }

 private:
  bool value(Json& out, std::size_t depth) {
    if (at_ == end_) return false;
    switch (*at_) {
      case '{':
        return object(out, depth);
      case '[':
        return array(out, depth);
      case '"': {
        std::string_view found;
        if (!text(found)) return false;
        out = std::string(found);
        return true;
      }
      case 't':
        return literal("true", Json(true), out);
      case 'f':
        return literal("false", Json(false), out);
      case 'n':
        return literal("null", Json(nullptr), out);
      default:
        return integer(out);
    }
  }

  bool object(Json& out, std::size_t depth) {
    if (depth >= max_json_depth) return false;
    ++at_;
    out = Json::object();
    auto& members = out.get_ref<Json::object_t&>();
    if (skip('}')) return true;
    std::string_view last;
    do {
      std::string_view key;
      // Keys of the restricted profile are 0x21 to 0x7E; a space is left to the closer look.
      if (!text(key) || key.find(' ') != std::string_view::npos || !skip(':')) return false;
      if (!members.empty() && key <= last) return false;
      const auto place = members.emplace_hint(members.end(), std::string(key), Json());
      if (!value(place->second, depth + 1)) return false;
      last = place->first;
    } while (skip(','));
    return skip('}');
  }

  bool array(Json& out, std::size_t depth) {
    if (depth >= max_json_depth) return false;
    ++at_;
    out = Json::array();
    auto& items = out.get_ref<Json::array_t&>();
    if (skip(']')) return true;
    do {
      if (!value(items.emplace_back(), depth + 1)) return false;
    } while (skip(','));
    return skip(']');
  }

  /// Text between quotes, of characters that stand for themselves.
  bool text(std::string_view& out) {
    if (!skip('"')) return false;
    const char* const begin = at_;
    while (at_ != end_ && *at_ >= 0x20 && *at_ < 0x7F && *at_ != '"' && *at_ != '\\') ++at_;
    out = {begin, static_cast<std::size_t>(at_ - begin)};
    return skip('"');
  }

  bool integer(Json& out) {
    std::int64_t number = 0;
    const char* const begin = at_;
    const auto [stop, problem] = std::from_chars(begin, end_, number);
    if (problem != std::errc() || number > max_json_integer || number < -max_json_integer) {
      return false;
    }
    const char* const digits = *begin == '-' ? begin + 1 : begin;
    const bool is_plain_zero = *digits == '0' && stop == digits + 1 && digits == begin;
    if (*digits == '0' && !is_plain_zero) return false;  // 007, -0
    at_ = stop;
    if (at_ != end_ && (*at_ == '.' || *at_ == 'e' || *at_ == 'E')) return false;
    out = number;
    return true;
  }

  bool literal(std::string_view word, Json&& meaning, Json& out) {
    if (!std::string_view(at_, static_cast<std::size_t>(end_ - at_)).starts_with(word)) {
      return false;
    }
    at_ += word.size();
    out = std::move(meaning);
    return true;
  }

  bool skip(char wanted) {
    if (at_ == end_ || *at_ != wanted) return false;
    ++at_;
    return true;
  }

  const char* at_;
  const char* end_;
};

}  // namespace

std::optional<Json> read_plain_canonical_json(std::string_view text) {
  Json value;
  if (!PlainReader(text).whole(value)) return std::nullopt;
  return value;
}

}  // namespace muster
