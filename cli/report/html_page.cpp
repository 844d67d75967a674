#include "cli/report/html_page.hpp"

#include "cli/report/html_blocks.hpp"
#include "cli/report/style_sheet.hpp"

namespace muster::report {
namespace {

constexpr std::size_t sections_worth_a_list = 3;

/// Nothing is fetched and nothing runs, whatever a hostile text manages.
constexpr const char* content_policy =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// The margins of printed pages: the banner above, the title and the page number below. Browsers
/// without margin boxes show the banner along the edge only, where every browser repeats it.
std::string page_margins(const Document& document) {
  std::string rules = "@page {\n";
  if (!document.banner.empty()) {
    rules += "  @top-center { content: " + css_string(document.banner) +
             "; font: 600 9pt sans-serif; color: #7d5200; }\n";
  }
  rules += "  @bottom-left { content: " + css_string(document.title) +
           "; font: 8pt sans-serif; color: #59626f; }\n";
  rules +=
      "  @bottom-right { content: \"page \" counter(page) \" of \" counter(pages);"
      " font: 8pt sans-serif; color: #59626f; }\n}\n";
  return rules;
}

std::string style_element(const Document& document) {
  return "<style>\n" + palette(":root") + std::string(chart_rules()) + std::string(page_rules()) +
         page_margins(document) + "</style>\n";
}

void write_head(Markup& html, const Document& document) {
  html.open("head").line();
  html.leaf("meta", {{"charset", "utf-8"}}).line();
  html.leaf("meta", {{"http-equiv", "Content-Security-Policy"}, {"content", content_policy}});
  html.line();
  html.leaf("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  html.line();
  html.leaf("meta", {{"name", "referrer"}, {"content", "no-referrer"}}).line();
  html.element("title", {}, document.title).line();
  html.trusted(style_element(document)).close().line();
}

void write_header(Markup& html, const Document& document) {
  html.open("header").line();
  html.element("p", {{"class", "kicker"}}, "Muster report").line();
  html.element("h1", {}, document.title).line();
  if (!document.subtitle.empty()) {
    html.element("p", {{"class", "subtitle"}}, document.subtitle).line();
  }
  html.close().line();
  write_facts(html, document.facts);
}

std::string section_id(std::size_t index) { return "section-" + std::to_string(index + 1); }

void write_contents(Markup& html, const Document& document) {
  if (document.sections.size() < sections_worth_a_list) return;
  html.open("nav", {{"aria-label", "Contents"}}).open("ol").line();
  for (std::size_t i = 0; i < document.sections.size(); ++i) {
    html.open("li").element("a", {{"href", "#" + section_id(i)}}, document.sections[i].heading);
    html.close().line();
  }
  html.close().close().line();
}

void write_section(Markup& html, const Section& section, std::size_t index, Numbering& numbering) {
  const std::string heading_id = section_id(index) + "-heading";
  html.open("section", {{"id", section_id(index)}, {"aria-labelledby", heading_id}}).line();
  html.open("h2", {{"id", heading_id}});
  html.element("span", {{"class", "number"}}, std::to_string(index + 1));
  html.text(section.heading).close().line();
  for (const Block& block : section.blocks) write_block(html, block, numbering);
  html.close().line();
}

}  // namespace

std::string html_page(const Document& document) {
  Markup html;
  html.trusted("<!DOCTYPE html>\n");
  html.open("html", {{"xmlns", "http://www.w3.org/1999/xhtml"}, {"lang", "en"}}).line();
  write_head(html, document);
  html.open("body").line();
  if (!document.banner.empty()) {
    html.element("p", {{"class", "banner"}, {"role", "note"}}, document.banner).line();
  }
  html.open("div", {{"class", "sheet"}}).line();
  write_header(html, document);
  write_contents(html, document);
  html.open("main").line();
  Numbering numbering;
  for (std::size_t i = 0; i < document.sections.size(); ++i) {
    write_section(html, document.sections[i], i, numbering);
  }
  html.close().line();
  if (!document.footer.empty()) html.element("footer", {}, document.footer).line();
  html.close().line().close().line().close().line();
  return html.finish();
}

}  // namespace muster::report
