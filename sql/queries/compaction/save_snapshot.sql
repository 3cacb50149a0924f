-- Stores a verified state. One that covers the same sequence was damaged and is replaced.
-- Role: kazumi_writer.
-- $1 uuid: document · $2 bigint: sequence it covers · $3 bytea: state · $4 bytea: its SHA-256
insert into pei_snapshots (document_id, covers_seq, state, sha256)
values ($1, $2, $3, $4)
on conflict (document_id, covers_seq) do update
set state = excluded.state, sha256 = excluded.sha256, created_at = now()
