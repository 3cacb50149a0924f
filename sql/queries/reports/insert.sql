-- Reports a message; what was said is frozen with it by a trigger. A second report of the same person is the first one.
-- Role: kazumi_app, acting for that person (policies of message_reports and room_events).
-- $1 uuid: report; $2 uuid: room; $3 bigint: sequence of the message; $4 uuid: person; $5 text: reason; $6 text: note, or null.
-- One row when it was written; an exception when the person sees no such message.
insert into message_reports (report_id, room_id, seq, reporter_id, reason, note)
values ($1, $2, $3, $4, $5, $6)
on conflict (room_id, seq, reporter_id) do nothing
returning student_id
