-- The document was loaded: the count of unfinished loads starts again.
-- Role: kazumi_writer.
-- $1 uuid: document
update pei_documents set load_attempts = 0 where document_id = $1
