-- What a room must know about somebody who wants to join a document. Run as the joiner: row-level security hides
-- documents without an active grant, and the grant is joined here as well.
-- Role: kazumi_app, acting for the person.
-- $1 uuid: person · $2 uuid: PEI · $3 text: section
-- At most one row: the document, the person's name and function there, and the strongest active right.
select d.document_id, d.student_id, d.lineage, d.schema_version, p.state, u.name,
       bool_or(g.access = 'write') as may_write,
       coalesce(
           (select t.function from team_links t
            where t.student_id = d.student_id and t.user_id = $1
              and t.valid_from <= now() and (t.valid_to is null or now() < t.valid_to)
            order by t.valid_from limit 1),
           (select f.function from staff_functions f
            where f.user_id = $1 and f.valid_from <= now() and (f.valid_to is null or now() < f.valid_to)
            order by f.valid_from limit 1),
           u.kind) as function
from pei_documents d
join peis p using (pei_id)
join users u on u.user_id = $1
join grants g on g.user_id = $1 and g.student_id = d.student_id and g.section = d.section
    and g.valid_from <= now() and (g.valid_to is null or now() < g.valid_to)
where d.pei_id = $2 and d.section = $3
group by d.document_id, d.student_id, d.lineage, d.schema_version, p.state, u.name, u.kind
