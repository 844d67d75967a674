#include "ledger/base/csv.hpp"

#include <algorithm>

namespace muster {
namespace {

/// The length of the UTF-8 character at `at`, or 0 if there is none.
/// Source: RFC 3629 section 4.
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t offset) {
    return at + offset < text.size() ? static_cast<unsigned char>(text[at + offset]) : 0U;
  };
  const unsigned first = byte(0);
  const auto tail = [&](std::size_t offset, unsigned least = 0x80, unsigned most = 0xBF) {
    return byte(offset) >= least && byte(offset) <= most;
  };
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return tail(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const unsigned least = first == 0xE0 ? 0xA0 : 0x80;  // no overlong form
    const unsigned most = first == 0xED ? 0x9F : 0xBF;   // no surrogate
    return tail(1, least, most) && tail(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const unsigned least = first == 0xF0 ? 0x90 : 0x80;
    const unsigned most = first == 0xF4 ? 0x8F : 0xBF;
    return tail(1, least, most) && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

/// What is wrong with the text of a field, or nothing.
std::string text_problem(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '\0') return "a field holds a NUL byte";
    const std::size_t length = utf8_length(text, at);
    if (length == 0) return "a field is not valid UTF-8";
    at += length;
  }
  return {};
}

std::string joined(std::span<const std::string_view> names) {
  std::string text;
  for (const auto& name : names) {
    if (!text.empty()) text += ", ";
    text += name;
  }
  return text;
}

}  // namespace

CsvReader::CsvReader(std::string_view text, std::string name, CsvLimits limits)
    : text_(text), name_(std::move(name)), limits_(limits) {}

Error CsvReader::error_at(std::uint64_t line, const std::string& message) const {
  return Error{Errc::invalid_input, name_ + " line " + std::to_string(line) + ": " + message, {}};
}

Result<std::string> CsvReader::quoted_field() {
  const std::uint64_t first_line = line_;
  std::string value;
  for (++at_; at_ < text_.size(); ++at_) {
    if (text_[at_] == '"') {
      ++at_;
      if (at_ >= text_.size() || text_[at_] != '"') return value;
    }
    if (text_[at_] == '\n') ++line_;
    if (value.size() >= limits_.field_bytes) break;
    value += text_[at_];
  }
  return failure(
      error_at(first_line, at_ < text_.size() ? "a field is too long" : "a quote is never closed"));
}

Result<std::string> CsvReader::field() {
  if (at_ < text_.size() && text_[at_] == '"') return quoted_field();
  const std::size_t end = std::min(text_.find_first_of(",\r\n\"", at_), text_.size());
  if (end < text_.size() && text_[end] == '"') {
    return failure(error_at(line_, "a quote stands inside a field that does not begin with one"));
  }
  if (end - at_ > limits_.field_bytes) return failure(error_at(line_, "a field is too long"));
  std::string value(text_.substr(at_, end - at_));
  at_ = end;
  return value;
}

Result<bool> CsvReader::ends_record() {
  if (at_ == text_.size()) return true;
  if (text_[at_] == ',') {
    ++at_;
    return false;
  }
  if (text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n') ++at_;
  if (text_[at_] != '\n') {
    return failure(error_at(line_, text_[at_] == '\r' ? "a carriage return without line feed"
                                                      : "text after a closing quote"));
  }
  ++at_;
  ++line_;
  return true;
}

Result<std::optional<CsvRecord>> CsvReader::next() {
  if (at_ == 0) {
    if (text_.size() > limits_.bytes) return failure(error_at(1, "the file is too long"));
    if (text_.starts_with("\xEF\xBB\xBF")) {
      return failure(error_at(1, "begins with a byte order mark; save as UTF-8 without it"));
    }
  }
  if (at_ == text_.size()) return std::optional<CsvRecord>();
  CsvRecord record{line_, {}};
  for (bool ended = false; !ended;) {
    MUSTER_TRY_ASSIGN(std::string value, field());
    const std::string problem = text_problem(value);
    if (!problem.empty()) return failure(error_at(record.line, problem));
    record.fields.push_back(std::move(value));
    if (record.fields.size() > limits_.fields) {
      return failure(error_at(record.line, "too many fields"));
    }
    MUSTER_TRY_ASSIGN(ended, ends_record());
  }
  if (record.fields.size() == 1 && record.fields[0].empty()) {
    return failure(error_at(record.line, "empty line"));
  }
  if (width_ == 0) width_ = record.fields.size();
  if (record.fields.size() != width_) {
    return failure(error_at(record.line, "got " + std::to_string(record.fields.size()) +
                                             " fields, want " + std::to_string(width_)));
  }
  if (++records_ > limits_.records) return failure(error_at(record.line, "too many records"));
  return std::optional<CsvRecord>(std::move(record));
}

std::string CsvTable::where(const CsvRecord& record) const {
  return name_ + " line " + std::to_string(record.line);
}

Result<CsvTable> CsvTable::parse(std::string_view text, const std::string& name,
                                 std::span<const std::string_view> columns) {
  CsvReader reader(text, name);
  MUSTER_TRY_ASSIGN(const std::optional<CsvRecord> header, reader.next());
  if (!header) return failure(reader.error_at(1, "empty, want a header: " + joined(columns)));
  std::vector<std::size_t> position;
  for (const auto& column : columns) {
    const auto found = std::find(header->fields.begin(), header->fields.end(), column);
    if (found == header->fields.end()) {
      return failure(
          reader.error_at(1, "no column \"" + std::string(column) + "\", want " + joined(columns)));
    }
    position.push_back(static_cast<std::size_t>(found - header->fields.begin()));
  }
  for (const auto& field : header->fields) {
    if (std::count(header->fields.begin(), header->fields.end(), field) > 1 ||
        std::find(columns.begin(), columns.end(), field) == columns.end()) {
      return failure(reader.error_at(1, "column \"" + field + "\" is unknown or stands twice"));
    }
  }
  CsvTable table(name);
  for (;;) {
    MUSTER_TRY_ASSIGN(std::optional<CsvRecord> record, reader.next());
    if (!record) return table;
    CsvRecord ordered{record->line, {}};
    for (const std::size_t at : position) ordered.fields.push_back(std::move(record->fields[at]));
    table.records_.push_back(std::move(ordered));
  }
}

std::string csv_line(std::span<const std::string> fields) {
  std::string line;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) line += ',';
    std::string value = fields[i];
    if (value.find_first_of("=+-@\t\r") == 0) value.insert(0, "'");
    if (value.find_first_of(",\"\r\n") == std::string::npos && !(value.empty() && i == 0)) {
      line += value;
      continue;
    }
    line += '"';
    for (const char c : value) line.append(c == '"' ? 2 : 1, c);
    line += '"';
  }
  return line + '\n';
}

}  // namespace muster
