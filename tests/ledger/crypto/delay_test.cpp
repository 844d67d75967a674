#include "ledger/crypto/delay.hpp"

#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/base/json.hpp"
#include "tests/support/must.hpp"
#include "tests/support/source_root.hpp"

using namespace muster;
using namespace muster::crypto;
using muster::test::must;

namespace {

struct DelayCase {
  std::string name;
  DelayModulus modulus;
  DelayTask task;
  DelayProof proof;
};

// Made by tests/ledger/crypto/delay_peer.py, which is another program in another language.
const std::vector<DelayCase>& delay_cases() {
  static const std::vector<DelayCase> cases = [] {
    std::vector<DelayCase> made;
    const Json file = must(parse_json(must(read_text_file(std::string(muster::test::source_root) +
                                                          "/tests/vectors/ledger/delay.json"))));
    for (const Json& item : file.at("moduli")) {
      const auto modulus = must(
          DelayModulus::from_bytes(must(bytes_from_hex(item.at("modulus").get<std::string>()))));
      for (const Json& each : item.at("cases")) {
        const auto bytes = [&](const char* key) {
          return must(bytes_from_hex(each.at(key).get<std::string>()));
        };
        made.push_back(
            {item.at("name").get<std::string>(),
             modulus,
             {must(Hash::from_bytes(bytes("input"))), each.at("squarings").get<std::uint64_t>()},
             {bytes("output"), bytes("proof")}});
      }
    }
    return made;
  }();
  return cases;
}

bool verifies(const DelayCase& item) { return delay_verifies(item.modulus, item.task, item.proof); }

// N - y, which is the same element written the other way.
Bytes negative_of(const DelayModulus& modulus, const Bytes& element) {
  Bytes result(element.size());
  unsigned borrow = 0;
  for (std::size_t i = element.size(); i-- > 0;) {
    const unsigned taken = unsigned{element[i]} + borrow;
    borrow = modulus.bytes()[i] < taken ? 1 : 0;
    result[i] = static_cast<std::uint8_t>(modulus.bytes()[i] + 256 * borrow - taken);
  }
  return result;
}

Bytes element_of(const DelayModulus& modulus, std::uint8_t value) {
  Bytes bytes(modulus.size_bytes());
  bytes.back() = value;
  return bytes;
}

std::string modulus_error(const Bytes& bytes) {
  const auto modulus = DelayModulus::from_bytes(bytes);
  return modulus ? "" : modulus.error().message;
}

}  // namespace

TEST_CASE("delay proofs of another implementation verify, however many squarings they prove") {
  REQUIRE(delay_cases().size() == 10);
  for (const DelayCase& item : delay_cases()) {
    INFO(item.name << ", " << item.task.squarings);
    CHECK(verifies(item));
  }
}

TEST_CASE("squarings come to the output and the proof that another implementation comes to") {
  for (const DelayCase& item : delay_cases()) {
    if (item.task.squarings > 100'000) continue;
    INFO(item.name << ", " << item.task.squarings);
    CHECK(delay_proof(item.modulus, item.task) == item.proof);
  }
}

TEST_CASE("a delay proof is of its number of squarings, its input and its modulus alone") {
  const auto& cases = delay_cases();
  for (const DelayCase& item : cases) {
    INFO(item.name << ", " << item.task.squarings);
    DelayCase other = item;
    for (const std::uint64_t squarings : {item.task.squarings + 1, item.task.squarings - 1,
                                          item.task.squarings * 2, std::uint64_t{0}, UINT64_MAX}) {
      other.task.squarings = squarings;
      CHECK_FALSE(verifies(other));
    }
    other = item;
    other.task.input.bytes[31] ^= 1U;
    CHECK_FALSE(verifies(other));
    other = item;
    other.modulus = item.name == "RSA-2048" ? cases.front().modulus : cases.back().modulus;
    CHECK_FALSE(verifies(other));
  }
}

TEST_CASE("an element has one encoding: its negative, 0, and numbers above N/2 are refused") {
  const DelayCase& item = delay_cases().front();
  for (Bytes DelayProof::*const field : {&DelayProof::output, &DelayProof::proof}) {
    const Bytes right = item.proof.*field;
    Bytes longer = right;
    longer.insert(longer.begin(), 0);
    const Bytes shorter(right.begin() + 1, right.end());
    for (const Bytes& wrong :
         {negative_of(item.modulus, right), element_of(item.modulus, 0),
          element_of(item.modulus, 1), item.modulus.bytes(),
          negative_of(item.modulus, element_of(item.modulus, 1)), longer, shorter, Bytes{}}) {
      DelayCase other = item;
      other.proof.*field = wrong;
      CHECK_FALSE(verifies(other));
    }
  }
}

TEST_CASE("a delay proof with any bit changed proves nothing") {
  const DelayCase& item = delay_cases().front();
  for (Bytes DelayProof::*const field : {&DelayProof::output, &DelayProof::proof}) {
    for (std::size_t bit = 0; bit < 8 * item.modulus.size_bytes(); bit += 29) {
      DelayCase other = item;
      (other.proof.*field)[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
      CHECK_FALSE(verifies(other));
    }
  }
}

TEST_CASE("memory and pieces change how a proof is made, and not the proof") {
  const DelayCase& item = delay_cases().at(3);
  REQUIRE(item.task.squarings == 65'537);
  for (const std::size_t memory_bytes : {0U, 30'000U, 100'000U, 1'000'000U, 1U << 30U}) {
    DelayEvaluation evaluation(item.modulus, item.task, memory_bytes);
    while (evaluation.advance(9'999) > 0) {
    }
    INFO(memory_bytes << " bytes of memory");
    CHECK(evaluation.proof() == item.proof);
    CHECK(evaluation.kept_elements() <=
          std::max<std::size_t>(100, memory_bytes / item.modulus.size_bytes()));
  }
}

TEST_CASE("whoever knows the factors of a modulus proves ages in no time: it must be trusted") {
  // 2^53 - 1 squarings would take a fast core more than a century.
  const DelayCase& item = delay_cases().at(5);
  CHECK(item.task.squarings == max_delay_squarings);
  CHECK(verifies(item));
}

TEST_CASE("a modulus that cannot delay anybody is refused, and the message says why") {
  Bytes modulus = delay_cases().front().modulus.bytes();
  const Bytes good = modulus;
  CHECK(modulus_error(good).empty());
  modulus.back() ^= 1U;
  CHECK(modulus_error(modulus).find("an even number") != std::string::npos);
  CHECK(modulus_error({}).find("got 0 bytes") != std::string::npos);
  CHECK(modulus_error(Bytes(513, 0xff)).find("got 513 bytes") != std::string::npos);
  CHECK(modulus_error(Bytes(255, 0xff)).find("got 2040 bits") != std::string::npos);
  CHECK(modulus_error(Bytes(256, 0xff)).find("a multiple of 3") != std::string::npos);
  Bytes padded = good;
  padded.insert(padded.begin(), 0);
  CHECK(modulus_error(padded).find("a leading zero") != std::string::npos);
  // The prime of RFC 3526's 2048-bit group: its group has a known order.
  const Bytes prime = must(bytes_from_hex(
      "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e34"
      "04ddef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6"
      "f406b7edee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a6916"
      "3fa8fd24cf5f83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c"
      "32905e462e36ce3be39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea95"
      "6ae515d2261898fa051015728e5a8aacaa68ffffffffffffffff"));
  CHECK(modulus_error(prime).find("a prime") != std::string::npos);
}
