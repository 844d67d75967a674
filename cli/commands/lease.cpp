// `lease list|show`: who uses what, from where and until when.

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/lease_json.hpp"
#include "cli/print/number.hpp"
#include "cli/row_json.hpp"

namespace muster::cli {
namespace {

using registry::Lease;
using registry::LeasedChip;
using registry::RowN;

struct LeaseOptions {
  std::string id;
};

std::string extent_text(const Lease& lease) {
  if (lease.capacity != 0) return "a capacity of " + print::grouped(lease.capacity);
  return print::grouped(std::uint64_t{lease.open}) + " of " +
         print::grouped(std::uint64_t{lease.units}) + " chips";
}

Result<ExitCode> list_leases(Context& context) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const auto& tables = home->state().tables();
  print::Table table{
      .columns = {
          print::id_column("lease"), {"lessor"}, {"lessee"}, {"from"}, {"until"}, {"extent"}}};
  Json list = Json::array();
  for (const Lease& lease : tables.leases.rows()) {
    table.rows.push_back(
        {lease.id, id_or_dash(tables.parties, lease.lessor),
         id_or_dash(tables.parties, lease.lessee) + ", " + lease.country, day_of(lease.from),
         lease.ended == registry::no_index ? day_of(lease.to) : "ended", extent_text(lease)});
    list.push_back(lease_json(home->state(), lease));
  }
  auto printer = context.printer();
  printer.table(table);
  printer.json({{"leases", std::move(list)}});
  return ExitCode::done;
}

Result<ExitCode> show_lease(Context& context, const LeaseOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const auto& tables = home->state().tables();
  MUSTER_TRY_ASSIGN(const RowN row, row_called(tables.leases, "lease", options.id));
  const Lease& lease = tables.leases[row];
  std::uint64_t unread = 0;
  for (RowN n = 0; n < lease.units; ++n) {
    const LeasedChip& leased = tables.leased_chips[lease.first + n];
    unread += leased.ended != registry::no_index && !leased.exit_read ? 1U : 0U;
  }
  auto printer = context.printer();
  printer.facts({"",
                 {{"lease", lease.id},
                  {"lessor", id_or_dash(tables.parties, lease.lessor)},
                  {"lessee", id_or_dash(tables.parties, lease.lessee)},
                  {"used from", lease.country},
                  {"valid", day_of(lease.from) + " to " + day_of(lease.to)},
                  {"extent", extent_text(lease)},
                  {"ended without an exit read", print::grouped(unread)}}});
  printer.json(lease_json(home->state(), lease));
  return ExitCode::done;
}

}  // namespace

void add_lease_commands(CLI::App& app, Context& context) {
  CLI::App& lease = noun(app, "lease", "leases of chips and of capacity");
  add_verb(lease, "list", "all leases", context, [&] { return list_leases(context); });
  auto& shown = context.keep<LeaseOptions>();
  add_verb(lease, "show", "one lease with its chips", context,
           [&] { return show_lease(context, shown); })
      .add_option("id", shown.id, "lease id")
      ->required();
}

}  // namespace muster::cli
