-- New links of the chain.
-- Role: kazumi_writer.
-- $1 bigint[]: numbers; $2 bigint[]: rows of the log; $3 bytea[]: hashes. No rows.
insert into audit_seals (seal_seq, audit_id, hash)
select s.seal_seq, s.audit_id, s.hash from unnest($1::bigint[], $2::bigint[], $3::bytea[]) as s (seal_seq, audit_id, hash)
