#include <algorithm>

#include "registry/inventory_claim.hpp"
#include "registry/kinds/groups.hpp"

namespace muster::registry {
namespace {

/// The site or product that the body may name, or `no_row`.
template <class Table>
Result<RowN> named_row(const Case& found, const Table& table, const std::string& field) {
  if (!found.body().has(field)) return no_row;
  const RowN row = table.find(found.body().text(field));
  if (row == no_row) return refusal(field + ".unknown", found.body().text(field));
  return row;
}

Result<BookScope> scope_of(const Case& found) {
  BookScope scope{.party = found.org};
  MUSTER_TRY_ASSIGN(scope.site, named_row(found, found.tables().sites, "site"));
  if (scope.site != no_row && found.tables().sites[scope.site].party != found.org) {
    return refusal("site.not_yours", found.body().text("site"));
  }
  return scope;
}

std::string scope_key(const Case& found) {
  return found.state.party_name(found.org) + "/" + found.body().text_or_empty("site");
}

Result<void> figure_is(const char* rule, const char* what, std::uint64_t got, std::uint64_t want) {
  if (got == want) return {};
  return refusal(
      rule, std::string(what) + ": got " + std::to_string(got) + ", want " + std::to_string(want));
}

// Inventories.

/// The chips that the body lists, rising. Errors: `chip.unknown`.
Result<std::vector<RowN>> listed_chips(const Case& found, const char* field) {
  std::vector<RowN> list;
  for (const ChipId& id : found.body().chips(field)) {
    const RowN chip = found.state.find_chip(id);
    if (chip == no_row) return refusal("chip.unknown", id.to_string());
    list.push_back(chip);
  }
  std::ranges::sort(list);
  return list;
}

/// What was found: the book, less what is missing, and what is not on it.
Result<std::vector<RowN>> found_chips(const Case& found, const std::vector<RowN>& book) {
  MUSTER_TRY_ASSIGN(const auto missing, listed_chips(found, "missing"));
  MUSTER_TRY_ASSIGN(const auto over, listed_chips(found, "over"));
  const auto on_book = [&](RowN chip) { return std::ranges::binary_search(book, chip); };
  for (const RowN chip : missing) {
    if (!on_book(chip)) {
      return refusal("inventory.not_on_book", found.state.chip_id(chip).to_string());
    }
  }
  for (const RowN chip : over) {
    if (on_book(chip)) return refusal("inventory.on_book", found.state.chip_id(chip).to_string());
  }
  std::vector<RowN> there;
  std::ranges::set_difference(book, missing, std::back_inserter(there));
  there.insert(there.end(), over.begin(), over.end());
  return there;
}

/// Whether the claim goes on from the one before it, with what came and went by the log.
Result<void> goes_on_from_last(const Case& found, const BookScope& scope,
                               const std::vector<RowN>& book) {
  const Body body = found.body();
  const RowN row = found.tables().inventories.find(inventory_key(found.state, scope));
  std::vector<RowN> before;
  if (row == no_row) {
    if (body.has("previous")) return refusal("inventory.previous", "there is none before this one");
  } else {
    const Inventory& last = found.tables().inventories[row];
    const Hash& want = found.tables().statements[last.index].hash;
    if (!body.has("previous") || body.hash("previous") != want) {
      return refusal("inventory.previous", "want " + want.to_hex());
    }
    if (body.integer("entries") < last.entries) {
      return refusal("inventory.entries", "got " + std::to_string(body.integer("entries")) +
                                              ", want " + std::to_string(last.entries) +
                                              " or more");
    }
    before = book_chips(found.state, scope, last.entries);
  }
  std::vector<RowN> stayed;
  std::ranges::set_intersection(before, book, std::back_inserter(stayed));
  MUSTER_TRY(figure_is("inventory.unexplained", "added", body.integer("added"),
                       book.size() - stayed.size()));
  return figure_is("inventory.unexplained", "removed", body.integer("removed"),
                   before.size() - stayed.size());
}

Result<void> inventory_rule(const Case& found) {
  const Body body = found.body();
  MUSTER_TRY_ASSIGN(const BookScope scope, scope_of(found));
  if (body.integer("entries") > found.state.size()) {
    return refusal("inventory.entries", "got " + std::to_string(body.integer("entries")) +
                                            ", the log has " + std::to_string(found.state.size()));
  }
  const auto book = book_chips(found.state, scope, static_cast<Index32>(body.integer("entries")));
  MUSTER_TRY(goes_on_from_last(found, scope, book));
  MUSTER_TRY_ASSIGN(const auto there, found_chips(found, book));
  MUSTER_TRY(figure_is("inventory.count", "count", body.integer("count"), there.size()));
  MUSTER_TRY(
      figure_is("inventory.tpp", "tpp", body.integer("tpp"), tpp_of_chips(found.state, there)));
  const Hash root = root_of_ids(found.state, there);
  if (body.hash("root") == root) return {};
  return refusal("inventory.root", "got " + body.text("root") + ", want " + root.to_hex());
}

/// What was not found is asked for. What is there again stays asked for, unless an authority, not
/// the custodian alone, says so.
void note_found(State& state, const Case& found, const BookScope& scope) {
  const Body body = found.body();
  const auto missing = listed_chips(found, "missing").value();
  const bool witnessed = std::ranges::any_of(found.signers, [&](RowN party) {
    return party != found.org && has_role(found, party, Role::authority);
  });
  if (witnessed) {
    const auto book = book_chips(state, scope, static_cast<Index32>(body.integer("entries")));
    const auto there = found_chips(found, book).value();
    for (const RowN chip : there) state.show(chip);
  }
  // Of a book of the past, what went to another party since is that party's to show.
  for (const RowN chip : missing) {
    if (found.chip(chip).custodian == found.org) state.seek(chip, found.org);
  }
}

void inventory_effect(State& state, const Case& found) {
  const Body body = found.body();
  auto& table = state.tables().inventories;
  const std::string key = inventory_key(state, scope_of(found).value());
  RowN row = table.find(key);
  if (row == no_row) row = table.add({.id = key});
  table.edit(row) = {.id = key,
                     .party = found.org,
                     .site = scope_of(found).value().site,
                     .entries = static_cast<Index32>(body.integer("entries")),
                     .count = body.integer("count"),
                     .tpp = body.integer("tpp"),
                     .missing = body.list("missing").size(),
                     .over = body.list("over").size(),
                     .root = body.hash("root"),
                     .index = state.now_index()};
  note_found(state, found, scope_of(found).value());
  const bool differs = !body.list("missing").empty() || !body.list("over").empty();
  if (differs) open_finding(state, found.org, "inventory.difference");
}

// Balances.

Result<void> follows_last(const Case& found, const std::string& key) {
  const Body body = found.body();
  const RowN row = found.tables().balances.find(key);
  if (row == no_row) return {};
  const Balance& last = found.tables().balances[row];
  if (body.window("period").from != last.to) {
    return refusal("balance.gap", "period begins at " + body.window("period").from.to_string() +
                                      ", the one before ended at " + last.to.to_string());
  }
  return figure_is("balance.opening", "opening, as the period before closed",
                   body.integer("opening"), last.closing);
}

std::string balance_key(const Case& found) {
  return scope_key(found) + "/" + found.body().text_or_empty("product");
}

Result<void> balance_rule(const Case& found) {
  const Body body = found.body();
  MUSTER_TRY_ASSIGN(BookScope scope, scope_of(found));
  MUSTER_TRY_ASSIGN(scope.product, named_row(found, found.tables().products, "product"));
  const Window period = body.window("period");
  // The book of an instant is complete when that instant is over.
  if (found.context.accepted_at <= period.to) {
    return refusal("balance.period_open", "ends at " + period.to.to_string());
  }
  const std::uint64_t in = body.integer("opening") + body.integer("increases");
  MUSTER_TRY(figure_is("balance.identity", "opening and increases", in,
                       body.integer("decreases") + body.integer("closing")));
  MUSTER_TRY(figure_is("balance.difference", "closing and surplus",
                       body.integer("closing") + body.integer("surplus"),
                       body.integer("counted") + body.integer("shortfall")));
  MUSTER_TRY(follows_last(found, balance_key(found)));
  const BookFigures book = book_figures(found.state, scope, period);
  MUSTER_TRY(figure_is("balance.book", "opening", body.integer("opening"), book.opening));
  MUSTER_TRY(figure_is("balance.book", "increases", body.integer("increases"), book.increases));
  MUSTER_TRY(figure_is("balance.book", "decreases", body.integer("decreases"), book.decreases));
  return figure_is("balance.book", "closing", body.integer("closing"), book.closing);
}

void balance_effect(State& state, const Case& found) {
  const Body body = found.body();
  auto& table = state.tables().balances;
  const std::string key = balance_key(found);
  RowN row = table.find(key);
  if (row == no_row) row = table.add({.id = key});
  Balance& balance = table.edit(row);
  const Window period = body.window("period");
  balance = {.id = key,
             .party = found.org,
             .site = named_row(found, state.tables().sites, "site").value(),
             .product = named_row(found, state.tables().products, "product").value(),
             .from = period.from,
             .to = period.to,
             .opening = body.integer("opening"),
             .increases = body.integer("increases"),
             .decreases = body.integer("decreases"),
             .closing = body.integer("closing"),
             .counted = body.integer("counted"),
             .periods = balance.periods + 1,
             .index = state.now_index()};
  if (balance.counted != balance.closing) open_finding(state, found.org, "balance.difference");
}

constexpr std::array<Field, 11> inventory_fields{{{"site", FieldType::name, false},
                                                  {"entries", FieldType::positive},
                                                  {"count", FieldType::integer},
                                                  {"tpp", FieldType::integer},
                                                  {"root", FieldType::hash},
                                                  {"previous", FieldType::hash, false},
                                                  {"added", FieldType::integer},
                                                  {"removed", FieldType::integer},
                                                  {"missing", FieldType::lines, false},
                                                  {"over", FieldType::lines, false},
                                                  {"beacon", FieldType::hash, false}}};
constexpr std::array<Field, 10> balance_fields{{{"site", FieldType::name, false},
                                                {"product", FieldType::name, false},
                                                {"period", FieldType::window},
                                                {"opening", FieldType::integer},
                                                {"increases", FieldType::integer},
                                                {"decreases", FieldType::integer},
                                                {"closing", FieldType::integer},
                                                {"counted", FieldType::integer},
                                                {"surplus", FieldType::integer},
                                                {"shortfall", FieldType::integer}}};

constexpr std::array<Kind, 2> book_rows{{
    {.code = "G3",
     .name = "inventory",
     .signers = "the custodian; an authority as well if chips are to count as found again",
     .body = inventory_fields,
     .change = "no chip: a claim about the book after so many entries",
     .guard =
         "goes on from the inventory before it; what came and went is what the log says; count, "
         "TPP and root are those of the book less missing and with over; a difference opens a "
         "finding; what is missing is unaccounted for until another party has seen it",
     .rule = inventory_rule,
     .effect = inventory_effect,
     .correctable = true},
    {.code = "M5",
     .name = "balance.close",
     .signers = "the custodian, and an authority",
     .co_signer = CoSigner::another_party,
     .co_roles = roles({Role::authority}),
     .body = balance_fields,
     .change = "book -> period closed",
     .guard =
         "period over; opening + increases = decreases + closing, each as the registry counts "
         "it; goes on where the period before closed; a difference to the count opens a finding",
     .rule = balance_rule,
     .effect = balance_effect,
     .correctable = true},
}};

}  // namespace

std::span<const Kind> book_kinds() { return book_rows; }

}  // namespace muster::registry
