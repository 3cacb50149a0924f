-- Holds all documents of a student: nobody commits to them meanwhile, and what was committed before is seen by the statements that follow.
-- Role: kazumi_owner.
-- $1 uuid: student. One row a document: its id.
select document_id from pei_documents where student_id = $1 order by document_id for update
