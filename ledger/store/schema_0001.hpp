#pragma once

#include <string_view>

namespace muster::ledger {

/// The tables of one log in SQLite, as of file version 1. Never edited after a release: a later
/// version is a script of its own.
inline constexpr std::string_view schema_0001 = R"sql(
-- 0001: one log. Entries, blobs and checkpoints are never changed: the triggers make a bug, or a
-- hurried operator, fail loudly. (They are no defence against whoever owns the file: that is the
-- auditor's work.)

-- One row per entry, in log order.
create table entry (
  log_index integer primary key check (log_index >= 0),
  leaf_hash blob    not null check (length(leaf_hash) = 32),  -- SHA-256, RFC 9162 leaf
  body      blob    not null check (length(body) between 1 and 65535)  -- exactly the bytes hashed
) strict;

create trigger entry_leaves_no_gap before insert on entry
when new.log_index <> (select coalesce(max(log_index) + 1, 0) from entry)
begin
  select raise(abort, 'entry: log_index must be the next one');
end;

create trigger entry_is_never_updated before update on entry
begin
  select raise(abort, 'entry: append-only');
end;

create trigger entry_is_never_deleted before delete on entry
begin
  select raise(abort, 'entry: append-only');
end;

-- The complete subtrees of the tree over all entries, largest first: opening costs O(log n).
-- The only row that changes; all of it follows from the entries, and the audit compares.
create table tree_edge (
  id    integer primary key check (id = 0),
  size  integer not null check (size >= 0),
  nodes blob    not null check (length(nodes) % 32 = 0)
) strict;

insert into tree_edge (id, size, nodes) values (0, 0, x'');

create trigger tree_edge_is_one_row before insert on tree_edge
begin
  select raise(abort, 'tree_edge: one row');
end;

create trigger tree_edge_only_grows before update on tree_edge
when new.size <= old.size or new.id <> 0
begin
  select raise(abort, 'tree_edge: a log only grows');
end;

create trigger tree_edge_is_never_deleted before delete on tree_edge
begin
  select raise(abort, 'tree_edge: append-only');
end;

-- Hashes of complete subtrees of 256^level entries, so that a proof reads a few hundred hashes and
-- not the log.
create table subtree (
  level    integer not null check (level > 0),
  position integer not null check (position >= 0),
  hash     blob    not null check (length(hash) = 32),
  primary key (level, position)
) strict, without rowid;

create trigger subtree_leaves_no_gap before insert on subtree
when new.position <>
    (select coalesce(max(position) + 1, 0) from subtree where level = new.level)
begin
  select raise(abort, 'subtree: position must be the next one');
end;

create trigger subtree_is_never_updated before update on subtree
begin
  select raise(abort, 'subtree: append-only');
end;

create trigger subtree_is_never_deleted before delete on subtree
begin
  select raise(abort, 'subtree: append-only');
end;

-- Manifests, by the hash of their bytes.
create table blob (
  number integer primary key,
  sha256 blob    not null unique check (length(sha256) = 32),
  body   blob    not null
) strict;

-- `insert or replace` passes by the delete trigger, so it is stopped here.
create trigger blob_is_never_replaced before insert on blob
when exists (select 1 from blob where sha256 = new.sha256 or number = new.number)
begin
  select raise(abort, 'blob: append-only');
end;

create trigger blob_is_never_updated before update on blob
begin
  select raise(abort, 'blob: append-only');
end;

create trigger blob_is_never_deleted before delete on blob
begin
  select raise(abort, 'blob: append-only');
end;

-- Signed checkpoints, in the order they were signed. The hash tells a damaged text where no
-- verifier key is at hand.
create table checkpoint (
  number integer primary key,
  sha256 blob    not null check (length(sha256) = 32),
  body   text    not null check (length(body) between 1 and 65536)
) strict;

create trigger checkpoint_leaves_no_gap before insert on checkpoint
when new.number <> (select coalesce(max(number) + 1, 0) from checkpoint)
begin
  select raise(abort, 'checkpoint: number must be the next one');
end;

create trigger checkpoint_is_never_updated before update on checkpoint
begin
  select raise(abort, 'checkpoint: append-only');
end;

create trigger checkpoint_is_never_deleted before delete on checkpoint
begin
  select raise(abort, 'checkpoint: append-only');
end;
)sql";

}  // namespace muster::ledger
