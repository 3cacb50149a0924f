-- A function in a school the asker administers, held until the transaction ends.
-- Role: kazumi_registrar, acting for the asker.
-- $1 uuid: the function's row; $2 uuid: its person. At most one row.
select f.function, f.school_id, f.valid_from, f.valid_to, f.version, now() as now
from staff_functions f
where f.staff_function_id = $1 and f.user_id = $2 and f.school_id is not null
for update
