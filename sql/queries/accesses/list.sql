-- Who read what about a student, newest first: one row a person, section and half hour. The section is null when the asker may not
-- read it: that it was read is told, its name is not.
-- Role: kazumi_app, acting for a person who may see it (policy of access_log).
-- $1 uuid: student; $2 timestamptz, $3 uuid, $4 uuid: moment, document and person to go on after, or null; $5 bigint: how many at most, or null for all.
select l.user_id, l.document_id, l.first_at, l.slot, l.reader_ties, u.name, d.section,
       exists (
           select 1 from break_glass b
           where b.user_id = l.user_id and b.student_id = l.student_id
             and l.first_at >= b.opened_at and l.first_at < coalesce(b.ended_at, b.valid_to)) as in_emergency
from access_log l
join users u on u.user_id = l.user_id
left join pei_documents d on d.document_id = l.document_id
where l.student_id = $1
  and ($2::timestamptz is null or (l.first_at, l.document_id, l.user_id) < ($2, $3::uuid, $4::uuid))
order by l.first_at desc, l.document_id desc, l.user_id desc
limit $5
