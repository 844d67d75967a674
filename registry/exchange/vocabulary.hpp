#pragma once

#include <string_view>

namespace muster::exchange {

/// Lists of bare words that EPCIS 2.0 knows: those of the Core Business Vocabulary 2.0 and of the
/// GS1 Web Vocabulary for sensors.
enum class Vocabulary {
  biz_step,
  disposition,
  transaction_type,
  source_type,  ///< Of sources and destinations.
  error_reason,
  measurement_type,
  alert_type,
  component,
};

/// Whether `word` stands in the list.
[[nodiscard]] bool is_term(Vocabulary vocabulary, std::string_view word);

/// What the list is called in messages: "a business step of the CBV".
[[nodiscard]] std::string_view text_of(Vocabulary vocabulary);

}  // namespace muster::exchange
