-- Deletes a student's documents, and keeps which section each was, for the record of reads. Their log, states and client ids are gone already.
-- Role: kazumi_owner.
-- $1 uuid: student. No rows; as many are written as were deleted.
with gone as (
    delete from pei_documents where student_id = $1 returning document_id, student_id, section
)
insert into erased_documents (document_id, student_id, section) select document_id, student_id, section from gone
