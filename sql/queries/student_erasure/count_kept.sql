-- How much stays of an erased student, table by table.
-- Role: kazumi_owner.
-- $1 uuid: student. One row a table: its name and how many rows.
select 'students' as kept, count(*) as rows from students where student_id = $1
union all select 'erased_documents', count(*) from erased_documents where student_id = $1
union all select 'access_log', count(*) from access_log where student_id = $1
union all select 'dossiers', count(*) from dossiers where student_id = $1
union all select 'audit_log', count(*) from audit_log where student_id = $1
union all select 'break_glass', count(*) from break_glass where student_id = $1
union all select 'consents', count(*) from consents where student_id = $1
union all select 'auth_changes', count(*) from auth_changes where student_id = $1
