// Runs one fuzz target over the files of a folder, for builds without libFuzzer:
//   fuzz_replay TARGET FOLDER

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "ledger/base/file.hpp"
#include "tests/fuzz/targets.hpp"

namespace {

int replay(const muster::fuzz::Target& target, const std::filesystem::path& folder) {
  std::size_t files = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    const auto bytes = muster::read_file(file.path());
    if (!bytes) {
      std::cerr << bytes.error().message << "\n";
      return 1;
    }
    // A target that is not satisfied ends the program.
    static_cast<void>(target.run(bytes->data(), bytes->size()));
    ++files;
  }
  std::cout << files << " passed, " << (files == 0 ? 1 : 0) << " failed\n";
  return files == 0 ? 1 : 0;
}

}  // namespace

int main(int count, char** arguments) {
  using muster::fuzz::targets;
  if (count != 3) {
    std::cerr << "usage: " << arguments[0] << " TARGET FOLDER\n";
    return 2;
  }
  const auto* const target = std::ranges::find(targets, arguments[1], &muster::fuzz::Target::name);
  if (target == std::end(targets)) {
    std::cerr << "target: got " << arguments[1] << ", want one of tests/fuzz/meson.build\n";
    return 2;
  }
  return replay(*target, arguments[2]);
}
