#include "ledger/base/json_line.hpp"

#include <simdjson.h>

#include <array>
#include <optional>

namespace muster {
namespace ondemand = simdjson::ondemand;

struct JsonLineReader::State {
  /// The fields of one object, of which `next` was not taken yet.
  struct Level {
    simdjson::simdjson_result<ondemand::object_iterator> here;
    simdjson::simdjson_result<ondemand::object_iterator> end;
    std::optional<ondemand::field> next;
    bool taken = false;
  };

  ondemand::parser parser;
  ondemand::document document;
  std::array<Level, 2> levels;
  std::size_t depth = 0;

  Level& level() { return levels[depth]; }

  /// Looks at the field that is next, if there is one. False if the text is no JSON here.
  bool look() {
    Level& now = level();
    if (now.next) return true;
    if (now.taken) {
      ++now.here;
      now.taken = false;
    }
    if (!(now.here != now.end)) return now.here.error() == simdjson::SUCCESS;
    ondemand::field field;
    if ((*now.here).get(field) != simdjson::SUCCESS) return false;
    now.next = field;
    return true;
  }

  bool begin(ondemand::object object, std::size_t at) {
    depth = at;
    Level& now = level();
    now.here = object.begin();
    now.end = object.end();
    now.next.reset();
    now.taken = false;
    return now.here.error() == simdjson::SUCCESS;
  }

  /// The value of the field that is next.
  ondemand::value take() {
    Level& now = level();
    const ondemand::value value = now.next->value();
    now.next.reset();
    now.taken = true;
    return value;
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
  if (!state_->look()) {
    fail(path(key) + ": no JSON from here on");
    return false;
  }
  const auto& next = state_->level().next;
  return next && next->key() == key;
}

bool JsonLineReader::expect(std::string_view key) {
  if (has_next(key)) return true;
  fail("want field \"" + path(key) + "\" next, in the order of the format");
  return false;
}

std::uint64_t JsonLineReader::number(std::string_view key) {
  if (!expect(key)) return 0;
  std::uint64_t value = 0;
  if (state_->take().get_uint64().get(value) == simdjson::SUCCESS) return value;
  refuse(key, "a whole number of 64 bits");
  return 0;
}

std::string_view JsonLineReader::text(std::string_view key) {
  if (!expect(key)) return {};
  std::string_view value;
  if (state_->take().get_string().get(value) == simdjson::SUCCESS) return value;
  refuse(key, "a string");
  return {};
}

bool JsonLineReader::boolean(std::string_view key) {
  if (!expect(key)) return false;
  bool value = false;
  if (state_->take().get_bool().get(value) == simdjson::SUCCESS) return value;
  refuse(key, "true or false");
  return false;
}

void JsonLineReader::enter(std::string_view key) {
  if (!expect(key)) return;
  ondemand::object object;
  if (state_->take().get_object().get(object) != simdjson::SUCCESS || !state_->begin(object, 1)) {
    return refuse(key, "an object");
  }
  outer_ = key;
}

void JsonLineReader::leave() {
  if (!ok()) return;
  if (!state_->look()) return fail(outer_ + ": no JSON from here on");
  if (state_->level().next) return fail(outer_ + ": a field that the format does not have");
  outer_.clear();
  state_->depth = 0;
}

void JsonLineReader::close() {
  if (!ok()) return;
  if (!state_->look()) return fail("no JSON at the end of the line");
  if (state_->level().next) return fail("a field that the format does not have");
  // The library gives a place as long as there is something to read.
  const auto place = state_->document.current_location();
  if (place.error() != simdjson::OUT_OF_BOUNDS) fail("something follows the object");
}

}  // namespace muster
