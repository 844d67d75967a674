#include "ledger/crypto/wipe.hpp"

#include <sodium.h>

namespace muster::crypto {

void wipe(void* data, std::size_t size) { sodium_memzero(data, size); }

}  // namespace muster::crypto
