#include "ledger/base/json_line.hpp"

#include <simdjson.h>

#include <array>
#include <optional>

#include "ledger/base/check.hpp"
#include "ledger/base/hex.hpp"

namespace muster {
namespace ondemand = simdjson::ondemand;

struct JsonLineReader::State {
  /// The fields of one object, of which `next` was not taken yet.
  struct Level {
    ondemand::object_iterator here;
    ondemand::object_iterator end;
    std::optional<ondemand::field> next;
    bool taken = false;
  };

  ondemand::parser parser;
  ondemand::document document;
  std::array<Level, 2> levels;
  std::size_t depth = 0;

  Level& level() { return levels[depth]; }

  /// The field that is next, into `field`: with it, `none` at the end, `broken` where the text is
  /// no JSON. Each may be read once.
  enum class Step : std::uint8_t { field, none, broken };
  Step advance(ondemand::field& field) {
    Level& now = level();
    if (now.taken) ++now.here;
    now.taken = false;
    if (now.here == now.end) return Step::none;
    if ((*now.here).get(field) != simdjson::SUCCESS) return Step::broken;
    now.taken = true;
    return Step::field;
  }

  /// The same without taking it: it waits in `next`.
  Step look() {
    Level& now = level();
    if (now.next) return Step::field;
    ondemand::field field;
    const Step step = advance(field);
    if (step == Step::field) now.next = field;
    return step;
  }

  bool begin(ondemand::object object, std::size_t at) {
    depth = at;
    Level& now = level();
    now.next.reset();
    now.taken = false;
    return object.begin().get(now.here) == simdjson::SUCCESS &&
           object.end().get(now.end) == simdjson::SUCCESS;
  }

  /// Gives the value of the field `key` to `take`, if that is what is next; false if it is not.
  template <class Take>
  bool with(std::string_view key, Take take) {
    Level& now = level();
    ondemand::field field;
    if (now.next) {
      field = *now.next;
      now.next.reset();
    } else if (advance(field) != Step::field) {
      return false;
    }
    if (!(field.key() == key)) return false;
    take(field.value());
    return true;
  }
};

JsonLineReader::JsonLineReader() : state_(std::make_unique<State>()) {}
JsonLineReader::~JsonLineReader() = default;

void JsonLineReader::fail(std::string fault) {
  if (ok()) fault_ = std::move(fault);
}

std::string JsonLineReader::path(std::string_view key) const {
  return outer_.empty() ? std::string(key) : outer_ + "." + std::string(key);
}

void JsonLineReader::refuse(std::string_view key, std::string_view wanted) {
  fail(path(key) + ": want " + std::string(wanted));
}

void JsonLineReader::open(std::string_view line) {
  fault_.clear();
  outer_.clear();
  State& state = *state_;
  ondemand::object object;
  const auto text = simdjson::padded_string_view(line, line.size() + padding);
  auto error = state.parser.iterate(text).get(state.document);
  if (error == simdjson::SUCCESS) error = state.document.get_object().get(object);
  if (error != simdjson::SUCCESS || !state.begin(object, 0)) fail("want one JSON object in a line");
}

bool JsonLineReader::has_next(std::string_view key) {
  if (!ok()) return false;
  const auto step = state_->look();
  if (step == State::Step::broken) fail(path(key) + ": no JSON from here on");
  return step == State::Step::field && state_->level().next->key() == key;
}

template <class Take>
void JsonLineReader::take(std::string_view key, Take take) {
  if (!ok() || state_->with(key, take)) return;
  fail("want field \"" + path(key) + "\" next, in the order of the format");
}

std::uint64_t JsonLineReader::number(std::string_view key) {
  std::uint64_t number = 0;
  take(key, [&](ondemand::value value) {
    if (value.get_uint64().get(number) == simdjson::SUCCESS) return;
    number = 0;
    refuse(key, "a whole number of 64 bits");
  });
  return number;
}

std::string_view JsonLineReader::text(std::string_view key) {
  std::string_view text;
  take(key, [&](ondemand::value value) {
    if (value.get_string().get(text) != simdjson::SUCCESS) refuse(key, "a string");
  });
  return text;
}

void JsonLineReader::hex(std::string_view key, std::span<std::uint8_t> out) {
  MUSTER_CHECK(2 * out.size() <= padding);
  take(key, [&](ondemand::value value) {
    ondemand::raw_json_string raw;
    if (value.get_raw_json_string().get(raw) != simdjson::SUCCESS) return refuse(key, "a string");
    // The digits as they stand: a string that is shorter ends in a quote, which is no digit, and
    // an escape is none either. What lies behind the line is readable.
    const std::string_view digits(raw.raw(), 2 * out.size());
    if (fill_from_hex(digits, out) && raw.raw()[digits.size()] == '"') return;
    refuse(key, std::to_string(digits.size()) + " hex digits");
  });
}

bool JsonLineReader::boolean(std::string_view key) {
  bool boolean = false;
  take(key, [&](ondemand::value value) {
    if (value.get_bool().get(boolean) != simdjson::SUCCESS) refuse(key, "true or false");
  });
  return boolean;
}

void JsonLineReader::enter(std::string_view key) {
  take(key, [&](ondemand::value value) {
    ondemand::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS || !state_->begin(object, 1)) {
      return refuse(key, "an object");
    }
    outer_ = key;
  });
}

void JsonLineReader::leave() {
  if (!ok()) return;
  const auto step = state_->look();
  if (step == State::Step::broken) return fail(outer_ + ": no JSON from here on");
  if (step == State::Step::field) return fail(outer_ + ": a field that the format does not have");
  outer_.clear();
  state_->depth = 0;
}

void JsonLineReader::close() {
  if (!ok()) return;
  const auto step = state_->look();
  if (step == State::Step::broken) return fail("no JSON at the end of the line");
  if (step == State::Step::field) return fail("a field that the format does not have");
  // The library gives a place as long as there is something to read.
  const auto place = state_->document.current_location();
  if (place.error() != simdjson::OUT_OF_BOUNDS) fail("something follows the object");
}

}  // namespace muster
