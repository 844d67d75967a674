#include "tests/ledger/golden/make.hpp"

#include <array>

#include "ledger/base/check.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/contradiction.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/log.hpp"
#include "ledger/receipt.hpp"
#include "ledger/store/memory_store.hpp"
#include "ledger/store/sqlite_store.hpp"
#include "tests/ledger/golden/need.hpp"
#include "tests/ledger/support.hpp"

namespace muster::test {
namespace {

namespace fs = std::filesystem;
using namespace ledger;

const std::string origin = "log.example/golden";
constexpr std::uint64_t operator_number = 9;
constexpr std::uint64_t witness_number = 40;
constexpr std::uint64_t authors = 16;  // keys 1 to 16 sign statements

Envelope signed_by(std::string type, std::string payload, std::uint64_t first,
                   std::uint64_t count) {
  Envelope envelope{std::move(type), std::move(payload), {}};
  for (std::uint64_t i = 0; i < count; ++i) need(add_signature(envelope, signer_of(first + i)));
  return envelope;
}

std::string all_bytes() {
  std::string text;
  for (int value = 0; value < 256; ++value) text += static_cast<char>(value);
  return text;
}

const std::string& manifest() {
  static const std::string text = "{\"chip\":\"A\"}\n{\"chip\":\"B\"}\n";
  return text;
}

/// Each of the first nine shows another edge of the format; the rest are plain.
Envelope statement(std::uint64_t index) {
  const std::string event(event_payload_type);
  const std::string blob = crypto::sha256(manifest()).to_hex();
  switch (index) {
    case 0:
      return signed_by(event, R"({"kind":"first"})", 1, 1);
    case 1:
      return signed_by("text/plain", "", 2, 1);
    case 2:
      return signed_by(event, R"({"kind":"two hands"})", 1, 2);
    case 3:
      return signed_by("application/octet-stream", all_bytes(), 3, 1);
    case 4:
      return signed_by(event, R"({"manifest":{"sha256":")" + blob + R"("}})", 1, 1);
    case 5:
      return signed_by(event, "\xC3\xA9t\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x94\xA9", 1, 3);
    case 6:
      return signed_by(std::string(max_payload_type_bytes, '~'), "x", 4, 1);
    case 7:
      return signed_by("!", "xy", 1, authors);
    case 8:
      return signed_by(event, "xyz", 5, 1);
    default:
      return signed_by(event, R"({"number":)" + std::to_string(index) + "}", index % authors + 1,
                       1);
  }
}

/// The head as a third party gets it: cosigned by a witness that an auditor may not know.
std::string cosigned(const std::string& checkpoint) {
  Note note = need(parse_note(checkpoint));
  const Note other = sign_note(note.text, "witness.example", signer_of(witness_number));
  note.signatures.push_back(other.signatures.front());
  return encode_note(note);
}

void keep_checkpoint(Store& store, std::uint64_t number) {
  const TreeHead head = need(store.head());
  Checkpoint checkpoint{origin, head.size, head.root, {}};
  if (number == 2) checkpoint.extensions = {"an extension line"};
  std::string text = sign_checkpoint(checkpoint, origin, signer_of(operator_number));
  need(store.put_checkpoint(number == 3 ? cosigned(text) : text));
}

/// In batches of growing size, as they come; a checkpoint before the first and after each.
void fill(Store& store, std::uint64_t entries) {
  Log log = need(Log::open(store));
  std::uint64_t number = 0;
  keep_checkpoint(store, number++);
  Timestamp now{1'795'435'200'000};  // 2026-11-23T12:00:00Z
  for (std::uint64_t size = 0; size < entries; ++number) {
    std::vector<Envelope> batch;
    const std::uint64_t end = std::min<std::uint64_t>(entries, size + number * 2 + 1);
    for (; size < end; ++size) batch.push_back(statement(size));
    std::vector<Blob> blobs;
    if (number == 2) blobs.push_back({crypto::sha256(manifest()), to_bytes(manifest())});
    need(log.append(log.size(), now, batch, blobs));
    keep_checkpoint(store, number);
    now.ms += 1'001;
  }
}

void write(const fs::path& file, const std::string& text) {
  need(create_file(file, as_bytes(text)));
}

void write_keys(const fs::path& folder) {
  const VerifierKey key(origin, signer_of(operator_number).public_key());
  write(folder / "log.vkey", key.to_string() + "\n");
  std::string keys;
  for (std::uint64_t i = 1; i <= authors; ++i) {
    keys += to_hex(signer_of(i).public_key().bytes()) + "\n";
  }
  write(folder / "keys", keys);
  write(folder / "blobs", "4 " + crypto::sha256(manifest()).to_hex() + "\n");
}

/// Another history that the operator signed: entry 4 replaced and dated back, 13 entries. Its
/// hashes follow from what was changed.
std::string make_forked(Store& other, Store& honest) {
  Log log = need(Log::open(honest));
  auto entries = need(log.read({0}, 12));
  entries[4].envelope = signed_by("text/plain", "forged", 4, 1);
  entries[4].accepted_at.ms -= 5'000;
  entries.push_back(entries[3]);
  entries.back().accepted_at = entries[11].accepted_at;
  Hash previous{};
  std::vector<Bytes> bodies;
  for (Entry& entry : entries) {
    entry.index = {bodies.size()};
    entry.previous = previous;
    bodies.push_back(to_bytes(encode_entry(entry)));
    previous = leaf_hash(bodies.back());
  }
  const TreeHead head = need(other.append({0}, bodies, {}));
  return sign_checkpoint({origin, head.size, head.root, {}}, origin, signer_of(operator_number));
}

/// What would convict the operator, had there been such a fork.
void write_evidence(const fs::path& folder, Store& honest,
                    const std::vector<std::string>& checkpoints) {
  MemoryStore other;
  const std::string forked = make_forked(other, honest);
  const VerifierKey key(origin, signer_of(operator_number).public_key());
  const std::span keys(&key, 1);
  const LogCopy copy{&other, forked};
  const auto keep = [&](const std::string& name, const Result<Comparison>& found) {
    write(folder / (name + ".evidence"), encode_evidence(*need(found).evidence) + "\n");
  };
  const Receipt receipt = need(make_receipt(honest, {4}, checkpoints[2]));
  keep("fork", compare_with_held(copy, checkpoints[2], keys));
  keep("rewrite", compare_with_receipt(copy, receipt, keys));
  keep("disorder", look_for_disorder(copy, keys));
}

}  // namespace

void make_golden_log(const fs::path& folder, std::uint64_t entries) {
  MUSTER_CHECK(entries >= 12);
  MUSTER_CHECK(fs::create_directories(folder));
  write_keys(folder);
  const auto store = need(SqliteStore::create(folder / "log.db"));
  fill(*store, entries);
  need(store->checkpoint_database());
  const auto checkpoints = need(store->checkpoints());
  write(folder / "older.checkpoint", checkpoints[2]);
  for (const std::uint64_t index : {std::uint64_t{0}, std::uint64_t{4}, entries - 1}) {
    const Receipt receipt = need(make_receipt(*store, {index}, checkpoints.back()));
    write(folder / ("entry-" + std::to_string(index) + ".receipt"), encode_receipt(receipt) + "\n");
  }
  if (entries == 12) write_evidence(folder, *store, checkpoints);
}

}  // namespace muster::test
