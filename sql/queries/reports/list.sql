-- Reports about students of the schools a person answers for: those that wait, the oldest first, or those that were decided, the newest first.
-- Role: kazumi_app, acting for that person (policy of message_reports).
-- $1 boolean: whether they wait. 200 at most.
select m.report_id, m.student_id, s.name as student_name, m.reason, m.reporter_id, m.reported_id, m.reported_name, m.reported_at,
       m.decision, m.decided_at
from message_reports m
join students s on s.student_id = m.student_id
where (m.decided_at is null) = $1 and answers_for(m.student_id) and not kept_away(m.student_id)
order by case when $1 then m.reported_at end, m.decided_at desc, m.report_id
limit 200
