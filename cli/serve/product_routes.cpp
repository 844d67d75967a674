// /v1/products: what may be registered as a chip of which kind, and the public catalogue.

#include "cli/product_json.hpp"
#include "cli/serve/reading.hpp"
#include "cli/serve/routes.hpp"

namespace muster::serve {
namespace {

using registry::RowN;

Result<Answer> get_products(Service& service, const Asked& asked) {
  return read_state(service, asked, [&](const cli::Home& home) -> Result<Answer> {
    const auto& tables = home.state().tables();
    return page_of(tables.products, asked, "products", AnyRow(),
                   [&](RowN row) { return cli::product_json(tables, tables.products[row]); });
  });
}

/// A control list by its name. A command takes a path as well; a caller names no files here.
Result<std::string> rules_named(const Asked& asked) {
  const std::string name = asked.given("rules").value_or(cli::ControlQuestion().rules);
  const bool plain = !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
  if (plain) return name;
  return failure(bad_parameter("rules", "want the name of a control list, such as us_3a090"));
}

Result<cli::ControlBasis> control_basis(Service& service, const Asked& asked) {
  MUSTER_TRY_ASSIGN(const std::string rules, rules_named(asked));
  const std::string on = asked.given("on").value_or("");
  if (!on.empty()) {
    const auto day = Timestamp::parse_day_or_instant(on);
    if (!day) return failure(bad_parameter("on", day.error().message));
  }
  LiveRegistry& live = service.live();
  QuietContext quiet(live.folder(), live.random(), live.fixed_now());
  auto basis = cli::read_control_basis(quiet.context(), {.rules = rules, .on = on});
  // The file's path is the server's own affair.
  if (!basis && basis.error().code == Errc::not_found) {
    return failure(bad_parameter("rules", "no control list is called " + rules));
  }
  return basis;
}

Result<Answer> get_product(Service& service, const Asked& asked) {
  MUSTER_TRY_ASSIGN(const cli::ControlBasis basis, control_basis(service, asked));
  return read_state(service, asked, [&](const cli::Home& home) -> Result<Answer> {
    const std::string& id = asked.part("product");
    auto json = cli::whole_product_json(&home.state().tables(), id, basis);
    if (json) return found_json(std::move(*json));
    if (json.error().code == Errc::not_found) return failure(nothing_here("product", id));
    return failure(std::move(json.error()));
  });
}

}  // namespace

void add_product_routes(Router& router, Service& service) {
  router.add({"GET",
              "/v1/products",
              Role::custodian,
              {"after", "limit", "at"},
              [&service](const Asked& asked) { return get_products(service, asked); }});
  router.add({"GET",
              "/v1/products/{product}",
              Role::custodian,
              {"rules", "on", "at"},
              [&service](const Asked& asked) { return get_product(service, asked); }});
}

}  // namespace muster::serve
