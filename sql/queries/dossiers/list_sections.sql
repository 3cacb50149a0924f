-- The sections of all plans of a student that a person may read, newest plan first.
-- Role: kazumi_app, acting for that person; the grant is tested here and, once more, by the policies.
-- $1 uuid: person; $2 uuid: student. One row a plan and section.
select d.document_id, d.section, d.updated_at, u.name as updated_by, p.pei_id, p.state, p.school_year
from pei_documents d
join peis p on p.pei_id = d.pei_id
left join users u on u.user_id = d.updated_by
where d.student_id = $2
  and exists (
      select 1 from grants g
      where g.user_id = $1 and g.student_id = d.student_id and g.section = d.section
        and g.valid_from <= now() and (g.valid_to is null or now() < g.valid_to))
order by p.school_year desc, p.pei_id, d.section
