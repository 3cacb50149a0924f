-- Whether somebody exercises a function in a school or in the whole network, now or at a time to come, apart from one row.
-- Role: kazumi_registrar, acting for somebody who administers the school.
-- $1 uuid: person; $2 text: function; $3 uuid: school; $4 timestamptz: at this time or later; $5 uuid: not counting this row, or null.
-- One row.
select exists (
    select 1 from staff_functions f
    where f.user_id = $1 and f.function = $2 and (f.school_id = $3 or f.school_id is null)
      and (f.valid_to is null or f.valid_to > $4)
      and ($5::uuid is null or f.staff_function_id <> $5)) as exercises
