-- The chain with what it covers, in its order. What a seal covers and the log no longer has is all null.
-- Role: kazumi_owner or kazumi_backup.
-- $1 bigint: the number to go on after; $2 bigint: how many at most.
select s.seal_seq, s.audit_id, s.hash, a.audit_id is not null as present,
       case when isfinite(a.at) then (extract(epoch from a.at) * 1000000)::bigint end as at_micros,
       a.actor_id, a.session_id, a.action, a.outcome, a.student_id, a.resource, a.request_id
from audit_seals s
left join audit_log a on a.audit_id = s.audit_id
where s.seal_seq > $1
order by s.seal_seq
limit $2
