#pragma once

#include <string>
#include <vector>

#include "registry/rules.hpp"

// What the kinds share that put things into containers and assemblies, and take them out.

namespace muster::registry {

/// The part of `containment` that attach and pack share.
struct Group {
  std::string parent;                 ///< The holder that takes something in.
  std::string kind;                   ///< What it is.
  std::vector<std::string> children;  ///< Holders that go in, beside the chips.
};

/// The named holder, of the signing party, under no release and in no closed container.
/// Errors: `holder.unknown`, `custody.not_custodian`, `release.open`, `container.closed`.
Result<RowN> own_holder(const Case& found, const std::string& id);

/// Whether the group's parent, if it is there already, may take more in.
/// Errors: as `own_holder`; `holder.other_kind`, `container.closed`, `holder.installed`.
Result<void> parent_takes(const Case& found, const Group& group);

/// Whether every chip is at the site of the header.
/// Errors: `site.not_here`.
Result<void> chips_are_here(const Case& found);

}  // namespace muster::registry
