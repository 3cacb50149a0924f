-- Locks documents in id order, so that what others are committing to them is visible to the next statement, or never will be.
-- Role: kazumi_writer.
-- $1 uuid[]: documents
select document_id from pei_documents where document_id = any($1::uuid[]) order by document_id for no key update
