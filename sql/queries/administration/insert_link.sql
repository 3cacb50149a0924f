-- Makes somebody a member of the team of a student.
-- Role: kazumi_registrar, acting for somebody who administers the student's school.
-- $1 uuid: new row; $2 uuid: student; $3 uuid: person; $4 text: function; $5 timestamptz: from, null for now; $6 timestamptz: to, or null.
insert into team_links (team_link_id, student_id, user_id, function, valid_from, valid_to)
values ($1, $2, $3, $4, coalesce($5, now()), $6)
