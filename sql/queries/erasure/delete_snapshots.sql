-- Deletes all snapshots of a document.
-- Role: kazumi_owner.
-- $1 uuid: document. No rows.
delete from pei_snapshots where document_id = $1
