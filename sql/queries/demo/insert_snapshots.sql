-- The first state of new documents: what a document holds before its first update.
-- Role: kazumi_owner.
-- $1 uuid[]: documents; $2 bytea[]: states; $3 bytea[]: SHA-256 of each state. All arrays have one length. No rows.
insert into pei_snapshots (document_id, covers_seq, state, sha256)
select r.document_id, 0, r.state, r.sha256
from unnest($1::uuid[], $2::bytea[], $3::bytea[]) as r (document_id, state, sha256)
