-- The place in a student's team that comes with an invitation, unless there is one already.
-- Role: kazumi_registrar, acting for the inviter.
-- $1 uuid: row; $2 uuid: student; $3 uuid: person; $4 text: function. No rows.
insert into team_links (team_link_id, student_id, user_id, function)
select $1, $2, $3, $4
where not exists (
    select 1 from team_links l
    where l.student_id = $2 and l.user_id = $3 and l.function = $4
      and l.valid_from <= now() and (l.valid_to is null or now() < l.valid_to))
