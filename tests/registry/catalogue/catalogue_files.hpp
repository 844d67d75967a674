#pragma once

#include <string>

#include "ledger/base/file.hpp"
#include "registry/catalogue/chip_models.hpp"
#include "tests/support/must.hpp"
#include "tests/support/source_root.hpp"

namespace muster::test {

/// A file of the repository, by its path from the root.
inline std::string repository_file(const std::string& path) {
  return must(read_text_file(std::string(source_root) + "/" + path));
}

/// The bundled catalogue.
inline const catalogue::ChipModels& bundled_models() {
  static const catalogue::ChipModels models = must(catalogue::ChipModels::parse(
      repository_file("data/chip_models.csv"), "data/chip_models.csv"));
  return models;
}

inline const catalogue::ChipModel& bundled_model(const std::string& name) {
  return *must(bundled_models().find(name));
}

}  // namespace muster::test
