-- A document that somebody wants to join, without asking for a grant: only the policies are left, and everybody seems to
-- write (src/sabotage.rs).
-- Role: kazumi_app, acting for the person.
-- $1 uuid: person · $2 uuid: PEI · $3 text: section
-- At most one row.
select d.document_id, d.student_id, d.lineage, d.schema_version, p.state, u.name, true as may_write, u.kind as function
from pei_documents d
join peis p using (pei_id)
join users u on u.user_id = $1
where d.pei_id = $2 and d.section = $3
