-- The first state of a new lineage.
-- Role: kazumi_owner.
-- $1 uuid: document · $2 bytea: state · $3 bytea: SHA-256. No rows.
insert into pei_snapshots (document_id, covers_seq, state, sha256) values ($1, 0, $2, $3)
