-- Whether anybody with an open account exercises a function in a school at a time, apart from one person.
-- Role: kazumi_registrar, acting for somebody who administers the school.
-- $1 text: function; $2 uuid: school; $3 timestamptz: when; $4 uuid: not counting this person. One row.
select exists (
    select 1 from staff_functions f join users u on u.user_id = f.user_id
    where f.function = $1 and f.school_id = $2 and f.user_id <> $4 and u.disabled_at is null
      and f.valid_from <= $3 and (f.valid_to is null or f.valid_to > $3)) as exercised
