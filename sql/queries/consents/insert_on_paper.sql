-- What a guardian decided on paper.
-- Role: kazumi_registrar, acting for who records it; the policy asks whether the guardian decides for the child.
-- $1 uuid: decision; $2 uuid: student; $3 text: kind; $4 uuid: guardian; $5 boolean: given; $6 int: version of the text; $7 bytea: its hash;
-- $8 uuid: who records it; $9 text: where the paper is kept. No row is written when that is what they said already.
insert into consents (consent_id, student_id, kind, guardian_id, given, text_version, text_hash, channel, recorded_by, evidence)
select $1::uuid, $2::uuid, $3::text, $4::uuid, $5::boolean, $6::integer, $7::bytea, 'paper', $8::uuid, $9::text
where $5 is distinct from (
    select c.given from consents c
    where c.student_id = $2 and c.kind = $3 and c.guardian_id = $4
    order by c.seq desc
    limit 1)
