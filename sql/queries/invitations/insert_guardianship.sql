-- The tie to a child that comes with an invitation, unless there is one already: what stands there, such as a restriction, stays.
-- Role: kazumi_registrar, acting for the inviter.
-- $1 uuid: row; $2 uuid: student; $3 uuid: person; $4 text: kinship; $5 text: custody; $6 boolean: may write. No rows.
insert into guardianships (guardianship_id, student_id, user_id, kinship, custody, can_write)
select $1, $2, $3, $4, $5, $6
where not exists (
    select 1 from guardianships g
    where g.student_id = $2 and g.user_id = $3
      and g.valid_from <= now() and (g.valid_to is null or now() < g.valid_to))
