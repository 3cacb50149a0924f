-- Writes grants.
-- Role: kazumi_owner, kazumi_registrar.
-- $1 uuid[]: students; $2 uuid[]: people; $3 text[]: areas (sections and rooms); $4 text[]: access; $5 timestamptz[]: valid from;
-- $6 timestamptz[]: valid to, null for "until further notice"; $7 boolean[]: may see who read. All arrays have one length. No rows.
insert into grants (user_id, student_id, section, access, valid_from, valid_to, sees_accesses)
select r.user_id, r.student_id, r.section, r.access, r.valid_from, r.valid_to, r.sees_accesses
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::boolean[])
    as r (student_id, user_id, section, access, valid_from, valid_to, sees_accesses)
