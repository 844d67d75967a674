// Writes the sample documents and drawings into the folder given, for the checks that read them
// with another program's parser, and for eyes.

#include <iostream>

#include "cli/report/html_page.hpp"
#include "cli/report/svg_file.hpp"
#include "ledger/base/file.hpp"
#include "tests/cli/sample_document.hpp"

namespace {

bool written(const std::filesystem::path& path, const std::string& text) {
  const auto result = muster::write_file_atomically(path, muster::as_bytes(text));
  if (!result) std::cerr << result.error().message << "\n";
  return result.has_value();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: report_sample FOLDER\n";
    return 2;
  }
  using namespace muster;
  const std::filesystem::path folder = argv[1];
  std::filesystem::create_directories(folder);
  const auto hostile = test::hostile_document();
  bool good = written(folder / "sample.html", report::html_page(test::sample_document()));
  good = written(folder / "hostile.html", report::html_page(hostile)) && good;
  good = written(folder / "power.svg", report::svg_file(test::sample_power_curve())) && good;
  good = written(folder / "bars.svg", report::svg_file(test::sample_bars())) && good;
  good = written(folder / "flow.svg", report::svg_file(test::sample_flow())) && good;
  return good ? 0 : 1;
}
