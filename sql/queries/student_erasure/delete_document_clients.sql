-- Deletes who wrote under which client id. The ids need no retiring: there is no document left that anybody could write to.
-- Role: kazumi_owner.
-- $1 uuid: student. No rows.
delete from document_clients where document_id in (select document_id from pei_documents where student_id = $1)
