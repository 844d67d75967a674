#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/error.hpp"

namespace muster {

/// What a CSV file may hold at most.
struct CsvLimits {
  std::uint64_t bytes = std::uint64_t{1} << 30U;
  std::size_t fields = 256;         ///< per record
  std::size_t field_bytes = 65536;  ///< per field
  std::uint64_t records = 20'000'000;
};

/// One record and the line on which it begins, counted from 1.
struct CsvRecord {
  std::uint64_t line;
  std::vector<std::string> fields;
};

/// Reads records one by one, strictly by RFC 4180: commas, double quotes doubled inside quotes,
/// CRLF or LF at the end of a record (the last one may lack it). Refused: a quote inside a plain
/// field, text after a closing quote, an open quote at the end, a bare CR, an empty line, NUL,
/// invalid UTF-8, a byte order mark, a record with another number of fields than the first.
///
/// Borrows the text: it must outlive the reader.
class CsvReader final {
 public:
  /// `name` is the file's name as messages say it: `chips.csv line 17: …`.
  CsvReader(std::string_view text, std::string name, CsvLimits limits = {});

  /// The next record, or nothing at the end. Errors: `invalid_input`.
  Result<std::optional<CsvRecord>> next();

  /// A failure that names the file and `line`.
  [[nodiscard]] Error error_at(std::uint64_t line, const std::string& message) const;

 private:
  Result<std::string> field();
  Result<std::string> quoted_field();
  Result<bool> ends_record();

  std::string_view text_;
  std::string name_;
  CsvLimits limits_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;
  std::uint64_t records_ = 0;
  std::size_t width_ = 0;
};

/// A whole small file with a header: the columns that the caller wants, in the caller's order.
class CsvTable final {
 public:
  /// Errors: `invalid_input` on a malformed file, and unless the header holds exactly `columns`,
  /// each once, in any order.
  static Result<CsvTable> parse(std::string_view text, const std::string& name,
                                std::span<const std::string_view> columns);

  /// The records after the header; field i belongs to column i of the caller.
  [[nodiscard]] const std::vector<CsvRecord>& records() const { return records_; }

  /// "chips.csv line 17", for messages.
  [[nodiscard]] std::string where(const CsvRecord& record) const;

 private:
  explicit CsvTable(std::string name) : name_(std::move(name)) {}
  std::string name_;
  std::vector<CsvRecord> records_;
};

/// One record with its LF. Fields are quoted where needed, and a text that a spreadsheet would run
/// as a formula (it begins with = + - @, tab or CR) gets an apostrophe before it.
[[nodiscard]] std::string csv_line(std::span<const std::string> fields);

}  // namespace muster
