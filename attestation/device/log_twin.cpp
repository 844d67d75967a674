#include "attestation/device/log_twin.hpp"

namespace muster::attestation {

Result<void> TwinWriter::take_items(Bytes& out) {
  while (const LogItem* item = items_.next()) {
    if (!item->readable) {
      return failure(Errc::invalid_input, "device log: offset " +
                                              std::to_string(item->fault_offset) + ": " +
                                              std::string(cbor_fault_text(item->fault)));
    }
    line_.clear();
    append_entry_line(line_, item->entry);
    append(out, as_bytes(line_));
    ++entries_;
  }
  if (!items_.is_broken()) return {};
  return failure(Errc::invalid_input, "device log: offset " + std::to_string(items_.offset()) +
                                          ": no whole item of at most " +
                                          std::to_string(max_entry_bytes) + " bytes");
}

Result<void> TwinWriter::feed(ByteView piece, Bytes& out) {
  items_.feed(piece);
  return take_items(out);
}

Result<void> TwinWriter::end(Bytes& out) {
  items_.end();
  return take_items(out);
}

Result<void> TwinReader::take_line(std::string_view line, Bytes& out) {
  ++entries_;
  if (line.size() > max_entry_line_bytes) {
    return failure(Errc::invalid_input, "device log: line " + std::to_string(entries_) +
                                            ": longer than " +
                                            std::to_string(max_entry_line_bytes) + " bytes");
  }
  auto entry = reader_.read(line);
  if (!entry) {
    return failure(std::move(entry.error()).during("device log: line " + std::to_string(entries_)));
  }
  append_entry(out, *entry);
  return {};
}

Result<void> TwinReader::take_held(Bytes& out) {
  const std::size_t size = held_.size();
  held_.append(JsonLineReader::padding, ' ');
  const std::string_view text = std::string_view(held_).substr(0, size);
  std::size_t begin = 0;
  for (std::size_t end = 0; (end = text.find('\n', begin)) != std::string_view::npos;) {
    MUSTER_TRY(take_line(text.substr(begin, end - begin), out));
    begin = end + 1;
  }
  held_.resize(size);
  held_.erase(0, begin);
  if (held_.size() <= max_entry_line_bytes) return {};
  return take_line(held_, out);  // too long already
}

Result<void> TwinReader::feed(ByteView piece, Bytes& out) {
  std::string_view text = as_text(piece);
  if (!held_.empty()) {
    const std::size_t end = text.find('\n');
    const std::size_t size = end == std::string_view::npos ? text.size() : end + 1;
    held_ += text.substr(0, size);
    text.remove_prefix(size);
    MUSTER_TRY(take_held(out));
  }
  // Lines behind which the piece goes on are read where they lie.
  while (true) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos || text.size() - end < JsonLineReader::padding) break;
    MUSTER_TRY(take_line(text.substr(0, end), out));
    text.remove_prefix(end + 1);
  }
  held_ += text;
  return take_held(out);
}

Result<void> TwinReader::end(Bytes&) {
  if (held_.empty()) return {};
  return failure(Errc::invalid_input, "device log: line " + std::to_string(entries_ + 1) +
                                          ": no line feed at the end: cut off?");
}

}  // namespace muster::attestation
