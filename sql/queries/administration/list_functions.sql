-- Functions of people in schools the asker administers, and in the whole network; past and future ones too.
-- Role: kazumi_registrar, acting for the asker.
-- $1 uuid[]: people; $2 uuid: only in this school or in the whole network, or null. One row a function.
select f.staff_function_id, f.user_id, f.function, f.school_id, s.name as school_name, f.valid_from, f.valid_to, f.version
from staff_functions f
left join schools s on s.school_id = f.school_id
where f.user_id = any ($1)
  and ($2::uuid is null or f.school_id is null or f.school_id = $2)
order by f.valid_to desc nulls first, f.valid_from desc, f.staff_function_id
