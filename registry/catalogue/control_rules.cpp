#include "registry/catalogue/control_rules.hpp"

#include "ledger/base/json_fields.hpp"

namespace muster::catalogue {
namespace {

Result<std::optional<Fixed>> optional_figure(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(const auto text, fields.optional_text(key));
  if (!text) return std::optional<Fixed>();
  auto value = Fixed::parse(*text);
  if (!value) return failure(std::move(value.error()).during(fields.path(key)));
  return std::optional<Fixed>(*value);
}

Result<Range> range(FieldReader& fields, const std::string& stem) {
  Range limits;
  MUSTER_TRY_ASSIGN(limits.at_least, optional_figure(fields, stem + "_at_least"));
  MUSTER_TRY_ASSIGN(limits.below, optional_figure(fields, stem + "_below"));
  return limits;
}

Result<Timestamp> day(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(const std::string text, fields.text(key));
  auto value = Timestamp::parse_day_or_instant(text);
  if (!value) return failure(std::move(value.error()).during(fields.path(key)));
  return *value;
}

Result<InForce> in_force(FieldReader& fields) {
  InForce period;
  MUSTER_TRY_ASSIGN(period.from, day(fields, "effective_from"));
  if (!fields.has("effective_until")) return period;
  MUSTER_TRY_ASSIGN(period.until, day(fields, "effective_until"));
  return period;
}

Result<ControlClass> control_class(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  ControlClass item;
  MUSTER_TRY_ASSIGN(item.name, fields.text("class"));
  MUSTER_TRY_ASSIGN(item.tpp, range(fields, "tpp"));
  MUSTER_TRY_ASSIGN(item.density, range(fields, "density"));
  MUSTER_TRY_ASSIGN(item.in_force, in_force(fields));
  MUSTER_TRY_ASSIGN(item.source, fields.text("source"));
  MUSTER_TRY(fields.finish());
  return item;
}

Result<ControlRules::Band> band(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  ControlRules::Band item;
  MUSTER_TRY_ASSIGN(item.name, fields.text("band"));
  MUSTER_TRY_ASSIGN(item.class_name, fields.text("class"));
  MUSTER_TRY_ASSIGN(item.tpp, range(fields, "tpp"));
  MUSTER_TRY_ASSIGN(item.memory_tb_per_s, range(fields, "memory_tb_per_s"));
  MUSTER_TRY_ASSIGN(item.in_force, in_force(fields));
  MUSTER_TRY_ASSIGN(item.source, fields.text("source"));
  MUSTER_TRY(fields.finish());
  return item;
}

Result<ControlRules::Notice> notice(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  ControlRules::Notice item;
  MUSTER_TRY_ASSIGN(item.model, fields.text("model"));
  MUSTER_TRY_ASSIGN(item.text, fields.text("text"));
  MUSTER_TRY_ASSIGN(item.source, fields.text("source"));
  MUSTER_TRY(fields.finish());
  return item;
}

template <class Item, class Read>
Result<std::vector<Item>> items(FieldReader& fields, std::string_view key, Read read) {
  MUSTER_TRY_ASSIGN(const Json* array, fields.array(key));
  std::vector<Item> list;
  for (std::size_t i = 0; i < array->size(); ++i) {
    MUSTER_TRY_ASSIGN(Item item,
                      read((*array)[i], fields.path(key) + "[" + std::to_string(i) + "]"));
    list.push_back(std::move(item));
  }
  return list;
}

/// Fills in the first class in force that fits, or what is missing to tell.
void find_class(const ControlFigures& figures, const ControlRules& rules, Timestamp when,
                Classification& result) {
  if (!rules.knows(when)) {
    result.name = "unknown (before the list)";
    return;
  }
  result.name = "unknown (no rate)";
  if (!figures.tpp) return;
  bool undecided = false;
  bool any = false;
  for (const ControlClass& item : rules.classes) {
    if (!item.in_force.at(when)) continue;
    any = true;
    if (!item.tpp.holds(*figures.tpp)) continue;
    if (item.density.empty() || (figures.density && item.density.holds(*figures.density))) {
      result.name = item.name;
      result.in_force = item.in_force;
      return;
    }
    if (!figures.density) undecided = true;
  }
  result.name = undecided ? "unknown (no die area)" : any ? "none" : "none (not in force)";
}

}  // namespace

Result<ControlRules> ControlRules::parse(std::string_view json) {
  MUSTER_TRY_ASSIGN(const Json document, parse_json(json));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(document, "rules"));
  ControlRules rules;
  MUSTER_TRY_ASSIGN(rules.id, fields.text("id"));
  MUSTER_TRY_ASSIGN(rules.effective_from, day(fields, "effective_from"));
  MUSTER_TRY_ASSIGN(rules.amended, day(fields, "amended"));
  MUSTER_TRY_ASSIGN(rules.classes, items<ControlClass>(fields, "classes", control_class));
  MUSTER_TRY_ASSIGN(rules.consumer_exempt_tpp_below,
                    optional_figure(fields, "consumer_exempt_tpp_below"));
  MUSTER_TRY_ASSIGN(rules.bands, items<Band>(fields, "bands", band));
  MUSTER_TRY_ASSIGN(rules.notices, items<Notice>(fields, "notices", notice));
  MUSTER_TRY_ASSIGN(
      rules.sources,
      items<std::string>(fields, "sources",
                         [](const Json& value, const std::string& where) -> Result<std::string> {
                           if (value.is_string()) return value.get<std::string>();
                           return failure(Errc::invalid_input,
                                          where + ": got " + json_kind(value) + ", want a string");
                         }));
  MUSTER_TRY(fields.finish());
  return rules;
}

ControlFigures control_figures(const ChipModel& model) {
  return {.name = model.name,
          .tpp = tpp(model),
          .density = performance_density(model),
          .memory_tb_per_s = model.memory_tb_per_s,
          .datacentre = model.datacentre};
}

Classification classification(const ControlFigures& figures, const ControlRules& rules,
                              Timestamp when) {
  Classification result;
  find_class(figures, rules, when, result);
  const auto& exempt = rules.consumer_exempt_tpp_below;
  const bool controlled = rules.knows(when) && result.name.rfind("none", 0) != 0;
  if (!figures.datacentre && figures.tpp && exempt && *figures.tpp < *exempt && controlled) {
    result.name = "none (consumer)";
    result.in_force.reset();
  }
  for (const auto& band : rules.bands) {
    if (band.class_name == result.name && band.in_force.at(when) && figures.tpp &&
        band.tpp.holds(*figures.tpp) && figures.memory_tb_per_s &&
        band.memory_tb_per_s.holds(*figures.memory_tb_per_s)) {
      result.bands.push_back(band.name);
    }
  }
  for (const auto& notice : rules.notices) {
    if (slug(notice.model) == slug(figures.name)) result.notices.push_back(notice.text);
  }
  return result;
}

}  // namespace muster::catalogue
