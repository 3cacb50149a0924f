-- Section documents of the demo's plans, last changed some hours ago. A row that exists stays as it is: somebody may have
-- written in it.
-- Nothing is added about a student who was erased.
-- Role: kazumi_owner.
-- $1 jsonb: array of {document_id, pei_id, student_id, section, lineage, updated_by (null: never), updated_hours_ago}.
-- One row for each document that is new: its id.
insert into pei_documents (document_id, pei_id, student_id, section, lineage, updated_by, updated_at)
select r.document_id, r.pei_id, r.student_id, r.section, r.lineage, r.updated_by,
       now() - r.updated_hours_ago * interval '1 hour'
from jsonb_to_recordset($1) as r (
    document_id uuid, pei_id uuid, student_id uuid, section text, lineage uuid, updated_by uuid,
    updated_hours_ago integer)
where not exists (select 1 from students s where s.student_id = r.student_id and s.erased_at is not null)
on conflict do nothing
returning document_id
