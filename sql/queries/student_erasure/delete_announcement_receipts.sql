-- Deletes what the student's family has seen and confirmed of announcements to its class, but for people who are family of another child there.
-- Role: kazumi_owner.
-- $1 uuid: student. No rows.
delete from announcement_receipts a
using rooms r, students s
where s.student_id = $1 and r.class_id = s.class_id and a.room_id = r.room_id
  and a.user_id in (select g.user_id from guardianships g where g.student_id = $1)
  and not exists (
      select 1 from guardianships g join students o using (student_id)
      where g.user_id = a.user_id and o.class_id = s.class_id and o.student_id <> $1)
