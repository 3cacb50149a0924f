-- What a person reported, newest first. The student's name is null once they do not see the student any more.
-- Role: kazumi_app, acting for that person (policy of message_reports).
-- $1 uuid: person. 100 at most.
select m.report_id, m.student_id, s.name as student_name, m.room_id, m.seq, m.reason, m.note, m.reported_at, m.decision, m.decided_at
from message_reports m
left join students s on s.student_id = m.student_id
where m.reporter_id = $1
order by m.reported_at desc, m.report_id
limit 100
