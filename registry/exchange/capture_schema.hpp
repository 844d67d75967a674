#pragma once

#include <string_view>

namespace muster::exchange {

/// The tables of captured documents in SQLite, as of file version 3. Never edited after a release.
inline constexpr std::string_view capture_schema_0003 = R"sql(
-- Documents of other systems, kept as they came, and the events in them.

create table document (
  sha256      blob primary key check (length(sha256) = 32),
  syntax      text not null check (syntax in ('json', 'xml')),
  bytes       blob not null,
  captured_ms integer not null
) strict, without rowid;

-- One row for each event that was new when its document came.
create table event (
  n         integer primary key,
  id        text not null check (length(id) > 0),  -- eventID, or else the event hash
  is_error  integer not null check (is_error in (0, 1)),
  content   blob not null check (length(content) = 32),  -- SHA-256 of what it says
  hash      text not null,  -- event hash URI
  document  blob not null references document (sha256),
  pointer   text not null,  -- JSON Pointer in the document
  json      text not null,  -- the event, with its own @context
  kind      text,           -- of the statement that it may become
  statement blob check (statement is null or length(statement) = 32),  -- that it is to become
  unique (id, is_error, content)
) strict;

-- Which events name a chip: by name as named_chips.hpp has it, so that those of one chip are found
-- without reading any other.
create table named_chip (
  name  blob not null check (length(name) = 16),
  event integer not null references event (n),
  primary key (name, event)
) strict, without rowid;

create trigger document_is_never_updated before update on document
begin
  select raise(abort, 'document: evidence is kept as it came');
end;

create trigger document_is_never_deleted before delete on document
begin
  select raise(abort, 'document: evidence is kept');
end;

create trigger event_changes_its_statement_only before update on event
when old.id <> new.id or old.content <> new.content or old.document <> new.document
     or old.json <> new.json
begin
  select raise(abort, 'event: evidence is kept as it came');
end;
)sql";

}  // namespace muster::exchange
