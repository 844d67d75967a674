#include "ledger/vkey.hpp"
#include "registry/kinds/groups.hpp"

namespace muster::registry {
namespace {

constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1000;

/// A log only grows, so each anchor of one is at least as large as the one before. Two roots of one
/// size are no mistake to refuse, but what an anchor is there to show.
Result<void> anchor_rule(const Case& found) {
  const Body body = found.body();
  const std::string& origin = body.text("log");
  if (!ledger::is_key_name(origin)) {
    return refusal("anchor.log", "got \"" + origin + "\", want the origin of a log: a name that " +
                                     "can name a key, without spaces or \"+\"");
  }
  if (origin == found.state.origin() && body.integer("size") > found.state.size()) {
    return refusal("anchor.ahead", "got a size of " + std::to_string(body.integer("size")) +
                                       ", this log has " + std::to_string(found.state.size()));
  }
  const RowN row = found.tables().anchors.find(origin);
  if (row == no_row) return {};
  const Anchor& last = found.tables().anchors[row];
  if (body.integer("size") < last.size) {
    return refusal("anchor.behind", origin + ": got a size of " +
                                        std::to_string(body.integer("size")) + ", want " +
                                        std::to_string(last.size) + " or more, as anchored by " +
                                        "entry " + std::to_string(last.index));
  }
  const bool fork = body.integer("size") == last.size && body.hash("root") != last.root;
  const Timestamp again{last.at_ms + day_ms};
  if (fork || found.context.accepted_at >= again) return {};
  return refusal("anchor.too_soon", origin + ": anchored by entry " + std::to_string(last.index) +
                                        ", want the next one not before " + again.to_string());
}

void anchor_effect(State& state, const Case& found) {
  const Body body = found.body();
  auto& anchors = state.tables().anchors;
  const std::string& origin = body.text("log");
  RowN row = anchors.find(origin);
  if (row == no_row) {
    row = anchors.add({.id = origin});
  } else if (anchors[row].size == body.integer("size") && anchors[row].root != body.hash("root")) {
    open_finding(state, found.org, "anchor.fork");
  }
  Anchor& anchor = anchors.edit(row);
  anchor.size = body.integer("size");
  anchor.root = body.hash("root");
  anchor.checkpoint = body.hash("checkpoint");
  anchor.at_ms = state.now_ms();
  anchor.index = state.now_index();
}

constexpr std::array<Field, 4> anchor_fields{{{"log", FieldType::text},
                                              {"size", FieldType::positive},
                                              {"root", FieldType::hash},
                                              {"checkpoint", FieldType::hash}}};

constexpr std::array<Kind, 1> anchor_rows{{
    {.code = "N1",
     .name = "checkpoint.anchor",
     .signers = "registrar",
     .roles = roles({Role::registrar}),
     .body = anchor_fields,
     .change = "no chip; another log's checkpoint, or an older one of this log, by its hash",
     .guard =
         "at least as large as the one anchored before, and a day later; of this log no larger "
         "than it is; another root of the same size at any time, which opens a finding",
     .rule = anchor_rule,
     .effect = anchor_effect},
}};

}  // namespace

std::span<const Kind> anchor_kinds() { return anchor_rows; }

}  // namespace muster::registry
