#define PCRE2_CODE_UNIT_WIDTH 8
#include "registry/json_schema/pattern.hpp"

#include <pcre2.h>

#include <array>

#include "ledger/base/check.hpp"
#include "registry/json_schema/ecma_pattern.hpp"

namespace muster::json_schema {
namespace {

constexpr std::uint32_t most_steps = 1'000'000;
constexpr std::uint32_t most_heap_kib = 16'384;
constexpr std::size_t most_pattern_bytes = 65'536;

struct FreeMatch {
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};
struct FreeContext {
  void operator()(pcre2_compile_context* context) const { pcre2_compile_context_free(context); }
};

PCRE2_SPTR units(std::string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }

std::string pcre_message(int code) {
  std::array<PCRE2_UCHAR, 200> text{};
  pcre2_get_error_message(code, text.data(), text.size());
  return reinterpret_cast<const char*>(text.data());
}

}  // namespace

struct Pattern::Code {
  struct Free {
    void operator()(pcre2_code* made) const { pcre2_code_free(made); }
    void operator()(pcre2_match_context* made) const { pcre2_match_context_free(made); }
  };
  std::unique_ptr<pcre2_code, Free> code;
  std::unique_ptr<pcre2_match_context, Free> limits;
};

Pattern::Pattern(std::unique_ptr<Code> code) : code_(std::move(code)) {}
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

Result<Pattern> Pattern::compile(std::string_view pattern) {
  if (pattern.size() > most_pattern_bytes) {
    return failure(Errc::invalid_input, "pattern: longer than 65,536 bytes");
  }
  MUSTER_TRY_ASSIGN(const std::string text, pcre_of_ecma(pattern));
  const std::unique_ptr<pcre2_compile_context, FreeContext> context(
      pcre2_compile_context_create(nullptr));
  MUSTER_CHECK(context != nullptr);
  pcre2_set_parens_nest_limit(context.get(), 100);
  int problem = 0;
  PCRE2_SIZE place = 0;
  auto code = std::make_unique<Code>();
  // With ALLOW_EMPTY_CLASS [] matches nothing and [^] anything, as in ECMA-262.
  code->code.reset(pcre2_compile(units(text), text.size(),
                                 PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_MATCH_UNSET_BACKREF |
                                     PCRE2_ALLOW_EMPTY_CLASS | PCRE2_NEVER_BACKSLASH_C,
                                 &problem, &place, context.get()));
  if (code->code == nullptr) {
    return failure(Errc::invalid_input, "pattern: " + pcre_message(problem));
  }
  code->limits.reset(pcre2_match_context_create(nullptr));
  MUSTER_CHECK(code->limits != nullptr);
  pcre2_set_match_limit(code->limits.get(), most_steps);
  pcre2_set_heap_limit(code->limits.get(), most_heap_kib);
  return Pattern(std::move(code));
}

Pattern::Match Pattern::search(std::string_view text) const {
  const std::unique_ptr<pcre2_match_data, FreeMatch> data(pcre2_match_data_create(1, nullptr));
  MUSTER_CHECK(data != nullptr);
  const int found = pcre2_match(code_->code.get(), units(text), text.size(), 0, 0, data.get(),
                                code_->limits.get());
  if (found >= 0) return Match::yes;
  return found == PCRE2_ERROR_NOMATCH ? Match::no : Match::gave_up;
}

}  // namespace muster::json_schema
