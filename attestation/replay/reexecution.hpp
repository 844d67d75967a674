#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "attestation/replay/training_state.hpp"
#include "attestation/replay/training_text.hpp"

namespace muster::attestation {

/// The files of a folder in which a program of others does one segment again: it finds the first
/// three and leaves the last two.
inline constexpr std::string_view reexecution_request_file = "request.json";
inline constexpr std::string_view reexecution_start_file = "start.safetensors";
inline constexpr std::string_view reexecution_data_file = "data.safetensors";
inline constexpr std::string_view reexecution_end_file = "end.safetensors";
inline constexpr std::string_view reexecution_answer_file = "answer.json";

/// Longest answer, and longest data of a segment, that are taken.
inline constexpr std::uint64_t max_reexecution_answer_bytes = 65'536;
inline constexpr std::uint64_t max_reexecution_data_bytes = std::uint64_t{1} << 30U;

/// What the program is told of the time and memory that it has; others see to it that it keeps to
/// them.
struct ReexecutionLimits {
  std::uint64_t seconds = 0;     ///< By the clock on the wall.
  std::uint64_t memory_mib = 0;  ///< Of address space, each process.
};

/// What the program is given.
struct ReexecutionInput {
  std::string request;  ///< The canonical document `muster/replay-request/v1`.
  Bytes start;          ///< The checkpoint that it begins with, as `encode_checkpoint`.
  Bytes
      data;  ///< safetensors: `samples`, U8 [steps, batch, context + 1], in the order of training.
};

/// The steps after `begin` up to step `to`, with the data that the seed orders for them.
/// Requires: begin.step < to, a checked specification, a state of its model.
/// Errors: `invalid_input` for a segment with too much data.
Result<ReexecutionInput> reexecution_input(const TrainingSpec& spec, const TrainingText& text,
                                           const TrainingState& begin, std::uint64_t to,
                                           const ReexecutionLimits& limits);

/// What the program says of itself, all of it its own word.
struct ReexecutionAnswer {
  bool is_done = false;         ///< It came to the end; otherwise `message` says why not.
  bool is_unsupported = false;  ///< It does not offer what was asked for.
  std::string executor;         ///< Its name and version.
  std::string message;          ///< Empty if it has nothing to say.
};

/// Reads `muster/replay-answer/v1` about a segment that ends at `step`. The text is a stranger's.
/// Errors: `invalid_input`, naming the field.
Result<ReexecutionAnswer> parse_reexecution_answer(std::string_view text, std::uint64_t step);

/// Reads the end that the program came to. Errors: `invalid_input`, naming the tensor: as
/// `parse_checkpoint`, and for another step, a number that is none, a negative second moment.
Result<TrainingState> parse_reexecuted_end(const TrainingSpec& spec, ByteView file,
                                           std::uint64_t step);

}  // namespace muster::attestation
