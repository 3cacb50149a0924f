-- The second wall. The application role is neither owner nor superuser; every tenant table forces its policies, and an
-- identity that was not set sees nothing. `app.user_id` is set per transaction; after COMMIT it reads as '', hence nullif.

create function app_user_id() returns uuid
    language sql stable parallel safe
    as $$ select nullif(current_setting('app.user_id', true), '')::uuid $$;

-- Has this person an active grant on the student (on the section, when one is named)?
-- Runs with the caller's rights: for the application role it sees only that person's own grants. The schema is named, so that
-- no temporary table can stand in for the grants.
create function has_active_grant(person uuid, student uuid, wanted_section text, wanted_access text) returns boolean
    language sql stable
    as $$
        select exists (
            select 1 from public.grants g
            where g.user_id = person
              and g.student_id = student
              and (wanted_section is null or g.section = wanted_section)
              and (wanted_access = 'read' or g.access = 'write')
              and g.valid_from <= now()
              and (g.valid_to is null or now() < g.valid_to))
    $$;

-- Nobody needs temporary tables, and they could hide real ones.
do $$ begin execute format('revoke temporary on database %I from public', current_database()); end $$;

grant usage on schema public to kazumi_app, kazumi_writer, kazumi_backup;

do $$
declare tenant_table text;
begin
    foreach tenant_table in array array[
        'networks', 'schools', 'classes', 'users', 'students', 'staff_functions', 'team_links', 'guardianships', 'grants',
        'peis', 'pei_documents', 'pei_updates', 'pei_snapshots', 'document_clients', 'audit_log', 'access_log']
    loop
        execute format('alter table %I enable row level security', tenant_table);
        execute format('alter table %I force row level security', tenant_table);
        execute format('create policy owner_all on %I to kazumi_owner using (true) with check (true)', tenant_table);
        execute format('create policy backup_read on %I for select to kazumi_backup using (true)', tenant_table);
    end loop;
end $$;

-- Application role: REST requests, identity per transaction --------------------------------------------------------

grant select on students, team_links, guardianships, grants, staff_functions, peis, pei_documents, users, schools, classes
    to kazumi_app;
grant insert on audit_log to kazumi_app;
-- Tables of signing in hold no child's data and are needed before an identity exists.
grant select on credentials to kazumi_app;
grant select, insert, update on login_sessions, refresh_tokens to kazumi_app;
grant select, insert, delete on ws_tickets to kazumi_app;

create policy own_grants on grants for select to kazumi_app using (user_id = app_user_id());
create policy granted_students on students for select to kazumi_app
    using (has_active_grant(app_user_id(), student_id, null, 'read'));
create policy granted_peis on peis for select to kazumi_app
    using (has_active_grant(app_user_id(), student_id, null, 'read'));
create policy granted_documents on pei_documents for select to kazumi_app
    using (has_active_grant(app_user_id(), student_id, section, 'read'));
create policy team_of_granted_students on team_links for select to kazumi_app
    using (has_active_grant(app_user_id(), student_id, null, 'read'));
create policy own_guardianships on guardianships for select to kazumi_app using (user_id = app_user_id());
create policy own_functions on staff_functions for select to kazumi_app using (user_id = app_user_id());
-- Oneself, and the people in the teams one may see (the inner query obeys the policy of team_links).
create policy self_and_team on users for select to kazumi_app
    using (user_id = app_user_id() or exists (select 1 from team_links t where t.user_id = users.user_id));
create policy classes_of_students on classes for select to kazumi_app
    using (exists (select 1 from students s where s.class_id = classes.class_id));
create policy schools_of_students on schools for select to kazumi_app
    using (exists (select 1 from students s where s.school_id = schools.school_id)
        or exists (select 1 from staff_functions f where f.school_id = schools.school_id));
create policy append_audit on audit_log for insert to kazumi_app with check (true);

-- Writer role: journals and rooms ----------------------------------------------------------------------------------

grant select on students, peis, pei_documents, grants, users, document_clients, pei_updates, pei_snapshots to kazumi_writer;
grant update (head_seq, load_attempts, updated_at, updated_by) on pei_documents to kazumi_writer;
grant insert on pei_updates, document_clients, audit_log, access_log to kazumi_writer;
grant update (quarantined_at) on pei_updates to kazumi_writer;
grant insert, update on pei_snapshots to kazumi_writer;

create policy writer_read on students for select to kazumi_writer using (true);
create policy writer_read on peis for select to kazumi_writer using (true);
create policy writer_read on grants for select to kazumi_writer using (true);
create policy writer_read on users for select to kazumi_writer using (true);
create policy writer_read on pei_documents for select to kazumi_writer using (true);
create policy writer_update on pei_documents for update to kazumi_writer using (true) with check (true);
create policy writer_read on pei_updates for select to kazumi_writer using (true);
-- The wall behind the statement's own test: each row's author must hold an active right to write in that section.
create policy author_may_write on pei_updates for insert to kazumi_writer
    with check (exists (
        select 1 from pei_documents d
        where d.document_id = pei_updates.document_id
          and has_active_grant(pei_updates.author_id, d.student_id, d.section, 'write')));
create policy writer_quarantine on pei_updates for update to kazumi_writer using (true) with check (true);
create policy writer_read on pei_snapshots for select to kazumi_writer using (true);
create policy writer_insert on pei_snapshots for insert to kazumi_writer with check (true);
create policy writer_update on pei_snapshots for update to kazumi_writer using (true) with check (true);
create policy writer_read on document_clients for select to kazumi_writer using (true);
create policy writer_insert on document_clients for insert to kazumi_writer with check (true);
create policy writer_append_audit on audit_log for insert to kazumi_writer with check (true);
create policy append_access on access_log for insert to kazumi_writer with check (true);

-- Backup role: reads everything, changes nothing --------------------------------------------------------------------

grant select on all tables in schema public to kazumi_backup;
