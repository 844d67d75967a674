#include "sampler/draw/rivest.hpp"

#include <algorithm>
#include <map>

#include "ledger/crypto/sha256.hpp"

namespace muster::draw {
namespace {

// Divides the big-endian number by ten in place and returns the remainder.
unsigned divide_by_ten(Hash& number) {
  unsigned remainder = 0;
  for (std::uint8_t& byte : number.bytes) {
    const unsigned value = remainder * 256 + byte;
    byte = static_cast<std::uint8_t>(value / 10);
    remainder = value % 10;
  }
  return remainder;
}

}  // namespace

std::string rivest_ticket(std::string_view id, std::string_view seed) {
  constexpr std::size_t least_digits = 64;
  const std::string prefix = crypto::sha256(seed).to_hex();
  Hash number = crypto::sha256({as_bytes(prefix), as_bytes(id)});
  // Lowest digit first is the reversed decimal text.
  std::string text = "0.";
  while (number != Hash{} || text.size() < least_digits + 2) {
    text += static_cast<char>('0' + divide_by_ten(number));
  }
  return text;
}

std::vector<std::string> rivest_order(std::vector<std::string> ids, std::string_view seed) {
  std::map<std::string, std::string> tickets;
  for (const std::string& id : ids) tickets[id] = rivest_ticket(id, seed);
  std::sort(ids.begin(), ids.end(), [&](const std::string& a, const std::string& b) {
    return tickets.at(a) < tickets.at(b);
  });
  return ids;
}

}  // namespace muster::draw
