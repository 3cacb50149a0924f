-- One report with its evidence, and the functions that the person exercises in the student's school.
-- Role: kazumi_app, acting for that person (policy of message_reports).
-- $1 uuid: report; $2 uuid: person. At most one row.
select m.report_id, m.student_id, s.name as student_name, m.room_id, m.seq, m.reason, m.note, m.reporter_id, m.reporter_name, m.reported_id,
       m.reported_name, m.reported_at, m.evidence, m.decision, m.decision_note, m.decided_by, d.name as decided_by_name, m.decided_at,
       array(
           select distinct f.function from staff_functions f
           where f.school_id = s.school_id and f.user_id = $2
             and f.valid_from <= now() and (f.valid_to is null or now() < f.valid_to)) as school_functions
from message_reports m
join students s on s.student_id = m.student_id
left join users d on d.user_id = m.decided_by
where m.report_id = $1 and not kept_away(m.student_id)
