#pragma once

#include <string_view>

namespace muster::ledger {

/// The tables of a witness in SQLite, as of file version 1. Never edited after a release.
inline constexpr std::string_view witness_schema_0001 = R"sql(
-- 0001: one witness. The triggers stop bugs; whoever owns the file can still forge it.

-- Whose state this is: one row.
create table identity (
  id         integer primary key check (id = 0),
  name       text not null check (length(name) > 0),
  public_key blob not null check (length(public_key) = 32)
) strict;

create trigger identity_is_never_updated before update on identity
begin
  select raise(abort, 'identity: a witness keeps its key');
end;

create trigger identity_is_never_deleted before delete on identity
begin
  select raise(abort, 'identity: a witness keeps its key');
end;

-- The logs that are followed, and the newest checkpoint of each that was stored to be cosigned.
create table log (
  origin      text primary key check (length(origin) > 0),
  origin_hash blob not null unique check (length(origin_hash) = 32),  -- SHA-256
  size        integer check (size >= 0),
  root        blob check (length(root) = 32),
  second      integer check (second > 0),  -- the time that the cosignature names, since 1970
  note        text,
  check ((size is null) = (root is null) and (size is null) = (second is null)
         and (size is null) = (note is null))
) strict, without rowid;

create trigger log_only_grows before update on log
when old.size is not null
     and (new.size is null or new.size < old.size or new.second < old.second
          or (new.size = old.size and new.root <> old.root))
begin
  select raise(abort, 'log: a witness never goes back');
end;

create trigger log_is_never_deleted before delete on log
begin
  select raise(abort, 'log: a witness never forgets');
end;

create table log_key (
  origin text not null references log (origin),
  vkey   text not null,
  primary key (origin, vkey)
) strict, without rowid;
)sql";

}  // namespace muster::ledger
