-- A report that a person made.
-- Role: kazumi_app, acting for that person (policy of message_reports).
-- $1 uuid: person; $2 uuid: room; $3 bigint: sequence of the message. At most one row.
select m.report_id, m.student_id, s.name as student_name, m.room_id, m.seq, m.reason, m.note, m.reported_at, m.decision, m.decided_at
from message_reports m
left join students s on s.student_id = m.student_id
where m.reporter_id = $1 and m.room_id = $2 and m.seq = $3
