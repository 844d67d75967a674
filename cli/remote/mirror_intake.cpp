#include "cli/remote/mirror_intake.hpp"

#include <algorithm>
#include <deque>
#include <utility>

#include "cli/rules_audit.hpp"
#include "ledger/base/check.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/log.hpp"

namespace muster::cli {
namespace {

constexpr std::size_t most_blob_bytes = std::size_t{1} << 26U;  // held at once, or one entry's

std::string entry_name(std::uint64_t index) { return "entry " + std::to_string(index); }

tl::unexpected<Error> bad_entry(std::uint64_t index, const std::string& why) {
  return refusal("mirror.entry", entry_name(index) + " of the server's signed log: " + why);
}

}  // namespace

MirrorIntake::MirrorIntake(ledger::Store& store, registry::Registry& registry,
                           ManifestSource manifests)
    : store_(&store), registry_(&registry), manifests_(std::move(manifests)) {}

/// The keys that statements so far have brought, as `Registry` learns them.
void MirrorIntake::learn_keys() {
  const auto& tables = registry_->state().tables();
  const auto learn = [&](const std::string& id, const std::string& text) {
    if (keys_.contains(id)) return;
    auto key = crypto::PublicKey::parse(text);
    MUSTER_CHECK(key.has_value());
    keys_.emplace(id, std::move(*key));
  };
  for (; known_keys_ < tables.keys.size(); ++known_keys_) {
    learn(tables.keys[known_keys_].id, tables.keys[known_keys_].public_key);
  }
  for (const registry::OperatorKey& key : tables.operator_keys.rows())
    learn(key.id, key.public_key);
}

Result<std::vector<ledger::Entry>> MirrorIntake::entries_of(std::span<const Bytes> bodies) {
  MUSTER_TRY_ASSIGN(const ledger::Log log, ledger::Log::open(*store_));
  std::uint64_t index = log.size().value;
  Hash before = log.last_leaf();
  Timestamp latest = log.last_accepted_at();
  std::vector<ledger::Entry> entries;
  for (const Bytes& body : bodies) {
    auto entry = ledger::parse_entry(body);
    if (!entry) return bad_entry(index, entry.error().message);
    if (entry->index.value != index) {
      return bad_entry(index, "is numbered " + std::to_string(entry->index.value));
    }
    if (entry->previous != before) return bad_entry(index, "does not name the entry before it");
    if (entry->accepted_at < latest) return bad_entry(index, "is older than the one before it");
    before = ledger::leaf_hash(body);
    latest = entry->accepted_at;
    entries.push_back(std::move(*entry));
    ++index;
  }
  return entries;
}

/// Adds the manifests of an entry that are neither there nor among `blobs`.
Result<void> MirrorIntake::add_manifests(const ledger::Entry& entry,
                                         std::vector<ledger::Blob>& blobs) const {
  for (const Hash& name : manifests_named_by(entry)) {
    const bool here = std::ranges::find(blobs, name, &ledger::Blob::sha256) != blobs.end();
    MUSTER_TRY_ASSIGN(const bool before, store_->has_blob(name));
    if (here || before) continue;
    const std::string what = "manifest " + name.to_hex() + " of " + entry_name(entry.index.value);
    auto bytes = manifests_(name, entry.index.value);
    if (!bytes && bytes.error().code == Errc::not_found) {
      return refusal("mirror.manifest", what + ": the server does not give it");
    }
    if (!bytes) return failure(std::move(bytes.error()).during(what));
    if (crypto::sha256(*bytes) != name) {
      return refusal("mirror.manifest", what + ": the server gives other bytes");
    }
    blobs.push_back({name, std::move(*bytes)});
  }
  return {};
}

Result<void> MirrorIntake::check_signatures(std::span<const ledger::Entry> entries,
                                            const std::vector<ledger::Blob>& blobs) {
  std::deque<Bytes> kept;  // what is there already
  const auto source = [&](const Hash& hash) -> const Bytes* {
    const auto found = std::ranges::find(blobs, hash, &ledger::Blob::sha256);
    if (found != blobs.end()) return &found->bytes;
    auto bytes = store_->blob(hash);
    if (!bytes) return nullptr;
    kept.push_back(std::move(*bytes));
    return &kept.back();
  };
  learn_keys();
  registry::KeyRing brought;
  for (const ledger::Entry& entry : entries) {
    registry::Prepared prepared = registry::prepare(entry.envelope, source);
    if (!prepared.error) {
      registry::add_brought_keys(prepared.event, brought);
      registry::check_proof(prepared);
    }
    if (prepared.error) return bad_entry(entry.index.value, prepared.error->message);
    for (const auto& one : registry::checked_signatures(entry.envelope, keys_, brought)) {
      if (one.known && one.verified) continue;
      return refusal("mirror.signature",
                     entry_name(entry.index.value) +
                         " of the server's signed log: the signature by " + one.keyid +
                         (one.known ? " does not verify" : " is of no registered key"));
    }
  }
  return {};
}

/// Appends entries that were looked at, with their manifests, and has the rules judge them.
Result<void> MirrorIntake::append(std::span<const ledger::Entry> entries,
                                  std::span<const Bytes> bodies,
                                  const std::vector<ledger::Blob>& blobs) {
  MUSTER_TRY(check_signatures(entries, blobs));
  MUSTER_TRY(store_->append({entries.front().index.value}, bodies, blobs));
  auto judged = registry_->catch_up();
  if (judged) return {};
  if (judged.error().code != Errc::corrupt) return failure(std::move(judged.error()));
  return refusal("mirror.rules",
                 "the server's signed log breaks the rules: " + judged.error().message);
}

Result<void> MirrorIntake::take(std::span<const Bytes> bodies) {
  MUSTER_TRY_ASSIGN(const auto entries, entries_of(bodies));
  const std::span all(entries);
  std::vector<ledger::Blob> blobs;
  std::size_t blob_bytes = 0;
  std::size_t first = 0;
  for (std::size_t next = 0; next < entries.size(); ++next) {
    const std::size_t before = blobs.size();
    MUSTER_TRY(add_manifests(entries[next], blobs));
    for (std::size_t i = before; i < blobs.size(); ++i) blob_bytes += blobs[i].bytes.size();
    if (blob_bytes < most_blob_bytes && next + 1 < entries.size()) continue;
    const std::size_t count = next + 1 - first;
    MUSTER_TRY(append(all.subspan(first, count), bodies.subspan(first, count), blobs));
    first = next + 1;
    blobs.clear();
    blob_bytes = 0;
  }
  return {};
}

}  // namespace muster::cli
