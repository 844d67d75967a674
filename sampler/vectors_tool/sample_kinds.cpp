#include "sampler/stats/bounds.hpp"
#include "sampler/stats/replacement.hpp"
#include "sampler/stats/snapshot.hpp"
#include "sampler/stats/tail.hpp"
#include "sampler/stats/thinned.hpp"
#include "sampler/vectors_tool/case.hpp"

namespace muster::vectors {
namespace {

using stats::Lot;
using stats::Probability;
using stats::Real;

Result<std::uint64_t> sample_size(const Case& given, std::uint64_t size) {
  MUSTER_TRY_ASSIGN(const std::uint64_t inspected, given.count("n"));
  if (inspected <= size) return inspected;
  return failure(Errc::invalid_input, "n: got " + std::to_string(inspected) + ", want at most N");
}

// The smallest n, and what `at` computes for it and for the one before.
template <class At>
Values around(const std::optional<std::uint64_t>& n, const std::string& name, At at) {
  Values values{{"n", Value::maybe(n)}};
  values[name + "_at_n"] = n ? Value(at(*n)) : Value();
  values[name + "_at_n_minus_1"] = n && *n > 0 ? Value(at(*n - 1)) : Value();
  return values;
}

Result<Values> detect_wor(const Case& given) {
  MUSTER_TRY_ASSIGN(const Lot lot, given.lot());
  MUSTER_TRY_ASSIGN(const std::uint64_t n, sample_size(given, lot.size));
  const bool possible = lot.violating + n <= lot.size;
  return Values{{"p_detect", stats::detection(lot, n)},
                {"p_miss", stats::miss(lot, n)},
                {"ln_p_miss", possible ? Value(stats::ln_miss_real(lot, n)) : Value()}};
}

Result<Values> min_n_wor(const Case& given) {
  MUSTER_TRY_ASSIGN(const Lot lot, given.lot());
  MUSTER_TRY_ASSIGN(const Probability target, given.probability("target"));
  return around(stats::min_sample(lot, target), "p_detect",
                [&](std::uint64_t n) { return stats::detection(lot, n); });
}

Result<Values> min_n_wr(const Case& given) {
  MUSTER_TRY_ASSIGN(const Lot lot, given.lot());
  MUSTER_TRY_ASSIGN(const Probability target, given.probability("target"));
  return around(stats::min_sample_with_replacement(lot, target), "p_detect",
                [&](std::uint64_t n) { return Real(1 - miss_with_replacement(lot, n)); });
}

Result<Values> detect_imperfect(const Case& given) {
  MUSTER_TRY_ASSIGN(const Lot lot, given.lot());
  MUSTER_TRY_ASSIGN(const std::uint64_t n, sample_size(given, lot.size));
  MUSTER_TRY_ASSIGN(const Probability recognition, given.probability("d"));
  const Real missed = stats::miss(lot, n, recognition);
  return Values{{"p_detect", Real(1 - missed)}, {"p_miss", missed}};
}

Result<Values> min_n_imperfect(const Case& given) {
  MUSTER_TRY_ASSIGN(const Lot lot, given.lot());
  MUSTER_TRY_ASSIGN(const Probability recognition, given.probability("d"));
  MUSTER_TRY_ASSIGN(const Probability target, given.probability("target"));
  return around(stats::min_sample(lot, recognition, target), "p_detect",
                [&](std::uint64_t n) { return Real(1 - stats::miss(lot, n, recognition)); });
}

Result<Values> min_n_accept(const Case& given) {
  MUSTER_TRY_ASSIGN(const Lot lot, given.lot());
  MUSTER_TRY_ASSIGN(const Probability target, given.probability("target"));
  MUSTER_TRY_ASSIGN(const std::uint64_t accepted, given.count("accept_up_to"));
  return around(stats::min_sample_accepting(lot, accepted, target), "cdf",
                [&](std::uint64_t n) { return stats::at_most(lot, n, accepted); });
}

Result<Values> iaea_approx(const Case& given) {
  MUSTER_TRY_ASSIGN(const Lot lot, given.lot());
  MUSTER_TRY_ASSIGN(const Probability target, given.probability("target"));
  const auto sizes = stats::iaea_sizes(lot, target);
  return Values{{"n_simple", sizes ? Value(sizes->simple) : Value()},
                {"n_corrected", sizes ? Value(sizes->corrected) : Value()},
                {"n_exact", Value::maybe(stats::min_sample(lot, target))}};
}

Result<stats::SnapshotProcess> process(const Case& given) {
  stats::SnapshotProcess process;
  MUSTER_TRY_ASSIGN(process.per_hour, given.decimal("lambda_per_hour"));
  MUSTER_TRY_ASSIGN(process.hours, given.decimal("hours"));
  process.recognised = stats::Decimal::from_integer(1);
  if (given.has("recognition_prob")) {
    MUSTER_TRY_ASSIGN(process.recognised, given.decimal("recognition_prob"));
  }
  MUSTER_TRY_ASSIGN(process.needed, given.count("min_snapshots"));
  if (process.per_hour.value() < 0 || process.hours.value() < 0 || process.recognised.value() < 0) {
    return failure(Errc::invalid_input, "snapshots: rate, hours and recognition: want 0 or more");
  }
  return process;
}

Result<Values> snapshot_d(const Case& given) {
  MUSTER_TRY_ASSIGN(const stats::SnapshotProcess snapshots, process(given));
  return Values{{"d", stats::snapshot_detection(snapshots)}};
}

Result<Values> spread_effective_k(const Case& given) {
  MUSTER_TRY_ASSIGN(const stats::SnapshotProcess snapshots, process(given));
  MUSTER_TRY_ASSIGN(const std::uint64_t least_chips, given.count("k_min"));
  MUSTER_TRY_ASSIGN(const stats::Decimal spread, given.decimal("spread_factor"));
  if (spread.value() <= 0) return failure(Errc::invalid_input, "spread_factor: want above 0");
  return Values{
      {"expected_detectable_chips", stats::expected_detectable(least_chips, snapshots, spread)}};
}

Result<Values> bounds_k(const Case& given) {
  stats::Found found{};
  MUSTER_TRY_ASSIGN(found.size, given.count("N"));
  MUSTER_TRY_ASSIGN(found.inspected, sample_size(given, found.size));
  MUSTER_TRY_ASSIGN(found.hits, given.count("x"));
  MUSTER_TRY_ASSIGN(const Probability confidence, given.probability("conf"));
  if (found.hits > found.inspected) return failure(Errc::invalid_input, "x: want at most n");
  const auto upper = stats::upper_bound(found, confidence);
  const auto cdf = [&](std::uint64_t k) {
    return k > found.size ? Real(0)
                          : stats::at_most(Lot{found.size, k}, found.inspected, found.hits);
  };
  return Values{{"upper", Value::maybe(upper)},
                {"lower", Value::maybe(stats::lower_bound(found, confidence))},
                {"cdf_at_upper", upper ? Value(cdf(*upper)) : Value()},
                {"cdf_at_upper_plus_1", upper ? Value(cdf(*upper + 1)) : Value()}};
}

Result<Values> floor_to_book(const Case& given) {
  MUSTER_TRY_ASSIGN(const std::uint64_t registered, given.count("registered_on_site"));
  MUSTER_TRY_ASSIGN(const std::uint64_t unregistered, given.count("unregistered"));
  const Lot lot{registered + unregistered, unregistered};
  MUSTER_TRY_ASSIGN(const std::uint64_t n, sample_size(given, lot.size));
  return Values{{"p_detect", stats::detection(lot, n)}};
}

}  // namespace

void add_sample_kinds(Kinds& kinds) {
  kinds["detect_wor"] = detect_wor;
  kinds["min_n_wor"] = min_n_wor;
  kinds["min_n_wr"] = min_n_wr;
  kinds["detect_imperfect"] = detect_imperfect;
  kinds["min_n_imperfect"] = min_n_imperfect;
  kinds["min_n_accept"] = min_n_accept;
  kinds["iaea_approx"] = iaea_approx;
  kinds["snapshot_d"] = snapshot_d;
  kinds["spread_effective_k"] = spread_effective_k;
  kinds["bounds_K"] = bounds_k;
  kinds["floor_to_book"] = floor_to_book;
}

}  // namespace muster::vectors
