#include "ledger/sql/postgres_error.hpp"

#include <libpq-fe.h>

#include <string_view>

namespace muster::sql {
namespace {

Errc kind_of_state(std::string_view state) {
  const std::string_view group = state.substr(0, 2);
  // P0001: `raise exception` in a trigger of ours.
  if (group == "23" || state == "P0001" || state == "40001" || state == "42P07") {
    return Errc::conflict;
  }
  if (group == "22" || state == "54000") return Errc::invalid_input;
  if (state == "42501") return Errc::unavailable;  // no right to do this
  if (group == "42" || group == "3F" || state == "XX001" || state == "XX002") return Errc::corrupt;
  return Errc::unavailable;
}

/// The first line, without the newline at its end.
std::string first_line(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

}  // namespace

Error postgres_error(const pg_conn* connection, const pg_result* answer) {
  const char* state = PQresultErrorField(answer, PG_DIAG_SQLSTATE);
  const char* message = PQresultErrorField(answer, PG_DIAG_MESSAGE_PRIMARY);
  if (state == nullptr || message == nullptr) {
    return connection_error(connection, Errc::unavailable);
  }
  return {kind_of_state(state),
          "database: " + first_line(message) + " (postgres " + std::string(state) + ")",
          {}};
}

Error connection_error(const pg_conn* connection, Errc code) {
  const std::string words = first_line(PQerrorMessage(connection));
  return {code, "database: " + (words.empty() ? "the connection is lost" : words), {}};
}

}  // namespace muster::sql
