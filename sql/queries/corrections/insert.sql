-- Asks for a correction, unless the person has as many open requests as one may have.
-- Role: kazumi_app, acting for that person.
-- $1 uuid: request; $2 uuid: student; $3 uuid: person; $4 text: as whom; $5 text: what is wrong; $6 text: what it should say;
-- $7 bigint: how many open requests one may have. No row is written when there are that many.
insert into corrections (correction_id, student_id, asked_by, asked_as, wrong, should_say)
select $1::uuid, $2::uuid, $3::uuid, $4::text, $5::text, $6::text
where (select count(*) from corrections c where c.asked_by = $3 and c.student_id = $2 and c.answered_at is null) < $7
