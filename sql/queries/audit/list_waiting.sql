-- Rows of the log that no seal covers yet, oldest first.
-- Role: kazumi_writer; the policy shows it no other row of the log.
-- $1 bigint: how many at most. `at_micros` is microseconds since 1970, null for a moment that is no moment.
select a.audit_id, case when isfinite(a.at) then (extract(epoch from a.at) * 1000000)::bigint end as at_micros,
       a.actor_id, a.session_id, a.action, a.outcome, a.student_id, a.resource, a.request_id
from audit_waiting w
join audit_log a using (audit_id)
order by w.audit_id
limit $1
