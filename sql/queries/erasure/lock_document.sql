-- Locks a document before its history is erased; nobody commits to it meanwhile.
-- Role: kazumi_owner.
-- $1 uuid: document
-- One row: the highest sequence given, and on which day the record of its student was held, if it is; none when the document is gone.
select d.head_seq, (s.held_at at time zone 'utc')::date as held_on
from pei_documents d
join students s on s.student_id = d.student_id
where d.document_id = $1
for update of d for share of s
