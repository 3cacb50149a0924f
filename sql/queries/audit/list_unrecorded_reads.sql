-- Reads that only one of the two records knows: each first read of a section in a half hour leaves a row in `access_log` and, in the same
-- transaction, one in `audit_log`, which is chained. Reads from before the first such row are not compared.
-- Role: kazumi_owner or kazumi_backup.
-- $1 text: the act. One row each: the row of the log without a read, or null and the person and document of a read without one.
with told as (
    select audit_id, at, actor_id, student_id, resource from audit_log where action = $1 and outcome = 'allowed'
)
select t.audit_id, t.actor_id as user_id, t.resource
from told t
where not exists (
    select 1 from access_log l
    where l.user_id = t.actor_id and l.student_id = t.student_id and l.first_at = t.at
      and 'document/' || l.document_id = t.resource)
union all
select null, l.user_id, 'document/' || l.document_id
from access_log l
where l.first_at >= (select min(at) from told)
  and not exists (
      select 1 from told t
      where t.actor_id = l.user_id and t.student_id = l.student_id and t.at = l.first_at
        and t.resource = 'document/' || l.document_id)
