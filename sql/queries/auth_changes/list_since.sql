-- Who may have more or fewer rights than at the last look: changes that were written, dates that have passed.
-- Role: kazumi_writer.
-- $1 text: transaction, $2 timestamptz: moment of the last look (read_position.sql)
-- One row per person, login session and student that changed (null means any), and when it first did. Some are seen twice.
select user_id, session_id, student_id, min(at) as at
from (
    select user_id, session_id, student_id, at from auth_changes where xact >= $1::text::xid8
    union all
    select user_id, null, student_id, valid_from from grants where valid_from > $2 and valid_from <= now()
    union all
    select user_id, null, student_id, valid_to from grants where valid_to > $2 and valid_to <= now()
    union all
    select user_id, session_id, null, expires_at from login_sessions where expires_at > $2 and expires_at <= now()) as changes
group by user_id, session_id, student_id
