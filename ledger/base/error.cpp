#include "ledger/base/error.hpp"

#include "ledger/base/check.hpp"

namespace muster {

std::string_view errc_name(Errc code) {
  switch (code) {
    case Errc::invalid_input:
      return "invalid_input";
    case Errc::refused:
      return "refused";
    case Errc::conflict:
      return "conflict";
    case Errc::not_found:
      return "not_found";
    case Errc::unavailable:
      return "unavailable";
    case Errc::corrupt:
      return "corrupt";
  }
  MUSTER_CHECK(false && "a new Errc needs a name here");
}

}  // namespace muster
