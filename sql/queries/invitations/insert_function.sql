-- The function in a school that comes with an invitation, unless it is exercised already.
-- Role: kazumi_registrar, acting for the inviter.
-- $1 uuid: row; $2 uuid: person; $3 uuid: school; $4 text: function. No rows.
insert into staff_functions (staff_function_id, user_id, school_id, function)
select $1, $2, $3, $4
where not exists (
    select 1 from staff_functions f
    where f.user_id = $2 and f.school_id = $3 and f.function = $4
      and f.valid_from <= now() and (f.valid_to is null or now() < f.valid_to))
