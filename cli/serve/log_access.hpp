#pragma once

#include <optional>
#include <string>

#include "cli/serve/service.hpp"
#include "cli/serve/visibility.hpp"
#include "ledger/receipt.hpp"

namespace muster::serve {

/// The receipt of an entry: the first that there was, or a better one since. Errors: `not_found`;
/// `unavailable` where nobody signs.
Result<ledger::Receipt> receipt_of(Service& service, ledger::LogIndex index);

/// The newest checkpoint that the operator signed. Errors: `unavailable` if there is none.
Result<std::string> newest_checkpoint(ledger::Store& store);

/// The index of a statement. Errors: `not_found`; `invalid_input` for what is no hash.
Result<ledger::LogIndex> index_of_statement(Service& service, const std::string& hash);

/// The bytes of an entry that the caller may read. Errors: `not_found`, also where it may not.
Result<Bytes> visible_entry(Service& service, const Principal& principal, ledger::LogIndex index);

/// Whether a caller may read an entry with these bytes at this place.
[[nodiscard]] bool may_read_entry(const Visibility& visibility, ledger::LogIndex index,
                                  ByteView bytes);

}  // namespace muster::serve
