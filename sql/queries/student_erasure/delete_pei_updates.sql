-- Deletes the log of a student's documents.
-- Role: kazumi_owner.
-- $1 uuid: student. No rows.
delete from pei_updates where document_id in (select document_id from pei_documents where student_id = $1)
