#include "registry/cap.hpp"

#include <algorithm>
#include <chrono>
#include <map>

#include "ledger/base/json.hpp"

namespace muster::registry {
namespace {

/// A licence without a limit in TPP still counts no further than JSON carries exactly.
constexpr auto most_tpp = static_cast<std::uint64_t>(max_json_integer);

std::uint64_t tpp_of_product(const State& state, RowN product) {
  return state.tables().products[product].tpp;
}

std::string cap_key(const std::string& licence, const std::string& name) {
  return licence + "/" + name;
}

/// What a cap looks at of a draw, wanted or made.
struct Facts {
  const std::string& consignee;
  const std::string& end_user;
  const std::string& country;
  const std::string& product;
};

bool binds(const Cap& cap, const Facts& facts) {
  const auto fits = [](const std::string& scope, const std::string& value) {
    return scope.empty() || scope == value;
  };
  return fits(cap.consignee, facts.consignee) && fits(cap.end_user, facts.end_user) &&
         fits(cap.country, facts.country) && fits(cap.product, facts.product);
}

Facts facts_of(const State& state, const Draw& draw) {
  const Tables& tables = state.tables();
  return {tables.parties[draw.consignee].id, tables.parties[draw.end_user].id, draw.country,
          tables.products[draw.product].id};
}

struct Sums {
  std::uint64_t units = 0;
  std::uint64_t tpp = 0;

  void add(const State& state, const Wanted& one) {
    units += one.units;
    tpp += tpp_of_product(state, one.product) * one.units;
  }
};

Sums sums_wanted(const State& state, std::span<const Wanted> wanted) {
  Sums sums;
  for (const Wanted& one : wanted) sums.add(state, one);
  return sums;
}

std::string over_text(const std::string& what, std::uint64_t drawn, std::uint64_t most,
                      std::uint64_t more) {
  return what + ": drawn " + std::to_string(drawn) + " of " + std::to_string(most) + ", wants " +
         std::to_string(more) + " more";
}

struct Limits {
  std::uint64_t units = 0;  ///< 0: none
  std::uint64_t tpp = 0;
};

/// `what` names the limit, and is asked only where it is passed.
template <class What>
Result<void> fits_under(const What& what, const Limits& limits, const Sums& drawn,
                        const Sums& more) {
  if (limits.units != 0 && drawn.units + more.units > limits.units) {
    return refusal("licence.cap_units", over_text(what(), drawn.units, limits.units, more.units));
  }
  const std::uint64_t most = limits.tpp == 0 ? most_tpp : limits.tpp;
  if (drawn.tpp + more.tpp > most) {
    return refusal("licence.cap_tpp", over_text(what() + ", TPP", drawn.tpp, most, more.tpp));
  }
  return {};
}

std::string credit_key(RowN cap, RowN chip) {
  return std::to_string(cap) + "/" + std::to_string(chip);
}

/// What `found.chips` themselves had counted in the base of `cap`: gone once they go elsewhere.
Sums credited(const Case& found, RowN cap) {
  Sums sums;
  if (found.tables().credits.size() == 0) return sums;
  for (const RowN chip : found.chips) {
    const RowN row = found.tables().credits.find(credit_key(cap, chip));
    if (row == no_row || !found.tables().credits[row].counted) continue;
    ++sums.units;
    sums.tpp += found.tables().credits[row].tpp;
  }
  return sums;
}

Result<void> fits_ratio(const Case& found, RowN row, const Sums& drawn, const Sums& more) {
  const Cap& cap = found.tables().caps[row];
  const Sums gone = credited(found, row);
  const bool units = cap.measure == "units";
  const std::uint64_t base = units ? cap.base_units - gone.units : cap.base_tpp - gone.tpp;
  const std::uint64_t after = units ? drawn.units + more.units : drawn.tpp + more.tpp;
  if (after <= most_tpp && after * 100 <= base * cap.percent) return {};
  return refusal("licence.cap_ratio",
                 "cap " + cap.id + " (" + scope_text(cap) + "): " + cap.measure + " would be " +
                     std::to_string(after) + ", want at most " + std::to_string(cap.percent) +
                     " % of the " + std::to_string(base) + " delivered to " + cap.of_country);
}

/// The names of the periods that one instant falls into. Caps of a licence mostly have the same.
class PeriodNames final {
 public:
  explicit PeriodNames(Timestamp at) : at_(at) {}
  const std::string& of(const std::string& period) {
    if (name_.empty() || period != period_) {
      period_ = period;
      name_ = period_name(period, at_);
    }
    return name_;
  }

 private:
  Timestamp at_;
  std::string period_;
  std::string name_;
};

/// What is drawn on `cap` in the period of that name.
Sums drawn_on(const State& state, const Cap& cap, const std::string& period) {
  const RowN row = state.tables().cap_uses.find(cap.id + "/" + period);
  if (row == no_row) return {};
  const CapUse& use = state.tables().cap_uses[row];
  return {use.units, use.tpp};
}

Result<void> fits_cap(const Case& found, RowN row, const Terms& terms,
                      std::span<const Wanted> wanted, PeriodNames& periods) {
  const Tables& tables = found.tables();
  const Cap& cap = tables.caps[row];
  Sums more;
  bool bound = false;
  for (const Wanted& one : wanted) {
    const Facts facts{tables.parties[terms.consignee].id, tables.parties[terms.end_user].id,
                      terms.country, tables.products[one.product].id};
    if (!binds(cap, facts)) continue;
    more.add(found.state, one);
    bound = true;
  }
  if (!bound) return {};
  const std::string& period = periods.of(cap.period);
  const Sums drawn = drawn_on(found.state, cap, period);
  if (cap.percent != 0) return fits_ratio(found, row, drawn, more);
  const auto what = [&] {
    return "cap " + cap.id + " (" + scope_text(cap) + (cap.period.empty() ? "" : ", " + period) +
           ")";
  };
  return fits_under(what, {cap.max_units, cap.max_tpp}, drawn, more);
}

}  // namespace

Result<void> caps_suffice(const Case& found, const Terms& terms, std::span<const Wanted> wanted) {
  const Licence& licence = found.tables().licences[terms.licence];
  MUSTER_TRY(fits_under([&] { return "licence " + licence.id; },
                        {licence.max_units, licence.max_tpp}, {licence.units, licence.tpp},
                        sums_wanted(found.state, wanted)));
  PeriodNames periods(found.context.accepted_at);
  for (const std::string& name : licence.caps) {
    const RowN row = found.tables().caps.find(cap_key(licence.id, name));
    if (found.tables().caps[row].ended == no_index) {
      MUSTER_TRY(fits_cap(found, row, terms, wanted, periods));
    }
  }
  return {};
}

/// Chips that go elsewhere no longer count for the ratio caps that they stood in.
void withdraw_credits(State& state, std::span<const RowN> chips, const Terms& terms) {
  Tables& tables = state.tables();
  if (terms.licence == no_row || tables.credits.size() == 0) return;
  const Licence& licence = tables.licences[terms.licence];
  for (const std::string& name : licence.caps) {
    const RowN row = tables.caps.find(cap_key(licence.id, name));
    if (tables.caps[row].percent == 0) continue;
    for (const RowN chip : chips) {
      const RowN credit = tables.credits.find(credit_key(row, chip));
      if (credit == no_row || !tables.credits[credit].counted) continue;
      Credit& gone = tables.credits.edit(credit);
      Cap& cap = tables.caps.edit(row);
      --cap.base_units;
      cap.base_tpp -= gone.tpp;
      gone.counted = false;
      gone.tpp = 0;
    }
  }
}

void count_delivery(State& state, std::span<const RowN> chips, RowN sender,
                    const std::string& country) {
  Tables& tables = state.tables();
  if (tables.ratio_bases.size() == 0) return;
  const RowN base = tables.ratio_bases.find(state.party_name(sender) + "/" + country);
  if (base == no_row) return;
  for (const std::string& id : tables.ratio_bases[base].caps) {
    const RowN row = tables.caps.find(id);
    for (const RowN chip : chips) {
      const RowN product = tables.identities[chip].product;
      const std::string& scope = tables.caps[row].product;
      if (!scope.empty() && tables.products[product].id != scope) continue;
      const std::string key = credit_key(row, chip);
      RowN credit = tables.credits.find(key);
      if (credit == no_row) credit = tables.credits.add({.id = key});
      if (tables.credits[credit].counted) continue;
      const std::uint64_t tpp = tpp_of_product(state, product);
      Credit& one = tables.credits.edit(credit);
      one.counted = true;
      one.tpp = tpp;
      Cap& cap = tables.caps.edit(row);
      ++cap.base_units;
      cap.base_tpp += tpp;
    }
  }
}

std::vector<CapUse> uses_so_far(const State& state, const Cap& cap) {
  std::map<std::string, CapUse> uses;
  for (const Draw& draw : state.tables().draws.rows()) {
    if (draw.licence != cap.licence || draw.units == draw.restored) continue;
    if (!binds(cap, facts_of(state, draw))) continue;
    const std::string key = cap.id + "/" + period_name(cap.period, {draw.at_ms});
    CapUse& use = uses.try_emplace(key, CapUse{.id = key}).first->second;
    use.units += draw.units - draw.restored;
    use.tpp += (draw.units - draw.restored) * tpp_of_product(state, draw.product);
  }
  std::vector<CapUse> list;
  for (auto& [key, use] : uses) list.push_back(std::move(use));
  return list;
}

void count_uses(State& state, RowN row) {
  for (CapUse& use : uses_so_far(state, state.tables().caps[row])) {
    state.tables().cap_uses.add(std::move(use));
  }
}

std::string overrun_text(const Cap& cap, const CapUse& use) {
  const auto over = [&](std::uint64_t used, std::uint64_t most, const char* unit) {
    return "cap " + cap.id + ": got " + std::to_string(most) + " " + unit + ", drawn " +
           std::to_string(used) + " in " + use.id.substr(use.id.rfind('/') + 1);
  };
  if (cap.max_units != 0 && use.units > cap.max_units) {
    return over(use.units, cap.max_units, "units");
  }
  if (cap.max_tpp != 0 && use.tpp > cap.max_tpp) return over(use.tpp, cap.max_tpp, "TPP");
  if (cap.percent == 0) return {};
  const bool units = cap.measure == "units";
  const std::uint64_t most = (units ? cap.base_units : cap.base_tpp) * cap.percent / 100;
  const std::uint64_t used = units ? use.units : use.tpp;
  return used > most ? over(used, most, cap.measure.c_str()) : std::string();
}

std::string period_name(const std::string& period, Timestamp at) {
  const bool named = period == "month" || period == "quarter" || period == "year";
  if (!named) return "all";
  const std::chrono::sys_time<std::chrono::milliseconds> instant{std::chrono::milliseconds{at.ms}};
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(instant)};
  const unsigned month = static_cast<unsigned>(date.month());
  std::string name = std::to_string(static_cast<int>(date.year()));
  if (period == "month") name += (month < 10 ? "-0" : "-") + std::to_string(month);
  if (period == "quarter") name += "-Q" + std::to_string((month + 2) / 3);
  return name;
}

std::string scope_text(const Cap& cap) {
  std::string text;
  const auto add = [&](const char* what, const std::string& value) {
    if (!value.empty()) text += std::string(text.empty() ? "" : ", ") + what + " " + value;
  };
  add("consignee", cap.consignee);
  add("end user", cap.end_user);
  add("country", cap.country);
  add("product", cap.product);
  return text.empty() ? "everything" : text;
}

CapUse use_of(const State& state, const Cap& cap, Timestamp at) {
  const std::string key = cap.id + "/" + period_name(cap.period, at);
  const RowN row = state.tables().cap_uses.find(key);
  return row == no_row ? CapUse{.id = key} : state.tables().cap_uses[row];
}

void move_uses(State& state, const Draw& draw, std::uint64_t units, bool up) {
  Tables& tables = state.tables();
  const std::uint64_t tpp = units * tpp_of_product(state, draw.product);
  const Licence& licence = tables.licences[draw.licence];
  for (const std::string& name : licence.caps) {
    const Cap& cap = tables.caps[tables.caps.find(cap_key(licence.id, name))];
    if (!binds(cap, facts_of(state, draw))) continue;
    const std::string key = cap.id + "/" + period_name(cap.period, {draw.at_ms});
    RowN row = tables.cap_uses.find(key);
    if (row == no_row) row = tables.cap_uses.add({.id = key});
    CapUse& use = tables.cap_uses.edit(row);
    use.units = up ? use.units + units : use.units - units;
    use.tpp = up ? use.tpp + tpp : use.tpp - tpp;
  }
}

}  // namespace muster::registry
