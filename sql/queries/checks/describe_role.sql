-- What the connected role could do beyond its duty. Read at start-up.
-- Role: any.
-- No parameters. One row.
select r.rolname::text as name, r.rolsuper as is_superuser, r.rolbypassrls as bypasses_policies,
       exists (
           select 1 from pg_class c
           join pg_namespace n on n.oid = c.relnamespace
           where n.nspname = 'public' and c.relkind in ('r', 'p') and pg_has_role(r.oid, c.relowner, 'usage')
       ) as owns_tables
from pg_roles r
where r.rolname = current_user
