#pragma once

#include <fstream>

#include "ledger/base/file.hpp"
#include "ledger/store/memory_store.hpp"
#include "ledger/tiles/export.hpp"
#include "ledger/tiles/verify.hpp"
#include "tests/ledger/tiles/verify_support.hpp"
#include "tests/support/folder.hpp"

namespace muster::test {

inline void append_entries(ledger::Store& store, std::span<const Bytes> entries) {
  const ledger::TreeHead head = must(store.head());
  must(store.append(head.size, entries.subspan(head.size.value), {}));
}

inline ledger::ExportOptions export_options() {
  return {.key = must(ledger::VerifierKey::parse(tiled_log_key()))};
}

/// Exports the store's present head, signed by key 1.
inline Result<ledger::Exported> exported(ledger::Store& store, const std::filesystem::path& folder,
                                         const ledger::ExportOptions& options = export_options()) {
  const ledger::TreeHead head = must(store.head());
  return export_tiles(store, signed_head({tiled_origin, head.size, head.root, {}}), folder,
                      options);
}

/// All files of a folder but those of `.export/`.
inline ledger::FileMap files_in(const std::filesystem::path& folder) {
  ledger::FileMap files;
  must(ledger::folder_source(folder).list([&](const ledger::ListedFile& file) {
    if (!file.path.starts_with(".export/")) files[file.path] = must(read_file(folder / file.path));
  }));
  return files;
}

/// What is wrong with the log in a folder.
inline Names faults_in(const std::filesystem::path& folder, bool hashes_only = false) {
  auto options = options_for_tests();
  options.hashes_only = hashes_only;
  const auto result = must(verify_tiles(ledger::folder_source(folder), options));
  return named(result);
}

}  // namespace muster::test
