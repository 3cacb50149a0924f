-- Which of these documents may this person still read, and write? Run as the person.
-- Role: kazumi_app.
-- $1 uuid: person · $2 uuid[]: documents
-- One row per document with an active grant: its id, and whether it may be written now.
select d.document_id,
       bool_or(g.access = 'write') and p.state in ('rascunho', 'em_elaboracao', 'em_reavaliacao') as may_write
from pei_documents d
join peis p using (pei_id)
join grants g on g.user_id = $1 and g.student_id = d.student_id and g.section = d.section
    and g.valid_from <= now() and (g.valid_to is null or now() < g.valid_to)
where d.document_id = any($2::uuid[])
group by d.document_id, p.state
