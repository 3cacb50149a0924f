-- The functions a person exercises today, the network's first.
-- Role: kazumi_app, acting for that person.
-- $1 uuid: person. One row a function, a handful at most.
select f.function, f.school_id, s.name as school_name
from staff_functions f
left join schools s on s.school_id = f.school_id
where f.user_id = $1
  and f.valid_from <= now()
  and (f.valid_to is null or now() < f.valid_to)
order by s.name nulls first, f.function
