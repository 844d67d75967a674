#pragma once

#include <filesystem>
#include <string>

#include "cli/context.hpp"
#include "cli/home.hpp"
#include "registry/exchange/capture_store.hpp"

namespace muster::cli {

/// An EPCIS document of a file, as it came and taken apart.
struct EpcisDocument {
  std::string bytes;
  exchange::Syntax syntax = exchange::Syntax::json;
  exchange::Document document;
};

/// Reads JSON-LD, or XML if it begins as XML does. Errors: `invalid_input`, naming the field.
Result<EpcisDocument> read_epcis_document(std::string bytes);
/// The same from a file. Errors: `not_found`; `invalid_input`, naming the file and the field.
Result<EpcisDocument> read_epcis_file(const std::string& path);

/// Where what was imported into a registry is kept; nothing is there before the first import.
[[nodiscard]] std::filesystem::path captures_path(const Home& home);

/// What was imported into a registry: `epcis.db` in its folder. With `--dry-run` none is made.
Result<exchange::CaptureStore> open_captures(const Context& context, const Home& home);

}  // namespace muster::cli
