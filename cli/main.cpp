#include <iostream>
#include <string>
#include <vector>

#include "cli/app.hpp"

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  muster::SystemRandom random;
  const int code = muster::cli::run(arguments, std::cout, std::cerr, random);
  std::cout.flush();
  // A result that could not be printed was not given.
  return code == 0 && !std::cout ? 3 : code;
}
