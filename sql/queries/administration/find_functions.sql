-- In which functions a person administers a school today.
-- Role: kazumi_registrar, acting for that person; without a row the school is not theirs.
-- $1 uuid: school; $2 uuid: person. At most one row.
select array(
           select distinct f.function from staff_functions f
           where f.user_id = $2
             and (f.school_id = s.school_id and f.function <> 'network_manager'
                  or f.school_id is null and f.function = 'network_manager')
             and f.valid_from <= now() and (f.valid_to is null or now() < f.valid_to)) as functions
from schools s
where s.school_id = $1
