-- Stores the state after a sequence, unless a newer one is there already.
-- Role: kazumi_writer.
-- $1 uuid: document · $2 bigint: sequence it covers · $3 bytea: state · $4 bytea: its SHA-256
insert into pei_snapshots (document_id, covers_seq, state, sha256)
values ($1, $2, $3, $4)
on conflict (document_id) do update
set covers_seq = excluded.covers_seq, state = excluded.state, sha256 = excluded.sha256, created_at = now()
where pei_snapshots.covers_seq < excluded.covers_seq
