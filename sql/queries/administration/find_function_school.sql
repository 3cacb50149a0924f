-- In which school a function is exercised, before that school is locked.
-- Role: kazumi_registrar, acting for somebody who administers it.
-- $1 uuid: the function's row; $2 uuid: its person. At most one row.
select f.school_id from staff_functions f where f.staff_function_id = $1 and f.user_id = $2 and f.school_id is not null
