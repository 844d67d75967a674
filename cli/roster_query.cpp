#include "cli/roster_query.hpp"

#include <charconv>

#include "cli/window_text.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"

namespace muster::cli {
namespace {

std::optional<std::string> given(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

constexpr std::size_t longest_key_file = 1024;
constexpr std::size_t roster_key_bytes = 32;

}  // namespace

void add_roster_query(CLI::App& verb, RosterQuery& query) {
  verb.add_option("party", query.party, "in this party's custody");
  verb.add_option("--owner", query.owner,
                  "to which this party, or one it stands behind, has title");
  verb.add_option("--tenant", query.tenant,
                  "that this party may use under a lease that names them");
  verb.add_option("--site", query.site, "at this site");
  verb.add_option("--country", query.country, "at a site in this country");
  verb.add_option("--model", query.model, "of this model of the catalogue");
  verb.add_option("--product", query.product, "of this product");
  verb.add_option("--window", query.window, "all that fitted at any moment of FROM..TO");
  verb.add_option("--index", query.index, "as known after this entry");
}

registry::Selection selection_of(const RosterQuery& query) {
  return {.custodian = given(query.party),
          .owner = given(query.owner),
          .tenant = given(query.tenant),
          .site = given(query.site),
          .country = given(query.country),
          .model = given(query.model),
          .product = given(query.product)};
}

Result<std::optional<Window>> window_of(const RosterQuery& query) {
  const std::string& text = query.window;
  if (text.empty()) return std::optional<Window>();
  auto window = parse_window(text);
  if (!window) return failure(std::move(window.error()).during("--window"));
  return std::optional(*window);
}

Result<registry::Index32> size_of(const registry::State& state, const RosterQuery& query) {
  const std::string& text = query.index;
  if (text.empty()) return state.size();
  std::uint64_t index = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (problem != std::errc() || end != text.data() + text.size() || index >= state.size()) {
    return failure(Errc::invalid_input, "--index: got \"" + text + "\", want an entry below " +
                                            std::to_string(state.size()));
  }
  return static_cast<registry::Index32>(index + 1);
}

Result<std::vector<registry::Holding>> holdings_of(Home& home, const registry::Selection& selection,
                                                   const std::optional<Window>& window,
                                                   registry::Index32 size) {
  MUSTER_TRY(home.registry().flush());
  registry::View* view = home.registry().view();
  if (!window) return registry::holdings_at(home.state(), view, selection, size);
  if (view == nullptr) {
    return failure(Errc::unavailable, "a window: the registry is open without its view");
  }
  return registry::holdings_in(home.state(), *view, selection, *window, size);
}

Result<Bytes> read_roster_key(const std::string& file) {
  MUSTER_TRY_ASSIGN(std::string text, read_text_file(file, longest_key_file));
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  auto key = bytes_from_hex(text);
  if (key && key->size() == roster_key_bytes) return std::move(*key);
  return failure(Errc::invalid_input, file + ": want a key of 64 hex digits");
}

}  // namespace muster::cli
