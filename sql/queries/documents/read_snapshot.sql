-- The document as it was after `covers_seq`.
-- Role: kazumi_writer.
-- $1 uuid: document
-- At most one row.
select covers_seq, state, sha256 from pei_snapshots where document_id = $1
