#include "registry/balance/counting_error.hpp"

#include <charconv>
#include <cmath>

#include "ledger/base/check.hpp"
#include "ledger/base/json.hpp"
#include "ledger/base/json_fields.hpp"

namespace muster::registry {
namespace {

/// A decimal from 0 up to, but not including, 1.
Result<double> part(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(const std::string text, fields.text(key));
  const bool form =
      text.size() >= 1 && text.size() <= 20 && text.front() == '0' &&
      (text.size() == 1 || (text.size() > 2 && text[1] == '.' &&
                            text.find_first_not_of("0123456789", 2) == std::string::npos));
  double value = 0;
  if (form && std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc()) {
    return value;
  }
  return failure(Errc::invalid_input, fields.path(key) + ": got \"" + text +
                                          "\", want a decimal from 0 to below 1, as \"0.002\"");
}

Result<CountingError> counting_error(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  CountingError item;
  MUSTER_TRY_ASSIGN(item.method, fields.text("method"));
  MUSTER_TRY_ASSIGN(item.random, part(fields, "random"));
  MUSTER_TRY_ASSIGN(item.systematic, part(fields, "systematic"));
  MUSTER_TRY_ASSIGN(item.basis, fields.text("basis"));
  MUSTER_TRY(fields.finish());
  return item;
}

}  // namespace

double CountingError::variance(std::uint64_t items) const {
  const auto n = static_cast<double>(items);
  return n * random * (1 - random) + n * systematic * n * systematic;
}

Result<ErrorModel> ErrorModel::parse(std::string_view json) {
  MUSTER_TRY_ASSIGN(const Json document, parse_json(json));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(document, "errors"));
  ErrorModel model;
  MUSTER_TRY_ASSIGN(model.id, fields.text("id"));
  MUSTER_TRY_ASSIGN(model.false_alarm, part(fields, "false_alarm"));
  if (model.false_alarm < least_false_alarm || model.false_alarm >= 0.5) {
    return failure(Errc::invalid_input, "errors.false_alarm: want from 0.000001 to below 0.5");
  }
  MUSTER_TRY_ASSIGN(const Json* methods, fields.array("methods"));
  for (std::size_t i = 0; i < methods->size(); ++i) {
    const std::string where = fields.path("methods") + "[" + std::to_string(i) + "]";
    MUSTER_TRY_ASSIGN(CountingError item, counting_error((*methods)[i], where));
    if (model.find(item.method) != nullptr && model.find(item.method)->method == item.method) {
      return failure(Errc::invalid_input, where + ".method: \"" + item.method + "\" stands twice");
    }
    model.methods.push_back(std::move(item));
  }
  MUSTER_TRY(fields.finish());
  return model;
}

const CountingError* ErrorModel::find(std::string_view method) const {
  const auto called = [&](std::string_view name) -> const CountingError* {
    for (const CountingError& item : methods) {
      if (item.method == name) return &item;
    }
    return nullptr;
  };
  const CountingError* whole = called(method);
  return whole != nullptr ? whole : called(method.substr(0, method.find('.')));
}

double ErrorModel::variance(std::string_view method, std::uint64_t items) const {
  const CountingError* error = find(method);
  return error == nullptr ? 0 : error->variance(items);
}

double normal_below(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }

double normal_quantile(double p) {
  MUSTER_CHECK(p > 0 && p < 1);
  double low = -40;
  double high = 40;
  while (high - low > 1e-13) {
    const double middle = (low + high) / 2;
    (normal_below(middle) < p ? low : high) = middle;
  }
  return (low + high) / 2;
}

DifferenceVerdict judge_difference(std::int64_t difference, double variance, std::uint64_t against,
                                   double false_alarm) {
  DifferenceVerdict result;
  const auto size = static_cast<double>(difference < 0 ? -difference : difference);
  const auto loss = static_cast<double>(against);
  result.sigma = std::sqrt(variance);
  // Not of 1 - false_alarm, which is 1 for the smallest that a file may ask for.
  result.limit = -normal_quantile(false_alarm) * result.sigma;
  result.beyond = size > result.limit;
  if (result.sigma > 0) {
    result.power = normal_below((loss - result.limit) / result.sigma);
    result.found_95 = result.limit + normal_quantile(0.95) * result.sigma;
  } else {
    result.power = against > 0 ? 1 : 0;
    result.found_95 = 1;
  }
  return result;
}

}  // namespace muster::registry
