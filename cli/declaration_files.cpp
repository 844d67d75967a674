#include "cli/declaration_files.hpp"

#include "ledger/base/file.hpp"

namespace muster::cli {

Result<attestation::Declaration> read_declaration(const std::string& stem) {
  attestation::DeclarationFiles files;
  MUSTER_TRY_ASSIGN(files.metadata, read_text_file(stem + ".json"));
  MUSTER_TRY_ASSIGN(files.assignments, read_text_file(stem + ".assignments.ndjson"));
  MUSTER_TRY_ASSIGN(files.steps, read_text_file(stem + ".steps.ndjson"));
  auto declaration = attestation::parsed_declaration(files);
  if (!declaration) return failure(std::move(declaration.error()).during("declaration " + stem));
  return declaration;
}

}  // namespace muster::cli
