-- Deletes who was in a student's team.
-- Role: kazumi_owner.
-- $1 uuid: student. No rows.
delete from team_links where student_id = $1
