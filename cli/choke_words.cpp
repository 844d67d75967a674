#include "cli/choke_words.hpp"

#include "cli/print/number.hpp"
#include "cli/print/utf8.hpp"

namespace muster::cli {

Json reasons_json(const std::vector<choke::Reason>& reasons) {
  Json list = Json::array();
  for (const choke::Reason& reason : reasons) {
    list.push_back({{"code", reason.code}, {"text", reason.text}});
  }
  return list;
}

std::string reason_line(const choke::Reason& reason) {
  return print::visible(reason.text + " (" + reason.code + ")");
}

void print_reasons(print::Printer& printer, const std::vector<choke::Reason>& reasons,
                   const std::vector<choke::Reason>& remarks) {
  for (const choke::Reason& reason : reasons) printer.paragraph("- " + reason_line(reason));
  for (const choke::Reason& remark : remarks) {
    printer.paragraph("- remark: " + reason_line(remark));
  }
}

std::string age_of(const choke::ExtractHeader& extract, Timestamp now) {
  if (now < extract.made_at) return "dated after the present time";
  const auto hours = static_cast<std::uint64_t>((now.ms - extract.made_at.ms) / 3'600'000);
  return print::counted(hours, "hour") + " old";
}

}  // namespace muster::cli
