-- Whether a person may still take a copy about a student, in a session that still counts.
-- Role: kazumi_app, acting for that person.
-- $1 uuid: person; $2 uuid: student; $3 uuid: login session. One row.
select exists (
           select 1 from grants g
           where g.user_id = $1 and g.student_id = $2 and g.sees_accesses
             and g.valid_from <= now() and (g.valid_to is null or now() < g.valid_to))
   and exists (
           select 1 from login_sessions l where l.session_id = $3 and l.user_id = $1 and l.revoked_at is null) as may
