-- The sections of a plan, without asking for a grant: only the policies are left, and everybody seems to write
-- (src/sabotage.rs).
-- Role: kazumi_app, acting for a person.
-- $1 uuid: person; $2 uuid: plan. One row a section.
select d.section, d.lineage, d.schema_version, d.updated_at, u.name as updated_by, true as may_write
from pei_documents d
left join users u on u.user_id = d.updated_by
where d.pei_id = $2 and $1::uuid is not null
