-- Rows of the log that no seal covers, each with whether it waits for one and whether it has waited too long.
-- Role: kazumi_owner or kazumi_backup.
-- $1 double precision: seconds that a row may wait. One row each, in the order of their numbers.
select a.audit_id, w.audit_id is not null as waits,
       w.since < clock_timestamp() - make_interval(secs => $1) or a.at < clock_timestamp() - make_interval(secs => $1) as late
from audit_log a
left join audit_waiting w on w.audit_id = a.audit_id
where not exists (select 1 from audit_seals s where s.audit_id = a.audit_id)
order by a.audit_id
