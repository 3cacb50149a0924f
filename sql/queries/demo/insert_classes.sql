-- Demo classes of this school year. A row that exists stays as it is.
-- Role: kazumi_owner.
-- $1 jsonb: array of {class_id, school_id, name, shift}. No rows.
insert into classes (class_id, school_id, name, shift, school_year)
select r.class_id, r.school_id, r.name, r.shift, extract(year from current_date)::integer
from jsonb_to_recordset($1) as r (class_id uuid, school_id uuid, name text, shift text)
on conflict do nothing
