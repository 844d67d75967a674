// What verify_tiles says of a checkpoint: who signed it, what it promises, what it goes on from.

#include <algorithm>

#include "tests/ledger/tiles/verify_support.hpp"

using namespace muster;
using namespace muster::ledger;
using namespace muster::test;

TEST_CASE("a checkpoint that promises more than there is condemns the log, however much") {
  const auto entries = opaque_entries(300);
  for (const std::uint64_t size : {301UL, 512UL, 100'000UL, 1UL << 40U, UINT64_MAX}) {
    CAPTURE(size);
    const auto result = changed(entries, [&](FileMap& files) {
      files["checkpoint"] = to_bytes(signed_head({tiled_origin, {size}, root_of(entries), {}}));
    });
    CHECK_FALSE(result.good());
    CHECK(result.complete == (size <= 100'000));  // then there are too many faults
    const auto names = named(result);
    CHECK(std::ranges::any_of(names, [](const auto& name) { return name.find("missing") != 0; }));
  }
}

TEST_CASE("a checkpoint of another root, of fewer leaves, or of none is compared with the data") {
  const auto entries = opaque_entries(300);
  const auto with = [&](const Checkpoint& head) {
    return changed(entries,
                   [&](FileMap& files) { files["checkpoint"] = to_bytes(signed_head(head)); });
  };

  CHECK(named(with({tiled_origin, {300}, Hash(), {}})) == Names{"tree.root checkpoint"});
  const auto shorter = with(head_of(std::span(entries).first(256)));
  CHECK(shorter.good());
  CHECK(shorter.beyond == 2);
  const auto none = with({tiled_origin, {0}, empty_root(), {}});
  CHECK(none.good());
  CHECK(none.beyond == 5);
  CHECK(named(with({tiled_origin, {0}, Hash(), {}})) == Names{"tree.root checkpoint"});
}

TEST_CASE("the checkpoint must be signed by the key, under the key's name as origin") {
  const auto entries = opaque_entries(5);
  const Checkpoint head = head_of(entries);
  const auto with = [&](const std::string& text) {
    return named(changed(entries, [&](FileMap& files) { files["checkpoint"] = to_bytes(text); }));
  };
  std::string forged = signed_head(head);
  forged[forged.size() - 10] = forged[forged.size() - 10] == 'A' ? 'B' : 'A';
  Checkpoint other = head;
  other.origin = "other.example/log";

  CHECK(with(signed_head(head, 2)) == Names{"checkpoint.unknown_key checkpoint"});
  CHECK(with(forged) == Names{"checkpoint.bad_signature checkpoint"});
  CHECK(with(signed_head(other)) == Names{"checkpoint.origin checkpoint"});
  CHECK(with("no checkpoint") == Names{"checkpoint.text checkpoint"});
  CHECK(with(std::string(100'000, 'x')) == Names{"checkpoint.text checkpoint"});
  CHECK_FALSE(verify_tiles(memory_source({}), options_for_tests()));
}

TEST_CASE("an origin that is not the key's name can be demanded") {
  const auto entries = opaque_entries(5);
  FileMap files = tiled_log(entries);
  Checkpoint head = head_of(entries);
  head.origin = "go.sum database tree";
  files["checkpoint"] = to_bytes(signed_head(head));
  auto options = options_for_tests();
  options.origin = "go.sum database tree";

  CHECK(verified(files, options).good());
  files["checkpoint"] = to_bytes(signed_head(head_of(entries)));
  CHECK(named(verified(files, options)) == Names{"checkpoint.origin checkpoint"});
}

TEST_CASE("signatures by other keys are counted and passed over; one that is forged is not") {
  const auto entries = opaque_entries(5);
  FileMap files = tiled_log(entries);
  Note note = must(parse_note(as_text(files["checkpoint"])));
  const NoteSignature own = note.signatures[0];
  note.signatures.insert(note.signatures.begin(), {"witness.example/w1", 7, Bytes(72, 4)});
  note.signatures.push_back({tiled_origin, 8, Bytes(2'428, 6)});
  files["checkpoint"] = to_bytes(encode_note(note));

  const auto result = verified(files);

  CHECK(result.good());
  CHECK(result.other_signatures == 2);
  note.signatures.push_back(own);
  note.signatures.back().signature[5] ^= 1U;
  files["checkpoint"] = to_bytes(encode_note(note));
  CHECK(named(verified(files)) == Names{"checkpoint.bad_signature checkpoint"});
}

TEST_CASE("what a policy does not like is a fault in the policy's words") {
  auto options = options_for_tests();
  const FileMap files = tiled_log(opaque_entries(5));
  std::size_t signatures = 0;
  options.policy = [&](const Note& note) -> Result<void> {
    signatures = note.signatures.size();
    return refusal("policy.quorum", "1 of 3 witnesses");
  };

  const auto result = verified(files, options);

  CHECK(named(result) == Names{"checkpoint.policy checkpoint"});
  CHECK(result.faults[0].found == "policy.quorum: 1 of 3 witnesses");
  CHECK(signatures == 1);
}

TEST_CASE("older checkpoints must be beginnings of the log") {
  const auto entries = opaque_entries(700);
  auto options = options_for_tests();
  for (const std::size_t size : {0U, 1U, 255U, 256U, 300U, 699U, 700U}) {
    options.older.push_back({"old", signed_head(head_of(std::span(entries).first(size)))});
  }
  const FileMap files = tiled_log(entries);
  CHECK(named(verified(files, options)).empty());

  auto history = entries;
  history[100] = to_bytes("another");
  Checkpoint elsewhere = head_of(std::span(entries).first(9));
  elsewhere.origin = "other.example/log";
  options.older = {{"forked", signed_head(head_of(std::span(history).first(300)))},
                   {"longer", signed_head(head_of(opaque_entries(701)))},
                   {"elsewhere", signed_head(elsewhere)},
                   {"junk", "text"},
                   {"stranger", signed_head(head_of(entries), 2)}};
  CHECK(named(verified(files, options)) ==
        Names{"checkpoint.prefix forked", "checkpoint.prefix longer", "checkpoint.origin elsewhere",
              "checkpoint.text junk", "checkpoint.unknown_key stranger"});
}
