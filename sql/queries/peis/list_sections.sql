-- The sections of a plan that a person may read, and whether the person may also write (if the plan's state allows).
-- Role: kazumi_app, acting for that person; the grant is tested here and, once more, by the policies.
-- $1 uuid: person; $2 uuid: plan. One row a section. `updated_by` is null for people outside the visible team.
select d.section, d.lineage, d.schema_version, d.updated_at, u.name as updated_by, m.may_write
from pei_documents d
join (
    select g.student_id, g.section, bool_or(g.access = 'write') as may_write
    from grants g
    where g.user_id = $1
      and g.valid_from <= now()
      and (g.valid_to is null or now() < g.valid_to)
    group by g.student_id, g.section
) m on m.student_id = d.student_id and m.section = d.section
left join users u on u.user_id = d.updated_by
where d.pei_id = $2
