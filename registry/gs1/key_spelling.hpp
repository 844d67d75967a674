#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace muster::gs1 {

/// The one spelling of a GS1 key, by which two texts are known to be the same key: the canonical
/// Digital Link URI with every character but letters, digits and `-._~` percent-encoded, in capital
/// hex digits. Takes what `digital_link` takes, and element strings as labels print them,
/// `(01)04012345111118(21)9876`, and as scanners send them: a symbology identifier (`]C1`, `]d2`,
/// `]e0`, `]J1`, `]Q3`), then the elements, of which those of no fixed length end with the
/// character 0x1D. Nothing for other texts, nor for a GTIN or SSCC whose check digit is wrong.
///
/// Hashes of EPCIS events stand on `digital_link`, which leaves a link's escapes as they are.
/// Source: GS1 General Specifications 24 sections 3.2, 5.1.3 and 7.8; GS1 Digital Link URI Syntax
/// 1.2 section 4.11; RFC 3986 section 6.2.2.
[[nodiscard]] std::optional<std::string> key_spelling(std::string_view text);

}  // namespace muster::gs1
