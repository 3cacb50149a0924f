-- Holds a record, or releases it.
-- Role: kazumi_owner.
-- $1 uuid: student; $2 text: by whose order, or null to release. No rows.
update students set held_reason = $2, held_at = case when $2::text is not null then now() end where student_id = $1
