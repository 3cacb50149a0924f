-- Reads that only one of the two records knows: each first read of a section in a half hour leaves a row in `access_log` and, in the same
-- transaction, one in `audit_log`, which is chained. Reads from before the first such row are not compared, and none is missed from before the
-- newest day up to which retention says that it removed them; whatever it says, that is no day within the years for which reads are kept.
-- Role: kazumi_owner or kazumi_backup.
-- $1 text: the act; $2 text: the act of retention; $3 integer: for how many years reads are kept. One row each: the row of the log without a read,
-- or null and the person and document of a read without one.
with told as (
    select audit_id, at, actor_id, student_id, resource from audit_log where action = $1 and outcome = 'allowed'
), forgotten as (
    select max(least(
        substring(resource from '^retention/accesses/(\d{4}-\d\d-\d\d)/')::date,
        (now() at time zone 'utc')::date - make_interval(years => $3, days => -1))) at time zone 'utc' as before
    from audit_log
    where action = $2 and outcome = 'allowed' and resource like 'retention/accesses/%'
)
select t.audit_id, t.actor_id as user_id, t.resource
from told t
where t.at >= coalesce((select before from forgotten), '-infinity')
  and not exists (
      select 1 from access_log l
      where l.user_id = t.actor_id and l.student_id = t.student_id and l.first_at = t.at
        and t.resource = 'document/' || l.document_id)
union all
select null, l.user_id, 'document/' || l.document_id
from access_log l
where l.first_at >= (select min(at) from told)
  and not exists (
      select 1 from told t
      where t.actor_id = l.user_id and t.student_id = l.student_id and t.at = l.first_at
        and t.resource = 'document/' || l.document_id)
