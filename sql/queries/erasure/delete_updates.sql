-- Deletes the log of a document.
-- Role: kazumi_owner.
-- $1 uuid: document. No rows.
delete from pei_updates where document_id = $1
