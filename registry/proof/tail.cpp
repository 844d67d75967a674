#include "registry/proof/tail.hpp"

#include <algorithm>

namespace muster::registry {
namespace {

std::string entry_name(const ReadEntry& read) {
  return "entry " + std::to_string(read.entry.index.value);
}

}  // namespace

Result<void> ChipChain::add_named(const ReadEntry& read, const QuotedEntry& quoted) {
  if (read.entry.index.value < next_) {
    return refusal("proof.tail", entry_name(read) + ": want one from " + std::to_string(next_) +
                                     " on, behind the commitment and in order");
  }
  next_ = read.entry.index.value + 1;
  MUSTER_TRY_ASSIGN(const auto named, chip_in(read, quoted, facts_->record.chip));
  if (named) return add_event(read, *named);
  return refusal("proof.tail", entry_name(read) + ": does not move the chip");
}

Result<void> ChipChain::add_any(const ReadEntry& read, const QuotedEntry& quoted) {
  if (read.entry.index.value != next_) {
    return refusal("proof.entry", entry_name(read) + ": stands at " + std::to_string(next_));
  }
  ++next_;
  MUSTER_TRY_ASSIGN(const auto named, chip_in(read, quoted, facts_->record.chip));
  if (!read.event) {
    doubts_.push_back({chip_event(read, Naming::listed), "cannot be read by this program"});
  } else if (named && named->naming == Naming::container) {
    return add_holder_event(read);
  } else if (named && named->naming == Naming::effect) {
    doubts_.push_back({chip_event(read, Naming::effect), "may move chips that it does not name"});
  } else if (named) {
    return add_event(read, *named);
  }
  return {};
}

/// What moves a holder moves the chip if it stands in it: which is known as long as nothing moved
/// the chip since the commitment says where it stands.
Result<void> ChipChain::add_holder_event(const ReadEntry& read) {
  const std::string& container = read.event->header.subjects.container;
  const bool known = facts_->tail.empty() && doubts_.empty();
  if (known && !facts_->record.holder) return {};
  if (known && *facts_->record.holder == container) {
    return add_event(read, {Naming::container, std::nullopt});
  }
  doubts_.push_back({chip_event(read, Naming::container),
                     "moves " + container + "; whether the chip stood in it is not shown"});
  return {};
}

Result<void> ChipChain::add_event(const ReadEntry& read, const NamedChip& named) {
  ChipEvent event = chip_event(read, named.naming);
  event.follows = named.expects.has_value();
  if (named.expects) {
    MUSTER_TRY(follow(read, *named.expects));
  } else {
    finish();
  }
  before_ = read.statement;
  facts_->tail.push_back(std::move(event));
  return {};
}

/// The statement that an event follows settles every doubt between the two.
Result<void> ChipChain::follow(const ReadEntry& read, const Hash& expects) {
  if (expects == before_) {
    doubts_.clear();
    return {};
  }
  const auto moved = std::ranges::find_if(
      doubts_, [&](const Doubt& doubt) { return doubt.event.statement == expects; });
  if (moved == doubts_.end()) {
    return refusal("proof.chain", entry_name(read) + " follows statement " + expects.to_hex() +
                                      ", the event before it is " + before_.to_hex());
  }
  ChipEvent event = std::move(moved->event);
  doubts_.erase(moved, doubts_.end());
  finish();
  facts_->tail.push_back(std::move(event));
  return {};
}

void ChipChain::finish() {
  for (Doubt& doubt : doubts_) {
    facts_->undecided.push_back({doubt.event.index, std::move(doubt.why)});
  }
  doubts_.clear();
}

}  // namespace muster::registry
