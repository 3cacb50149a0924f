-- Whether the person has a second factor, and how many recovery codes are left.
-- Role: kazumi_app, acting for that person.
-- $1 uuid: person. One row.
select exists (select 1 from second_factors where user_id = $1 and confirmed_at is not null) as enrolled,
       (select count(*) from recovery_codes where user_id = $1 and used_at is null) as recovery_codes_left
