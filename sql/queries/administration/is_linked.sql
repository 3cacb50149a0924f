-- Whether somebody is in the team of a student in a function in some part of a stretch of time.
-- Role: kazumi_registrar, acting for somebody who administers the student's school.
-- $1 uuid: student; $2 uuid: person; $3 text: function; $4 timestamptz: from, null for now; $5 timestamptz: to, or null. One row.
select exists (
    select 1 from team_links l
    where l.student_id = $1 and l.user_id = $2 and l.function = $3
      and (l.valid_to is null or l.valid_to > greatest(coalesce($4, now()), l.valid_from))
      and ($5::timestamptz is null or l.valid_from < $5)) as linked
