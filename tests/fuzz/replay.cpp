// Runs a fuzz target over the files of a folder, for builds without libFuzzer:
//   NAME_replay FOLDER

#include <filesystem>
#include <iostream>

#include "ledger/base/file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int count, char** arguments) {
  if (count != 2) {
    std::cerr << "usage: " << arguments[0] << " FOLDER\n";
    return 2;
  }
  std::size_t files = 0;
  for (const auto& file : std::filesystem::directory_iterator(arguments[1])) {
    const auto bytes = muster::read_file(file.path());
    if (!bytes) {
      std::cerr << bytes.error().message << "\n";
      return 1;
    }
    // A target that is not satisfied ends the program.
    static_cast<void>(LLVMFuzzerTestOneInput(bytes->data(), bytes->size()));
    ++files;
  }
  std::cout << files << " passed, " << (files == 0 ? 1 : 0) << " failed\n";
  return files == 0 ? 1 : 0;
}
