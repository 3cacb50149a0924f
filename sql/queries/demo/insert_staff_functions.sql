-- Functions of demo staff, since some days ago. A row that exists stays as it is.
-- Role: kazumi_owner.
-- $1 jsonb: array of {staff_function_id, user_id, school_id (null: whole network), function, since_days}. No rows.
insert into staff_functions (staff_function_id, user_id, school_id, function, valid_from)
select r.staff_function_id, r.user_id, r.school_id, r.function, now() - make_interval(days => r.since_days)
from jsonb_to_recordset($1) as r (
    staff_function_id uuid, user_id uuid, school_id uuid, function text, since_days integer)
on conflict do nothing
