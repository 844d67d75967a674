// Makes the seeds of the fuzz targets whose inputs are objects of a log, keys and certificates:
//   fuzz_seeds CORPUS            writes those that are missing
//   fuzz_seeds --check CORPUS    ends in 1 if one is missing or other than it would be made

#include <filesystem>
#include <iostream>
#include <limits>

#include "attestation/replay/training_state.hpp"
#include "attestation/spdm/pem.hpp"
#include "ledger/base/check.hpp"
#include "ledger/base/file.hpp"
#include "ledger/contradiction.hpp"
#include "ledger/cosignature.hpp"
#include "ledger/crypto/seeded_random.hpp"
#include "ledger/crypto/vrf_ed25519.hpp"
#include "ledger/crypto/vrf_p256.hpp"
#include "ledger/proofs.hpp"
#include "ledger/tiles/bundle.hpp"
#include "tests/fuzz/honest_operator.hpp"
#include "tests/fuzz/packed_files.hpp"
#include "tests/fuzz/scratch.hpp"
#include "tests/fuzz/sealed_keys.hpp"
#include "tests/ledger/support.hpp"
#include "tests/support/source_root.hpp"

namespace {

using namespace muster;
using namespace muster::ledger;
using fuzz::HonestOperator;

namespace fs = std::filesystem;

/// The bytes of each seed, by the path of its file.
using Seeds = std::map<std::string, Bytes>;

Bytes behind(char first, ByteView rest) {
  Bytes bytes{static_cast<std::uint8_t>(first)};
  bytes.insert(bytes.end(), rest.begin(), rest.end());
  return bytes;
}

/// By somebody who signs anything: the honest operator's key is never under a lie.
std::string signed_as(const Checkpoint& checkpoint) {
  return sign_checkpoint(checkpoint, checkpoint.origin, test::signer_of(12));
}

/// A safetensors file of that header, with `data` bytes 0, 1, 2 … behind it.
Bytes tensors_file(std::string_view header, std::uint8_t data) {
  Bytes file;
  for (unsigned shift = 0; shift < 64; shift += 8) {
    file.push_back(static_cast<std::uint8_t>(std::uint64_t{header.size()} >> shift));
  }
  append(file, as_bytes(header));
  for (std::uint8_t i = 0; i < data; ++i) file.push_back(i);
  return file;
}

void add_safetensors(Seeds& seeds) {
  seeds["safetensors/two"] = tensors_file(
      R"({"__metadata__":{"format":"pt"},"b":{"dtype":"BF16","shape":[2,3],"data_offsets":[4,16]},)"
      R"("a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}  )",
      16);
  seeds["safetensors/empty"] = tensors_file("{}", 0);
  seeds["safetensors/overlap"] =
      tensors_file(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},)"
                   R"("b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}})",
                   6);
  seeds["safetensors/none"] =
      tensors_file(R"({"a":{"dtype":"I64","shape":[0,5],"data_offsets":[0,0]}})", 0);
}

/// Folders with a state in two files, by an index that is right, wrong, or names another place.
void add_sharded_checkpoints(Seeds& seeds) {
  const auto folder = [](const std::string& total, const std::string& of_n) {
    ledger::FileMap files;
    files["w.safetensors"] =
        tensors_file(R"({"w":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}})", 4);
    files["n.safetensors"] = tensors_file(
        R"({"__metadata__":{"step":"7"},"n":{"dtype":"I64","shape":[],"data_offsets":[0,8]}})", 8);
    files["model.safetensors.index.json"] =
        to_bytes(R"({"metadata":{"total_size":)" + total + R"(},"weight_map":{"n":")" + of_n +
                 R"(","w":"w.safetensors"}})");
    return fuzz::packed(files);
  };
  seeds["shard_index/whole"] = folder("12", "n.safetensors");
  seeds["shard_index/total"] = folder("13", "n.safetensors");
  seeds["shard_index/elsewhere"] = folder("12", "../n.safetensors");
}

void add_checkpoints(Seeds& seeds) {
  HonestOperator& honest = HonestOperator::instance();
  for (const std::uint64_t size : {0U, 1U, 41U}) {
    seeds["checkpoint/honest_" + std::to_string(size)] = to_bytes(honest.checkpoint(size));
  }
  const Checkpoint extended{
      HonestOperator::origin, {7}, root_at(honest.store(), {7}).value(), {"an extension", "more"}};
  seeds["checkpoint/extensions"] =
      to_bytes(sign_checkpoint(extended, HonestOperator::origin, honest.signer()));
  const auto witness = test::signer_of(70);
  Note note = parse_note(honest.checkpoint(20)).value();
  note.signatures.push_back(cosign(note.text, {"witness.example/w1", &witness}, 1'700'000'000));
  seeds["checkpoint/cosigned"] = to_bytes(encode_note(note));
  seeds["checkpoint/of_a_log_called_second"] = to_bytes(signed_as({"second", {3}, Hash{}, {}}));
}

void add_evidence(Seeds& seeds) {
  HonestOperator& honest = HonestOperator::instance();
  const std::string forked = signed_as({HonestOperator::origin, {20}, Hash{}, {}});
  seeds["evidence/two_roots.json"] =
      to_bytes(encode_evidence(CheckpointPair{honest.checkpoint(20), forked}));
  CheckpointPair pair{forked, honest.checkpoint(41)};
  seeds["evidence/unconnected.json"] = to_bytes(encode_evidence(pair));
  pair.prefix = prefix_by_log(honest.store(), pair).value();
  seeds["evidence/connected.json"] = to_bytes(encode_evidence(pair));
  pair.first = honest.checkpoint(20);
  seeds["evidence/consistent.json"] = to_bytes(encode_evidence(pair));
  seeds["evidence/empty_tree.json"] = to_bytes(encode_evidence(
      CheckpointPair{signed_as({HonestOperator::origin, {0}, Hash{}, {}}), honest.checkpoint(1)}));
}

/// The files as `create_key_file` writes them.
Bytes key_file(const std::function<Result<void>(const fs::path&)>& create) {
  const fuzz::Scratch scratch("seeds");
  MUSTER_CHECK(create(scratch.path() / "key").has_value());
  return read_file(scratch.path() / "key").value();
}

void add_key_files(Seeds& seeds) {
  const crypto::PassphraseCost cheap{1, std::uint64_t{8} << 20U};
  crypto::SeededRandom random("sealed seeds");
  for (const crypto::SecretKey& key : fuzz::sealed_keys()) {
    const std::string name(crypto::signer_of(key).verifying_key().algorithm());
    seeds["key_file/plain_" + name] =
        key_file([&](const fs::path& path) { return crypto::create_key_file(path, key); });
    seeds["key_file/sealed_" + name] = key_file([&](const fs::path& path) {
      return crypto::create_sealed_key_file(path, key, fuzz::sealed_key_passphrase, random, cheap);
    });
  }
  std::string swapped(as_text(seeds.at("key_file/plain_p256")));
  swapped.replace(swapped.find("p256"), 4, "p384");
  seeds["key_file/other_algorithm"] = to_bytes(swapped);
}

void add_certificates(Seeds& seeds) {
  const fs::path folder = fs::path(muster::test::source_root) / "tests/vectors/attestation/spdm";
  const auto blocks = [&](const char* file, const char* label) {
    return attestation::spdm::parse_pem(read_text_file(folder / file).value(), label).value();
  };
  const auto chain = blocks("chain.pem", "CERTIFICATE");
  const char* const names[] = {"leaf", "authority", "root"};
  for (std::size_t i = 0; i < chain.size(); ++i) {
    seeds[std::string("certificate/") + names[i]] = behind('c', chain[i]);
  }
  seeds["certificate/critical_extension"] =
      behind('c', blocks("chain_critical_extension.pem", "CERTIFICATE")[1]);
  seeds["certificate/tagged_tcb_info"] =
      behind('c', blocks("chain_tagged_tcb_info.pem", "CERTIFICATE")[0]);
  const auto lists = blocks("revoked_leaf.pem", "X509 CRL");
  for (std::size_t i = 0; i < lists.size(); ++i) {
    seeds["certificate/list_" + std::to_string(i)] = behind('r', lists[i]);
  }
}

void add_proofs(Seeds& seeds) {
  seeds["proofs/inclusion"] = {0, 40, 7};
  seeds["proofs/inclusion_leaf_flipped"] = {0, 40, 7, 1, 3};
  seeds["proofs/inclusion_at_another_index"] = {0, 40, 7, 0, 8};
  seeds["proofs/inclusion_edited"] = {0, 200, 99, 3, 1, 4, 2, 5, 0, 6, 3, 7, 9};
  seeds["proofs/consistency"] = {1, 40, 7};
  seeds["proofs/consistency_from_a_power_of_two"] = {1, 40, 31, 3, 200};
  seeds["proofs/consistency_with_another_root"] = {1, 40, 7, 8, 9};
  seeds["proofs/consistency_edited"] = {1, 255, 99, 0, 50, 8, 50, 5, 1};
}

void add_vrf_proofs(Seeds& seeds) {
  const Bytes message = to_bytes(std::string_view("message"));
  const auto with_message = [&](char curve, ByteView proof) {
    Bytes bytes = behind(curve, proof);
    bytes.insert(bytes.end(), message.begin(), message.end());
    return bytes;
  };
  seeds["vrf/ed25519"] =
      with_message(1, crypto::VrfEd25519Key(std::array<std::uint8_t, 32>{1}).prove(message));
  seeds["vrf/p256"] =
      with_message(0, crypto::VrfP256Key::from_scalar({1, 2, 3}).value().prove(message));
  seeds["vrf/too_short"] = {1, 2, 3};
}

void add_mirrors(Seeds& seeds) {
  const auto entries = HonestOperator::instance().store().read({0}, 4).value();
  const auto bundle = [&](std::size_t count) {
    return encode_bundle(std::span(entries).first(count)).value();
  };
  const auto packed = [](std::uint8_t what, const FileMap& files) {
    return behind(static_cast<char>(what), fuzz::packed(files));
  };
  FileMap files;
  files["tile/entries/000.p/3"] = bundle(3);
  seeds["mirror/three_entries"] = packed(0, files);
  seeds["mirror/one_left"] = packed(1, files);
  seeds["mirror/one_left_changed"] = packed(5, files);
  files["tile/entries/000.p/4"] = bundle(4);
  files["tile/entries/000.p/4"].resize(bundle(2).size() + 9);
  seeds["mirror/wider_one_torn"] = packed(0, files);
  Bytes changed = bundle(3);
  changed[100] ^= 1U;
  seeds["mirror/changed"] = packed(2, {{std::string("tile/entries/000.p/3"), changed}});
  seeds["mirror/nothing"] = packed(0, {});
}

void add_witness_requests(Seeds& seeds) {
  seeds["witness_requests/grows"] = {0, 0, 3, 0, 0, 3, 8, 0, 0, 8, 12, 0};
  seeds["witness_requests/forks"] = {0, 0, 4, 0, 0, 4, 8, 0, 1, 8, 8, 0, 1, 8, 12, 0, 0, 8, 12, 0};
  seeds["witness_requests/restarts"] = {0, 0, 6, 0, 7, 6, 6, 0, 15, 6, 9, 0, 8, 6, 9, 0};
  seeds["witness_requests/broken_proofs"] = {0, 0, 3, 0, 0, 3, 8, 1, 0, 3, 8, 2, 0, 3, 8, 3};
  seeds["witness_requests/empty"] = {0, 0, 0, 0, 1, 0, 5, 0};
}

/// Ends of a segment of the target's model, as a program may leave them behind.
void add_reexecuted_ends(Seeds& seeds) {
  attestation::TrainingSpec spec;
  spec.context = spec.width = spec.hidden = spec.heads = 1;
  attestation::TrainingState state = attestation::initial_state(spec, Hash{});
  state.step = 7;
  seeds["reexecution/end"] = attestation::encode_checkpoint(spec, state);
  std::string other(as_text(seeds.at("reexecution/end")));
  other.replace(other.find("[256,1]"), 7, "[1,256]");
  seeds["reexecution/other-shape"] = to_bytes(other);
  state.weights.front() = std::numeric_limits<float>::quiet_NaN();
  state.weights.back() = std::numeric_limits<float>::infinity();
  seeds["reexecution/not-a-number"] = attestation::encode_checkpoint(spec, state);
}

Seeds all_seeds() {
  Seeds seeds;
  add_safetensors(seeds);
  add_sharded_checkpoints(seeds);
  add_checkpoints(seeds);
  add_evidence(seeds);
  add_key_files(seeds);
  add_certificates(seeds);
  add_proofs(seeds);
  add_vrf_proofs(seeds);
  add_mirrors(seeds);
  add_witness_requests(seeds);
  add_reexecuted_ends(seeds);
  return seeds;
}

bool is_written(const fs::path& file, const Bytes& bytes) {
  std::error_code problem;
  fs::create_directories(file.parent_path(), problem);
  return write_file_atomically(file, bytes).has_value();
}

}  // namespace

int main(int count, char** arguments) {
  const bool checks = count == 3 && std::string_view(arguments[1]) == "--check";
  if (count != 2 && !checks) {
    std::cerr << "usage: " << arguments[0] << " [--check] CORPUS\n";
    return 2;
  }
  const fs::path corpus = arguments[count - 1];
  std::size_t passed = 0;
  std::size_t failed = 0;
  for (const auto& [name, bytes] : all_seeds()) {
    const auto there = read_file(corpus / name);
    const bool good = (there && *there == bytes) || (!checks && is_written(corpus / name, bytes));
    if (!good) std::cout << name << ": not what it would be made\n";
    ++(good ? passed : failed);
  }
  std::cout << passed << " passed, " << failed << " failed\n";
  return failed == 0 ? 0 : 1;
}
