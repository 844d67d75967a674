#pragma once

#include <string_view>

namespace muster::ledger {

/// The tables of one log in PostgreSQL, in the first schema of the search path, as of version 1.
/// Never edited after a release: a later version is a script of its own.
inline constexpr std::string_view postgres_schema_0001 = R"sql(
-- 0001: one log. Entries, blobs and checkpoints are never changed: the triggers make a bug, or a
-- hurried operator, fail loudly. (They are no defence against whoever owns the tables: that is the
-- auditor's work.)

create table version (number bigint not null primary key);
insert into version (number) values (1);

create function refuse() returns trigger language plpgsql as $$
begin
  raise exception '%: append-only', tg_table_name;
end $$;

-- What was added must go on, without a gap, from what was there.
create function leave_no_gap() returns trigger language plpgsql as $$
declare
  least bigint;
  most bigint;
  many bigint;
  before boolean;
begin
  execute format('select min(%I), max(%I), count(*) from added', tg_argv[0], tg_argv[0])
    into least, most, many;
  if many = 0 then
    return null;
  end if;
  execute format('select exists (select 1 from %I.%I where %I = $1)', tg_table_schema,
                 tg_table_name, tg_argv[0])
    into before using least - 1;
  if most - least + 1 <> many or before <> (least > 0) then
    raise exception '%: % must be the next one', tg_table_name, tg_argv[0];
  end if;
  return null;
end $$;

create table entry (
  log_index bigint not null primary key check (log_index >= 0),
  leaf_hash bytea  not null check (octet_length(leaf_hash) = 32),  -- SHA-256, RFC 9162 leaf
  body      bytea  not null check (octet_length(body) between 1 and 65535)  -- the bytes hashed
);
alter table entry alter column body set storage external;  -- a compressed one is read slower
create trigger entry_leaves_no_gap after insert on entry referencing new table as added
  for each statement execute function leave_no_gap('log_index');
create trigger entry_is_append_only before update or delete or truncate on entry
  for each statement execute function refuse();

-- The complete subtrees of the tree over all entries, largest first: one row, which each append
-- locks. Who holds it is the one writer, and finds the size that it expects or stops.
create table tree_edge (
  id    bigint not null primary key check (id = 0),
  size  bigint not null check (size >= 0),
  nodes bytea  not null check (octet_length(nodes) % 32 = 0)
);
insert into tree_edge (id, size, nodes) values (0, 0, '');
create function tree_edge_grows() returns trigger language plpgsql as $$
begin
  if new.size <= old.size then
    raise exception 'tree_edge: a log only grows';
  end if;
  return new;
end $$;
create trigger tree_edge_only_grows before update on tree_edge
  for each row execute function tree_edge_grows();
create trigger tree_edge_is_one_row before insert or delete or truncate on tree_edge
  for each statement execute function refuse();

-- Hashes of complete subtrees of 256^level entries.
create table subtree (
  level    bigint not null check (level > 0),
  position bigint not null check (position >= 0),
  hash     bytea  not null check (octet_length(hash) = 32),
  primary key (level, position)
);
create trigger subtree_is_append_only before update or delete or truncate on subtree
  for each statement execute function refuse();

-- Manifests, by the hash of their bytes.
create table blob (
  sha256 bytea not null primary key check (octet_length(sha256) = 32),
  body   bytea not null
);
alter table blob alter column body set storage external;  -- so that pieces of it can be read
create trigger blob_is_append_only before update or delete or truncate on blob
  for each statement execute function refuse();

-- Signed checkpoints, in the order they were signed. Bytes and no text: what was signed is not
-- for the server to judge.
create table checkpoint (
  number bigint not null primary key check (number >= 0),
  sha256 bytea  not null check (octet_length(sha256) = 32),
  body   bytea  not null check (octet_length(body) between 1 and 65536)
);
create trigger checkpoint_leaves_no_gap after insert on checkpoint referencing new table as added
  for each statement execute function leave_no_gap('number');
create trigger checkpoint_is_append_only before update or delete or truncate on checkpoint
  for each statement execute function refuse();
)sql";

/// Lets nobody append any more: see `Store::retire`.
inline constexpr std::string_view postgres_retire_script = R"sql(
create or replace function muster_ledger.say_retired() returns trigger language plpgsql as $$
begin
  raise exception '%: this log was moved, and grows elsewhere', tg_table_name
    using errcode = 'object_not_in_prerequisite_state';
end $$;
create or replace trigger entry_is_retired before insert on muster_ledger.entry
  for each statement execute function muster_ledger.say_retired();
create or replace trigger checkpoint_is_retired before insert on muster_ledger.checkpoint
  for each statement execute function muster_ledger.say_retired();
)sql";

inline constexpr int postgres_schema_version = 1;

}  // namespace muster::ledger
