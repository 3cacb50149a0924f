-- Records that a person reads a child's section, once per half hour.
-- Role: kazumi_writer.
-- $1 uuid: person · $2 uuid: document · $3 uuid: student
insert into access_log (user_id, document_id, slot, student_id)
values ($1, $2, date_bin('30 minutes', now(), timestamptz '2000-01-01'), $3)
on conflict do nothing
