-- Deletes the archive of a document.
-- Role: kazumi_owner.
-- $1 uuid: document. No rows.
delete from pei_updates_archive where document_id = $1
