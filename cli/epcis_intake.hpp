#pragma once

#include <string>

#include "cli/epcis_home.hpp"
#include "registry/exchange/intake.hpp"

namespace muster::cli {

/// How a document of another system is taken in.
struct EpcisWish {
  exchange::ImportOptions how{};
  std::string list{};  ///< A file: what foreign URIs are called here; empty: none.
  Timestamp now{};
  bool keep = true;  ///< As evidence.
};

/// What became of its events.
struct EpcisIntake {
  exchange::Intake intake{};
  Json events = Json::array();  ///< One for each, as the report of `epcis import` has them.
  bool conflict = false;        ///< Another event has the id of one of them.
};

/// What a line of the report says of an event: "draft", "signed", "conflict", …
[[nodiscard]] std::string_view epcis_status(const exchange::TakenEvent& event);

/// Keeps a document and its events as evidence, and says what may be signed. Errors: those of
/// `take_in`; of the list.
Result<EpcisIntake> take_in_epcis(Home& home, exchange::CaptureStore& store,
                                  const EpcisDocument& read, const EpcisWish& wish);

}  // namespace muster::cli
