#pragma once

#include "ledger/base/error.hpp"

struct pg_conn;
struct pg_result;

namespace muster::sql {

/// What a server that refused a statement said, with its SQLSTATE: a constraint or trigger that
/// refused is `conflict`; damage and a schema that is not the expected one are `corrupt`; a value
/// that no type takes is `invalid_input`; everything else is `unavailable`.
/// Source: PostgreSQL 15, appendix A.
[[nodiscard]] Error postgres_error(const pg_conn* connection, const pg_result* answer);

/// Why there is no connection, in libpq's words, which have no password in them.
[[nodiscard]] Error connection_error(const pg_conn* connection, Errc code);

}  // namespace muster::sql
