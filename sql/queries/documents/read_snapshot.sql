-- The newest state of a document below a sequence, and whether there are older ones to fall back to.
-- Role: kazumi_writer.
-- $1 uuid: document · $2 bigint: only snapshots that cover less than this
-- At most one row.
select covers_seq, state, sha256 from pei_snapshots
where document_id = $1 and covers_seq < $2
order by covers_seq desc
limit 1
