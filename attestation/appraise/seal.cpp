#include <algorithm>

#include "attestation/appraise/examination.hpp"

namespace muster::attestation {
namespace {

std::string counter_text(std::uint64_t counter) { return "counter " + std::to_string(counter); }

Finding gap(std::uint64_t expected, std::string found) {
  return finding(FindingCode::chain_gap, counter_text(expected), std::move(found));
}

// The counter and the hash that the first entry must follow.
struct Beginning {
  std::uint64_t counter = 0;
  Hash previous{};
};

Beginning beginning_of(const Examination& exam) {
  const Entry& first = *exam.log.first;
  const auto& known = exam.subject->known;
  if (known && first.counter == known->counter + 1) return {first.counter, known->hash};
  // An entry `wrapped` in the log tells the hash of the last one lost; the head tells the count.
  const bool wrapped = exam.head && exam.head->head.wrapped_to > 0;
  if (!wrapped || first.counter != exam.head->head.wrapped_to) return {};
  for (const WrappedBody& body : exam.log.wrapped) {
    if (body.to == first.counter) return {body.to, body.last};
  }
  return {first.counter, first.previous};
}

void check_beginning(Examination& exam) {
  if (exam.head && exam.head->head.wrapped_to > exam.head->head.wrapped_from) {
    const Head& head = exam.head->head;
    exam.add(finding(FindingCode::log_wrapped, "every entry since manufacture",
                     "entries [" + std::to_string(head.wrapped_from) + ", " +
                         std::to_string(head.wrapped_to) + ") were overwritten"));
  }
  if (!exam.log.first || exam.log.points.front().readable == false) return;
  const Entry& first = *exam.log.first;
  const Beginning expected = beginning_of(exam);
  if (first.counter != expected.counter) {
    exam.add(gap(expected.counter, "a log that begins at " + counter_text(first.counter)));
  } else if (first.previous != expected.previous) {
    exam.add(finding(FindingCode::chain_break, "previous " + expected.previous.to_hex(),
                     "previous " + first.previous.to_hex() + " in the first entry"));
  }
}

// Finds the entry that the head names.
void check_end(Examination& exam) {
  if (!exam.head || exam.log.points.empty()) return;
  const Head& head = exam.head->head;
  const auto& points = exam.log.points;
  const LogPoint* named = exam.log.at_counter(head.counter);
  if (named == nullptr) {
    if (points.back().counter < head.counter && !exam.log.unreadable_tail) {
      exam.add(gap(head.counter, "a log that ends at " + counter_text(points.back().counter)));
    }
    return;
  }
  if (named->hash != head.entry) {
    Finding made = finding(FindingCode::chain_break, "entry " + head.entry.to_hex(),
                           "entry " + named->hash.to_hex() + " at " + counter_text(head.counter));
    made.evidence.push_back(evidence("head", *exam.subject->head));
    made.evidence.push_back(evidence_of(*named, exam.log_bytes()));
    exam.add(std::move(made));
    return;
  }
  exam.seal.sealed_point = static_cast<std::size_t>(named - points.data());
  if (named != &points.back()) {
    exam.add(finding(
        FindingCode::log_unsealed, "a log that ends at " + counter_text(head.counter),
        std::to_string(points.back().counter - head.counter) + " entries that no head seals yet"));
  }
}

void walk_links(Examination& exam) {
  if (!exam.seal.sealed_point || !exam.head_verified) return;
  const auto& points = exam.log.points;
  std::size_t lowest = *exam.seal.sealed_point;
  while (lowest > 0 && points[lowest].linked && points[lowest - 1].readable) --lowest;
  exam.seal.first_attested = lowest;
  exam.seal.attested =
      CounterRange{points[lowest].counter, points[*exam.seal.sealed_point].counter};
}

// Whether the head holds `point`. By place and not by counter: an unreadable item has none.
bool attested(const Examination& exam, const LogPoint* point) {
  if (point == nullptr || !exam.seal.attested) return false;
  const auto place = static_cast<std::size_t>(point - exam.log.points.data());
  return place >= exam.seal.first_attested && place <= *exam.seal.sealed_point;
}

// The first entry on which the reported log and the presented one differ, as evidence.
void add_divergence(const Examination& exam, Finding& fork) {
  if (!exam.subject->reported_log) return;
  const DeviceLog reported = read_log(*exam.subject->reported_log);
  for (const LogPoint& point : reported.points) {
    const LogPoint* own = exam.log.at_counter(point.counter);
    if (own == nullptr || own->hash == point.hash) continue;
    fork.evidence.push_back(evidence_of(point, *exam.subject->reported_log));
    fork.evidence.back().what = "reported log entry";
    fork.evidence.push_back(evidence_of(*own, exam.log_bytes()));
    fork.found += "; the logs part at " + counter_text(point.counter);
    return;
  }
}

void add_fork(Examination& exam, const VerifiedHead& ledgered, const Hash& found,
              bool both_signed) {
  Finding made = finding(FindingCode::chain_fork,
                         "entry " + ledgered.head.entry.to_hex() + " at " +
                             counter_text(ledgered.head.counter) + ", as the chip signed before",
                         "entry " + found.to_hex());
  if (both_signed) made.severity = Severity::contradiction;
  made.evidence.push_back(evidence("ledgered head", ledgered.bytes));
  made.evidence.push_back(evidence("head", *exam.subject->head));
  add_divergence(exam, made);
  exam.add(std::move(made));
}

void add_rollback(Examination& exam, const VerifiedHead& ledgered) {
  Finding made =
      finding(FindingCode::chain_rollback,
              counter_text(ledgered.head.counter) + " or more, as the chip signed before",
              counter_text(exam.head->head.counter));
  // With a stale nonce the head may simply be an old one: then only a query.
  if (exam.head_verified && exam.head_fresh) made.severity = Severity::contradiction;
  made.evidence.push_back(evidence("ledgered head", ledgered.bytes));
  made.evidence.push_back(evidence("head", *exam.subject->head));
  exam.add(std::move(made));
}

// Every earlier head must name an entry of this log. The lowest contradiction is reported: those
// above it follow from it.
void check_earlier_heads(Examination& exam) {
  std::ranges::sort(exam.ledgered, {}, [](const VerifiedHead& item) { return item.head.counter; });
  bool contradicted = false;
  for (const VerifiedHead& ledgered : exam.ledgered) {
    const LogPoint* own = exam.log.at_counter(ledgered.head.counter);
    if (contradicted) break;
    if (exam.head && ledgered.head.counter > exam.head->head.counter) {
      add_rollback(exam, ledgered);
      contradicted = true;
    } else if (exam.head && ledgered.head.counter == exam.head->head.counter) {
      contradicted = ledgered.head.entry != exam.head->head.entry;
      if (contradicted) add_fork(exam, ledgered, exam.head->head.entry, exam.head_verified);
    } else if (own != nullptr && own->hash != ledgered.head.entry) {
      // An edited copy is a broken chain, not a fork: the chip signed only what links to its head.
      contradicted = attested(exam, own);
      if (contradicted) add_fork(exam, ledgered, own->hash, true);
    }
    const bool same = own != nullptr && own->hash == ledgered.head.entry;
    exam.seal.pinned = exam.seal.pinned || (same && attested(exam, own));
  }
}

// Without heads of its own a reported log convicts nobody, but a difference needs an answer.
void check_reported_log(Examination& exam) {
  if (!exam.subject->reported_log || exam.result.findings.has(FindingCode::chain_fork) ||
      exam.result.findings.has(FindingCode::chain_rollback)) {
    return;
  }
  const DeviceLog reported = read_log(*exam.subject->reported_log);
  for (const LogPoint& point : reported.points) {
    const LogPoint* own = exam.log.at_counter(point.counter);
    if (own == nullptr || own->hash == point.hash) continue;
    if (!attested(exam, own)) return;  // the chain's own findings cover it
    Finding made = finding(FindingCode::chain_fork,
                           "entry " + point.hash.to_hex() + " at " + counter_text(point.counter) +
                               ", as reported at the freeze",
                           "entry " + own->hash.to_hex());
    made.evidence.push_back(evidence_of(point, *exam.subject->reported_log));
    made.evidence.back().what = "reported log entry";
    made.evidence.push_back(evidence_of(*own, exam.log_bytes()));
    exam.add(std::move(made));
    return;
  }
}

// False if the log is another chip's.
bool check_log_identity(Examination& exam) {
  if (!exam.log.first || exam.log.first->ueid == ueid_of(exam.subject->chip)) return true;
  exam.add(finding(FindingCode::id_mismatch,
                   "a log of chip " + ueid_of(exam.subject->chip).to_hex(),
                   "a log of chip " + exam.log.first->ueid.to_hex()));
  return false;
}

}  // namespace

void check_seal(Examination& exam) {
  if (exam.log.points.empty() && !exam.log.unreadable_tail && exam.head) {
    exam.add(gap(0, "an empty log"));
  }
  if (!check_log_identity(exam)) {
    exam.not_run("chain", "the log is another chip's");
    return;
  }
  check_beginning(exam);
  check_end(exam);
  walk_links(exam);
  check_earlier_heads(exam);
  check_reported_log(exam);
}

}  // namespace muster::attestation
